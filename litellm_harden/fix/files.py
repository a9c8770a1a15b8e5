"""Replace files: each wholly old or wholly new at any moment, all of them or none."""

from __future__ import annotations

import errno
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_WINDOWS_TRIES = 20


@dataclass(frozen=True, slots=True)
class Replacement:
    """A real file (no link), the bytes it must hold now, and those it is to hold."""

    file: Path
    old: bytes
    new: bytes


class ReplaceFailed(Exception):
    """A clause that says which file failed, and how. `stuck` are files that could not be brought back either."""

    def __init__(self, message: str, stuck: Sequence[Path] = ()) -> None:
        super().__init__(message)
        self.stuck = tuple(stuck)


def replace_all(replacements: Sequence[Replacement], tag: str) -> None:
    """Replace every file, keeping mode and owner; where one fails, those replaced are brought back.

    `tag` goes into the names of the temporary files beside them. Raises ReplaceFailed.
    """
    begun: list[Replacement] = []
    try:
        for one in replacements:
            _guarded(_stage, one, tag, one.new)
        for one in replacements:
            _guarded(_check, one)
        for one in replacements:
            begun.append(one)
            _guarded(_rename, one, tag)
        for one in replacements:
            _guarded(_sync_name, one)
    except BaseException:
        try:
            _bring_back(begun, tag)
        finally:
            remove_temporaries((one.file for one in replacements), tag)
        raise


def remove_temporaries(files: Iterable[Path], tag: str) -> None:
    """Remove what a run that was cut short left beside its files."""
    for file in files:
        with suppress(OSError):
            _temporary(file, tag).unlink()


def write_durably(path: Path, data: bytes, like: Path | None = None) -> None:
    """Create a file, on disk before returning: with the mode and owner of `like`, else for its owner alone.

    Raises OSError.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if like is not None and sys.platform != "win32":
            _imitate(path, like)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on disk before returning; neither needed nor possible on Windows."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems know no such thing
            raise
    finally:
        os.close(descriptor)


def _imitate(path: Path, like: Path) -> None:
    now, wanted = path.stat(), like.stat()
    if (now.st_uid, now.st_gid) != (wanted.st_uid, wanted.st_gid):
        os.chown(path, wanted.st_uid, wanted.st_gid)
    shutil.copystat(like, path)  # the mode, and extended attributes such as labels and access lists
    os.utime(path)


def _temporary(file: Path, tag: str) -> Path:
    return file.with_name(f".{file.name}.{tag}.lh-tmp")


def _guarded(step: Callable[..., None], one: Replacement, *arguments: object) -> None:
    try:
        step(one, *arguments)
    except OSError as error:
        raise ReplaceFailed(f"{one.file.name} could not be written: {error.strerror or error}") from None


def _stage(one: Replacement, tag: str, data: bytes) -> None:
    draft = _temporary(one.file, tag)
    draft.unlink(missing_ok=True)
    write_durably(draft, data, like=one.file)


def _check(one: Replacement) -> None:
    if one.file.read_bytes() != one.old:
        raise ReplaceFailed(f"{one.file.name} changed since it was read")


def _rename(one: Replacement, tag: str) -> None:
    """Put the temporary file in its place; on Windows, wait for a reader that holds the file open."""
    draft = _temporary(one.file, tag)
    for _ in range(_WINDOWS_TRIES if sys.platform == "win32" else 0):
        with suppress(PermissionError):
            draft.replace(one.file)
            return
        time.sleep(0.05)
    draft.replace(one.file)


def _sync_name(one: Replacement) -> None:
    sync_folder(one.file.parent)


def _bring_back(begun: Sequence[Replacement], tag: str) -> None:
    for number, one in enumerate(begun):
        try:
            if one.file.read_bytes() != one.old:
                _stage(one, tag, one.old)
                _rename(one, tag)
        except OSError as error:
            stuck = [rest.file for rest in begun[number:]]
            raise ReplaceFailed(f"{one.file.name} could not be written: {error.strerror or error}", stuck) from None
