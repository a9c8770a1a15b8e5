"""A YAML document inside a larger text: one of several in a file, or the text of a literal block scalar.

It is read on its own, and its spans and edits are told in the coordinates of the whole file.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping

from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal, Unparsable
from litellm_harden.documents.yaml.document import YamlDocument
from litellm_harden.text.edits import Edit, apply, ordered
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span
from litellm_harden.text.splice import difference

_LITERAL = pattern(r"\|[-+]?[ \t]*(?:#.*)?")
"""The head of a literal block scalar whose indentation is that of its first line."""


class Excerpt:
    """Whole lines of a file, each without the `indent` that they share. `text` is what remains."""

    def __init__(self, source: Source, span: Span, indent: int) -> None:
        """`span` starts at a line's start and ends at one, or at the end of the file."""
        self.source, self.indent, self._end = source, indent, span.end
        self._raw: list[int] = []
        self._inner: list[int] = []
        self._cut: list[int] = []
        pieces, at, length = [], span.start, 0
        while at < span.end:
            stop = min(source.next_line(at), span.end)
            line = source.text[at:stop]
            cut = min(indent, len(line) - len(line.lstrip(" ")))
            self._raw.append(at)
            self._inner.append(length)
            self._cut.append(cut)
            pieces.append(line[cut:])
            at, length = stop, length + len(line) - cut
        self.text = "".join(pieces)
        if not self.text or self.text.endswith("\n"):
            self._raw.append(span.end)
            self._inner.append(length)
            self._cut.append(0)

    def outward(self, offset: int) -> int:
        """Where an offset of the excerpt's text lies in the file."""
        line = self._line(offset)
        return self._raw[line] + self._cut[line] + offset - self._inner[line]

    def inward(self, offset: int) -> int | None:
        """Where an offset of the file lies in the excerpt's text; None outside of it."""
        if not self._raw[0] <= offset < self._end:
            return None
        line = bisect_right(self._raw, offset) - 1
        return self._inner[line] + max(offset - self._raw[line] - self._cut[line], 0)

    def span(self, span: Span) -> Span:
        """A span of the excerpt's text in the file."""
        return Span(self.outward(span.start), self.outward(span.end))

    def edits(self, edits: Iterable[Edit]) -> tuple[Edit, ...]:
        """Edits of the excerpt's text as edits of the file: new lines are indented as the others are."""
        if not self.indent:
            start = self._raw[0]
            return tuple(Edit(edit.start + start, edit.end + start, edit.text) for edit in edits)
        groups: list[tuple[int, int, list[Edit]]] = []
        for edit in ordered(edits):
            first, last = self._line(edit.start), self._line(edit.end)
            if groups and first <= groups[-1][1]:
                first, _, before = groups.pop()
                groups.append((first, last, [*before, edit]))
            else:
                groups.append((first, last, [edit]))
        return tuple(found for group in groups for found in self._of_lines(*group))

    def _of_lines(self, first: int, last: int, edits: list[Edit]) -> list[Edit]:
        if first == last and self._cut[first] == self.indent and not any("\n" in edit.text for edit in edits):
            return [Edit(self.outward(edit.start), self.outward(edit.end), edit.text) for edit in edits]
        return [self._rewritten(first, last, edits)]

    def _rewritten(self, first: int, last: int, edits: list[Edit]) -> Edit:
        """The smallest edit of the file that makes `edits`, which lie on the lines from `first` to `last`."""
        final = last + 1 == len(self._raw)
        inner = slice(self._inner[first], len(self.text) if final else self._inner[last + 1])
        outer = slice(self._raw[first], self._end if final else self._raw[last + 1])
        shifted = [Edit(edit.start - inner.start, edit.end - inner.start, edit.text) for edit in edits]
        new = apply(self.text[inner], shifted)
        if final and new and not new.endswith("\n") and self._end < len(self.source.text):
            new += self.source.newline(self._raw[first])
        written = "".join(" " * self.indent + line if line.strip() else line for line in Source(new).lines())
        splice = difference(self.source.text[outer], written)
        return Edit(outer.start + splice.start, outer.start + splice.end, splice.text)

    def _line(self, offset: int) -> int:
        return bisect_right(self._inner, offset) - 1


