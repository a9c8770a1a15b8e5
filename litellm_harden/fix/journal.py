"""The journal of runs: the old bytes of every file, made durable before the first is replaced.

It holds secrets, so it lies outside the tree, in the platform's state folder, readable by its owner alone:
one folder per root, in it one folder per run with a manifest and the old bytes of each file.
"""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import IO

from litellm_harden.fix.files import remove_temporaries
from litellm_harden.fix.folder import sync_folder, write_durably
from litellm_harden.fix.where import MANIFEST, ROOT, UNFINISHED, journal_folder

KEPT_RUNS = 10
_PRIVATE = 0o700
_RUN = re.compile(r"\d{8}T\d{6}Z-\d{4,}")


class Busy(Exception):
    """Another run is changing the same root."""


class Damaged(Exception):
    """A journal that cannot be read back."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a run: its path relative to the root, and the SHA-256 of its bytes before and after."""

    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Run:
    """A run in the journal; its name, that of its folder, sorts by time."""

    folder: Path
    entries: tuple[Entry, ...]

    @property
    def name(self) -> str:
        """The UTC time it began, and a count."""
        return self.folder.name

    @property
    def unfinished(self) -> bool:
        """Whether its files may be partly old and partly new."""
        return (self.folder / UNFINISHED).exists()

    def old_bytes(self, entry: Entry) -> bytes:
        """The bytes of a file before the run. Raises Damaged."""
        try:
            data = (self.folder / str(self.entries.index(entry))).read_bytes()
        except OSError as error:
            raise Damaged(f"the journal has lost {entry.path}: {error.strerror}") from None
        if digest(data) != entry.old:
            raise Damaged(f"the journal's copy of {entry.path} is damaged")
        return data


class Journal:
    """The runs of one root. Reading creates nothing; OSError may come from all that writes."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.folder = journal_folder(root)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the root for one writer at a time; what a run that died left half recorded is swept. Raises Busy."""
        make_private(self.folder.parent)
        make_private(self.folder)
        with suppress(FileExistsError):
            write_durably(self.folder.parent / ".gitignore", b"*\n")  # it may lie in a repository: that of a home
        with open(self.folder / "lock", "a", encoding="utf-8", opener=_private) as file:
            _lock(file)
            for folder in self._folders():
                if not (folder / MANIFEST).exists():
                    shutil.rmtree(folder, ignore_errors=True)
            if not (self.folder / ROOT).exists():
                _write_whole(self.folder / ROOT, os.fsencode(self.root))
            yield

    def is_held(self) -> bool:
        """Whether a writer is at work."""
        with suppress(OSError), open(self.folder / "lock", "r+", encoding="utf-8") as file:
            try:
                _lock(file)
            except Busy:
                return True
        return False

    def relatives(self) -> list[Path]:
        """The roots above and below this one that have runs, as a fix of other paths may have chosen them."""
        if not self.folder.parent.is_dir():
            return []
        roots = [Path(os.fsdecode(name.read_bytes())) for name in sorted(self.folder.parent.glob(f"*/{ROOT}"))]
        near = [root for root in roots if root.is_relative_to(self.root) or self.root.is_relative_to(root)]
        return [root for root in near if root != self.root and Journal(root).runs()]

    def runs(self) -> list[Run]:
        """The runs, oldest first. Raises Damaged."""
        return [_load(folder) for folder in self._folders() if (folder / MANIFEST).exists()]

    def begin(self, files: Sequence[tuple[str, bytes, bytes]]) -> Run:
        """Record an unfinished run, given each file's path relative to the root with its old and its new bytes."""
        folder = self.folder / self._next_name()
        try:
            make_private(folder)
            for index, (_, old, _) in enumerate(files):
                write_durably(folder / str(index), old)
            write_durably(folder / UNFINISHED, b"")
            run = Run(folder, tuple(Entry(path, digest(old), digest(new)) for path, old, new in files))
            _write_whole(folder / MANIFEST, _manifest(run))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return run

    def reopen(self, run: Run) -> None:
        """Note that the files of `run` are about to be brought back."""
        if not run.unfinished:
            write_durably(run.folder / UNFINISHED, b"")
            sync_folder(run.folder)

    def settle(self) -> None:
        """Take the files of runs that were cut short as they are, since a new run goes on from there."""
        for folder in self._folders():
            if (folder / UNFINISHED).exists():
                with suppress(Damaged):
                    run = _load(folder)
                    remove_temporaries((self.root / entry.path for entry in run.entries), self.root, run.name)
                    self.finish(run)

    def finish(self, run: Run) -> None:
        """Note that the files of `run` are as it wants them, and forget all but the last ten runs."""
        (run.folder / UNFINISHED).unlink(missing_ok=True)
        for folder in self._folders()[:-KEPT_RUNS]:
            _forget(folder)

    def forget(self, run: Run) -> None:
        """Take `run` out."""
        _forget(run.folder)

    def _folders(self) -> list[Path]:
        """Those of the runs, oldest first."""
        if not self.folder.is_dir():
            return []
        return sorted(one for one in self.folder.iterdir() if _RUN.fullmatch(one.name) and one.is_dir())

    def _next_name(self) -> str:
        stamp = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%SZ")
        last = max((folder.name for folder in self._folders()), default="")
        stamp = max(stamp, last[: len(stamp)])  # a clock set back must not put the new run before the last one
        count = int(last[len(stamp) + 1 :]) + 1 if last.startswith(stamp) else 0
        return f"{stamp}-{count:04}"


def make_private(folder: Path) -> None:
    """Have a folder that only its owner can enter, with those above it. Raises OSError, also where others may have
    put something into it."""
    if not folder.exists():
        _make(folder)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, f"{folder} is no folder")
    if sys.platform == "win32":
        return
    info = folder.stat()
    if info.st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, f"{folder} belongs to another user")
    if stat.S_IMODE(info.st_mode) & (stat.S_IWGRP | stat.S_IWOTH):
        raise PermissionError(errno.EPERM, f"others may write into {folder}")
    if stat.S_IMODE(info.st_mode) != _PRIVATE:
        folder.chmod(_PRIVATE)


def _make(folder: Path) -> None:
    if not folder.parent.exists():
        _make(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir(_PRIVATE)
        folder.chmod(_PRIVATE)  # whatever the umask
        sync_folder(folder.parent)


def digest(data: bytes) -> str:
    """The SHA-256 of bytes, in hexadecimal."""
    return sha256(data).hexdigest()


def _manifest(run: Run) -> bytes:
    entries = [{"path": entry.path, "old": entry.old, "new": entry.new} for entry in run.entries]
    return json.dumps({"files": entries}, indent=1).encode()


def _forget(folder: Path) -> None:
    """Take a run out; the manifest goes first, so that what is left of it is no run."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _write_whole(file: Path, data: bytes) -> None:
    """Make a file that is there wholly or not at all, and that stays."""
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    write_durably(draft, data)
    draft.replace(file)
    sync_folder(file.parent)


def _load(folder: Path) -> Run:
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
        return Run(folder, tuple(Entry(one["path"], one["old"], one["new"]) for one in manifest["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        raise Damaged(f"the journal in {folder} cannot be read; to go without it, remove it") from None


def _private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    if sys.platform != "win32":
        os.fchmod(descriptor, 0o600)  # whatever the umask
    return descriptor


def _lock(file: IO[str]) -> None:
    """Lock a file until it is closed. Raises Busy."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise Busy("another lh is changing these files; wait for it to end") from None
