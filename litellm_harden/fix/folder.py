"""A folder held open: what is done to the files in it is done there, wherever its name leads meanwhile."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PRIVATE = 0o600
_MOVED = "its folder is no longer where it was"
_BINARY = getattr(os, "O_BINARY", 0)
_DIRECTORY = getattr(os, "O_DIRECTORY", 0)
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


class Folder:
    """Files in it by name. On Windows, which cannot hold a folder open, it is a path. OSError comes from all."""

    def __init__(self, path: Path, handle: int | None = None) -> None:
        self.path, self._handle = path, handle

    def has(self, name: str) -> bool:
        """Whether there is a file of that name."""
        try:
            os.stat(self._place(name), dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return False
        return True

    def read(self, name: str, most: int) -> bytes:
        """The bytes of a regular file, at most `most` of them."""
        with open(self._opened(name), "rb") as file:
            return file.read(most)

    def create(self, name: str, data: bytes, like: str | None = None) -> None:
        """Make a file, on disk before returning: for its owner alone, or with all that the file `like` has but the
        bytes: mode, owner, access list, extended attributes."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY
        descriptor = os.open(self._place(name), flags, _PRIVATE, dir_fd=self._handle)
        with open(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            self._imitate(descriptor, like)
            os.fsync(descriptor)

    def replace(self, name: str, by: str) -> None:
        """Put the file `by` in the place of another."""
        os.replace(self._place(by), self._place(name), src_dir_fd=self._handle, dst_dir_fd=self._handle)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        with suppress(FileNotFoundError):
            os.unlink(self._place(name), dir_fd=self._handle)

    def sync(self) -> None:
        """Have the names in it on disk before returning; neither needed nor possible on Windows."""
        if self._handle is None:
            return
        try:
            os.fsync(self._handle)
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems know no such thing
                raise

    def _place(self, name: str) -> str:
        return name if self._handle is not None else str(self.path / name)

    def _opened(self, name: str) -> int:
        """A regular file, open for reading. Neither a link is followed, nor is a pipe waited for."""
        try:
            flags = os.O_RDONLY | _BINARY | _NO_LINK | _NO_WAIT
            descriptor = os.open(self._place(name), flags, dir_fd=self._handle)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise OSError(error.errno, "a link has taken its place") from None
            raise
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "it is no regular file any more")
        return descriptor

    def _imitate(self, descriptor: int, like: str | None) -> None:
        if sys.platform == "win32":
            return
        if like is None:
            os.fchmod(descriptor, _PRIVATE)  # whatever the umask
            return
        model = self._opened(like)
        try:
            _give(descriptor, os.fstat(model))
            _copy_attributes(model, descriptor)
            os.fchmod(descriptor, stat.S_IMODE(os.fstat(model).st_mode))  # last: a new owner takes bits away
        finally:
            os.close(model)


@contextmanager
def held(path: Path, root: Path) -> Iterator[Folder]:
    """Hold `path`, a folder at or below `root`, both real. Raises OSError, also where a link now leads to it."""
    if sys.platform == "win32":
        yield Folder(path)
        return
    if not path.is_relative_to(root):
        raise OSError(errno.ENOENT, _MOVED)
    handle = _entered(str(root), None)
    try:
        for part in path.relative_to(root).parts:
            above, handle = handle, _entered(part, handle)
            os.close(above)
        yield Folder(path, handle)
    finally:
        os.close(handle)


def write_durably(file: Path, data: bytes) -> None:
    """Create a file for its owner alone, on disk before returning. Raises OSError."""
    Folder(file.parent).create(file.name, data)


def sync_folder(path: Path) -> None:
    """Have the names in a folder on disk before returning. Raises OSError."""
    real = Path(os.path.realpath(path))
    with held(real, real) as folder:
        folder.sync()


def _entered(name: str, above: int | None) -> int:
    try:
        return os.open(name, os.O_RDONLY | _DIRECTORY | _NO_LINK, dir_fd=above)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENOENT):
            raise OSError(error.errno, _MOVED) from None
        raise


def _give(descriptor: int, wanted: os.stat_result) -> None:
    if sys.platform == "win32":
        return
    now = os.fstat(descriptor)
    if (now.st_uid, now.st_gid) == (wanted.st_uid, wanted.st_gid):
        return
    try:
        os.fchown(descriptor, wanted.st_uid, wanted.st_gid)
    except OSError as error:
        what = "group" if now.st_uid == wanted.st_uid else "owner"
        raise OSError(error.errno, f"a replacement cannot be given its {what}") from None


def _copy_attributes(model: int, descriptor: int) -> None:
    """Give a file the extended attributes of another, and no others: a folder may have given it an access list.

    What the system itself keeps there, such as labels, is copied as far as it lets one. Only Linux lets Python.
    """
    if sys.platform != "linux":
        return
    wanted, now = _attributes(model), _attributes(descriptor)
    for name in wanted.keys() | now.keys():
        if wanted.get(name) == now.get(name):
            continue
        try:
            if name in wanted:
                os.setxattr(descriptor, name, wanted[name])
            else:
                os.removexattr(descriptor, name)
        except OSError as error:
            if name.startswith(("user.", "system.posix_acl")):
                raise OSError(error.errno, f"a replacement cannot be given its attribute {name}") from None


def _attributes(descriptor: int) -> dict[str, bytes]:
    if sys.platform != "linux":
        return {}
    try:
        return {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor)}
    except OSError as error:
        if error.errno == errno.ENOTSUP:
            return {}
        raise
