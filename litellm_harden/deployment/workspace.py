"""The files as read once, parsed once, and as they would be after the edits made so far."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar, cast

from litellm_harden.documents.base import Document, Unparsable
from litellm_harden.text.edits import Draft, Edit
from litellm_harden.text.source import Source, Undecodable

if TYPE_CHECKING:
    from litellm_harden.deployment.tracking import Standing
    from litellm_harden.documents.dockerfile import DockerfileDocument
    from litellm_harden.documents.dotenv import DotenvDocument
    from litellm_harden.documents.yaml import YamlDocument
    from litellm_harden.documents.yaml.stream import Stream

_T = TypeVar("_T")
_D = TypeVar("_D", bound=Document)

NOTHING_UNSAVED: Mapping[Path, bytes] = MappingProxyType({})

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a larger file is refused rather than read."""


class Unreadable(Exception):
    """A file that cannot be judged: missing, not a regular file, outside the root, not text, or malformed."""

    def __init__(self, file: Path, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.file, self.message, self.line = file, message, line


class Workspace:
    """The files under `root`. Immutable to its users: `edited` gives a new one that shares what was read."""

    def __init__(self, root: Path, given: Iterable[Path] = (), unsaved: Mapping[Path, bytes] = NOTHING_UNSAVED) -> None:
        """`given` are files that the owner names: they are read wherever they lie. `unsaved` is what an editor holds
        of files: it counts instead of what is on disk, if anything is."""
        self.root = root.resolve()
        self._given = set(given)
        self._unsaved = unsaved
        self._read: dict[Path, bytes | Unreadable] = {
            path: content if len(content) <= LARGEST_FILE else _too_large(path) for path, content in unsaved.items()
        }
        self._drafts: dict[Path, Draft] = {}
        self._sources: dict[Path, Source] = {}
        self._documents: dict[Path, dict[str, Document | Unreadable]] = {}
        self._tracked: dict[Path, bool | None] = {}
        self._standing: dict[Path, Standing | None] = {}
        self._memory: dict[object, object] = {}
        self.first = self
        """The workspace as it was before all edits."""

    def admit(self, given: Iterable[Path]) -> None:
        """Read these files too, wherever they lie: their owner names them."""
        self._given.update(given)

    def exists(self, path: Path) -> bool:
        """Whether something is at `path`; what is no regular file cannot be read then."""
        return path in self._unsaved or os.path.lexists(path)

    def is_unsaved(self, path: Path) -> bool:
        """Whether an editor holds `path`, so that what is on disk does not count."""
        return path in self._unsaved

    def asked(self) -> tuple[Path, ...]:
        """Every file that was to be read so far, there or not."""
        return tuple(self._read)

    def tracked(self, path: Path) -> bool | None:
        """Whether git tracks `path`; None where git cannot tell."""
        if path not in self._tracked:
            from litellm_harden.deployment.tracking import is_tracked

            self._tracked[path] = is_tracked(path)
        return self._tracked[path]

    def standing(self, files: Collection[Path]) -> Mapping[Path, Standing | None]:
        """How git stands to each of the files, which lie in repositories; None where it cannot tell."""
        asked = [file for file in files if file not in self._standing]
        if asked:
            from litellm_harden.deployment.tracking import standing

            self._standing.update(standing(asked))
        return self._standing

    def note_ignored(self, files: Iterable[Path]) -> None:
        """Keep what git was asked already: it ignores these files. A link is asked about again, with its end."""
        self._standing.update((file, "ignored") for file in files if not file.is_symlink())

    def read(self, path: Path) -> bytes:
        """The bytes on disk when first read. Raises Unreadable."""
        if path not in self._read:
            try:
                self._read[path] = self._load(path)
            except Unreadable as error:
                self._read[path] = error
        found = self._read[path]
        if isinstance(found, Unreadable):
            raise found
        return found

    def source(self, path: Path) -> Source:
        """The current text. Raises Unreadable."""
        if self._is_as_first(path):
            return self.first.source(path)
        if path not in self._sources:
            try:
                self._sources[path] = Source.decode(self.read(path))
            except Undecodable as error:
                raise Unreadable(path, str(error), error.line) from None
        return self._sources[path]

    def config(self, path: Path) -> YamlDocument:
        """`path` as LiteLLM reads its config: YAML 1.1. Raises Unreadable."""
        from litellm_harden.documents.yaml import YamlDocument

        return self._document(path, "config", YamlDocument.litellm)

    def compose(self, path: Path) -> YamlDocument:
        """`path` as Compose reads it. Raises Unreadable."""
        from litellm_harden.documents.yaml import YamlDocument

        return self._document(path, "compose", YamlDocument.compose)

    def manifest(self, path: Path) -> Stream:
        """`path` as Kubernetes and Helm read it, with the files that its texts hold. Raises Unreadable."""
        from litellm_harden.deployment.kubernetes.objects import embedded
        from litellm_harden.documents.yaml.stream import Stream

        return self._document(path, "manifest", lambda source: Stream(source, embedded))

    def dotenv(self, path: Path) -> DotenvDocument:
        """`path` as an env file. Raises Unreadable."""
        from litellm_harden.documents.dotenv import DotenvDocument

        return self._document(path, "dotenv", DotenvDocument)

    def dockerfile(self, path: Path) -> DockerfileDocument:
        """`path` as a Dockerfile. Raises Unreadable."""
        from litellm_harden.documents.dockerfile import DockerfileDocument

        return self._document(path, "dockerfile", DockerfileDocument)

    def documents(self, path: Path) -> dict[str, Document]:
        """Every way in which `path` has been read so far and could be parsed, by the name of its reader here."""
        if self._is_as_first(path):
            return self.first.documents(path)
        found = self._documents.get(path, {})
        return {kind: document for kind, document in found.items() if not isinstance(document, Unreadable)}

    def document(self, path: Path, kind: str) -> Document:
        """`path` read in the way that `documents` named. Raises Unreadable."""
        readers: dict[str, Callable[[Path], Document]] = {
            "config": self.config,
            "compose": self.compose,
            "manifest": self.manifest,
            "dotenv": self.dotenv,
            "dockerfile": self.dockerfile,
        }
        return readers[kind](path)

    def remember(self, key: object, make: Callable[[], _T]) -> _T:
        """What `make` gives, made once for these texts."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast(_T, self._memory[key])

    def edited(self, edits: Mapping[Path, Sequence[Edit]]) -> Workspace:
        """The workspace after `edits`, given in coordinates of the current texts."""
        result = Workspace.__new__(Workspace)
        result.root, result._given, result._read = self.root, self._given, self._read
        result._unsaved = self._unsaved
        result._tracked, result._standing = self._tracked, self._standing
        result._drafts = dict(self._drafts)
        result._memory = {}
        result.first = self.first
        result._sources = {path: self._sources[path] for path in self._drafts}
        result._documents = {path: self._documents[path] for path in self._drafts if path in self._documents}
        for path, changes in edits.items():
            draft = self._drafts.get(path) or Draft(self.source(path).text)
            result._drafts[path] = draft = draft.edited(changes)
            result._documents.pop(path, None)
            result._sources[path] = Source(draft.text, self.source(path).bom)
        return result

    def original(self, path: Path, offset: int) -> int | None:
        """Where what stands at an offset of the current text stood in the text first read; None where it is new."""
        draft = self._drafts.get(path)
        return draft.origin(offset) if draft is not None else offset

    def edits(self) -> dict[Path, tuple[Edit, ...]]:
        """All edits made so far, against the texts first read; files that come out unchanged are left out."""
        found = {path: draft.edits() for path, draft in self._drafts.items()}
        return {path: edits for path, edits in found.items() if edits}

    def _is_as_first(self, path: Path) -> bool:
        """Whether a file is as it was before all edits, so that what was made of it then holds."""
        return self is not self.first and path not in self._drafts

    def _document(self, path: Path, kind: str, parse: Callable[[Source], _D]) -> _D:
        if self._is_as_first(path):
            return self.first._document(path, kind, parse)
        known = self._documents.setdefault(path, {})
        if kind not in known:
            try:
                known[kind] = parse(self.source(path))
            except Unparsable as error:
                known[kind] = Unreadable(path, str(error), error.line)
        found = known[kind]
        if isinstance(found, Unreadable):
            raise found
        return cast(_D, found)

    def _load(self, path: Path) -> bytes:
        try:
            info = os.stat(path)
            if not stat.S_ISREG(info.st_mode):
                raise Unreadable(path, "is not a regular file")
            if info.st_size > LARGEST_FILE:
                raise _too_large(path)
            if path not in self._given and not Path(os.path.realpath(path)).is_relative_to(self.root):
                raise Unreadable(path, "lies outside the folder that is judged")
            with open(path, "rb", opener=_without_waiting) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Unreadable(path, "is not a regular file")
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise Unreadable(path, f"cannot be read: {error.strerror}") from None
        if len(content) > LARGEST_FILE:
            raise _too_large(path)
        return content


def _without_waiting(path: str, flags: int) -> int:
    """Opens a file, which may have become a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _too_large(path: Path) -> Unreadable:
    return Unreadable(path, f"is larger than {LARGEST_FILE // 1024 // 1024} MiB")
