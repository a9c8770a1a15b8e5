"""Many real runs on the same files at once."""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fix.harness import FIX, SUPPRESS, Place, lent_place, run

pytestmark = [
    pytest.mark.harness,
    pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="acts as another user"),
]

USER = 1234


@pytest.fixture
def place() -> Iterator[Place]:
    with lent_place(USER) as place:
        yield place


def test_many_fixes_and_undos_at_once(place: Place) -> None:
    commands = [FIX, ("undo",), FIX, ("undo",), FIX, SUPPRESS] * 6
    with ThreadPoolExecutor(6) as several:
        ended = list(several.map(lambda command: place.lh(*command, user=USER), commands))
    known = (
        "another lh",
        "changed since",
        "nothing to undo",
        "nothing to suppress",
        "cut short here",  # another run is at it: it looks the same
    )
    for one in ended:
        assert "unexpected" not in one.err
        assert one.status in (0, 3), one
        assert all("git does not" in line or any(word in line for word in known) for line in one.err.splitlines()), one
    assert not list(place.root.rglob("*.lh-tmp"))
    assert "cut short" not in place.lh("lint", user=USER).err
    for _ in range(20):
        if "nothing to undo" in place.lh("undo", user=USER).err:
            break
    assert place.contents() == place.first


def test_runs_on_a_folder_and_on_one_in_it(place: Place) -> None:
    """They do not wait for each other, but none writes over what another has written."""
    commands = [FIX, (*FIX, "one"), SUPPRESS, (*SUPPRESS, "one/config.yaml")] * 5
    with ThreadPoolExecutor(6) as several:
        ended = list(several.map(lambda command: place.lh(*command), commands))
    assert all(one.status in (0, 3) and "unexpected" not in one.err for one in ended)
    assert place.contents().keys() == place.first.keys()


@pytest.mark.parametrize("seed", range(5))
def test_many_runs_killed_at_any_time(place: Place, seed: int) -> None:
    """Each round three runs at once, each killed after a random time if it has not ended."""
    chance = random.Random(seed)
    commands = [FIX, ("undo",), SUPPRESS]
    started = time.monotonic()
    place.lh(*FIX, "--diff")
    usual = time.monotonic() - started
    dead = 0
    for _ in range(12):
        with ThreadPoolExecutor(3) as several:
            limits = [("timeout", "-s", "KILL", f"{usual * chance.uniform(0.5, 3):.3f}") for _ in range(3)]
            chosen = chance.choices(commands, k=3)
            ended = list(several.map(lambda one, limit: place.lh(*one, under=limit), chosen, limits))
        dead += sum(one.status in (137, -9) for one in ended)
        assert all("unexpected" not in one.err for one in ended), ended
    for _ in range(40):
        if "nothing to undo" in place.lh("undo").err:
            break
    assert place.contents() == place.first
    assert 0 < dead < 36


def test_the_lock_of_a_dead_process_blocks_nobody(place: Place) -> None:
    assert place.lh(*FIX).status == 0
    lock = next(place.state.rglob("lock"))
    holder = subprocess.Popen(["flock", str(lock), "sleep", "60"])
    try:
        while "another lh" not in place.lh("undo").err:
            pass
    finally:
        run("pkill", "-KILL", "-P", holder.pid)
        holder.kill()
        holder.wait()
    assert place.lh("undo").status == 0
    assert place.contents() == place.first
