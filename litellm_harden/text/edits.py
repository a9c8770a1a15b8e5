"""Edits of a text: applied together, reversed exactly, and composed into one set against the text first read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Edit(NamedTuple):
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


class _Piece(NamedTuple):
    """A run of the current text: from the original (`start` is its offset there), or new (`start` is None)."""

    start: int | None
    text: str


class Draft:
    """A text under successive edits, which remembers them as one set of edits against the original."""

    def __init__(self, original: str) -> None:
        self.original = original
        self._pieces: tuple[_Piece, ...] = (_Piece(0, original),)

    @property
    def text(self) -> str:
        """The text as it is now."""
        return "".join(piece.text for piece in self._pieces)

    def edited(self, edits: Iterable[Edit]) -> Draft:
        """A new draft with `edits`, given in coordinates of the current text, made on top. Raises Overlap."""
        draft = Draft(self.original)
        pieces = list(self._pieces)
        for edit in reversed(ordered(edits)):
            pieces = _replace(pieces, edit)
        draft._pieces = tuple(pieces)
        return draft

    def edits(self) -> tuple[Edit, ...]:
        """The edits that turn the original into the current text, without those that change nothing."""
        result, at, new = [], 0, ""
        for piece in (*self._pieces, _Piece(len(self.original), "")):
            if piece.start is None:
                new += piece.text
                continue
            if new != self.original[at : piece.start]:
                result.append(Edit(at, piece.start, new))
            at, new = piece.start + len(piece.text), ""
        return tuple(result)


def _replace(pieces: Sequence[_Piece], edit: Edit) -> list[_Piece]:
    before, rest = _split(pieces, edit.start)
    _, after = _split(rest, edit.end - edit.start)
    return [*before, *([_Piece(None, edit.text)] if edit.text else []), *after]


def _split(pieces: Sequence[_Piece], offset: int) -> tuple[list[_Piece], list[_Piece]]:
    for index, (start, text) in enumerate(pieces):
        if offset <= len(text):
            left, right = text[:offset], text[offset:]
            tail = _Piece(None if start is None else start + offset, right)
            return [*pieces[:index], _Piece(start, left)], [tail, *pieces[index + 1 :]]
        offset -= len(text)
    return list(pieces), []
