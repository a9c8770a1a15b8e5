"""The same as a JSON object, schema `lh-verify-1`."""

from __future__ import annotations

import json

from litellm_harden.deployment.model import Origin
from litellm_harden.report.json_ import deployment as deployment_data
from litellm_harden.report.model import Report, source_of
from litellm_harden.report.verify_text import words
from litellm_harden.verify.model import Answer, Loaded, Verified


def render(report: Report, verified: Verified) -> str:
    """All answers, with places and without secrets."""
    data = {
        "schema": "lh-verify-1",
        "python": verified.interpreter or None,
        "compose": verified.compose or None,
        "deployments": [_load(report, one) for one in verified.loads],
        "projects": [
            {
                "files": [report.path(file) for file in one.files],
                "accepted": one.accepted,
                "words": words(report, one.words) or None,
            }
            for one in verified.composed
        ],
        "problems": [
            {"file": report.path(one.file), "line": one.line, "message": report.masker.say(one.message)}
            for one in report.problems
        ],
        "summary": {
            **{answer.value: sum(len(one.of(answer)) for one in verified.loads) for answer in Answer},
            "disagreements": sum(len(one.disagreements) for one in verified.loads),
            "not_verified": sum(bool(one.open) for one in verified.loads)
            + sum(one.accepted is None for one in verified.composed),
        },
    }
    return json.dumps(data, indent=2) + "\n"


def _load(report: Report, one: Loaded) -> dict[str, object]:
    return {
        **deployment_data(report, report.deployment(one.deployment)),
        "loaded_by": one.version or None,
        "same_version": one.version == one.expected if one.version and one.expected else None,
        "not_verified": words(report, one.open) or None,
        "disagreements": [
            {
                "address": report.masker.say(each.address),
                "lh": words(report, each.ours),
                "litellm": words(report, each.theirs, each.address),
                **_place(report, one, each.origin),
            }
            for each in one.disagreements
        ],
        "keys": [
            {
                "address": report.masker.say(each.address),
                "answer": each.answer.value,
                "words": words(report, each.words, each.address) or None,
                **_place(report, one, each.origin),
            }
            for each in one.answers
        ],
        "stand_ins": list(one.stand_ins),
        "kept_in": [words(report, place) for place in one.attempted],
        "not_run": list(one.own_code),
        "warnings": [words(report, line) for line in one.warnings],
    }


def _place(report: Report, one: Loaded, origin: Origin | None) -> dict[str, object]:
    if origin is None:
        return {"file": None, "line": None}
    source = source_of(report.deployment(one.deployment), origin.file)
    line = source.position(origin.span.start).line if source else None
    return {"file": report.path(origin.file), "line": line}
