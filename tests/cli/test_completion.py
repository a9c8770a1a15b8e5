from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Lh


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A PATH on which `lh` is the one under test."""
    program = tmp_path / "bin" / "lh"
    program.parent.mkdir()
    program.write_text(f"#!{sys.executable}\nfrom litellm_harden.cli.main import run\nrun()\n")
    program.chmod(0o755)
    return f"{program.parent}{os.pathsep}{os.environ['PATH']}"


def in_shell(shell: str, script: str, path: str) -> str:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")
    started = [program, "--norc"] if shell == "bash" else [program, "--no-config"]
    done = subprocess.run(
        [*started, "-c", script], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=True
    )
    return done.stdout


def completed(words: str, path: str) -> list[str]:
    """What bash makes of the last of the words."""
    script = f"""
        source <(lh completion bash)
        COMP_WORDS=({words})
        COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
        _lh_completion lh
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    return in_shell("bash", script, path).split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("lh li", ["lint"]),
        ("lh lint --sel", ["--select"]),
        ("lh lint --select LH04", ["LH041", "LH042", "LH043", "LH044"]),
        ("lh lint --select LH011,cooldown-", ["LH011,cooldown-time"]),
        ("lh lint --select LH042,LH04", ["LH042,LH041", "LH042,LH043", "LH042,LH044"]),
        ("lh lint --select cooldown-time,LH04", [f"cooldown-time,LH04{n}" for n in (1, 3, 4)]),
        ("lh lint --week ''", ["1", "2", "3"]),
        ("lh checklist --item 1", ["1", "10", "11"]),
        ("lh fix --ignore lh04", ["LH041", "LH042", "LH043", "LH044"]),
        ("lh explain cooldown-t", ["cooldown-time"]),
        ("lh suppress LH042 --rea", ["--reason"]),
        ("lh lint --format sa", ["sarif"]),
        ("lh lint --fail-on m", ["medium"]),
        ("lh completion ''", ["bash", "zsh", "fish"]),
    ],
)
def test_bash_completes(words: str, expected: list[str], path: str) -> None:
    assert completed(words, path) == expected


def test_fish_completes_behind_a_comma_with_the_title(path: str) -> None:
    script = 'lh completion fish | source; complete -C "lh lint --select LH011,LH042"'
    assert in_shell("fish", script, path) == "LH011,LH042\tA failing model stays out of rotation too long\n"


def test_rules_of_the_folder_are_completed_even_where_its_lh_toml_is_wrong(lh: Lh, path: str, gateway: Path) -> None:
    (gateway / "lh.toml").write_text("ignore = [\n")
    assert completed("lh explain LH042", path) == ["LH042"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_its_script(lh: Lh, shell: str) -> None:
    result = lh("completion", shell)
    assert result.status == 0
    assert f"_LH_COMPLETE={shell}_complete" in result.out


def test_another_shell_is_wrong_usage(lh: Lh) -> None:
    assert lh("completion", "tcsh").status == 2
