"""The plan as values that every format renders: without secrets, in words that are the same in all of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.documents.base import Refusal
from litellm_harden.report import settings
from litellm_harden.report.model import Report
from litellm_harden.report.steps import Step, Watched, steps
from litellm_harden.report.total import amount
from litellm_harden.rules.model import Applicability, Finding, Rule
from litellm_harden.rules.pack import PROSE
from litellm_harden.rules.standing import ITEMS, Judged, Standing, judged, of_finding, of_item

GROUPS = {
    "LH2": "What LiteLLM ignores, or does not start with",
    "LH3": "Security",
    "LH4": "What keeps it running",
}
"""The rules beyond the checklist, by the start of their ids."""


class Entry(NamedTuple):
    """A finding: what is, where, and what to do about it. `place` is file and line; `remedy` may be empty."""

    finding: Finding
    standing: Standing
    message: str
    place: str
    remedy: str


class Line(NamedTuple):
    """A rule. `value` is what it is about, as the proxy sees it, where that is known and the rule is done."""

    rule: Rule
    standing: Standing
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...]
    value: str


class Item(NamedTuple):
    """An item of the checklist, with its rules."""

    number: int
    title: str
    standing: Standing
    lines: tuple[Line, ...]


class Week(NamedTuple):
    """A week of the checklist, with its items."""

    number: int
    items: tuple[Item, ...]

    @property
    def counts(self) -> Counter[Standing]:
        """How many rules stand how."""
        return Counter(line.standing for item in self.items for line in item.lines)

    @property
    def asked(self) -> int:
        """How many rules the deployment has to meet."""
        return self.counts.total() - self.counts[Standing.NOT_APPLICABLE]

    @property
    def tally(self) -> str:
        """The week in one line."""
        return tally(self.counts)


class Plan(NamedTuple):
    """One deployment. `beyond` are its rules beyond the checklist that have findings."""

    deployment: Deployment
    label: str
    version: str
    facts: tuple[tuple[str, str], ...]
    weeks: tuple[Week, ...]
    beyond: tuple[Line, ...]
    steps: tuple[Step, ...]

    @property
    def counts(self) -> Counter[Standing]:
        """How many rules of the checklist stand how."""
        return sum((week.counts for week in self.weeks), Counter())


class Page:
    """All plans of a run, from a report with the joint plan of its fixes."""

    def __init__(self, report: Report, lint: str = "lh lint") -> None:
        """`lint` is what to type to judge the same deployments by all rules."""
        self.report, self._lint = report, lint
        plan = report.plan
        self._fixable = {finding.key for finding in plan.fixed} if plan else set()
        self._refused = {(one.rule.id, one.deployment, one.address): one.reason for one in plan.refused} if plan else {}

    @cached_property
    def plans(self) -> tuple[Plan, ...]:
        """One for each deployment."""
        return tuple(self._plan(index) for index in range(len(self.report.verdict.deployments)))

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What could not be read or judged."""
        return tuple(
            f"{self._say(self.report.path(one.file))}{f':{one.line}' if one.line else ''}: {self._say(one.message)}"
            for one in self.report.problems
        )

    @property
    def total(self) -> str:
        """All plans in one line; nothing where no rule of the checklist is asked."""
        counts = sum((plan.counts for plan in self.plans), Counter())
        return f"{tally(counts)} in {amount(len(self.plans), 'deployment')}" if counts else ""

    @property
    def fix(self) -> str:
        """What to type to close what is open; nothing where nothing is."""
        return f"lh fix{self.report.again}" if any(plan.counts[Standing.OPEN] for plan in self.plans) else ""

    def beyond(self, plan: Plan) -> str:
        """How many findings a plan has beyond the checklist and how to see them, or nothing."""
        count = sum(entry.standing is not Standing.SUPPRESSED for line in plan.beyond for entry in line.entries)
        if not count:
            return ""
        prefixes = ",".join(sorted({line.rule.id[:3] for line in plan.beyond}))
        return f"{amount(count, 'finding')} beyond the checklist: {self._lint} --select {prefixes}"

    def departs(self, rule: Rule) -> str:
        """Where a rule does not follow the checklist's letter: that letter, what it does, and the rule's own way."""
        found = {key: text.rstrip(".") for key, text in self._departs.get(rule.id, {}).items()}
        if not found:
            return ""
        return f"The checklist says: {found['letter']}. In LiteLLM: {found['litellm']}. So lh: {found['lh']}."

    @cached_property
    def _departs(self) -> dict[str, dict[str, str]]:
        prose = json.loads(PROSE.read_text("utf-8"))
        return {rule: text["departs"] for rule, text in prose.items() if "departs" in text}

    def _plan(self, index: int) -> Plan:
        report, deployment = self.report, self.report.deployment(index)
        rules = [rule for rule in report.rules if rule.id in report.selected]
        found = judged(index, rules, report.verdict, report.options, self._fixable)
        lines = [self._line(deployment, one) for one in found]
        facts = {
            "files": ", ".join(report.path(file) for file in deployment.files.all()),
            **dict(settings.load(deployment)),
        }
        if deployment.database is False:
            facts["database"] = "none is used"
        return Plan(
            deployment=deployment,
            label=self._say(report.label(index)),
            version=settings.version(deployment),
            facts=tuple((name, self._say(text)) for name, text in facts.items()),
            weeks=tuple(_weeks([line for line in lines if line.rule.week is not None])),
            beyond=tuple(line for line in lines if line.rule.week is None and line.entries),
            steps=tuple(self._step(step) for step in steps(deployment, report.path)),
        )

    def _line(self, deployment: Deployment, one: Judged) -> Line:
        return Line(
            rule=one.rule,
            standing=one.standing,
            reasons=tuple(self._say(reason) for reason in one.reasons),
            entries=tuple(self._entry(finding) for finding in one.findings),
            value=self._value(deployment, one.rule) if one.standing is Standing.DONE else "",
        )

    def _entry(self, finding: Finding) -> Entry:
        report, place = self.report, self.report.place(finding)
        file = report.path(finding.origin.file) if finding.origin else ""
        return Entry(
            finding=finding,
            standing=of_finding(finding, self._fixable),
            message=self._say(finding.message, finding.address),
            place=self._say(f"{file}:{place[0].line}" if place else file),
            remedy=self._say(self._remedy(finding), finding.address),
        )

    def _remedy(self, finding: Finding) -> str:
        """What to do about a finding, in one line."""
        fix, refused = finding.fix, self._refused.get(finding.key, "")
        if finding.suppressed:
            return ""
        if fix is None:
            return f"by hand: lh explain {finding.rule.id} says more"
        if fix.applicability is Applicability.INPUT:
            asked = " ".join(f"--set {name}=…" for name in fix.inputs) or "--set NAME=…"
            return f"{fix.description} (lh fix {asked})"
        if fix.applicability is Applicability.MANUAL or not fix.changes:
            return f"by hand: {fix.description}"
        part = ", which helps but does not settle it" if fix.partial else ""
        if fix.applicability is Applicability.UNSAFE and finding.key not in self._fixable:
            planned = self.report.planned(finding)
            refused = f"; lh fix leaves it: {planned.reason}" if isinstance(planned, Refusal) else ""
            return f"{fix.description} (lh fix --unsafe){part}{refused}"
        return f"{fix.description}{part}" + (f"; lh fix leaves it: {refused}" if refused else "")

    def _value(self, deployment: Deployment, rule: Rule) -> str:
        setting = deployment.setting(rule.address)
        if not setting.known or setting.origin is None:
            return ""
        where = settings.place(self.report, deployment, setting.origin)
        value = settings.shown(self.report, setting, setting.value)
        return self._say(f"{rule.address.partition(':')[2]} = {value} ({where})", rule.address)

    def _step(self, step: Step) -> Step:
        watched = (Watched(*(self._say(part) for part in one)) for one in step.watched)
        commands = tuple(self._say(command) for command in step.commands)
        return step._replace(text=self._say(step.text), commands=commands, watched=tuple(watched))

    def _say(self, text: str, address: str = "") -> str:
        return self.report.masker.say(text, address)


