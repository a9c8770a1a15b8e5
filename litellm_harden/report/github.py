"""Workflow commands of GitHub Actions: an annotation for each finding, then the total.

GitHub shows the first ten annotations of each level and step, so the weightiest come first.
https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions
"""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Problem
from litellm_harden.report.entries import Entry, entries, line_of, path, weightiest_first
from litellm_harden.report.model import Report
from litellm_harden.report.style import Style, commandless
from litellm_harden.report.total import total
from litellm_harden.rules.model import Severity

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}
_DATA = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY = (*_DATA, (":", "%3A"), (",", "%2C"))


def render(report: Report) -> str:
    """One line for each problem and finding, then plain lines with the total."""
    lines = [_problem(report, one) for one in report.problems]
    lines += [_annotation(entry) for entry in weightiest_first(entries(report, report.open))]
    lines += [commandless(line_of(report, line)) for line in total(report)]
    return "".join(f"{line}\n" for line in lines)


def _problem(report: Report, problem: Problem) -> str:
    line = {"line": str(problem.line)} if problem.line else {}
    where = {"file": path(report, problem.file), **line, "title": "lh could not judge this"}
    return _command("error", where, line_of(report, problem.message))


def _annotation(entry: Entry) -> str:
    finding = entry.finding
    title = f"{finding.rule.id} {finding.rule.name} ({finding.severity.word})"
    where = {"file": entry.file, **dict(_region(entry)), "title": title}
    return _command(_LEVELS[finding.severity], where, f"{entry.message}\n→ {entry.remedy}")


def _region(entry: Entry) -> Iterator[tuple[str, str]]:
    """Columns only within one line: GitHub takes no others."""
    if entry.place is None:
        return
    start, end = entry.place
    yield "line", str(start.line)
    yield "endLine", str(end.line)
    if start.line == end.line and start.column < end.column:
        yield "col", str(start.column)
        yield "endColumn", str(end.column)


def _command(level: str, properties: dict[str, str], message: str) -> str:
    shown = ",".join(f"{name}={_escaped(value, _PROPERTY)}" for name, value in properties.items())
    return f"::{level} {shown}::{_escaped(message, _DATA)}"


def _escaped(text: str, escapes: tuple[tuple[str, str], ...]) -> str:
    for char, escape in escapes:
        text = text.replace(char, escape)
    return Style().plain(text)
