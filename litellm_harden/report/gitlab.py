"""GitLab's Code Quality report: one array of issues, as the widget of a merge request reads it.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from hashlib import sha256

from litellm_harden.deployment.model import Problem
from litellm_harden.report.entries import Entry, entries, line_of, path
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Severity

_SEVERITIES = {
    Severity.CRITICAL: "critical",
    Severity.HIGH: "major",
    Severity.MEDIUM: "minor",
    Severity.LOW: "info",
}


def render(report: Report) -> str:
    """A JSON array, in ASCII, with a final newline; what could not be judged is an issue too."""
    issues = [_problem(report, one) for one in report.problems]
    issues += [_issue(report, entry) for entry in entries(report, report.open)]
    seen: dict[object, int] = {}
    for issue in issues:  # GitLab shows only the first of those with the same fingerprint
        print_ = issue["fingerprint"]
        seen[print_] = seen.get(print_, 0) + 1
        if seen[print_] > 1:
            issue["fingerprint"] = f"{print_}{seen[print_]}"
    return json.dumps(issues, indent=2) + "\n"


def _issue(report: Report, entry: Entry) -> dict[str, object]:
    line = entry.place[0].line if entry.place else 1
    return {
        "description": f"{entry.message} → {entry.remedy}",
        "check_name": f"{entry.finding.rule.id} {entry.finding.rule.name}",
        "fingerprint": report.fingerprint(entry.finding),
        "severity": _SEVERITIES[entry.finding.severity],
        "location": {"path": entry.file, "lines": {"begin": line}},
    }


def _problem(report: Report, problem: Problem) -> dict[str, object]:
    file, message = path(report, problem.file), line_of(report, problem.message)
    return {
        "description": f"lh could not judge this: {message}",
        "check_name": "could-not-judge",
        "fingerprint": sha256(f"{file}\0{message}".encode("utf-8", "surrogateescape")).hexdigest()[:32],
        "severity": "critical",
        "location": {"path": file, "lines": {"begin": problem.line or 1}},
    }