def tally(counts: Counter[Standing]) -> str:
    """How many of the rules that are asked for are done, and how many stand otherwise."""
    exempt = counts[Standing.NOT_APPLICABLE]
    asked = counts.total() - exempt
    parts = [f"{counts[Standing.DONE]} of {asked} done"] if asked else []
    one_needs = counts[Standing.NEEDS_YOU] == 1
    for standing, words in (
        (Standing.OPEN, "open"),
        (Standing.NEEDS_YOU, "needs you" if one_needs else "need you"),
        (Standing.NOT_JUDGED, "not judged"),
        (Standing.SUPPRESSED, "suppressed"),
        (Standing.NOT_APPLICABLE, "not applicable"),
    ):
        if counts[standing]:
            parts.append(f"{counts[standing]} {words}")
    return ", ".join(parts)


def _weeks(lines: Sequence[Line]) -> Iterator[Week]:
    for number in sorted({line.rule.week for line in lines if line.rule.week is not None}):
        yield Week(number, tuple(_items([line for line in lines if line.rule.week == number])))


def _items(lines: Sequence[Line]) -> Iterator[Item]:
    for number in sorted({line.rule.item for line in lines if line.rule.item is not None}):
        own = tuple(line for line in lines if line.rule.item == number)
        yield Item(number, ITEMS[number], of_item(line.standing for line in own), own)
