"""A run that ends, or meets an error, at every single point where it touches the disk."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.fix.undo import NothingToUndo, UndoRefused, undo
from litellm_harden.fix.where import pending
from litellm_harden.fix.write import WriteFailed
from tests.fix.test_write import A, contents, fix

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

OLD, NEW = b"A=0\n", b"A=1\n"
NAMES = ["x.env", "y.env", "z.env"]
MOST_POINTS = 100


def at_point(number: int, strike: Callable[[], None], patch: pytest.MonkeyPatch) -> list[int]:
    """Have `strike` called in place of the disk operation with this number, from 0; the list tells if it was."""
    struck: list[int] = []
    count = iter(range(sys.maxsize))
    for owner, name in ((os, "fsync"), (Path, "replace"), (Path, "unlink"), (Path, "mkdir")):
        real = getattr(owner, name)

        def operation(*arguments: Any, real: Any = real, **options: Any) -> Any:
            if next(count) == number:
                struck.append(number)
                strike()
            return real(*arguments, **options)

        patch.setattr(owner, name, operation)
    return struck


def crash(number: int, action: Callable[[], object]) -> bool:
    """Whether `action`, in a process of its own, came to its disk operation `number` and died there."""
    child = os.fork()
    if child == 0:
        at_point(number, lambda: os._exit(42), pytest.MonkeyPatch())
        action()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42


def roots(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    """A fresh root for every point."""
    for number in range(MOST_POINTS):
        root = tmp_path / str(number)
        root.mkdir()
        for name in NAMES:
            (root / name).write_bytes(OLD)
        yield number, root
    pytest.fail("the run has more points than were tried")


def whole(root: Path) -> bool:
    """Whether each file is wholly old or wholly new."""
    return all((root / name).read_bytes() in (OLD, NEW) for name in NAMES)


def all_hold(root: Path, data: bytes) -> bool:
    """Whether the files, and no others, lie in the root and hold `data`."""
    return contents(root) == dict.fromkeys(NAMES, data)


def test_a_crash_while_writing_leaves_each_file_whole_and_undo_restores(tmp_path: Path) -> None:
    mixed = 0
    for number, root in roots(tmp_path):
        if not crash(number, lambda: fix(root, A)):  # noqa: B023
            assert all_hold(root, NEW)
            break
        assert whole(root)
        mixed += len({(root / name).read_bytes() for name in NAMES}) > 1
        try:
            was_pending = pending(root)
            assert undo(root).unfinished is was_pending
        except NothingToUndo:
            assert not was_pending
        assert all_hold(root, OLD)
        assert not pending(root)
        fix(root, A)
        assert all_hold(root, NEW)
    assert mixed


def test_a_crash_while_undoing_leaves_each_file_whole_and_undo_goes_on(tmp_path: Path) -> None:
    mixed = 0
    for number, root in roots(tmp_path):
        fix(root, A)
        if not crash(number, lambda: undo(root)):  # noqa: B023
            assert all_hold(root, OLD)
            break
        assert whole(root)
        mixed += len({(root / name).read_bytes() for name in NAMES}) > 1
        undo(root)
        assert all_hold(root, OLD)
        with pytest.raises(NothingToUndo):
            undo(root)
    assert mixed


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupt() -> None:
    raise KeyboardInterrupt


def test_an_error_while_writing_brings_everything_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, root in roots(tmp_path):
        with monkeypatch.context() as patch:
            struck = at_point(number, full, patch)
            try:
                fix(root, A)
            except WriteFailed:
                assert all_hold(root, OLD)
                assert not pending(root)
            else:
                assert all_hold(root, NEW)
        if not struck:
            break
    assert number > 15


def test_an_interrupt_while_writing_brings_everything_back_or_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, root in roots(tmp_path):
        with monkeypatch.context() as patch:
            struck = at_point(number, interrupt, patch)
            try:
                fix(root, A)
            except KeyboardInterrupt:
                assert all_hold(root, OLD) or (all_hold(root, NEW) and pending(root))
        if not struck:
            break
        if pending(root):
            undo(root)
            assert all_hold(root, OLD)


def test_an_error_while_undoing_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, root in roots(tmp_path):
        fix(root, A)
        with monkeypatch.context() as patch:
            struck = at_point(number, full, patch)
            try:
                undo(root)
            except UndoRefused as refused:
                assert all_hold(root, NEW if "nothing was brought back" in str(refused) else OLD)
            else:
                assert all_hold(root, OLD)
        if not struck:
            break
    assert number > 10


def test_where_nothing_can_be_brought_back_the_journal_still_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up with the second rename and stays full."""
    for name in NAMES:
        (tmp_path / name).write_bytes(OLD)
    renames = iter(range(100))
    real = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if target.parent == tmp_path and next(renames) > 0:
            full()
        return real(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", replace)
        with pytest.raises(WriteFailed, match=r"No space left on device.*lh undo"):
            fix(tmp_path, A)
    assert contents(tmp_path) == {"x.env": NEW, "y.env": OLD, "z.env": OLD}
    assert pending(tmp_path)
    assert undo(tmp_path).unfinished
    assert all_hold(tmp_path, OLD)
