"""The plan for programs: `lh-checklist-1`, whose keys and order are a contract.

    {"schema": "lh-checklist-1",
     "deployments": [{"root", "service", "litellm_version", "version_source", "files": as in `lh-1`,
                      "label": "litellm",
                      "topology": {"instances", "workers", "planned_workers", "pool", "demand", "budget",
                                   "concurrent_requests"},                               numbers, null where not known
                      "weeks": [{"week": 1, "counts": {STATE: 3, …},
                                 "items": [{"item": 1, "title": "…", "state": STATE, "rules": [RULE…]}]}],
                      "beyond": [RULE…],                      rules beyond the checklist, those with findings alone
                      "steps": [{"step": "validate", "title": "…", "text": "…", "commands": ["…"],
                                 "watch": [{"what", "want", "alert", "query"}]}]}],
     "problems": [{"file": "…", "line": 3|null, "message": "…"}]}

    RULE = {"rule": "LH042", "name", "title", "severity", "state": STATE, "needs": NEEDS, "reasons": ["…"],
            "findings": [{"address", "severity", "state": STATE, "needs": NEEDS, "message", "file", "line",
                          "suppressed", "remedy", "fix": {"applicability", "description"}|null}]}
    STATE = "done" | "open" | "needs_you" | "not_judged" | "suppressed" | "not_applicable"
    NEEDS = "unsafe" | "set" | "hand" where the state is "needs_you", else null: `lh fix --unsafe` closes it,
            `lh fix --set NAME=…` does, or a hand has to; of a rule, the most that one of its findings takes

`reasons` say why a rule, or a part of it, is not judged or not applicable. `remedy` is what to do, in one line.
"""

from __future__ import annotations

import json

from litellm_harden.report.checklist.needs import Needs
from litellm_harden.report.checklist.page import Page
from litellm_harden.report.checklist.plan import Entry, Line, Plan, Week
from litellm_harden.report.json_ import deployment as deployment_data
from litellm_harden.report.settings import topology
from litellm_harden.report.steps import Step
from litellm_harden.rules.standing import Standing

SCHEMA = "lh-checklist-1"


def render(page: Page) -> str:
    """One JSON object, in ASCII, with a final newline."""
    report = page.report
    data = {
        "schema": SCHEMA,
        "deployments": [_plan(page, plan) for plan in page.plans],
        "problems": [
            {"file": report.path(one.file), "line": one.line, "message": report.masker.say(one.message)}
            for one in report.problems
        ],
    }
    return json.dumps(data, indent=2) + "\n"


def _plan(page: Page, plan: Plan) -> dict[str, object]:
    return {
        **deployment_data(page.report, plan.deployment),
        "label": plan.label,
        "topology": topology(plan.deployment),
        "weeks": [_week(page, week) for week in plan.weeks],
        "beyond": [_rule(page, line) for line in plan.beyond],
        "steps": [_step(step) for step in plan.steps],
    }


def _week(page: Page, week: Week) -> dict[str, object]:
    return {
        "week": week.number,
        "counts": {_state(standing): week.counts[standing] for standing in Standing},
        "items": [
            {
                "item": item.number,
                "title": item.title,
                "state": _state(item.standing),
                "rules": [_rule(page, line) for line in item.lines],
            }
            for item in week.items
        ],
    }


def _rule(page: Page, line: Line) -> dict[str, object]:
    return {
        "rule": line.rule.id,
        "name": line.rule.name,
        "title": line.rule.title,
        "severity": line.rule.severity.word,
        "state": _state(line.standing),
        "needs": _needs(line.needs),
        "reasons": list(line.reasons),
        "findings": [_entry(page, entry) for entry in line.entries],
    }


def _entry(page: Page, entry: Entry) -> dict[str, object]:
    report, finding = page.report, entry.finding
    place, fix = report.place(finding), finding.fix
    return {
        "address": report.masker.say(finding.address),
        "severity": finding.severity.word,
        "state": _state(entry.standing),
        "needs": _needs(entry.needs),
        "message": entry.message,
        "file": report.path(finding.origin.file) if finding.origin else None,
        "line": place[0].line if place else None,
        "suppressed": finding.suppressed,
        "remedy": entry.remedy or None,
        "fix": fix
        and {
            "applicability": fix.applicability.value,
            "description": report.masker.say(fix.description, finding.address),
        },
    }


def _step(step: Step) -> dict[str, object]:
    watch = [one._asdict() for one in step.watched]
    return {
        "step": step.name, "title": step.title, "text": step.text, "commands": list(step.commands), "watch": watch,
    }  # fmt: skip


def _state(standing: Standing) -> str:
    return standing.name.lower()


def _needs(needs: Needs | None) -> str | None:
    return needs.name.lower() if needs else None
