"""A run that was cut short, as the next runs meet it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from litellm_harden.fix.journal import Journal
from tests.cli.conftest import CONFIG, Lh
from tests.fix.points import killed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks")

CUT_SHORT = "an earlier run was cut short here"
FIX = ("fix", "--select", "LH032,LH042")


@pytest.fixture
def cut_short(lh: Lh, gateway: Path) -> Path:
    """A folder with the one file fixed and the other not."""

    def killed_at_second_file() -> None:
        real = os.replace

        def replace(source: str, target: str, **options: int) -> None:
            if target == "config.yaml":
                os._exit(1)
            real(source, target, **options)

        os.replace = replace  # type: ignore[assignment]
        lh(*FIX)

    assert not killed(sys.maxsize, killed_at_second_file)
    assert "LITELLM_LOG=ERROR" in (gateway / ".env").read_text()
    assert (gateway / "config.yaml").read_text() == CONFIG
    return gateway


def test_runs_that_only_read_say_so(lh: Lh, cut_short: Path) -> None:
    suppress = ("suppress", "LH042", "--reason", "so", "--diff")
    for command in (("lint",), ("checklist",), ("show",), ("baseline",), (*FIX, "--diff"), suppress):
        assert lh(*command).err.startswith(f"lh: {CUT_SHORT}; lh undo brings its files back\n")
    (cut_short / "deep").mkdir()
    os.chdir("deep")
    assert f"{CUT_SHORT}; lh undo .. brings its files back" in lh("lint", "..").err


def test_undo_brings_the_files_back(lh: Lh, cut_short: Path) -> None:
    assert lh("undo").out == "brought back .env\n"
    assert lh("lint", "--fail-on", "never").err == ""


def test_the_next_fix_takes_it_back_and_starts_anew(lh: Lh, cut_short: Path) -> None:
    result = lh(*FIX)
    assert result.err == f"lh: {CUT_SHORT}; its files were brought back first\n"
    assert "Fixed 2 findings in 2 files; nothing remains" in result.out
    assert lh("lint", "--fail-on", "never").err == ""
    assert lh("undo").out == "brought back .env\nbrought back config.yaml\n"
    assert lh("undo").status == 3


def test_where_a_file_has_changed_since_the_next_fix_goes_on_from_there(lh: Lh, cut_short: Path) -> None:
    with (cut_short / ".env").open("a") as file:
        file.write("MINE=1\n")
    result = lh(*FIX)
    refused = ".env changed since; nothing was brought back"
    assert result.err == f"lh: {CUT_SHORT}, and is not taken back: {refused}\n"
    assert "Fixed 1 finding in 1 file; nothing remains" in result.out
    assert "MINE=1" in (cut_short / ".env").read_text()
    assert lh("lint", "--fail-on", "never").err == ""


def test_a_run_that_is_at_work_was_not_cut_short(lh: Lh, cut_short: Path) -> None:
    with Journal(cut_short).locked():
        assert CUT_SHORT not in lh("lint").err
        result = lh(*FIX)
        assert (result.status, result.out) == (3, "")
        assert result.err == "lh: another lh is changing these files; wait for it to end; nothing was written\n"