def literal_text(source: Source, scalar: Span) -> Excerpt | Refusal:
    """The lines of the block scalar that is written at a span, if it is a plain literal one (`|`)."""
    head = source.line_span(scalar.start)
    if not _LITERAL.fullmatch(source.text[scalar.start : head.end]):
        return Refusal("it is not written as a plain literal text (|)")
    start = at = last = source.next_line(scalar.start)
    indent = 0
    while at < min(scalar.end, len(source.text)):
        stop = source.next_line(at)
        line = source.text[at:stop]
        if line.strip():
            own = len(line) - len(line.lstrip(" "))
            indent = indent or own
            if own < indent:
                break
            last = stop
        at = stop
    return Excerpt(source, Span(start, last), indent) if indent else Refusal("it is empty")


class Within:
    """A YAML document whose text is an excerpt of a file. Everything is told in the file's coordinates."""

    def __init__(self, excerpt: Excerpt) -> None:
        """Raises Unparsable."""
        self._excerpt = excerpt
        try:
            self._document = YamlDocument.litellm(Source(excerpt.text))
        except Unparsable as error:
            first = excerpt.source.position(excerpt.outward(0)).line
            line = error.line + first - 1 if error.line is not None else None
            raise Unparsable(str(error), line) from None

    @property
    def source(self) -> Source:
        """The text of the whole file."""
        return self._excerpt.source

    @property
    def data(self) -> object:
        """The content as plain data."""
        return self._document.data

    def covers(self, offset: int) -> bool:
        """Whether the offset lies in the excerpt."""
        return self._excerpt.inward(offset) is not None

    def holds(self, offset: int) -> bool:
        """Whether the offset, which the excerpt covers, lies in a value."""
        inner = self._excerpt.inward(offset)
        return inner is not None and self._document.holds(inner)

    def marks(self, offset: int) -> list[int]:
        """Where a comment speaks about what stands at the offset, which the excerpt covers."""
        inner = self._excerpt.inward(offset)
        return [offset] if inner is None else [self._excerpt.outward(mark) for mark in self._document.marks(inner)]

    def find(self, path: Path) -> Located | None:
        """The value at `path`."""
        found = self._document.find(path)
        if found is None:
            return None
        key = self._excerpt.span(found.key) if found.key is not None else None
        return found._replace(span=self._excerpt.span(found.span), key=key)

    def tag(self, path: Path) -> str | None:
        """The tag written at the value."""
        return self._document.tag(path)

    def style(self, path: Path) -> str | None:
        """How the value is written."""
        return self._document.style(path)

    def offsets(self, path: Path) -> list[int] | None:
        """Where each character of the string at `path` stands, and where the last one ends."""
        found = self._document.offsets(path)
        return [self._excerpt.outward(offset) for offset in found] if found is not None else None

    def duplicates(self) -> list[tuple[Path, Span]]:
        """Keys that are there twice in one mapping: the path, and the span of each key that loses."""
        return [(path, self._excerpt.span(span)) for path, span in self._document.duplicates()]

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value."""
        return self._outward(self._document.update(path, values))

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`."""
        return self._outward(self._document.append(path, value))

    def remove(self, path: Path) -> Proposal:
        """Take out the key or item at `path`."""
        return self._outward(self._document.remove(path))

    def rename(self, path: Path, key: str) -> Proposal:
        """Call the key at `path` by another name."""
        return self._outward(self._document.rename(path, key))

    def _outward(self, proposal: Proposal) -> Proposal:
        return proposal if isinstance(proposal, Refusal) else self._excerpt.edits(proposal)
