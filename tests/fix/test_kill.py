"""A real run, killed at every system call that touches the disk: nothing is lost, and the next runs put it right."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.fix.harness import FIX, SUPPRESS, Contents, Place

pytestmark = [pytest.mark.harness, pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.save("old")
    return place


def assert_whole(place: Place, *states: Contents) -> None:
    """Each file is wholly as in one of the states, and no other file is there but temporary ones."""
    now = place.contents()
    for name, data in now.items():
        assert name.endswith(".lh-tmp") or data in [state[name] for state in states], name
    assert now.keys() >= states[0].keys()


def is_known(place: Place) -> bool:
    """Whether the next run says that one was cut short."""
    return "cut short" in place.lh("lint", "--fail-on", "never").err


def undo_all(place: Place) -> None:
    for _ in range(5):
        undone = place.lh("undo")
        if "nothing to undo" in undone.err:
            return
        assert undone.status == 0, undone.err
    pytest.fail("undo does not come to an end")


@pytest.mark.parametrize("command", [FIX, SUPPRESS], ids=["fix", "suppress"])
def test_a_kill_while_files_are_written(place: Place, command: tuple[str, ...]) -> None:
    old = place.contents()
    points = place.points(*command)
    new = place.contents()
    assert sum(new[name] != old[name] for name in old) >= 2
    mixed = 0
    for point in points:
        place.put_back("old")
        assert place.killed_at(point, *command), point
        assert_whole(place, old, new)
        place.save("killed")
        known = is_known(place)
        touched = place.contents() != old
        mixed += touched and place.contents() != new
        assert known or not touched or point == points[-1] or place.contents() == new, point
        undone = place.lh("undo")
        assert undone.status == 0 or (not touched and "nothing to undo" in undone.err), (point, undone)
        assert place.contents() == old, point
        assert not is_known(place), point
        place.put_back("killed")
        again = place.lh(*command)
        assert again.status == 0 or "nothing to suppress" in again.err, (point, again)
        assert place.contents() == new, point
        assert not is_known(place), point
        undo_all(place)
        assert place.contents() == old, point
    print(f"\n{command[0]}: {len(points)} points, {mixed} of them between the files")
    assert mixed


@pytest.mark.parametrize("before", ["fixed", "cut short"])
def test_a_kill_while_undoing(place: Place, before: str) -> None:
    old = place.contents()
    points = place.points(*FIX)
    new = place.contents()
    if before == "cut short":
        renames = [point for point in points if point.call.startswith("rename")]
        place.put_back("old")
        assert place.killed_at(renames[-2], *FIX)
        assert place.contents() not in (old, new)
    place.save("begun")
    points = place.points("undo")
    assert place.contents() == old
    mixed = 0
    for point in points:
        place.put_back("begun")
        assert place.killed_at(point, "undo"), point
        assert_whole(place, old, new)
        place.save("killed")
        known = is_known(place)
        mixed += place.contents() not in (old, new)
        undone = place.lh("undo")
        assert undone.status == 0 or (not known and "nothing to undo" in undone.err), (point, undone)
        assert place.contents() == old, point
        assert not is_known(place), point
        place.put_back("killed")
        assert place.lh(*FIX).status == 0
        assert place.contents() == new, point
        assert not is_known(place), point
    print(f"\nundo of what was {before}: {len(points)} points, {mixed} of them between the files")
    assert mixed


def test_an_interrupt_while_files_are_written(place: Place) -> None:
    """Ctrl-C, at every point: the files written so far are brought back."""
    old = place.contents()
    points = place.points(*FIX)
    new = place.contents()
    interrupted = 0
    for point in points:
        place.put_back("old")
        ended = place.struck_at(point, "INT", *FIX)
        assert ended.status in (0, 130), (point, ended)
        assert "Traceback" not in ended.err, (point, ended)
        interrupted += ended.status == 130
        now = place.contents()
        assert now == new or (now == old and ended.status == 130), point
        assert place.lh(*FIX).status == 0
        assert place.contents() == new, point
        undo_all(place)
        assert place.contents() == old, point
    print(f"\ninterrupt: {len(points)} points, {interrupted} runs ended by it")
    assert interrupted


def test_a_fix_of_what_an_editor_holds_writes_nothing(place: Place) -> None:
    old = place.contents()
    assert place.points(*FIX, "--stdin-filename", "one/config.yaml", stdin=old["one/config.yaml"].decode()) == []
    assert place.contents() == old
    assert not list(place.state.iterdir())
