"""What `lh rules test` found: which examples of rules do not hold, and how."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from litellm_harden.record import Record
from litellm_harden.report.model import shown_path
from litellm_harden.report.style import BOLD, GREEN, RED, Style
from litellm_harden.rules.words import counted


class Tested(Record):
    """An example of a rule, by its number from 0, and the problems with it: a line each, some with a diff below."""

    rule: str
    file: Path
    number: int
    problems: tuple[str, ...]


class Report(Record):
    """How many rules were tested, and what came of each of their examples. Files are named as seen from `cwd`."""

    rules: int
    tested: Sequence[Tested]
    cwd: Path

    @property
    def failures(self) -> list[Tested]:
        """The examples that do not hold."""
        return [one for one in self.tested if one.problems]

    @property
    def total(self) -> str:
        """All of it in a line."""
        failed = len(self.failures)
        verdict = f"{failed} {'does' if failed == 1 else 'do'} not hold" if failed else "all hold"
        return f"{counted(self.rules, 'rule')}, {counted(len(self.tested), 'example')}: {verdict}"


def text(report: Report, style: Style, quiet: bool) -> str:
    """For a person: each problem, and the total; `quiet`: the total alone."""
    lines = [] if quiet else [line for one in report.failures for line in _failure(report, one, style)]
    return "".join(f"{line}\n" for line in [*lines, report.total])


def _failure(report: Report, tested: Tested, style: Style) -> Iterator[str]:
    for problem in tested.problems:
        what, *diff = problem.rstrip("\n").split("\n")
        yield f"{style.paint(_place(report, tested), BOLD)}: {style.plain(what)}"
        for line in diff:
            yield style.paint(f"    {style.plain(line)}", {"-": RED, "+": GREEN}.get(line[:1], ""))


def _place(report: Report, tested: Tested) -> str:
    return f"{shown_path(tested.file, report.cwd)}: examples[{tested.number}]"


def as_json(report: Report) -> str:
    """For a program."""
    failures = [
        {
            "rule": one.rule,
            "file": shown_path(one.file, report.cwd),
            "example": one.number,
            "problems": list(one.problems),
        }
        for one in report.failures
    ]
    data = {
        "schema": "lh-rule-tests-1",
        "rules": report.rules,
        "examples": len(report.tested),
        "failures": failures,
    }
    return json.dumps(data, indent=2) + "\n"
