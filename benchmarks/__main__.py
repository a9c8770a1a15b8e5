"""Measure, print the tables, and put them into README.md: `python -m benchmarks`, in the environment that README.md
tells how to make."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from benchmarks.inputs import write_all
from benchmarks.measure import Taken, median

README = Path(__file__).parent / "README.md"
BEGIN, END = "<!-- measured: begin -->\n", "<!-- measured: end -->\n"
PROGRAMS = Path(sys.executable).parent

SIZES = {
    "one": {},
    "models-1000": {"models": 1_000},
    "models-10000": {"models": 10_000},
    "models-100000": {"models": 100_000},
    "proxies-10": {"proxies": 10},
    "proxies-100": {"proxies": 100},
}
MANY = {"deployments-200": 200, "deployments-2000": 2_000}

COMPOSE_ALL = """\
import os, sys, yaml
for folder, _, files in os.walk("."):
    for name in files:
        if name.endswith((".yaml", ".yml")):
            with open(os.path.join(folder, name), "rb") as file:
                yaml.compose(file, Loader=yaml.CSafeLoader)
"""
"""The least that any linter of YAML has to do, by the C library."""


class Subject(NamedTuple):
    """A folder of inputs, how often to run, and what is measured on it."""

    folder: str
    title: str
    runs: int
    peers: tuple[str, ...]


SUBJECTS = (
    Subject("one", "one deployment, four files", 15, ("nothing", "libyaml", "yamllint", "compose-lint", "dclint")),
    Subject("models-1000", "1,000 models", 5, ("libyaml", "yamllint")),
    Subject("models-10000", "10,000 models", 3, ("libyaml", "yamllint")),
    Subject("models-100000", "100,000 models", 1, ("libyaml",)),
    Subject("proxies-10", "10 proxies in one compose file", 5, ("libyaml", "yamllint", "compose-lint", "dclint")),
    Subject("proxies-100", "100 proxies in one compose file", 3, ("libyaml", "yamllint", "compose-lint", "dclint")),
    Subject("deployments-200", "200 deployments", 3, ("libyaml", "yamllint", "compose-lint", "dclint")),
    Subject("deployments-2000", "2,000 deployments", 1, ("libyaml", "yamllint", "compose-lint", "dclint")),
)


class Row(NamedTuple):
    """One command on one subject."""

    subject: Subject
    name: str
    taken: Taken | None


def command(name: str, folder: Path) -> list[str] | None:
    """What to run; None where it is not installed."""
    if name in ("nothing", "libyaml"):
        return [sys.executable, "-c", "pass" if name == "nothing" else COMPOSE_ALL]
    if name == "lh lint":
        return _installed("lh", "lint")
    if name == "yamllint":
        return _installed("yamllint", ".")
    files = sorted(str(file.relative_to(folder)) for file in folder.rglob("docker-compose.yml"))
    if name == "compose-lint":
        return _installed("compose-lint", *files)
    found = shutil.which("dclint")
    return [found, *files] if found is not None else None


def _installed(program: str, *arguments: str) -> list[str] | None:
    path = PROGRAMS / program
    return [str(path), *arguments] if path.exists() else None


def measured(root: Path) -> Iterator[Row]:
    """Each command on each subject, as it is done."""
    for subject in SUBJECTS:
        for name in (*subject.peers, "lh lint"):
            words = command(name, root / subject.folder)
            yield Row(subject, name, median(words, root / subject.folder, subject.runs) if words else None)


def size(folder: Path) -> float:
    """The MB of all files that are judged."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 1e6


def told(row: Row) -> str:
    """One line of the table."""
    if row.taken is None:
        return f"| {row.name} | not installed | | |"
    if row.taken.status not in (0, 1, 2):
        return f"| {row.name} | ended with {row.taken.status} | | |"
    label = f"**{row.name}**" if row.name == "lh lint" else row.name
    return f"| {label} | {_seconds(row.taken.cpu)} | {_seconds(row.taken.wall)} | {row.taken.memory:,.0f} |"


def _seconds(milliseconds: float) -> str:
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def tables(root: Path, rows: list[Row]) -> Iterator[str]:
    """The text for README.md."""
    yield f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores (a virtual machine);"
    yield f"yamllint {version('yamllint')}, compose-lint {version('compose-lint')}, PyYAML {version('PyYAML')}.\n"
    for subject in SUBJECTS:
        megabytes = size(root / subject.folder)
        yield f"\n{subject.title[:1].upper()}{subject.title[1:]} ({megabytes:.3g} MB), runs: {subject.runs}\n"
        yield "| command | CPU | wall | MiB |\n|---|---|---|---|"
        own = [row for row in rows if row.subject is subject]
        yield from (told(row) for row in own)
        by_name = {row.name: row.taken for row in own if row.taken is not None}
        if "libyaml" in by_name and "lh lint" in by_name:
            ratio = by_name["lh lint"].cpu / by_name["libyaml"].cpu
            yield f"\n`lh lint` takes {ratio:.1f} times the CPU of composing the YAML files by libyaml."


def main() -> None:
    """Measure everything, and keep it in README.md."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["XDG_STATE_HOME"] = str(root / ".state")
        write_all(root, SIZES, MANY)
        rows = []
        for row in measured(root):
            rows.append(row)
            print(f"{row.subject.title:36} {told(row)}", flush=True)
        text = "\n".join(tables(root, rows))
    before, _, rest = README.read_text().partition(BEGIN)
    README.write_text(f"{before}{BEGIN}\n{text}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    main()
