"""A YAML file of one or more documents, some of whose texts are YAML files themselves.

A path starts with the number of the document and goes on through such a text as if it were a mapping:
`(0, "data", "config.yaml", "general_settings")`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal, Unparsable
from litellm_harden.documents.comments import holds_nothing
from litellm_harden.documents.yaml.bounds import is_bounded
from litellm_harden.documents.yaml.within import Excerpt, Within, literal_text
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

_SEPARATOR = pattern(r"^---(?=[ \t\r\n]|$)", re.MULTILINE)

Chooser = Callable[[object], Iterator[Path]]
"""Which texts of a document, given as data, are YAML files."""


class Stream:
    """The documents of a file."""

    def __init__(self, source: Source, embedded: Chooser) -> None:
        """Raises Unparsable. Of the texts that `embedded` names, those that can be read as YAML are."""
        self._source, self._chooser = source, embedded
        self._documents = [_bounded(Within(excerpt)) for excerpt in _excerpts(source)]

    @property
    def source(self) -> Source:
        """The text it was parsed from."""
        return self._source

    @cached_property
    def data(self) -> list[object]:
        """The documents as plain data, with what they embed in the place of its text."""
        found = [document.data for document in self._documents]
        for path, inner in self._embedded.items():
            value = "" if inner.data is None else inner.data  # of comments alone, as of nothing at all
            found[int(path[0])] = _with(found[int(path[0])], path[1:], value)
        return found

    comments_behind = True
    """YAML has comments behind values."""

    def holds(self, offset: int) -> bool:
        """Whether the offset lies in a value of a document, or of a file in it."""
        document = self._around(offset)
        return document is not None and document.holds(offset)

    def marks(self, offset: int) -> list[int]:
        """Where a comment speaks about what stands at the offset."""
        document = self._around(offset)
        return document.marks(offset) if document is not None else [offset]

    def _around(self, offset: int) -> Within | None:
        """The embedded file, else the document, that the offset lies in."""
        return next((one for one in (*self._embedded.values(), *self._documents) if one.covers(offset)), None)

    def find(self, path: Path) -> Located | None:
        """The value at `path`; an embedded file itself is its text."""
        document, rest = self._home(path)
        return document.find(rest) if document is not None else None

    def tag(self, path: Path) -> str | None:
        """The tag written at the value."""
        document, rest = self._home(path)
        return document.tag(rest) if document is not None else None

    def style(self, path: Path) -> str | None:
        """How the value is written."""
        document, rest = self._home(path)
        return document.style(rest) if document is not None else None

    def offsets(self, path: Path) -> list[int] | None:
        """Where each character of the string at `path` stands, and where the last one ends."""
        document, rest = self._home(path)
        return document.offsets(rest) if document is not None else None

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value."""
        document, rest = self._home(path, inside=True)
        return document.update(rest, values) if document is not None else _NOWHERE

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`."""
        document, rest = self._home(path)
        return document.append(rest, value) if document is not None else _NOWHERE

    def remove(self, path: Path) -> Proposal:
        """Take out the key or item at `path`."""
        document, rest = self._home(path)
        return document.remove(rest) if document is not None else _NOWHERE

    def rename(self, path: Path, key: str) -> Proposal:
        """Call the key at `path` by another name."""
        document, rest = self._home(path)
        return document.rename(rest, key) if document is not None else _NOWHERE

    def inside(self, prefix: Path) -> Inside:
        """What stands at `prefix`, as a document of its own."""
        return Inside(self, prefix)

    def part(self, path: Path) -> tuple[Within | None, Path]:
        """The document, of the file or embedded, that what is inside `path` is written in, and the path in it."""
        return self._home(path, inside=True)

    def embedded(self) -> list[Path]:
        """The texts that are read as YAML files."""
        return list(self._embedded)

    def unreadable(self, path: Path) -> Refusal | Unparsable | None:
        """Why a text that should be YAML cannot be read as such; None where it can."""
        return self._texts[1].get(path)

    @property
    def _embedded(self) -> dict[Path, Within]:
        return self._texts[0]

    @cached_property
    def _texts(self) -> tuple[dict[Path, Within], dict[Path, Refusal | Unparsable]]:
        """The texts that are YAML files, and why others that should be are not read."""
        found: dict[Path, Within] = {}
        refused: dict[Path, Refusal | Unparsable] = {}
        for number, document in enumerate(self._documents):
            for path in self._chooser(document.data):
                where = (number, *path)
                located = document.find(path)
                excerpt = literal_text(self._source, located.span) if located is not None else _NOWHERE
                if isinstance(excerpt, Refusal):
                    refused[where] = excerpt
                    continue
                try:
                    found[where] = _bounded(Within(excerpt))
                except Unparsable as error:
                    refused[where] = error
        return found, refused

    def _home(self, path: Path, inside: bool = False) -> tuple[Within | None, Path]:
        for prefix, inner in self._embedded.items():
            if path[: len(prefix)] == prefix and (inside or len(path) > len(prefix)):
                return inner, path[len(prefix) :]
        number = path[0] if path else None
        if not isinstance(number, int) or not 0 <= number < len(self._documents):
            return None, ()
        return self._documents[number], path[1:]


def _bounded(document: Within) -> Within:
    """The document, if all that reads it can walk through it. Raises Unparsable."""
    if not is_bounded(document.data, len(document.source.text)):
        raise Unparsable("is nested too deeply, or its aliases expand to too much")
    return document


_NOWHERE = Refusal("there is no such document")
_WHOLE = Refusal("the document itself cannot be removed")


class Inside:
    """What stands at one place of a stream, as a document of its own: paths start there."""

    def __init__(self, stream: Stream, prefix: Path) -> None:
        self._stream, self.prefix = stream, prefix

    @property
    def source(self) -> Source:
        """The text of the whole file."""
        return self._stream.source

    @property
    def data(self) -> object:
        """The content as plain data."""
        document, rest = self._stream.part(self.prefix)
        found = document.find(rest) if document is not None and rest else None
        return found.value if found is not None else document.data if document is not None and not rest else None

    def find(self, path: Path) -> Located | None:
        """The value at `path`."""
        return self._stream.find((*self.prefix, *path))

    def tag(self, path: Path) -> str | None:
        """The tag written at the value."""
        return self._stream.tag((*self.prefix, *path))

    def style(self, path: Path) -> str | None:
        """How the value is written."""
        return self._stream.style((*self.prefix, *path))

    def offsets(self, path: Path) -> list[int] | None:
        """Where each character of the string at `path` stands, and where the last one ends."""
        return self._stream.offsets((*self.prefix, *path))

    def duplicates(self) -> list[tuple[Path, Span]]:
        """Keys that are there twice in one mapping: the path, and the span of each key that loses."""
        document, rest = self._stream.part(self.prefix)
        found = document.duplicates() if document is not None else []
        return [(path[len(rest) :], span) for path, span in found if path[: len(rest)] == rest]

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value."""
        return self._stream.update((*self.prefix, *path), values)

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`."""
        return self._stream.append((*self.prefix, *path), value)

    def remove(self, path: Path) -> Proposal:
        """Take out the key or item at `path`."""
        return self._stream.remove((*self.prefix, *path)) if path else _WHOLE

    def rename(self, path: Path, key: str) -> Proposal:
        """Call the key at `path` by another name."""
        return self._stream.rename((*self.prefix, *path), key)


def _excerpts(source: Source) -> Iterator[Excerpt]:
    """The text of each document, from its `---` to the next one. Comments alone in front of the first make none."""
    starts = [match.start() for match in _SEPARATOR.finditer(source.text)]
    if not starts or not all(map(holds_nothing, source.text[: starts[0]].splitlines())):
        starts.insert(0, 0)
    for start, end in zip(starts, [*starts[1:], len(source.text)], strict=True):
        yield Excerpt(source, Span(start, end), 0)


def _with(data: object, path: Path, value: object) -> object:
    """The data with another value at a path that it has; what does not lie on the path is shared."""
    if not path:
        return value
    if isinstance(data, list):
        return [_with(item, path[1:], value) if at == path[0] else item for at, item in enumerate(data)]
    assert isinstance(data, dict)
    return {key: _with(item, path[1:], value) if key == path[0] else item for key, item in data.items()}
