"""What a probe found, for programs: what `--save` writes, with the verdicts and the comparison."""

from __future__ import annotations

import json

from litellm_harden.probe.saved import as_data
from litellm_harden.report.probe.model import Report


def render(report: Report) -> str:
    """A JSON object, schema `lh-probe-1`."""
    data = as_data(report.probed)
    data["verdicts"] = [one._asdict() for one in report.verdicts]
    data["notes"] = list(report.notes)
    data["before"] = None if report.before is None else as_data(report.before)
    data["not_comparable"] = list(report.differences)
    data["summary"] = {
        "failed": len(report.probed.failed),
        "missed": sum(one.met is False for one in report.verdicts),
        "not_judged": sum(one.met is None for one in report.verdicts),
    }
    return json.dumps(data, indent=2) + "\n"
