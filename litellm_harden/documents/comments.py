"""Comments that speak to `lh`: where they stand, and which line each speaks about."""

from __future__ import annotations

from litellm_harden.documents.base import Document
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

_MARKED = pattern("#[ \t]*(?:lh|LH) ?:[^\n\r\x85\u2028\u2029]*")
_HOLDS_NOTHING = pattern(r"\s*(?:#.*|(?:---|\.\.\.)(?:\s+#.*|\s*)|%.*)?")


class Comment(Record):
    """A comment, from its `#` to its last character.

    `alone`: nothing else stands on its line. `about` is where the line starts that it speaks about: the next one that
    holds something if it stands alone (the end of the text, where none does), else its own.
    """

    span: Span
    alone: bool
    about: int


def marked_comments(document: Document) -> tuple[Comment, ...]:
    """The comments of a file that start with `lh:`, or are meant to, in their order.

    One that stands alone must start so; behind a value, another comment may stand before it.
    """
    source = document.source
    found: list[Comment] = []
    known: dict[int, int] = {}
    for match in reversed(list(_MARKED.finditer(source.text))):
        start, line = match.start(), source.line_span(match.start()).start
        before = source.text[line:start]
        span = Span(start, start + len(match[0].rstrip()))
        if document.holds(start):
            continue
        if not before.strip(" \t"):
            known[line] = about = _following(source, source.next_line(start), known)
            found.append(Comment(span, True, about))
        elif document.comments_behind and before[-1] in " \t" and not before.lstrip(" \t").startswith("#"):
            found.append(Comment(span, False, line))
    return tuple(reversed(found))


def lines(document: Document, offset: int) -> list[int]:
    """Where the lines start at which a comment speaks about what stands at `offset`; the best place comes first.

    For a place that holds nothing, which is where an absent setting stands, it is the next line that does.
    """
    source = document.source
    starts = [source.line_span(mark).start for mark in document.marks(offset)]
    return list(dict.fromkeys(_following(source, start, {}) for start in starts))


def indentation(source: Source, line: int) -> str:
    """The blanks in front of the line that starts at an offset."""
    text = source.text[slice(*source.line_span(line))]
    return text[: len(text) - len(text.lstrip(" \t"))]


def holds_nothing(line: str) -> bool:
    """Whether a line is blank, a comment, or what starts or ends a YAML document."""
    return _HOLDS_NOTHING.fullmatch(line) is not None


def _following(source: Source, at: int, known: dict[int, int]) -> int:
    """Where the first line from `at` on starts that holds something; `known` answers for lines of comments."""
    text = source.text
    while at < len(text):
        if at in known:
            return known[at]
        if not holds_nothing(text[at : source.line_span(at).end]):
            return at
        at = source.next_line(at)
    return len(text)
