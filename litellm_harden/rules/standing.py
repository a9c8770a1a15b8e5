"""How a deployment stands on the checklist: rule by rule, item by item, week by week. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import Enum

from litellm_harden.record import Record
from litellm_harden.rules.judge import not_applicable
from litellm_harden.rules.model import Finding, Rule, Verdict

ITEMS = {
    1: "Connection pools",
    2: "Workers and graceful shutdown",
    3: "Production logging",
    4: "Retries and cooldowns by error type",
    5: "Health checks that answer under load",
    6: "Redis by host, port and password",
    7: "Slack alerting",
    8: "Salt key",
    9: "Machine size",
    10: "Cache tuning",
    11: "Prometheus metrics",
}
"""The titles of the checklist's items."""

Keys = Collection[tuple[str, int, str]]
"""Findings, by their keys."""


class Standing(Enum):
    """How a deployment stands on a rule or an item.

    OPEN: `lh fix` makes it hold by itself. NEEDS_YOU: it takes a decision, a value or a hand of the owner.
    """

    DONE = "done"
    OPEN = "open"
    NEEDS_YOU = "needs you"
    NOT_JUDGED = "not judged"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not applicable"


_OF_FINDINGS = (Standing.OPEN, Standing.NEEDS_YOU, Standing.NOT_JUDGED, Standing.SUPPRESSED)
"""Which counts for a rule with several: what can be done at once comes first, what was accepted last."""

_OF_RULES = (
    Standing.OPEN,
    Standing.NEEDS_YOU,
    Standing.NOT_JUDGED,
    Standing.DONE,
    Standing.SUPPRESSED,
    Standing.NOT_APPLICABLE,
)
"""Which counts for an item: what is left to do, then what is done; what was accepted or is not asked for, last."""


class Judged(Record):
    """A rule and how a deployment stands on it.

    `reasons` say why it is not judged or not applicable; a rule of several parts may have findings and reasons.
    """

    rule: Rule
    standing: Standing
    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()


def judged(index: int, rules: Iterable[Rule], verdict: Verdict, fixable: Keys) -> list[Judged]:
    """How the deployment `index` of a verdict stands on each of the rules, in their order.

    `fixable` are the findings that `lh fix` makes go away by itself, as proven by a plan.
    """
    findings: dict[str, list[Finding]] = {}
    reasons: dict[str, dict[str, None]] = {}
    for finding in verdict.findings:
        if finding.deployment == index:
            findings.setdefault(finding.rule.id, []).append(finding)
    for one in verdict.not_judged:
        if one.deployment == index:
            reasons.setdefault(one.rule.id, {})[one.reason] = None
    result = []
    for rule in rules:
        found, why = tuple(findings.get(rule.id, ())), tuple(reasons.get(rule.id, ()))
        if found or why:
            result.append(Judged(rule, _of_rule(found, bool(why), fixable), found, why))
        else:
            exempt = not_applicable(verdict.deployments[index], rule)
            standing = Standing.NOT_APPLICABLE if exempt else Standing.DONE
            result.append(Judged(rule, standing, (), (exempt,) if exempt else ()))
    return result


def of_finding(finding: Finding, fixable: Keys) -> Standing:
    """SUPPRESSED where the owner accepts it, OPEN where it is fixable, else NEEDS_YOU."""
    if finding.suppressed:
        return Standing.SUPPRESSED
    return Standing.OPEN if finding.key in fixable else Standing.NEEDS_YOU


def of_item(members: Iterable[Standing]) -> Standing:
    """How a deployment stands on an item, from how it stands on its rules; there is at least one."""
    present = set(members)
    return next(standing for standing in _OF_RULES if standing in present)


def _of_rule(findings: Sequence[Finding], unclear: bool, fixable: Keys) -> Standing:
    present = {of_finding(finding, fixable) for finding in findings}
    if unclear:
        present.add(Standing.NOT_JUDGED)
    return next(standing for standing in _OF_FINDINGS if standing in present)
