"""What every document answers: where is this value, and which edits would make it so."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from litellm_harden.record import Record
from litellm_harden.text.edits import Edit
from litellm_harden.text.source import Source, Span

Key = str | int
Path = tuple[Key, ...]


class Unparsable(ValueError):
    """A document that its format's parser rejects. `line` is 1-based, or None where the parser names none."""

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.line = line


class Refusal:
    """Why an edit cannot be made here: one clause that can follow "not fixed: "."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Refusal({self.reason!r})"


class Located(Record):
    """A value a document holds, as plain data, and where it is written.

    `span` covers the value as written, quotes included; it is empty, just behind the key, where nothing is written
    (`key:`). `key` is the span of its key, if it has one. `inherited` says that the text stands elsewhere
    (behind an alias, a merge or a parent stage) and serves others too.
    """

    value: object
    span: Span
    key: Span | None = None
    inherited: bool = False


Proposal = tuple[Edit, ...] | Refusal
"""The edits, in coordinates of the document's text, that make it so (none where it is so already), or why not."""


class Document(Protocol):
    """A parsed file. Addresses inside it are paths of keys and list indexes."""

    @property
    def source(self) -> Source:
        """The text it was parsed from."""

    @property
    def data(self) -> object:
        """The whole content as plain data, to compare before with after."""

    @property
    def comments_behind(self) -> bool:
        """Whether every reader takes a `#` behind a value, after a blank, for a comment."""

    def holds(self, offset: int) -> bool:
        """Whether what stands at `offset` belongs to a value, so that a `#` there starts no comment."""

    def marks(self, offset: int) -> list[int]:
        """Offsets on the lines above which a comment speaks about what stands at `offset`; the best place first."""

    def find(self, path: Path) -> Located | None:
        """The value at `path` that its reader would see, or None where there is none."""

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value; mappings on the way are created where missing."""

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`."""

    def remove(self, path: Path) -> Proposal:
        """Take out the key or item at `path`."""
