"""Positions as the language server protocol counts them: lines and units from 0, in the encoding agreed upon."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from lsprotocol import types

from litellm_harden.text.patterns import pattern

UTF8, UTF16, UTF32 = (
    types.PositionEncodingKind.Utf8,
    types.PositionEncodingKind.Utf16,
    types.PositionEncodingKind.Utf32,
)
_BOM = "\ufeff"
_LINE_END = pattern(r"\r\n|\n|\r")
"""LSP 3.17, "Text Documents": these three end a line, and nothing else does."""


class Lines:
    """A text as an editor shows it. Offsets are those of `Source`: code points, without the BOM."""

    def __init__(self, text: str, encoding: str) -> None:
        """`text` is that of the editor, with its BOM if it has one there."""
        self._text, self._encoding = text, encoding
        self._mark = len(_BOM) if text.startswith(_BOM) else 0
        ends = list(_LINE_END.finditer(text))
        self._starts = [0, *(match.end() for match in ends)]
        self._stops = [*(match.start() for match in ends), len(text)]

    def offset(self, position: types.Position) -> int:
        """The offset of a position; one behind the end of its line or of the text counts as that end."""
        return max(self._index(position) - self._mark, 0)

    def position(self, offset: int) -> types.Position:
        """The position of an offset."""
        index = min(offset + self._mark, len(self._text))
        line = bisect_right(self._starts, index) - 1
        return types.Position(line, _units(self._text[self._starts[line] : index], self._encoding))

    def range(self, start: int, end: int) -> types.Range:
        """The range between two offsets."""
        return types.Range(self.position(start), self.position(end))

    def line(self, number: int) -> types.Range:
        """The whole line of that number, or the end of the text where there is none."""
        number = min(number, len(self._starts) - 1)
        text = self._text[self._starts[number] : self._stops[number]]
        return types.Range(types.Position(number, 0), types.Position(number, _units(text, self._encoding)))

    def replaced(self, place: types.Range, text: str) -> str:
        """The editor's text with `text` in place of a range."""
        start = self._index(place.start)
        return self._text[:start] + text + self._text[max(self._index(place.end), start) :]

    def _index(self, position: types.Position) -> int:
        if position.line >= len(self._starts):
            return len(self._text)
        start, stop = self._starts[position.line], self._stops[position.line]
        return start + _points(self._text[start:stop], position.character, self._encoding)


def changed(text: str, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: str) -> str:
    """The editor's text after the changes, each of which counts from what the one before it left."""
    for change in changes:
        if isinstance(change, types.TextDocumentContentChangePartial):
            text = Lines(text, encoding).replaced(change.range, change.text)
        else:
            text = change.text
    return text


def _units(text: str, encoding: str) -> int:
    """How many units a text takes."""
    if encoding == UTF32 or text.isascii():
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _points(line: str, units: int, encoding: str) -> int:
    """How many code points of a line lie before that many units of it."""
    if encoding == UTF32 or line.isascii():
        return min(units, len(line))
    for count, char in enumerate(line):
        width = _units(char, encoding)
        if width > units:
            return count
        units -= width
    return len(line)
