"""The deployments under `fixtures/`, and what `lh` makes of them: shared by the test and by `tests.regenerate`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parent.parent / "fixtures"
NAMES = sorted(folder.name for folder in FIXTURES.iterdir() if folder.is_dir())
WEEKS = ("1", "2", "3")
PLAN = tuple(word for week in WEEKS for word in ("--week", week))
_LH = "import sys; from litellm_harden.cli.main import main; sys.exit(main())"


@dataclass(frozen=True)
class Run:
    """What a series of commands on one copy of a fixture gave; the files are as they were after each command.

    `weeks` has a folder for each week, fixed one after the other; `left` is what lint says of the plan then, and
    `checklist` where it stands. `at_once` are the files after one fix of all weeks, on a second copy.
    """

    report_json: str
    report_text: str
    before: dict[str, bytes]
    linted: dict[str, bytes]
    weeks: dict[str, dict[str, bytes]]
    left: dict[str, Any]
    left_status: int
    checklist: dict[str, Any]
    fixed_again: dict[str, bytes]
    undone: dict[str, bytes]
    at_once: dict[str, bytes]


def run(name: str, scratch: Path) -> Run:
    """Lint, fix week by week, lint, fix again and undo a copy of the fixture's `before` made in `scratch`."""
    folder = copy(name, scratch)
    before = files(folder)
    report_json, report_text = lh(folder, "lint", "--format", "json"), lh(folder, "lint", "--color", "never")
    linted = files(folder)
    weeks = {}
    for week in WEEKS:
        lh(folder, "fix", "--week", week)
        weeks[f"week-{week}"] = files(folder)
    left = lh(folder, "lint", *PLAN, "--format", "json")
    checklist = lh(folder, "checklist", "--format", "json")
    lh(folder, "fix", *PLAN)
    fixed_again, steps = files(folder), [before, *weeks.values()]
    for earlier, later in zip(steps[-2::-1], steps[:0:-1], strict=True):
        if earlier != later:
            lh(folder, "undo")
    second = copy(name, scratch / "at-once")
    lh(second, "fix", *PLAN)
    return Run(
        report_json=json.dumps(json.loads(report_json.stdout), indent=1, ensure_ascii=False) + "\n",
        report_text=report_text.stdout,
        before=before,
        linted=linted,
        weeks=weeks,
        left=json.loads(left.stdout),
        left_status=left.returncode,
        checklist=json.loads(checklist.stdout),
        fixed_again=fixed_again,
        undone=files(folder),
        at_once=files(second),
    )


def states(checklist: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The rules of a checklist with their states, for each deployment."""
    for deployment in checklist["deployments"]:
        for item in (item for week in deployment["weeks"] for item in week["items"]):
            yield from ((rule["rule"], rule["state"]) for rule in item["rules"])


def copy(name: str, scratch: Path) -> Path:
    """A copy of the fixture's `before` in `scratch`."""
    folder = scratch / name
    shutil.copytree(FIXTURES / name / "before", folder)
    return folder


def lh(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `lh` in `folder` with nothing of our own environment, its state folder beside the copy.

    Raises AssertionError where it ends in a traceback or calls its usage wrong.
    """
    environment = {
        "PATH": os.environ["PATH"],
        "XDG_STATE_HOME": str(folder.parent / f"{folder.name}.state"),
        "HOME": str(folder.parent),
        "COLUMNS": "120",
        "PYTHONUTF8": "1",
    }
    command = [sys.executable, "-c", _LH, *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode in {0, 1, 3} and "Traceback" not in done.stderr, done.stderr
    return done


def files(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below `folder`, by relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
