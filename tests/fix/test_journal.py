"""What the journal holds, who may read it, and what becomes of it."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from litellm_harden.fix.journal import Journal
from litellm_harden.fix.undo import NothingToUndo, UndoRefused, undo
from litellm_harden.fix.where import pending
from litellm_harden.fix.write import WriteFailed
from tests.fix.fakes import sets
from tests.fix.test_write import A, B, contents, fix, posix


@posix
def test_the_journal_is_for_its_owner_alone(tmp_path: Path, state: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (tmp_path / "x.env").chmod(0o644)
    fix(tmp_path)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in state.rglob("*") if path.is_dir()}
    assert modes == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in state.rglob("*") if path.is_file()} == {0o600}


def test_ten_runs_are_kept_for_each_root(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("N=0\n")
    for number in range(1, 13):
        fix(tmp_path, sets("N1", "N", str(number)))
    other = tmp_path / "other"
    other.mkdir()
    (other / "x.env").write_text("A=0\n")
    fix(other, A)
    assert len(Journal(tmp_path).runs()) == 10
    for _ in range(10):
        undo(tmp_path)
    assert (tmp_path / "x.env").read_text() == "N=2\n"
    with pytest.raises(NothingToUndo):
        undo(tmp_path)
    assert (other / "x.env").read_text() == "A=1\n"


def test_undo_names_the_root_of_a_fix_made_above_or_below(tmp_path: Path) -> None:
    (tmp_path / "one" / "deep").mkdir(parents=True)
    (tmp_path / "two").mkdir()
    (tmp_path / "one" / "x.env").write_text("A=0\n")
    fix(tmp_path / "one", A)
    for related in (tmp_path, tmp_path / "one" / "deep"):
        with pytest.raises(NothingToUndo) as nothing:
            undo(related)
        assert str(nothing.value) == f"nothing to undo in {related}; there is in {tmp_path / 'one'}"
    with pytest.raises(NothingToUndo) as nothing:
        undo(tmp_path / "two")
    assert str(nothing.value) == f"nothing to undo in {tmp_path / 'two'}"


@posix
def test_two_runs_at_once_are_kept_apart(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    fix(tmp_path, A)
    with Journal(tmp_path).locked():
        with pytest.raises(WriteFailed, match="another lh"):
            fix(tmp_path, B)
        with pytest.raises(UndoRefused, match="another lh"):
            undo(tmp_path)
    assert (tmp_path / "x.env").read_text() == "A=1\n"


@posix
def test_git_passes_over_a_journal_in_a_repository(tmp_path: Path, state: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    subprocess.run(["git", "init", "-q", state], check=True)
    fix(tmp_path, A)
    assert subprocess.run(["git", "-C", state, "status", "--short"], capture_output=True, check=True).stdout == b""


@posix
def test_a_wider_state_folder_is_closed_and_one_that_others_write_into_refused(tmp_path: Path, state: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (state / "litellm-harden").mkdir(mode=0o755)
    fix(tmp_path, A)
    assert stat.S_IMODE((state / "litellm-harden").stat().st_mode) == 0o700
    (state / "litellm-harden").chmod(0o770)
    with pytest.raises(WriteFailed, match=r"others may write into .*litellm-harden"):
        fix(tmp_path, B)
    with pytest.raises(UndoRefused, match=r"others may write into .*litellm-harden; nothing was brought back"):
        undo(tmp_path)
    assert (tmp_path / "x.env").read_text() == "A=1\n"


@posix
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_the_journal_is_private_whatever_the_umask(tmp_path: Path, state: Path, umask: int) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (tmp_path / "x.env").chmod(0o644)
    before = os.umask(umask)
    try:
        fix(tmp_path, A)
    finally:
        os.umask(before)
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in state.rglob("*")}
    assert modes == {(True, 0o700), (False, 0o600)}
    assert stat.S_IMODE((tmp_path / "x.env").stat().st_mode) == 0o644


def test_no_journal_is_kept_in_the_tree_for_want_of_a_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(variable)
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, "here")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(WriteFailed, match="there is no home folder"):
        fix(tmp_path, A)
    assert contents(tmp_path) == {"x.env": b"A=0\n"}


def test_a_folder_that_is_no_run_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    run = fix(tmp_path, A)
    assert run is not None
    (run.folder.parent / "zzz").mkdir()
    fix(tmp_path, B)
    undo(tmp_path)
    undo(tmp_path)
    assert (tmp_path / "x.env").read_text() == "A=0\n"


def test_without_a_journal_nothing_is_written(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (state / "file").write_text("")
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(state / "file"))
    with pytest.raises(
        WriteFailed,
        match=r"no journal could be kept in .*litellm-harden, so nothing was written: .*; \w+ chooses another",
    ):
        fix(tmp_path, A)
    assert (tmp_path / "x.env").read_text() == "A=0\n"
    assert not pending(tmp_path)


def test_a_damaged_journal_is_said_to_be(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    run = fix(tmp_path, A)
    assert run is not None
    (run.folder / "0").write_text("A=7\n")
    with pytest.raises(UndoRefused, match=r"copy of x\.env is damaged"):
        undo(tmp_path)
    (run.folder / "manifest.json").write_text("{}")
    with pytest.raises(UndoRefused, match="cannot be read"):
        undo(tmp_path)
    assert (tmp_path / "x.env").read_text() == "A=1\n"
