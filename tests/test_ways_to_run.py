"""`lh` does the same however it is started: optimised, isolated, warned, in any locale, with streams closed or full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from litellm_harden.cli.main import COMMANDS

ROOT = Path(__file__).parent.parent
FULL = Path("/dev/full")
CONFIG = "router_settings:\n  cooldown_time: 120  # zwei Minuten – genügt\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "mein Gateway – ü"
    folder.mkdir()
    (folder / "config.yaml").write_text(CONFIG, encoding="utf-8")
    return folder


def lh(
    folder: Path, *arguments: str, python: tuple[str, ...] = (), shell: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """`lh` started by `python OPTIONS -m litellm_harden`, where stated with redirections of a shell."""
    command = [sys.executable, *python, "-m", "litellm_harden", *arguments]
    state = {"XDG_STATE_HOME": str(folder.parent / "state"), "PATH": os.environ["PATH"]}
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {shell}', "sh", *command],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT), **state, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize(
    ("python", "environment"),
    [
        (("-OO",), {}),
        (("-X", "dev", "-W", "error"), {}),
        (("-X", "warn_default_encoding", "-W", "error"), {}),
        (("-B", "-s", "-E"), {}),
        ((), {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}),
    ],
)
def test_it_finds_fixes_and_undoes_the_same(folder: Path, python: tuple[str, ...], environment: dict[str, str]) -> None:
    found = lh(folder, "lint", "--select", "LH042", "--format", "json", python=python, **environment)
    assert (found.returncode, found.stderr) == (1, "")
    assert found.stdout == lh(folder, "lint", "--select", "LH042", "--format", "json").stdout

    fixed = lh(folder, "fix", "--select", "LH042", python=python, **environment)
    assert (fixed.returncode, fixed.stderr) == (0, "")
    assert (folder / "config.yaml").read_text("utf-8") == CONFIG.replace("120", "60")
    assert lh(folder, "undo", python=python, **environment).stdout == "brought back config.yaml\n"
    assert (folder / "config.yaml").read_text("utf-8") == CONFIG


@pytest.mark.parametrize("command", COMMANDS)
def test_help_outlives_the_docstrings(folder: Path, command: str) -> None:
    shown = lh(folder, command, "--help", python=("-OO",)).stdout
    assert COMMANDS[command] in " ".join(shown.split())


def test_it_runs_from_a_zip(folder: Path, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "lh.zip", "w") as archive:
        for file in (ROOT / "litellm_harden").rglob("*"):
            if file.is_file() and file.suffix != ".pyc":
                archive.write(file, file.relative_to(ROOT))
    zipped = str(tmp_path / "lh.zip")
    for command in (["lint", "--format", "json"], ["checklist", "--format", "html"], ["config", "--schema"]):
        done = lh(folder, *command, PYTHONPATH=zipped)
        assert (done.stdout, done.stderr) == (lh(folder, *command).stdout, "")
    assert lh(folder, "explain", "LH042", PYTHONPATH=zipped).stdout.startswith("LH042")
    assert zipped in lh(folder, python=("-v",), PYTHONPATH=zipped).stderr


def test_an_ascii_terminal_sees_no_escaped_spaces(folder: Path) -> None:
    fixed = lh(folder, "fix", "--select", "LH042", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "nothing remains; lh undo takes it back" in fixed.stdout
    assert fixed.stdout.isascii()


@pytest.mark.skipif(os.name != "posix", reason="a POSIX shell closes the streams")
@pytest.mark.parametrize("shell", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_closed_stream_changes_no_verdict(folder: Path, shell: str) -> None:
    done = lh(folder, "fix", "--select", "LH042", shell=shell)
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "config.yaml").read_text("utf-8") == CONFIG.replace("120", "60")


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(("more", "shell"), [((), f"> {FULL}"), (("--output", str(FULL)), "")])
def test_a_report_that_cannot_be_written_is_told_and_3(folder: Path, more: tuple[str, ...], shell: str) -> None:
    done = lh(folder, "lint", *more, shell=shell)
    assert done.returncode == 3
    assert done.stderr.endswith("the report cannot be written: No space left on device\n")


def test_a_package_that_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "ruamel").mkdir()
    (tmp_path / "ruamel" / "__init__.py").write_text("__path__ = []\n")
    (tmp_path / "_ruamel_yaml.py").write_text("raise ImportError\n")
    done = lh(folder, "lint", PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("lh: the Python module ruamel.yaml is missing: install litellm-harden")
