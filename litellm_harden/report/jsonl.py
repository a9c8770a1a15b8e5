"""The report a line at a time: JSON objects, each of a `kind`, the findings first, the summary last.

The kinds are those of the JSON report: finding, not_judged, problem, refused, plan, baseline, summary; after a fix also
fixed.
Objects about a deployment hold it whole in `deployment`, so that a line says all by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from litellm_harden.report import json_
from litellm_harden.report.entries import done
from litellm_harden.report.model import Report


def render(report: Report) -> str:
    """One JSON object a line, in ASCII; the last is the summary."""
    return "".join(json.dumps(line) + "\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[dict[str, object]]:
    homes = [json_.deployment(report, one) for one in report.verdict.deployments]
    for finding in report.findings:
        yield {"kind": "finding", **json_.finding(report, finding), "deployment": homes[finding.deployment]}
    fixes = done(report)
    for gone in report.fixed:
        fix = fixes.get(gone.key, gone.fix)
        yield {
            "kind": "fixed",
            "rule": gone.rule.id,
            "name": gone.rule.name,
            "severity": gone.severity.word,
            "deployment": homes[gone.deployment],
            "address": report.masker.say(gone.address),
            "message": report.masker.say(gone.message, gone.address),
            "done": report.masker.say(fix.description, gone.address) if fix else "",
        }
    for unclear in report.not_judged:
        line = json_.not_judged(report, unclear)
        yield {"kind": "not_judged", **line, "deployment": homes[unclear.deployment]}
    yield from ({"kind": "problem", **json_.problem(report, one)} for one in report.problems)
    yield from ({"kind": "refused", **one} for one in json_.refused(report))
    yield from ({"kind": "plan", **one} for one in json_.plan(report))
    if report.baseline is not None:
        yield {"kind": "baseline", **json_.baseline(report)}
    yield {"kind": "summary", "schema": json_.SCHEMA, **json_.summary(report)}
