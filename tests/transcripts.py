"""The transcripts of README.md and docs/: what stands below a command is what it says.

Every `console` block is run by a shell, top to bottom, all of a page in one throw-away copy of `fixtures/` and `docs/`;
a line `…` stands for lines left out. HTML comments above a block, which readers do not see, set the scene:

    <!-- in: fixtures/anchors/before -->   from here on, work in a fresh copy of this folder
    <!-- file: lh.toml -->                 this block is a file: write it there
    <!-- columns: 72 -->                   the width of the terminal, 88 otherwise
    <!-- not run: needs a network -->      why a block is not run

`python -m tests.transcripts [PAGE]...` writes the outputs anew; then read the difference.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.docs.markdown import Block, blocks

ROOT = Path(__file__).parent.parent
COLUMNS = "88"
LEFT_OUT = "…"

_LH = f"#!/bin/sh\nexec '{sys.executable}' -c 'from litellm_harden.cli.main import run; run()' \"$@\"\n"


def pages() -> list[Path]:
    """The pages that people write. Those of the rules are generated, and executed as they are."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


class Command(NamedTuple):
    """What is typed, the lines of it and of the output below it."""

    typed: str
    lines: tuple[str, ...]
    output: tuple[str, ...]


def commands(block: Block) -> Iterator[Command]:
    """The commands of a block: from `$ ` on, over lines that end in a backslash, with what they say below."""
    current: list[str] = []
    for line in [*block.text.split("\n"), "$ "]:
        if line.startswith("$ ") and current:
            yield _command(current)
            current = []
        current.append(line)


def _command(lines: Sequence[str]) -> Command:
    end = 1
    while lines[end - 1].endswith("\\") and end < len(lines):
        end += 1
    return Command("\n".join(lines[:end])[2:], tuple(lines[:end]), tuple(lines[end:]))


def run(text: str) -> dict[int, list[tuple[Command, list[str]]]]:
    """The commands of a page with what they say now, by the line at which their block starts."""
    found = {}
    with tempfile.TemporaryDirectory() as scratch:
        shell = _Shell(Path(scratch))
        for block in blocks(text):
            if "in" in block.said:
                shell.enter(block.said["in"])
            if "file" in block.said:
                shell.write(block.said["file"], block.text)
            elif block.language == "console" and "not run" not in block.said:
                typed = list(commands(block))
                said = shell.run([command.typed for command in typed], block.said.get("columns", COLUMNS))
                found[block.start] = list(zip(typed, said, strict=True))
    return found


class _Shell:
    """Runs commands in a copy of what the pages speak of, with nothing of the caller's environment."""

    def __init__(self, scratch: Path) -> None:
        self.scratch, self.folder, self.copies = scratch, scratch / "checkout", 0
        programs = scratch / "bin"
        programs.mkdir()
        (programs / "lh").write_text(_LH, "utf-8")
        (programs / "lh").chmod(0o755)
        for name in ("fixtures", "docs"):
            shutil.copytree(ROOT / name, self.folder / name)
        self.environment = {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(scratch),
            "XDG_STATE_HOME": str(scratch / "state"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
            "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "lh" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }

    def enter(self, folder: str) -> None:
        """Go on in a fresh copy of a folder of the checkout; `.` is an empty one."""
        self.copies += 1
        self.folder = self.scratch / f"copy-{self.copies}" / "gateway"
        if folder == ".":
            self.folder.mkdir(parents=True)
        else:
            shutil.copytree(ROOT / folder, self.folder)

    def write(self, name: str, text: str) -> None:
        """A file that a page shows."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", "utf-8")

    def run(self, typed: Sequence[str], columns: str) -> list[list[str]]:
        """What each of these commands says, on either stream, line by line."""
        script = "".join(f"{command}\nstatus=$?; printf '\\0'; (exit $status)\n" for command in typed)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env={**self.environment, "COLUMNS": columns},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        said = done.stdout.split("\0")[: len(typed)]
        assert len(said) == len(typed) and "Traceback" not in done.stdout and "bug in lh" not in done.stdout, (
            done.stdout
        )
        return [one.removesuffix("\n").split("\n") if one else [] for one in said]


def matches(expected: Sequence[str], said: Sequence[str]) -> bool:
    """Whether an output is as expected, where `…` stands for any lines."""
    if LEFT_OUT not in expected:
        return list(expected) == list(said)
    first = list(expected).index(LEFT_OUT)
    if list(said[:first]) != list(expected[:first]):
        return False
    rest = expected[first + 1 :]
    return any(matches(rest, said[start:]) for start in range(first, len(said) + 1))


def stated(command: Command) -> list[str]:
    """The output that a page states, without empty lines at its end."""
    lines = list(command.output)
    while lines and not lines[-1]:
        lines.pop()
    return lines


def rewritten(text: str) -> str:
    """A page with the outputs of its commands as they are now. What was left out stays left out."""
    lines, shift = text.split("\n"), 0
    for start, ran in run(text).items():
        block: list[str] = []
        for command, said in ran:
            old = stated(command)
            block += [*command.lines, *(old if matches(old, said) else _shortened(old, said))]
            block += [""] * (len(command.output) - len(old))
        length = sum(len(command.lines) + len(command.output) for command, _ in ran)
        lines[start + shift : start + shift + length] = block
        shift += len(block) - length
    return "\n".join(lines)


def _shortened(old: Sequence[str], said: list[str]) -> list[str]:
    """What is said now, with as many lines before the first `…` and after the last as there were."""
    if LEFT_OUT not in old:
        return said
    head = list(old).index(LEFT_OUT)
    tail = list(reversed(old)).index(LEFT_OUT)
    return said if head + tail >= len(said) else [*said[:head], LEFT_OUT, *said[len(said) - tail :]]


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:] or pages()):
        page.write_text(rewritten(page.read_text("utf-8")), "utf-8")
