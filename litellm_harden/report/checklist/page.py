"""The plans of a run, as every format renders them: without secrets, in words that are the same in all of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.documents.base import Refusal
from litellm_harden.report import settings
from litellm_harden.report.checklist.needs import needs
from litellm_harden.report.checklist.plan import Entry, Item, Line, Plan, Week, tally
from litellm_harden.report.model import Report
from litellm_harden.report.steps import Step, Watched, steps
from litellm_harden.report.total import amount
from litellm_harden.rules.model import Applicability, Finding, Rule
from litellm_harden.rules.pack import PROSE
from litellm_harden.rules.standing import ITEMS, Judged, Standing, judged, of_finding, of_item
from litellm_harden.shipped import read

GROUPS = {
    "LH2": "What LiteLLM ignores, or does not start with",
    "LH3": "Security",
    "LH4": "What keeps it running",
    "LH9": "Suppressions",
}
"""The built-in rules beyond the checklist, by the start of their ids."""


def family(rule: str) -> str:
    """The start of a rule's id that it shares with its like: `LH2` of LH201, `ACME` of ACME001."""
    letters = rule.rstrip("0123456789")
    return rule[:3] if letters == "LH" else letters


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
        lines = [line for plan in self.plans for line in plan.lines]
        return f"{tally(lines)} in {amount(len(self.plans), 'deployment')}" if lines else ""

    @property
    def fix(self) -> str:
        """What to type to close what is open; nothing where nothing is."""
        lines = (line for plan in self.plans for line in plan.lines)
        return f"lh fix{self.report.again}" if any(line.standing is Standing.OPEN for line in lines) else ""

    @property
    def looks_beyond(self) -> bool:
        """Whether rules beyond the checklist were judged as well."""
        return any(rule.week is None and rule.id in self.report.selected for rule in self.report.rules)

    def beyond(self, plan: Plan) -> str:
        """How many findings a plan has beyond the checklist, or nothing."""
        count = sum(entry.standing is not Standing.SUPPRESSED for line in plan.beyond for entry in line.entries)
        return f"{amount(count, 'finding')} beyond the checklist" if count else ""

    def lint(self, plan: Plan) -> str:
        """What to type to see the findings of a plan beyond the checklist."""
        return f"{self._lint} --select {','.join(sorted({family(line.rule.id) for line in plan.beyond}))}"

    def departs(self, rule: Rule) -> str:
        """Where a rule does not follow the checklist's letter: that letter, what it does, and the rule's own way."""
        found = {key: text.rstrip(".") for key, text in self._departs.get(rule.id, {}).items()}
        if not found:
            return ""
        return f"The checklist says: {found['letter']}. In LiteLLM: {found['litellm']}. So lh: {found['lh']}."

    @cached_property
    def _departs(self) -> dict[str, dict[str, str]]:
        prose = json.loads(read(PROSE))
        return {rule: text["departs"] for rule, text in prose.items() if "departs" in text}

    def _plan(self, index: int) -> Plan:
        report, deployment = self.report, self.report.deployment(index)
        rules = [rule for rule in report.rules if report.selects(rule.id, index)]
        found = judged(index, rules, report.verdict, self._fixable)
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
        standing = of_finding(finding, self._fixable)
        return Entry(
            finding=finding,
            standing=standing,
            needs=needs(report, finding) if standing is Standing.NEEDS_YOU else None,
            message=self._say(finding.message, finding.address),
            place=self._say(f"{file}:{place[0].line}" if place else file),
            remedy=self._say(self._remedy(finding), finding.address),
        )

    def _remedy(self, finding: Finding) -> str:
        """What to do about a finding, in one line."""
        fix, refused = finding.fix, self._refused.get(finding.key, "")
        if finding.suppression is not None:
            return f"suppressed: {finding.suppression.reason}" if finding.suppression.reason else ""
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
        name = rule.address.partition(":")[2]
        if setting.absent:
            return f"{name} is not set"
        if not setting.known:
            return ""
        says = self._say(f"{name} = {settings.shown(self.report, setting, setting.value)}", rule.address)
        if setting.origin is None:
            return says
        return f"{says} ({self._say(settings.place(self.report, deployment, setting.origin))})"

    def _step(self, step: Step) -> Step:
        watched = (Watched(*(self._say(part) for part in one)) for one in step.watched)
        commands = tuple(self._say(command) for command in step.commands)
        return step._replace(text=self._say(step.text), commands=commands, watched=tuple(watched))

    def _say(self, text: str, address: str = "") -> str:
        return self.report.masker.say(text, address)


def _weeks(lines: Sequence[Line]) -> Iterator[Week]:
    for number in sorted({line.rule.week for line in lines if line.rule.week is not None}):
        yield Week(number, tuple(_items([line for line in lines if line.rule.week == number])))


def _items(lines: Sequence[Line]) -> Iterator[Item]:
    for number in sorted({line.rule.item for line in lines if line.rule.item is not None}):
        own = tuple(line for line in lines if line.rule.item == number)
        yield Item(number, ITEMS[number], of_item(line.standing for line in own), own)
