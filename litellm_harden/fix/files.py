"""Replace files: each wholly old or wholly new at any moment, all of them or none."""

from __future__ import annotations

import errno
import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from litellm_harden.fix.folder import held

_WINDOWS_TRIES = 20


@dataclass(frozen=True, slots=True)
class Replacement:
    """A real file (no link), the bytes it must hold now, and those it is to hold."""

    file: Path
    old: bytes
    new: bytes

    def reversed(self) -> Replacement:
        """What takes it back."""
        return Replacement(self.file, self.new, self.old)


class ReplaceFailed(Exception):
    """A clause that says which file failed, and how. `stuck` are files that could not be brought back either."""

    def __init__(self, message: str, stuck: Sequence[Path] = ()) -> None:
        super().__init__(message)
        self.stuck = tuple(stuck)


def replace_all(replacements: Sequence[Replacement], root: Path, tag: str) -> None:
    """Replace every file, all below `root`, keeping mode, owner and attributes; where one fails, those replaced are
    brought back.

    `tag` goes into the names of the temporary files beside them. Raises ReplaceFailed.
    """
    begun: list[Replacement] = []
    try:
        for one in replacements:
            _guarded(_stage, one, root, tag)
        for one in replacements:
            _guarded(_check, one, root)
        for one in replacements:
            begun.append(one)
            _guarded(_put, one, root, tag)
        for folder in {one.file.parent: one for one in replacements}.values():
            _guarded(_sync_names, folder, root)
    except BaseException as error:
        try:
            stuck = [one.file for one in begun if not _brought_back(one, root, tag)]
        finally:
            remove_temporaries((one.file for one in replacements), root, tag)
        if stuck:
            raise ReplaceFailed(str(error) or "interrupted", stuck) from None
        raise


def remove_temporaries(files: Iterable[Path], root: Path, tag: str) -> None:
    """Remove what a run that was cut short left beside its files."""
    for file in files:
        with suppress(OSError), held(file.parent, root) as folder:
            folder.remove(_temporary(file, tag))


def _temporary(file: Path, tag: str) -> str:
    """A name that is not too long, however long that of the file is."""
    return f".{sha256(os.fsencode(file.name)).hexdigest()[:12]}.{tag}.lh-tmp"


def _guarded(step: Callable[..., None], one: Replacement, *arguments: object) -> None:
    try:
        step(one, *arguments)
    except OSError as error:
        raise ReplaceFailed(f"{one.file.name} could not be written: {_reason(error)}") from None


def _reason(error: OSError) -> str:
    if error.errno == errno.EBUSY:
        return "it is mounted here on its own, so that only its bytes could be replaced"
    return error.strerror or str(error)


def _stage(one: Replacement, root: Path, tag: str) -> None:
    draft = _temporary(one.file, tag)
    with held(one.file.parent, root) as folder:
        folder.remove(draft)
        folder.create(draft, one.new, like=one.file.name)


def _check(one: Replacement, root: Path) -> None:
    with held(one.file.parent, root) as folder:
        if folder.read(one.file.name, len(one.old) + 1) != one.old:
            raise ReplaceFailed(f"{one.file.name} changed since it was read")


def _put(one: Replacement, root: Path, tag: str) -> None:
    """Put the temporary file in its place; on Windows, wait for a reader that holds the file open."""
    draft = _temporary(one.file, tag)
    _check(one, root)
    with held(one.file.parent, root) as folder:
        for _ in range(_WINDOWS_TRIES if sys.platform == "win32" else 0):
            with suppress(PermissionError):
                folder.replace(one.file.name, draft)
                return
            time.sleep(0.05)
        folder.replace(one.file.name, draft)


def _sync_names(one: Replacement, root: Path) -> None:
    with held(one.file.parent, root) as folder:
        folder.sync()


def _brought_back(one: Replacement, root: Path, tag: str) -> bool:
    """Whether a file was not replaced, or holds its old bytes again; what somebody made of the new ones stays."""
    try:
        with held(one.file.parent, root) as folder:
            if folder.has(_temporary(one.file, tag)):
                return True
            now = folder.read(one.file.name, max(len(one.old), len(one.new)) + 1)
        if now == one.new:
            _stage(one.reversed(), root, tag)
            _put(one.reversed(), root, tag)
    except (OSError, ReplaceFailed):
        return False
    return now in (one.old, one.new)
