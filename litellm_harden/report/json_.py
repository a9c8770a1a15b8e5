"""The report for programs: `lh-1`, whose keys and order are a contract."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Problem
from litellm_harden.documents.base import Refusal
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Finding, NotJudged, Severity, Suppression
from litellm_harden.text.edits import Edit, ordered

SCHEMA = "lh-1"


def render(report: Report) -> str:
    """One JSON object, in ASCII, with a final newline."""
    data = {
        "schema": SCHEMA,
        "deployments": [deployment(report, one) for one in report.verdict.deployments],
        "findings": [finding(report, one) for one in report.findings],
        "not_judged": [not_judged(report, one) for one in report.not_judged],
        "problems": [problem(report, one) for one in report.problems],
        "refused": refused(report),
        "plan": plan(report),
        **({"baseline": baseline(report)} if report.baseline is not None else {}),
        "summary": summary(report),
    }
    return json.dumps(data, indent=2) + "\n"


def alone(report: Report, finding: Finding) -> Mapping[Path, Sequence[Edit]] | Refusal:
    """The edits of a finding's own fix, which apply alone to the text it was found in."""
    planned = report.planned(finding)
    if planned is None:
        return {}
    return planned if isinstance(planned, Refusal) else planned.edits


def deployment(report: Report, one: Deployment) -> dict[str, object]:
    """A deployment, as every JSON report has it."""
    files = one.files
    return {
        "root": report.path(one.root),
        "service": one.service,
        "litellm_version": str(one.version) if one.version else None,
        "version_source": one.version_source,
        "files": {
            "config": [report.path(file) for file in files.config],
            "env": [report.path(file) for file in files.env],
            "compose": [report.path(file) for file in files.compose],
            "dockerfile": report.path(files.dockerfile) if files.dockerfile else None,
            **({"kubernetes": [report.path(file) for file in files.kubernetes]} if files.kubernetes else {}),
        },
    }


def finding(report: Report, one: Finding) -> dict[str, object]:
    """A finding; its edits apply alone."""
    start, end = report.place(one) or (None, None)
    return {
        "rule": one.rule.id,
        "name": one.rule.name,
        "severity": one.severity.word,
        "week": one.rule.week,
        "item": one.rule.item,
        "deployment": one.deployment,
        "address": report.masker.say(one.address),
        "message": report.masker.say(one.message, one.address),
        "value": report.masker.value(one.address, one.value),
        "expected": report.masker.say(one.expected, one.address),
        "file": report.path(one.origin.file) if one.origin else None,
        "line": start.line if start else None,
        "column": start.column if start else None,
        "end_line": end.line if end else None,
        "end_column": end.column if end else None,
        "fingerprint": report.fingerprint(one),
        "suppressed": one.suppressed,
        **({"suppression": _suppression(report, one, one.suppression)} if one.suppression is not None else {}),
        "fix": _fix(report, one),
    }


def _suppression(report: Report, one: Finding, by: Suppression) -> dict[str, object]:
    """Why a finding does not count; a comment has a place, and a reason that may be empty."""
    place = report.suppressed_at(one)
    if by.origin is None or place is None:
        return {"by": by.by}
    return {
        "by": by.by,
        "reason": report.masker.say(by.reason),
        "file": report.path(by.origin.file),
        "line": place.line,
    }


def not_judged(report: Report, one: NotJudged) -> dict[str, object]:
    """What could not be judged, and why."""
    return {
        "rule": one.rule.id,
        "deployment": one.deployment,
        "address": report.masker.say(one.address),
        "reason": report.masker.say(one.reason),
    }


def problem(report: Report, one: Problem) -> dict[str, object]:
    """What could not be read."""
    return {"file": report.path(one.file), "line": one.line, "message": report.masker.say(one.message)}


def baseline(report: Report) -> dict[str, object]:
    """How many findings the baseline covers, and which of its entries were looked for and not found."""
    gone = [
        {
            "rule": one.rule,
            "address": report.masker.say(one.address),
            "file": one.file or None,
            "fingerprint": one.fingerprint,
        }
        for one in report.gone
    ]
    return {"known": len(report.known), "gone": gone}


def _fix(report: Report, finding: Finding) -> dict[str, object] | None:
    if finding.fix is None:
        return None
    edits = alone(report, finding)
    shown: dict[str, object] = {
        "applicability": finding.fix.applicability.value,
        "description": report.masker.say(finding.fix.description, finding.address),
        "edits": [],
    }
    if isinstance(edits, Refusal):
        shown["refused"] = report.masker.say(edits.reason, finding.address)
    else:
        home = report.deployment(finding.deployment)
        shown["edits"] = [one for file in edits for one in _edits(report, home, file, edits[file])]
    return shown


def _edits(report: Report, home: Deployment, file: Path, edits: Sequence[Edit]) -> list[dict[str, object]]:
    text = home.workspace.source(file).text
    shown = []
    for edit in ordered(edits):
        one: dict[str, object] = {"file": report.path(file), "start": edit.start, "end": edit.end, "text": edit.text}
        if report.masker.redacts(text, edit):
            one.update(text=None, redacted=True)
        shown.append(one)
    return shown


def refused(report: Report) -> list[dict[str, object]]:
    """Which fixes were left out, and why."""
    left = report.plan.refused if report.plan else ()
    return [{"rule": one.rule.id, "reason": report.masker.say(one.reason, one.address)} for one in left]


def plan(report: Report) -> list[dict[str, object]]:
    """The edits of the joint plan, file by file."""
    if report.plan is None or not report.before:
        return []
    read = report.before[0]
    return [
        {
            "file": report.path(file),
            "sha256": hashlib.sha256(read.workspace.read(file)).hexdigest(),
            "edits": _edits(report, read, file, edits),
        }
        for file, edits in sorted(report.plan.edits.items(), key=lambda pair: report.path(pair[0]))
    ]


def summary(report: Report) -> dict[str, int]:
    """How much there is of each."""
    return {
        **{severity.word: report.count(severity) for severity in sorted(Severity, reverse=True)},
        "suppressed": len(report.findings) - len(report.open),
        "not_judged": len(report.not_judged),
        "fixed": len(report.fixed),
    }
