"""SARIF 2.1.0, as code scanning reads it; with the exact fixes, except for those that would write a secret."""

from __future__ import annotations

import json
from urllib.parse import quote

from litellm_harden import __version__
from litellm_harden.documents.base import Refusal
from litellm_harden.report.json_ import alone
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Applicability, Finding, Rule, Severity

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}

Json = dict[str, object]


def render(report: Report) -> str:
    """One compact SARIF log, in ASCII, with a final newline."""
    rules = [rule for rule in report.rules if rule.id in report.selected]
    index = {rule.id: number for number, rule in enumerate(rules)}
    driver = {"name": "litellm-harden", "version": __version__, "rules": [_rule(rule) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": [_result(report, finding, index[finding.rule.id]) for finding in report.findings],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, separators=(",", ":")) + "\n"


def _rule(rule: Rule) -> Json:
    tags = ["litellm", *([f"week-{rule.week}"] if rule.week else [])]
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": tags, "security-severity": _SCORES[rule.severity]},
    }


def _invocation(report: Report) -> Json:
    notes = [
        {
            "level": "error",
            "message": {"text": report.masker.say(problem.message)},
            "locations": [_location(report.path(problem.file), {"startLine": problem.line} if problem.line else None)],
        }
        for problem in report.problems
    ]
    return {"executionSuccessful": not notes, **({"toolExecutionNotifications": notes} if notes else {})}


def _result(report: Report, finding: Finding, index: int) -> Json:
    place = report.place(finding)
    region: Json | None = None
    if place:
        (line, column), (end_line, end_column) = place
        region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
    deployment = report.deployment(finding.deployment)
    file = finding.origin.file if finding.origin else next(iter(deployment.files.all()), deployment.root)
    text = report.masker.say(finding.message, finding.address)
    result: Json = {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [_location(report.path(file), region)],
        "partialFingerprints": {"litellmHarden/v1": report.fingerprint(finding)},
        "properties": {"address": finding.address, "severity": finding.severity.word},
    }
    if finding.suppressed:
        result["suppressions"] = [{"kind": "inSource"}]
    fix = _fix(report, finding)
    if fix:
        result["fixes"] = [fix]
    return result


def _fix(report: Report, finding: Finding) -> Json | None:
    if finding.fix is None or finding.fix.applicability not in (Applicability.SAFE, Applicability.UNSAFE):
        return None
    edits = alone(report, finding)
    if isinstance(edits, Refusal) or not edits:
        return None
    workspace = report.deployment(finding.deployment).workspace
    changes = []
    for file, members in edits.items():
        source = workspace.source(file)
        if any(report.masker.redacts(source.text, edit) for edit in members):
            return None
        replacements = []
        for edit in members:
            (line, column), (end_line, end_column) = source.position(edit.start), source.position(edit.end)
            region = {"startLine": line, "startColumn": column, "endLine": end_line, "endColumn": end_column}
            replacements.append({"deletedRegion": region, "insertedContent": {"text": edit.text}})
        changes.append({"artifactLocation": {"uri": _uri(report.path(file))}, "replacements": replacements})
    description = report.masker.say(finding.fix.description, finding.address)
    return {"description": {"text": description}, "artifactChanges": changes}


def _location(path: str, region: Json | None) -> Json:
    physical: Json = {"artifactLocation": {"uri": _uri(path)}}
    if region:
        physical["region"] = region
    return {"physicalLocation": physical}


def _uri(path: str) -> str:
    return quote(path.encode("utf-8", "surrogateescape"))
