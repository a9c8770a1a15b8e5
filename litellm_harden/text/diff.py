"""Unified diffs over the text's own lines, so that CRLF and a missing final newline come out as they are."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence

from litellm_harden.record import Record
from litellm_harden.text.source import Source


class Line(Record):
    """A line of a hunk: its mark (` `, `-` or `+`) and its number from 0, in the old lines or, for `+`, the new."""

    mark: str
    number: int


class Hunk(Record):
    """A run of changes with its context; `old` and `new` are the indexes at which it starts."""

    old: int
    new: int
    lines: tuple[Line, ...]


def unified(old: str, new: str, path: str, context: int = 3) -> str:
    """A unified diff that patch(1) applies; empty where the texts are equal. `path` is shown after `a/` and `b/`."""
    before, after = Source(old).lines(), Source(new).lines()
    found = list(hunks(before, after, context))
    shown = (written(h, [(m, (after if m == "+" else before)[i]) for m, i in h.lines]) for h in found)
    return header(path) + "".join(shown) if found else ""


def header(path: str) -> str:
    """The two lines that name the file; a tab ends a name with spaces, as diff(1) has it."""
    end = "\t" if " " in path else ""
    return f"--- a/{path}{end}\n+++ b/{path}{end}\n"


def hunks(old: Sequence[str], new: Sequence[str], context: int = 3) -> Iterator[Hunk]:
    """The changes from the old lines to the new ones, with lines of context around them."""
    for group in difflib.SequenceMatcher(None, old, new).get_grouped_opcodes(context):
        lines: list[Line] = []
        for tag, a, b, c, d in group:
            if tag == "equal":
                lines += [Line(" ", index) for index in range(a, b)]
            else:
                lines += [Line("-", index) for index in range(a, b)] + [Line("+", index) for index in range(c, d)]
        yield Hunk(group[0][1], group[0][3], tuple(lines))


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
