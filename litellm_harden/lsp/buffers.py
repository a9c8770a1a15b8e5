"""What an editor holds: the texts of its open files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pygls.uris import from_fs_path, to_fs_path

from litellm_harden.lsp.lines import changed
from litellm_harden.record import Record

if TYPE_CHECKING:
    from lsprotocol.types import TextDocumentContentChangeEvent

LARGEST = 5_000_000
"""Characters; what is longer is not judged while it is typed."""


class Buffer(Record):
    """An open file: how the editor names it, where it lies, and its text with the version that the editor gave it."""

    uri: str
    path: Path
    language: str
    version: int
    text: str

    @property
    def too_long(self) -> bool:
        """Whether it is left alone for its size."""
        return len(self.text) > LARGEST

    def encode(self) -> bytes:
        """Its bytes, were it saved. Halves of characters, which no file can hold, come out as what is no UTF-8."""
        return self.text.encode("utf-8", "surrogatepass")


class Buffers:
    """All open files. What lies in no file system (`untitled:`) is passed over."""

    def __init__(self) -> None:
        self._by_uri: dict[str, Buffer] = {}

    def __iter__(self) -> Iterator[Buffer]:
        return iter(self._by_uri.values())

    def get(self, uri: str) -> Buffer | None:
        """The open file of that name."""
        return self._by_uri.get(uri)

    def open(self, uri: str, language: str, version: int, text: str) -> Buffer | None:
        """Take a file that was opened."""
        path = path_of(uri)
        if path is None:
            return None
        self._by_uri[uri] = Buffer(uri, path, language, version, text)
        return self._by_uri[uri]

    def change(
        self, uri: str, version: int, changes: Iterable[TextDocumentContentChangeEvent], encoding: str
    ) -> Buffer | None:
        """Take what was typed."""
        buffer = self._by_uri.get(uri)
        if buffer is None:
            return None
        self._by_uri[uri] = buffer._replace(version=version, text=changed(buffer.text, changes, encoding))
        return self._by_uri[uri]

    def close(self, uri: str) -> Buffer | None:
        """Forget a file that was closed."""
        return self._by_uri.pop(uri, None)

    def by_path(self) -> Mapping[Path, Buffer]:
        """The open files as they are now, by where they lie."""
        return {buffer.path: buffer for buffer in self}


def path_of(uri: str) -> Path | None:
    """Where the file of a URI lies; None where that is no place on this machine."""
    try:
        path = to_fs_path(uri)
    except ValueError:
        return None
    if not path or "\0" in path or not Path(path).is_absolute():
        return None
    return Path(os.path.abspath(path))


def uri_of(path: Path) -> str:
    """The URI of a file that the editor has not named itself."""
    return str(from_fs_path(str(path)))
