from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.fix.journal import Run
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.undo import NothingToUndo, UndoRefused, undo
from litellm_harden.fix.write import WriteFailed, write
from tests.fix import fakes
from tests.fix.fakes import sets

linux = pytest.mark.skipif(sys.platform != "linux", reason="extended attributes as Linux has them")
posix = pytest.mark.skipif(sys.platform == "win32", reason="modes, owners and links as POSIX has them")

A, B = sets("A1", "A", "1"), sets("B1", "B", "1")


def fix(root: Path, *specs: fakes.Spec) -> Run | None:
    """Plan and write over the env files in `root`."""
    names = sorted(path.name for path in root.glob("*.env"))
    run = fakes.Run(root, {}, [[name] for name in names], *(specs or (A, B)))
    return write(proven_plan(run.verdict, run, run.every), root)


def contents(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.iterdir() if path.is_file()}


def test_what_is_written_can_be_undone_run_by_run(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_bytes(b"A=0\r\n# note")
    fix(tmp_path, A)
    assert file.read_bytes() == b"A=1\r\n# note"
    fix(tmp_path, B)
    assert file.read_bytes() == b"A=1\r\n# note\r\nB=1"
    assert undo(tmp_path).files == (file,)
    assert file.read_bytes() == b"A=1\r\n# note"
    undo(tmp_path)
    assert file.read_bytes() == b"A=0\r\n# note"
    with pytest.raises(NothingToUndo):
        undo(tmp_path)
    assert list(contents(tmp_path)) == ["x.env"]


def test_a_run_that_changes_nothing_records_nothing(tmp_path: Path, state: Path) -> None:
    (tmp_path / "x.env").write_text("A=1\nB=1\n")
    assert fix(tmp_path) is None
    assert list(state.iterdir()) == []
    with pytest.raises(NothingToUndo):
        undo(tmp_path)
    assert list(state.iterdir()) == []


def test_a_file_that_changed_after_it_was_read_is_not_written(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (tmp_path / "y.env").write_text("A=0\n")
    run = fakes.Run(tmp_path, {}, [["x.env"], ["y.env"]], A)
    plan = proven_plan(run.verdict, run, run.every)
    (tmp_path / "y.env").write_text("A=5\n")
    with pytest.raises(WriteFailed, match=r"y\.env changed since it was read; nothing was written"):
        write(plan, tmp_path)
    assert contents(tmp_path) == {"x.env": b"A=0\n", "y.env": b"A=5\n"}
    with pytest.raises(NothingToUndo):
        undo(tmp_path)


def test_undo_refuses_a_file_that_changed_since_and_touches_no_other(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (tmp_path / "y.env").write_text("A=0\n")
    fix(tmp_path, A)
    (tmp_path / "y.env").write_text("A=1\nMINE=1\n")
    before = contents(tmp_path)
    with pytest.raises(UndoRefused, match=r"y\.env changed since"):
        undo(tmp_path)
    assert contents(tmp_path) == before
    (tmp_path / "y.env").unlink()
    with pytest.raises(UndoRefused, match=r"y\.env cannot be read"):
        undo(tmp_path)
    (tmp_path / "y.env").write_text("A=1\n")
    undo(tmp_path)
    assert contents(tmp_path) == {"x.env": b"A=0\n", "y.env": b"A=0\n"}


def test_undo_refuses_where_a_link_took_the_place_of_a_file(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "x.env").write_text("A=0\n")
    fix(root, A)
    (root / "x.env").rename(tmp_path / "elsewhere")
    (root / "x.env").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UndoRefused, match=r"x\.env is no longer where it was"):
        undo(root)
    assert (tmp_path / "elsewhere").read_text() == "A=1\n"


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o640, 0o755])
def test_the_mode_is_kept(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "x.env"
    file.write_text("A=0\n")
    file.chmod(mode)
    fix(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == mode
    undo(tmp_path)
    assert stat.S_IMODE(file.stat().st_mode) == mode


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("A=0\n")
    os.chown(file, 1234, 4321)
    fix(tmp_path)
    assert (file.stat().st_uid, file.stat().st_gid) == (1234, 4321)


@posix
def test_a_symbolic_link_stays_and_its_target_is_written(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target = tmp_path / "real" / "values"
    target.write_text("A=0\n")
    (tmp_path / "x.env").symlink_to("real/values")
    fix(tmp_path, A)
    assert (tmp_path / "x.env").readlink() == Path("real/values")
    assert target.read_text() == "A=1\n"
    undo(tmp_path)
    assert target.read_text() == "A=0\n"


@posix
def test_a_link_that_leaves_the_root_is_not_followed(tmp_path: Path) -> None:
    outside, root = tmp_path / "outside", tmp_path / "root"
    root.mkdir()
    outside.write_text("A=0\n")
    (root / "y.env").write_text("A=0\n")
    run = fakes.Run(root, {}, [["y.env"]], A)
    plan = proven_plan(run.verdict, run, run.every)
    (root / "y.env").unlink()
    (root / "y.env").symlink_to(outside)
    with pytest.raises(WriteFailed, match="lies outside"):
        write(plan, root)
    assert outside.read_text() == "A=0\n"


@posix
def test_two_names_of_one_file_are_written_as_one_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    (tmp_path / "y.env").symlink_to("x.env")
    fix(tmp_path, A)
    assert (tmp_path / "x.env").read_text() == "A=1\n"
    assert (tmp_path / "y.env").is_symlink()
    (tmp_path / "y.env").unlink()
    (tmp_path / "y.env").write_text("B=0\n")
    run = fakes.Run(tmp_path, {}, [["x.env"], ["y.env"]], sets("N1", "N", "1"))
    plan = proven_plan(run.verdict, run, run.every)
    (tmp_path / "y.env").unlink()
    (tmp_path / "y.env").symlink_to("x.env")
    with pytest.raises(WriteFailed, match=r"x\.env and y\.env are the same file, and their edits differ"):
        write(plan, tmp_path)
    assert (tmp_path / "x.env").read_text() == "A=1\n"


@linux
def test_access_lists_and_attributes_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "x.env"
    file.write_text("A=0\n")
    try:
        os.setxattr(file, "user.origin", b"vault\0")
    except OSError:
        pytest.skip("no extended attributes on this file system")
    fix(tmp_path, A)
    assert os.getxattr(file, "user.origin") == b"vault\0"
    assert file.read_text() == "A=1\n"


@posix
def test_hard_links_are_not_parted(tmp_path: Path) -> None:
    (tmp_path / "x.env").write_text("A=0\n")
    run = fakes.Run(tmp_path, {}, [["x.env"]], A)
    plan = proven_plan(run.verdict, run, run.every)
    (tmp_path / "other").hardlink_to(tmp_path / "x.env")
    with pytest.raises(WriteFailed, match=r"x\.env has 2 hard links, .*; nothing was written"):
        write(plan, tmp_path)
    (tmp_path / "other").unlink()
    write(plan, tmp_path)
    (tmp_path / "other").hardlink_to(tmp_path / "x.env")
    with pytest.raises(UndoRefused, match=r"x\.env has 2 hard links, .*; nothing was brought back"):
        undo(tmp_path)


texts = st.text(st.sampled_from("AB=01é#' \"\t\r\n"), max_size=40).map(str.encode)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts, texts, st.booleans())
def test_undo_gives_back_the_original_bytes(tmp_path: Path, one: bytes, two: bytes, bom: bool) -> None:
    (tmp_path / "x.env").write_bytes((b"\xef\xbb\xbf" if bom else b"") + one)
    (tmp_path / "y.env").write_bytes(two)
    before = contents(tmp_path)
    if fix(tmp_path) is not None:
        assert contents(tmp_path) != before
        undo(tmp_path)
    assert contents(tmp_path) == before


LONG = "n" * 251 + ".env"  # the most that file systems take


@posix
@pytest.mark.parametrize("name", [LONG, "é" * 125 + ".env", "a\nb.env", os.fsdecode(b"\xff\xfe.env"), " .env"])
def test_whatever_a_file_is_called(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("A=0\n")
    fix(tmp_path, A)
    assert contents(tmp_path) == {name: b"A=1\n"}
    assert undo(tmp_path).files == (tmp_path / name,)
    assert contents(tmp_path) == {name: b"A=0\n"}


@posix
def test_many_files_in_many_folders(tmp_path: Path) -> None:
    """None of the folders stays open: a process may hold 256 files on macOS."""
    names = [f"{number}/x.env" for number in range(200)]
    for name in names:
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("A=0\n")
    run = fakes.Run(tmp_path, {}, [[name] for name in names], A)
    plan = proven_plan(run.verdict, run, run.every)
    import resource

    limit = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, limit[1]))
    try:
        write(plan, tmp_path)
        assert {(tmp_path / name).read_text() for name in names} == {"A=1\n"}
        assert len(undo(tmp_path).files) == 200
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limit)
    assert {(tmp_path / name).read_text() for name in names} == {"A=0\n"}
