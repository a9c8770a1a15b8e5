"""A run that is killed, interrupted, or meets an error, at every single point where it touches the disk."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from litellm_harden.fix.undo import NothingToUndo, UndoRefused, undo
from litellm_harden.fix.where import MANIFEST, journal_folder, pending
from litellm_harden.fix.write import WriteFailed
from tests.fix.points import at_point, full, interrupt, killed
from tests.fix.test_write import A, contents, fix

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

OLD, NEW = b"A=0\n", b"A=1\n"
NAMES = ["x.env", "y.env", "z.env"]
MOST_POINTS = 200


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


def mixed(root: Path) -> bool:
    """Whether some files are old and some new."""
    return len({(root / name).read_bytes() for name in NAMES}) > 1


def all_hold(root: Path, data: bytes) -> bool:
    """Whether the files, and no others, lie in the root and hold `data`."""
    return contents(root) == dict.fromkeys(NAMES, data)


def test_a_kill_while_writing_leaves_each_file_whole_and_undo_restores(tmp_path: Path) -> None:
    cut = 0
    for number, root in roots(tmp_path):
        if not killed(number, lambda: fix(root, A)):  # noqa: B023
            assert all_hold(root, NEW)
            break
        assert whole(root)
        cut += mixed(root)
        try:
            was_pending = pending(root)
            assert undo(root).unfinished is was_pending
        except NothingToUndo:
            assert not was_pending
        assert all_hold(root, OLD)
        assert not pending(root)
        fix(root, A)
        assert all_hold(root, NEW)
    assert cut


def test_a_kill_while_writing_is_put_right_by_the_next_fix(tmp_path: Path) -> None:
    cut = 0
    for number, root in roots(tmp_path):
        if not killed(number, lambda: fix(root, A)):  # noqa: B023
            break
        cut += mixed(root)
        fix(root, A)
        assert all_hold(root, NEW)
        assert not pending(root)
        assert all((folder / MANIFEST).exists() for folder in journal_folder(root).iterdir() if folder.is_dir())
        while True:
            try:
                undo(root)
            except NothingToUndo:
                break
        assert all_hold(root, OLD)
    assert cut


def test_a_kill_while_undoing_leaves_each_file_whole_and_undo_goes_on(tmp_path: Path) -> None:
    cut = 0
    for number, root in roots(tmp_path):
        fix(root, A)
        if not killed(number, lambda: undo(root)):  # noqa: B023
            assert all_hold(root, OLD)
            break
        assert whole(root)
        cut += mixed(root)
        try:
            undo(root)
        except NothingToUndo:
            assert number > 15  # killed while it forgot the run
        assert all_hold(root, OLD)
        with pytest.raises(NothingToUndo):
            undo(root)
    assert cut


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


def test_an_error_that_stays_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be written any more, from some point on: the disk has become read-only."""
    stuck = 0
    for number, root in roots(tmp_path):
        with monkeypatch.context() as patch:
            struck = at_point(number, full, patch, always=True)
            try:
                fix(root, A)
            except WriteFailed as failed:
                assert whole(root)
                stuck += "lh undo brings" in str(failed)
        if not struck:
            break
        with contextlib.suppress(NothingToUndo):
            undo(root)
        assert all_hold(root, OLD)
    assert stuck


def test_where_nothing_can_be_brought_back_the_journal_still_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fills up with the second rename and stays full."""
    for name in NAMES:
        (tmp_path / name).write_bytes(OLD)
    renames = iter(range(100))
    real = os.replace

    def replace(source: str, target: str, **options: int) -> None:
        if str(target).endswith(".env") and next(renames) > 0:
            full()
        real(source, target, **options)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(WriteFailed, match=r"No space left on device.*x\.env may hold new text.*lh undo"):
            fix(tmp_path, A)
    assert contents(tmp_path) == {"x.env": NEW, "y.env": OLD, "z.env": OLD}
    assert pending(tmp_path)
    assert undo(tmp_path).unfinished
    assert all_hold(tmp_path, OLD)
