"""A word of a command line, and how lists of words are edited where they are written as items."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Protocol

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span


class Word(Record):
    """A word as the program gets it, and where it is written, quotes included.

    `expands` says that a shell puts something else in its place: then `text` is as written.
    """

    text: str
    span: Span
    expands: bool = False


class Writer(Protocol):
    """How words are changed in the form at hand."""

    def replace(self, index: int, text: str) -> Proposal:
        """Put `text` in the place of a word."""

    def add(self, words: Sequence[str]) -> Proposal:
        """Put words behind the last one."""

    def drop(self, first: int, last: int) -> Proposal:
        """Take out the words from `first` to `last`, both included."""


_COMMENT = pattern(r"(?:^|\s)#")
_DECORATED = pattern(r"[&!][^\s,\[\]]*\s+$")
_COMMENTED = Refusal("comments stand between the words of the command")
_BLANKS = pattern(r"[ \t]+")
_AFTER = pattern(r"[ \t]*(,?)[ \t]*(?=#|\r?\n)")


class FlowItems:
    """Items between brackets, separated by commas: JSON and, where `yaml`, YAML's flow style, in which the last item
    may have a comma too. `quote` writes one item, in the quotes of another where it can."""

    def __init__(
        self, source: Source, span: Span, items: Sequence[Span], quote: Callable[[str, str], str], yaml: bool
    ) -> None:
        self.source, self.span, self.items, self.quote, self.yaml = source, span, items, quote, yaml

    def replace(self, index: int, text: str) -> Proposal:
        """Keep the item's own quotes."""
        item = self.items[index]
        if _DECORATED.search(self.source.text, self.span.start, item.start):
            return Refusal("the word carries a tag or an anchor")
        return (Edit(*item, self.quote(text, self.source.text[item.start])),)

    def add(self, words: Sequence[str]) -> Proposal:
        """On the line of the last item, or on lines of their own where the items have that."""
        text, like = self.source.text, self._sibling_quote()
        written = [self.quote(word, like) for word in words]
        if not self.items:
            at = self.span.start + 1
            return (Edit(at, at, ", ".join(written)),)
        last = self.items[-1]
        line = self.source.line_span(last.start)
        indent = text[line.start : last.start]
        after = _AFTER.match(text, last.end, self.span.end)
        if not after or (indent.strip() and not self._own_lines()):
            return (Edit(last.end, last.end, "".join(f", {word}" for word in written)),)
        indent = indent[: len(indent) - len(indent.lstrip())]
        newline = self.source.newline(last.start)
        single = len({self.source.position(item.start).line for item in self.items}) == len(self.items)
        lines = written if single else [", ".join(written)]
        at = self.source.line_span(last.end).end
        new = ",".join(f"{newline}{indent}{each}" for each in lines) + after[1]
        comma = () if after[1] else (Edit(last.end, last.end, ","),)
        return (*comma, Edit(at, at, new))

    def drop(self, first: int, last: int) -> Proposal:
        """With the separators that belong to them."""
        items, text = self.items, self.source.text
        if first > 0:
            span = Span(items[first - 1].end, items[last].end)
        elif last + 1 < len(items):
            span = Span(items[0].start, items[last + 1].start)
        else:
            comma = re.compile(r"\s*,").match(text, items[last].end, self.span.end)
            span = Span(items[0].start, comma.end() if comma else items[last].end)
        words = [*items[max(first - 1, 0) : last + 2]]
        gaps = [text[a.end : b.start] for a, b in zip(words, words[1:], strict=False)]
        if any("&" in gap or "!" in gap for gap in gaps):
            return Refusal("a word carries a tag or an anchor")
        if not any(_COMMENT.search(gap) for gap in gaps):
            return (Edit(*span, ""),)
        return self._drop_lines(first, last) if self.yaml else _COMMENTED

    def _drop_lines(self, first: int, last: int) -> Proposal:
        """Take out items with the commas behind them, line by line, so that comments between them stay."""
        source, text = self.source, self.source.text
        edits: list[Edit] = []
        for at in range(first, last + 1):
            item = self.items[at]
            comma = re.compile(r"[ \t]*,").match(text, item.end, self.span.end)
            if not comma and at + 1 < len(self.items):
                return _COMMENTED
            end = comma.end() if comma else item.end
            end += len(blanks[0]) if (blanks := _BLANKS.match(text, end)) else 0
            start = edits.pop().start if edits and edits[-1].end == item.start else item.start
            line = source.line_span(start)
            if not text[line.start : start].strip() and text[end : end + 1] in "\r\n":
                start, end = line.start, source.next_line(end)
            edits.append(Edit(start, end, ""))
        return tuple(edits)

    def _own_lines(self) -> bool:
        return "\n" in self.source.text[self.span.start : self.items[-1].start]

    def _sibling_quote(self) -> str:
        return _most(self.source, self.items)


class BlockItems:
    """Items of a YAML list with a dash before each."""

    def __init__(self, source: Source, items: Sequence[Span], quote: Callable[[str, str], str]) -> None:
        self.source, self.items, self.quote = source, items, quote

    def replace(self, index: int, text: str) -> Proposal:
        """Keep the item's own quotes."""
        item = self.items[index]
        if self._dash(item) is None:
            return Refusal("the word is not written plainly behind its dash")
        return (Edit(*item, self.quote(text, self.source.text[item.start])),)

    def add(self, words: Sequence[str]) -> Proposal:
        """On lines of their own behind the last item, laid out like it."""
        source, last = self.source, self.items[-1]
        dash = self._dash(last)
        if dash is None:
            return Refusal("the last word is not written plainly behind its dash")
        like = _most(source, self.items)
        lines = [f"{dash}{self.quote(word, like)}" for word in words]
        newline = source.newline(last.start)
        at = source.next_line(last.end - 1)
        if at == len(source.text) and not source.text.endswith("\n"):
            return (Edit(at, at, "".join(f"{newline}{line}" for line in lines)),)
        return (Edit(at, at, "".join(f"{line}{newline}" for line in lines)),)

    def drop(self, first: int, last: int) -> Proposal:
        """Take out whole lines; a comment behind an item keeps its line."""
        source = self.source
        if last - first + 1 == len(self.items):
            return Refusal("nothing would be left of the command")
        edits: list[Edit] = []
        for item in self.items[first : last + 1]:
            dash = self._dash(item)
            if dash is None:
                return Refusal("the word is not written plainly behind its dash")
            start, end = source.line_span(item.start).start, source.line_span(item.end - 1).end
            rest = source.text[item.end : end]
            if rest.strip():
                edits.append(Edit(start + dash.index("-"), item.end + len(rest) - len(rest.lstrip()), ""))
                continue
            if edits and edits[-1].end == start:
                start = edits.pop().start
            if end == len(source.text):
                start = source.line_span(start - 1).end
            edits.append(Edit(start, source.next_line(end), ""))
        return tuple(edits)

    def _dash(self, item: Span) -> str | None:
        """What stands before an item on its line: blanks and a dash, else None."""
        before = self.source.text[self.source.line_span(item.start).start : item.start]
        return before if re.fullmatch(r"[ \t]*-[ \t]+", before) and self._plain(item) else None

    def _plain(self, item: Span) -> bool:
        return self.source.text[item.start] not in "|>*"


def _most(source: Source, items: Sequence[Span]) -> str:
    """The quote that most items have, empty for none."""
    first = [source.text[item.start] for item in items]
    quotes = [char if char in "'\"" else "" for char in first]
    return max(("", "'", '"'), key=quotes.count) if quotes else '"'
