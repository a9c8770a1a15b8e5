"""Somebody changes the files while they are written: at every single point, nothing of theirs is lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from litellm_harden.fix.plan import Plan
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.undo import UndoRefused, undo
from litellm_harden.fix.write import WriteFailed, write
from tests.fix import fakes
from tests.fix.points import at_point
from tests.fix.test_write import A, fix

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links, pipes and folders held open")

OLD, NEW = b"A=0\n", b"A=1\n"
MOST_POINTS = 200


class Place(NamedTuple):
    """A root with a file in it and one in a folder of it, and the same file outside."""

    root: Path

    @property
    def first(self) -> Path:
        return self.root / "x.env"

    @property
    def second(self) -> Path:
        return self.root / "sub" / "y.env"

    @property
    def outside(self) -> Path:
        return self.root.parent / "outside" / "y.env"

    def plan(self) -> Plan:
        run = fakes.Run(self.root, {}, [["x.env"], ["sub/y.env"]], A)
        return proven_plan(run.verdict, run, run.every)

    def strays(self) -> list[Path]:
        return list(self.root.parent.rglob("*.lh-tmp"))


def places(tmp_path: Path) -> Iterator[tuple[int, Place]]:
    """A fresh place for every point."""
    for number in range(MOST_POINTS):
        place = Place(tmp_path / str(number) / "root")
        for file in (place.first, place.second, place.outside):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(OLD)
        yield number, place
    pytest.fail("the run has more points than were tried")


def once(action: Callable[[], object]) -> Callable[[], None]:
    """Does it the first time it is called: what it does to the disk is no point of the run."""
    left = [action]

    def act() -> None:
        if left:
            left.pop()()

    return act


def outcomes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, meddle: Callable[[Place], object]
) -> Iterator[tuple[Place, str]]:
    """Each place with what the run said, empty where it was written, after `meddle` came at its point."""
    for number, place in places(tmp_path):
        plan, said = place.plan(), ""
        with monkeypatch.context() as patch:
            struck = at_point(number, once(lambda: meddle(place)), patch)  # noqa: B023
            try:
                write(plan, place.root)
            except WriteFailed as failed:
                said = str(failed)
        if not struck:
            return
        assert place.outside.read_bytes() == OLD
        yield place, said


def test_what_somebody_saves_meanwhile_is_not_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lost = refused = 0
    for place, said in outcomes(tmp_path, monkeypatch, lambda place: place.second.write_bytes(b"A=5\n")):
        assert place.first.read_bytes() == (OLD if said else NEW)
        refused += "y.env changed since it was read; nothing was written" in said
        lost += place.second.read_bytes() != b"A=5\n"
        assert not place.strays()
    assert refused > 10
    assert lost == 1  # between the last look at it and its replacement, which no system can do in one


def test_what_somebody_makes_of_the_new_text_is_left_when_the_run_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = next(places(tmp_path))[1]
    real = os.replace

    def replace(source: str, target: str, **options: int) -> None:
        if target == "x.env":
            place.first.write_bytes(NEW + b"MINE=1\n")
            raise OSError(5, "Input/output error")
        real(source, target, **options)
        if target == "y.env":
            place.second.write_bytes(NEW + b"MINE=1\n")

    plan = place.plan()
    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(WriteFailed, match=r"x\.env could not be written: Input/output error; y\.env may hold new text"):
        write(plan, place.root)
    assert place.first.read_bytes() == place.second.read_bytes() == NEW + b"MINE=1\n"
    assert not place.strays()


def test_a_link_that_takes_the_place_of_a_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def link(place: Place) -> None:
        place.second.unlink()
        place.second.symlink_to(place.outside)

    refused = 0
    for place, said in outcomes(tmp_path, monkeypatch, link):
        refused += "a link has taken its place; nothing was written" in said
        assert place.first.read_bytes() == (OLD if said else NEW)
        assert not place.strays()
    assert refused > 10


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_what_is_no_file_any_more_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None]
) -> None:
    def become(place: Place) -> None:
        place.second.unlink()
        make(place.second)

    refused = 0
    for place, said in outcomes(tmp_path, monkeypatch, become):
        refused += "nothing was written" in said
        assert place.first.read_bytes() == (OLD if said else NEW)
        assert not place.strays()
    assert refused > 10


def test_a_folder_that_becomes_a_link_leads_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What lies outside is the very same file, which a check of its bytes alone would let pass."""

    def lead_out(place: Place) -> None:
        (place.root / "sub").rename(place.root / "moved")
        (place.root / "sub").symlink_to(place.outside.parent)

    refused = 0
    for place, said in outcomes(tmp_path, monkeypatch, lead_out):
        refused += "its folder is no longer where it was" in said
        assert place.first.read_bytes() in (OLD, NEW)
        assert (place.root / "moved" / "y.env").read_bytes() in (OLD, NEW)
        assert {path.name for path in place.outside.parent.iterdir()} == {"y.env"}
    assert refused > 10


def test_undo_waits_for_no_pipe_and_follows_no_folder_out(tmp_path: Path) -> None:
    place = next(places(tmp_path))[1]
    write(place.plan(), place.root)
    (place.root / "sub").rename(place.root / "moved")
    (place.root / "sub").symlink_to(place.outside.parent)
    with pytest.raises(UndoRefused, match=r"sub/y\.env is no longer where it was; nothing was brought back"):
        undo(place.root)
    assert (place.first.read_bytes(), place.outside.read_bytes()) == (NEW, OLD)
    (place.root / "sub").unlink()
    (place.root / "moved").rename(place.root / "sub")
    place.second.rename(place.root / "kept")
    os.mkfifo(place.second)
    with pytest.raises(UndoRefused, match=r"sub/y\.env cannot be read: it is no regular file any more"):
        undo(place.root)
    place.second.unlink()
    (place.root / "kept").rename(place.second)
    undo(place.root)
    assert (place.first.read_bytes(), place.second.read_bytes()) == (OLD, OLD)


def test_a_root_that_another_project_has_taken_is_left(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "x.env").write_bytes(OLD)
    fix(root, A)
    root.rename(tmp_path / "elsewhere")
    root.mkdir()
    (root / "x.env").write_bytes(b"OTHER=1\n")
    with pytest.raises(UndoRefused, match=r"x\.env changed since"):
        undo(root)
    assert (root / "x.env").read_bytes() == b"OTHER=1\n"
