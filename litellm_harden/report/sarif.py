"""SARIF 2.1.0, as code scanning reads it; with the exact fixes, except for those that would write a secret.

What GitHub makes of each property:
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from litellm_harden import __version__
from litellm_harden.documents.base import Refusal
from litellm_harden.report.entries import file_of, line_of, path, refusals, remedy
from litellm_harden.report.json_ import alone
from litellm_harden.report.line_hash import line_hashes
from litellm_harden.report.model import Report
from litellm_harden.report.sarif_rules import LEVELS, Json, described
from litellm_harden.report.secrets import MASK
from litellm_harden.rules.model import BASELINE, Applicability, Finding, Suppression
from litellm_harden.rules.pack import Pack
from litellm_harden.text.edits import Edit
from litellm_harden.text.source import Position, Source

_MOST_RESULTS = 25_000
"""GitHub refuses a run with more."""
_ROOT = "%SRCROOT%"

Hashes = Mapping[tuple[Path, int], str]


def render(report: Report) -> str:
    """One compact SARIF log, in ASCII, with a final newline."""
    reported = {one.rule.id for one in report.findings} | {one.rule.id for one in report.not_judged}
    pack = Pack(tuple(rule for rule in report.rules if rule.id in report.selected | reported), report.proses)
    index = {rule.id: number for number, rule in enumerate(pack.rules)}
    shown, left_out = _fitting(report.findings)
    refused, hashes = refusals(report), _line_hashes(report, shown)
    run = {
        "tool": {
            "driver": {
                "name": "litellm-harden",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [described(rule, pack.prose(rule)) for rule in pack.rules],
            }
        },
        "automationDetails": {"id": "litellm-harden/"},
        "columnKind": "unicodeCodePoints",
        "redactionTokens": [MASK],
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "invocations": [_invocation(report, index, left_out)],
        "results": [_result(report, one, index, remedy(report, one, refused), hashes) for one in shown],
    }
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, separators=(",", ":")) + "\n"


def _fitting(findings: Sequence[Finding]) -> tuple[Sequence[Finding], int]:
    """As many findings as GitHub takes, the weightiest, and how many that leaves out."""
    if len(findings) <= _MOST_RESULTS:
        return findings, 0
    by_weight = sorted(findings, key=lambda finding: (finding.suppressed, -finding.severity))
    return by_weight[:_MOST_RESULTS], len(findings) - _MOST_RESULTS


def _invocation(report: Report, index: dict[str, int], left_out: int) -> Json:
    """What went wrong, and what could not be judged, which is no alert."""
    return {
        "executionSuccessful": not report.problems,
        "toolExecutionNotifications": [*_problems(report), *_not_judged(report, index), *_left_out(left_out)],
    }


def _problems(report: Report) -> Iterator[Json]:
    for problem in report.problems:
        region: Json | None = {"startLine": problem.line} if problem.line else None
        yield {
            "level": "error",
            "message": {"text": _text(line_of(report, problem.message))},
            "locations": [_location(report, problem.file, region)],
        }


def _not_judged(report: Report, index: dict[str, int]) -> Iterator[Json]:
    for one in report.not_judged:
        yield {
            "level": "note",
            "message": {"text": _text(f"{line_of(report, one.address)} was not judged: {line_of(report, one.reason)}")},
            "associatedRule": {"id": one.rule.id, "index": index[one.rule.id]},
        }


def _left_out(count: int) -> Iterator[Json]:
    if count:
        yield {"level": "warning", "message": {"text": f"{count} more findings were left out."}}


def _result(report: Report, finding: Finding, index: dict[str, int], does: str, hashes: Hashes) -> Json:
    place = report.place(finding)
    line_hash = hashes.get((finding.origin.file, place[0].line)) if finding.origin and place else None
    message = f"{line_of(report, finding.message, finding.address)}. Fix: {line_of(report, does, finding.address)}."
    result: Json = {
        "ruleId": finding.rule.id,
        "ruleIndex": index[finding.rule.id],
        "level": LEVELS[finding.severity],
        "message": {"text": _text(message)},
        "locations": [_location(report, file_of(report, finding), _region(*place) if place else None)],
        "partialFingerprints": {
            **({"primaryLocationLineHash": line_hash} if line_hash else {}),
            "litellmHarden/v1": report.fingerprint(finding),
        },
        "properties": {"address": line_of(report, finding.address), "severity": finding.severity.word},
    }
    if report.baseline is not None:
        known = finding.suppression is not None and finding.suppression.by == BASELINE
        result["baselineState"] = "unchanged" if known else "new"
    if finding.suppression is not None:
        result["suppressions"] = [_suppression(report, finding.suppression)]
    fix = _fix(report, finding)
    if fix:
        result["fixes"] = [fix]
    return result


def _line_hashes(report: Report, findings: Iterable[Finding]) -> Hashes:
    """GitHub's hash of each line that has findings. Near a secret it is that of the line as it is shown: 64 bits that
    are made without a key would let one try guesses."""
    lines: dict[Path, set[int]] = {}
    texts: dict[Path, Source] = {}
    for finding in findings:
        source, place = report.source(finding), report.place(finding)
        if finding.origin and source and place:
            texts[finding.origin.file] = source
            lines.setdefault(finding.origin.file, set()).add(place[0].line)
    return {
        (file, line): line_hash
        for file, source in texts.items()
        for line, line_hash in line_hashes(_shown_text(report, source), lines[file]).items()
    }


def _shown_text(report: Report, source: Source) -> str:
    return ("\ufeff" if source.bom else "") + report.masker.text(source.text)


def _suppression(report: Report, suppression: Suppression) -> Json:
    if suppression.by == BASELINE:
        return {"kind": "external", "justification": "It was there when the baseline was made."}
    shown: Json = {"kind": "inSource"}
    if suppression.reason:
        shown["justification"] = line_of(report, suppression.reason)
    return shown


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
        replacements = [_replacement(source, edit) for edit in members]
        changes.append({"artifactLocation": _artifact(report, file), "replacements": replacements})
    description = line_of(report, finding.fix.description, finding.address)
    return {"description": {"text": _text(description)}, "artifactChanges": changes}


def _replacement(source: Source, edit: Edit) -> Json:
    region = _region(source.position(edit.start), source.position(edit.end))
    return {"deletedRegion": region, "insertedContent": {"text": edit.text}}


def _location(report: Report, file: Path, region: Json | None) -> Json:
    physical: Json = {"artifactLocation": _artifact(report, file)}
    if region:
        physical["region"] = region
    return {"physicalLocation": physical}


def _region(start: Position, end: Position) -> Json:
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _artifact(report: Report, file: Path) -> Json:
    return {"uri": quote(path(report, file).encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def _text(text: str) -> str:
    """A message that no viewer finds a link in: `[words](target)` is one, in plain text too."""
    return text.replace("](", "] (")
