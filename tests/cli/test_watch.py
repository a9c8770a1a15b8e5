from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Lh

PATIENCE = 20.0
PROGRAM = """
import signal
from litellm_harden.cli.main import run
signal.signal(signal.SIGINT, signal.default_int_handler)  # which a test run in the background ignores
run()
"""


class Watching:
    """`lh lint --watch` as a program of its own, with what it has printed so far."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.out = folder.parent / "out"
        words = [sys.executable, "-c", PROGRAM, "lint", "--watch"]
        with open(self.out, "wb") as file:
            self.process = subprocess.Popen([*words, *options], cwd=folder, stdout=file, stderr=subprocess.STDOUT)

    def says(self, text: str, runs: int) -> bool:
        """Whether it prints `text` in its latest run, the `runs`-th, before patience ends."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = self.out.read_text().split("watching; Ctrl-C ends it")
            if len(found) == runs + 1 and text in found[-1]:
                return True
            time.sleep(0.02)
        return False

    def interrupted(self) -> int:
        time.sleep(0.5)  # the exit code is that of the last verdict that has ended, which its output does not tell
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def watching(gateway: Path) -> Iterator[Callable[..., Watching]]:
    started: list[Watching] = []

    def start(*options: str) -> Watching:
        started.append(Watching(gateway, *options))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_every_change_is_judged_and_ctrl_c_gives_the_last_status(
    watching: Callable[..., Watching], gateway: Path
) -> None:
    lint = watching("--select", "LH042")
    config = gateway / "config.yaml"
    assert lint.says("1 finding", 1)
    replaced = gateway / "config.yaml~"
    replaced.write_text(CONFIG.replace("120", "60"))
    replaced.replace(config)
    assert lint.says("No findings", 2)
    config.write_text(CONFIG)
    assert lint.says("1 finding", 3)
    assert lint.interrupted() == 1


def test_a_new_file_and_a_deleted_one_are_changes(watching: Callable[..., Watching], gateway: Path) -> None:
    lint = watching("--select", "LH042")
    assert lint.says("1 finding", 1)
    (gateway / "other").mkdir()
    (gateway / "other" / "config.yaml").write_text(CONFIG)
    assert lint.says("2 findings", 2)
    (gateway / "other" / "config.yaml").unlink()
    assert lint.says("1 finding", 3)


def test_a_wrong_lh_toml_is_told_and_mended(watching: Callable[..., Watching], gateway: Path) -> None:
    lint = watching("--select", "LH042")
    assert lint.says("1 finding", 1)
    (gateway / "lh.toml").write_text("ignore = [\n")
    assert lint.says("lh.toml", 2)
    (gateway / "lh.toml").write_text("[rules.LH042]\nseconds = 120\n")
    assert lint.says("No findings", 3)
    assert lint.interrupted() == 0


@pytest.mark.parametrize("options", [("--format", "json"), ("--output", "report"), ("--stdin-filename", "config.yaml")])
def test_it_goes_with_text_on_the_terminal_alone(lh: Lh, gateway: Path, options: tuple[str, ...]) -> None:
    assert lh("lint", "--watch", *options).status == 2


def test_fix_does_not_watch(lh: Lh, gateway: Path) -> None:
    assert lh("fix", "--watch").status == 2
