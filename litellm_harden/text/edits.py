"""Edits of a text: applied together, reversed exactly, and composed into one set against the text first read."""

from __future__ import annotations

from collections.abc import Iterable

from litellm_harden.record import Record
from litellm_harden.text.source import Span


class Edit(Record):
    """Replace the code points from `start` to `end` (exclusive) by `text`."""

    start: int
    end: int
    text: str


class Overlap(ValueError):
    """Two edits of one set claim the same text."""


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """The edits from front to back; insertions at one offset keep the order given. Raises Overlap."""
    result = sorted(edits, key=lambda edit: (edit.start, edit.end))
    for before, after in zip(result, result[1:], strict=False):
        if after.start < before.end:
            raise Overlap(f"the edits at {before.start}–{before.end} and {after.start}–{after.end} overlap")
    return result


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made at once, each in coordinates of `text`. Raises Overlap."""
    pieces, at = [], 0
    for edit in ordered(edits):
        pieces += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*pieces, text[at:]])


def reverse(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """The edits that bring `apply(text, edits)` back to `text`."""
    result, shift = [], 0
    for edit in ordered(edits):
        start = edit.start + shift
        result.append(Edit(start, start + len(edit.text), text[edit.start : edit.end]))
        shift += len(edit.text) - (edit.end - edit.start)
    return result


_Piece = Span | str
"""A run of a draft's current text: kept from the original, where the span is, or new."""


class Draft:
    """A text under successive edits, which remembers them as one set of edits against the original."""

    def __init__(self, original: str) -> None:
        self.original = original
        self._pieces: tuple[_Piece, ...] = (Span(0, len(original)),)

    @property
    def text(self) -> str:
        """The text as it is now."""
        return "".join(piece if isinstance(piece, str) else self.original[slice(*piece)] for piece in self._pieces)

    def origin(self, offset: int) -> int | None:
        """Where the character at `offset` of the current text stands in the original; None where it is new."""
        at = 0
        for piece in self._pieces:
            if offset < at + _length(piece):
                return None if isinstance(piece, str) else piece.start + offset - at
            at += _length(piece)
        return None

    def edited(self, edits: Iterable[Edit]) -> Draft:
        """A new draft with `edits`, given in coordinates of the current text, made on top. Raises Overlap."""
        pieces: list[_Piece] = []
        rest, at = list(reversed(self._pieces)), 0
        for edit in ordered(edits):
            pieces += [*_taken(rest, edit.start - at), edit.text]
            _taken(rest, edit.end - edit.start)
            at = edit.end
        draft = Draft(self.original)
        draft._pieces = (*pieces, *reversed(rest))
        return draft

    def edits(self) -> tuple[Edit, ...]:
        """The edits that turn the original into the current text, none of which touch or change nothing."""
        result: list[Edit] = []
        at, new = 0, ""
        for piece in (*self._pieces, Span(len(self.original), len(self.original))):
            if isinstance(piece, str):
                new += piece
                continue
            if new != self.original[at : piece.start]:
                result.append(Edit(at, piece.start, new))
            at, new = piece.end, ""
        return tuple(result)


def _length(piece: _Piece) -> int:
    return len(piece) if isinstance(piece, str) else piece.end - piece.start


def _split(piece: _Piece, size: int) -> tuple[_Piece, _Piece]:
    if isinstance(piece, str):
        return piece[:size], piece[size:]
    return Span(piece.start, piece.start + size), Span(piece.start + size, piece.end)


def _taken(rest: list[_Piece], length: int) -> list[_Piece]:
    """The pieces that make up the next `length` code points, taken off the end of `rest`, where the nearest stands."""
    taken: list[_Piece] = []
    while length and rest:
        piece = rest.pop()
        if _length(piece) > length:
            piece, tail = _split(piece, length)
            rest.append(tail)
        taken.append(piece)
        length -= _length(piece)
    return taken
