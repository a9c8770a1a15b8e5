"""What reaches stdout and stderr, and what becomes of it where they cannot be written or are read for commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Lh

COMMANDS = "##[stop-commands]x"
FULL = Path("/dev/full")


@pytest.fixture
def job(lh: Lh, monkeypatch: pytest.MonkeyPatch) -> Lh:
    """`lh` in a job of GitHub Actions."""
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    return lh


def deployment(folder: str, config: str = CONFIG) -> None:
    Path(folder).mkdir()
    (Path(folder) / "config.yaml").write_text(config)


def test_no_file_name_is_a_command_on_stderr(job: Lh) -> None:
    deployment(COMMANDS, "model_list: [\n")
    result = job("lint")
    assert result.status == 3
    assert result.err.startswith("lh: ## [stop-commands]x/config.yaml:")


def test_no_error_holds_a_command(job: Lh) -> None:
    assert "##[" not in job("lint", COMMANDS).err
    Path("rules").mkdir()
    Path("rules/a\n::stop-commands::x.yaml").write_text("id: ACME001\n")
    Path("lh.toml").write_text('rules = ["rules"]\n')
    result = job("lint")
    assert result.status == 2
    assert "name" in result.err
    assert "::" not in result.err


def test_no_line_of_a_report_is_a_command(job: Lh) -> None:
    deployment("::stop-commands::x")
    result = job("lint", "--select", "LH042")
    assert result.out.startswith(": :stop-commands: :x/config.yaml\n")


def test_elsewhere_names_are_told_as_they_are(lh: Lh) -> None:
    deployment(COMMANDS)
    assert lh("lint", "--select", "LH042").out.startswith(f"{COMMANDS}/config.yaml\n")


def told(*arguments: str, **streams: Path) -> subprocess.CompletedProcess[str]:
    """What comes of `lh` where streams lead to files."""
    command = [sys.executable, "-c", "from litellm_harden.cli.main import run; run()", *arguments]
    opened = {name: os.open(file, os.O_WRONLY) for name, file in streams.items()}
    to = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **opened}
    try:
        return subprocess.run(command, stdout=to["stdout"], stderr=to["stderr"], text=True, check=False)
    finally:
        for descriptor in opened.values():
            os.close(descriptor)


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["lint", "-h"], ["completion", "bash"], ["rules"]])
def test_a_full_stdout_is_told_in_one_line(arguments: list[str]) -> None:
    done = told(*arguments, stdout=FULL)
    assert done.returncode == 3
    assert "cannot be written: No space left on device" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a file that is always full")
def test_a_full_stderr_changes_no_exit_code() -> None:
    assert told("lint", "no/such/path", stderr=FULL).returncode == 2


@pytest.mark.parametrize("arguments", ["rules", "--help", "lint", "lint --help"])
def test_a_reader_that_goes_away_is_no_error(gateway: Path, arguments: str) -> None:
    program = f"{sys.executable} -c 'from litellm_harden.cli.main import run; run()'"
    done = subprocess.run(f"{program} {arguments} | true", shell=True, capture_output=True, check=False)
    assert done.stderr == b""
