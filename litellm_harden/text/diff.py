"""Unified diffs over the text's own lines, so that CRLF and a missing final newline come out as they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from litellm_harden.record import Record
from litellm_harden.text.edits import Edit, apply, ordered
from litellm_harden.text.source import Source

_MOST_COMPARED = 1000
"""Lines in a row that are compared one with another, which takes time in the square of their number."""


class Line(Record):
    """A line of a hunk: its mark (` `, `-` or `+`) and its number from 0, in the old lines or, for `+`, the new."""

    mark: str
    number: int


class Hunk(Record):
    """A run of changes with its context; `old` and `new` are the indexes at which it starts."""

    old: int
    new: int
    lines: tuple[Line, ...]


def unified(old: str, new: str, path: str, context: int = 3, edits: Iterable[Edit] = ()) -> str:
    """A unified diff that patch(1) applies; empty where the texts are equal. `path` is shown after `a/` and `b/`.

    `edits` make the new text of the old one; without them, texts of many lines are told apart roughly.
    """
    before, after = Source(old).lines(), Source(new).lines()
    found = list(hunks(Source(old), tuple(edits) or (Edit(0, len(old), new),), context))
    shown = (written(h, [(m, (after if m == "+" else before)[i]) for m, i in h.lines]) for h in found)
    return header(path) + "".join(shown) if found else ""


def header(path: str) -> str:
    """The two lines that name the file; a tab ends a name with spaces, as diff(1) has it."""
    end = "\t" if " " in path else ""
    return f"--- a/{path}{end}\n+++ b/{path}{end}\n"


def hunks(old: Source, edits: Iterable[Edit], context: int = 3) -> Iterator[Hunk]:
    """What edits change, with lines of context around it; linear in the text and the edits."""
    last, lines, start, moved = len(old.lines()), list[Line](), 0, 0
    end = 0
    for change in _changes(old, edits):
        if lines and change.old - end > 2 * context:
            yield Hunk(start, start + moved, (*lines, *_equal(end, end + context)))
            lines = []
        if not lines:
            end = start = max(change.old - context, 0)
            moved = change.new - change.old
        lines += _equal(end, change.old)
        lines += [Line("-", number) for number in range(change.old, change.old + change.removed)]
        lines += [Line("+", number) for number in range(change.new, change.new + change.added)]
        end = change.old + change.removed
    if lines:
        yield Hunk(start, start + moved, (*lines, *_equal(end, min(end + context, last))))


class _Change(Record):
    """Lines of the old text, from `old` on, and the lines of the new text that take their place, from `new` on."""

    old: int
    removed: int
    new: int
    added: int


def _changes(old: Source, edits: Iterable[Edit]) -> Iterator[_Change]:
    """The changes of edits, front to back, none of which touch."""
    moved = 0
    for first, end, group in _by_lines(old, edits):
        start = old.line_starts[first]
        stop = old.line_starts[end] if end < len(old.line_starts) else len(old.text)
        inside = (Edit(edit.start - start, edit.end - start, edit.text) for edit in group)
        before = Source(old.text[start:stop]).lines()
        after = Source(apply(old.text[start:stop], inside)).lines()
        for tag, a, b, c, d in _compared(before, after):
            if tag != "equal":
                yield _Change(first + a, b - a, first + moved + c, d - c)
        moved += len(after) - len(before)


def _by_lines(old: Source, edits: Iterable[Edit]) -> Iterator[tuple[int, int, list[Edit]]]:
    """The edits by the runs of lines that they stand on: the first line, and the one behind the last."""
    first = end = 0
    group: list[Edit] = []
    for edit in ordered(edits):
        start, stop = old.position(edit.start).line - 1, old.position(edit.end).line
        if group and start > end:
            yield first, end, group
            group = []
        first = first if group else start
        end = stop
        group.append(edit)
    if group:
        yield first, end, group


def _compared(before: Sequence[str], after: Sequence[str]) -> Iterable[tuple[str, int, int, int, int]]:
    if len(before) + len(after) > _MOST_COMPARED:
        most = min(len(before), len(after))
        head = next((at for at in range(most) if before[at] != after[at]), most)
        tail = next((at for at in range(most - head) if before[-1 - at] != after[-1 - at]), most - head)
        return [("replace", head, len(before) - tail, head, len(after) - tail)]
    from difflib import SequenceMatcher

    return SequenceMatcher(None, before, after, autojunk=False).get_opcodes()


def _equal(start: int, end: int) -> list[Line]:
    return [Line(" ", number) for number in range(start, end)]


def written(hunk: Hunk, lines: Iterable[tuple[str, str]], note: str = "") -> str:
    """A hunk as patch(1) reads it, with these marks and texts, and a note behind its line numbers."""
    shown = list(lines)
    ranges = (
        f"{sign}{_range(start, sum(mark in marks for mark, _ in shown))}"
        for sign, start, marks in (("-", hunk.old, " -"), ("+", hunk.new, " +"))
    )
    body = (mark + (text if text.endswith("\n") else f"{text}\n\\ No newline at end of file\n") for mark, text in shown)
    return f"@@ {' '.join(ranges)} @@{note}\n{''.join(body)}"


def _range(start: int, length: int) -> str:
    """As diff(1) writes it: from 1, the line before for an empty one, and without a length of 1."""
    first = start + (length > 0)
    return str(first) if length == 1 else f"{first},{length}"
