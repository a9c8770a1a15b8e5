"""Judge: which rules do not hold for a deployment, where, and what would make them hold. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including, Setting
from litellm_harden.litellm.versions import NEWEST, Version
from litellm_harden.record import Record
from litellm_harden.rules.checks import CHECKS
from litellm_harden.rules.checks.context import Context
from litellm_harden.rules.expect import meets, number, reads
from litellm_harden.rules.facts import FACTS
from litellm_harden.rules.model import (
    Applicability,
    Clause,
    Finding,
    Fix,
    Inapplicable,
    NotJudged,
    Outcome,
    Rule,
    Severity,
    Unclear,
    Verdict,
    Violation,
)
from litellm_harden.rules.spread import spread
from litellm_harden.rules.suppress import with_suppressions, with_unused
from litellm_harden.rules.words import describe, shown

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Judge(Record):
    """The rules of a run. Give the whole pack where fixes matter: how safe a fix is depends on its companions'
    findings."""

    rules: tuple[Rule, ...]

    def __call__(self, index: int, deployment: Deployment) -> tuple[list[Finding], list[NotJudged]]:
        """The findings of one deployment and what could not be judged; `index` is its place in the run."""
        return judge_one(index, deployment, self.rules)

    def together(
        self,
        deployments: Sequence[Deployment],
        findings: Sequence[Sequence[Finding]],
        not_judged: Sequence[Sequence[NotJudged]],
    ) -> list[Sequence[Finding]]:
        """The findings of each deployment, with what only all of them together tell: which suppressions are needed.

        A deployment about which this tells nothing new keeps the very sequence that was given.
        """
        return with_unused(self.rules, deployments, findings, not_judged)


def judge(deployments: Sequence[Deployment], rules: Iterable[Rule]) -> Verdict:
    """All findings of a run, in the order file, line, rule."""
    judges = Judge(tuple(rules))
    each = [judges(index, deployment) for index, deployment in enumerate(deployments)]
    unclear = [not_judged for _, not_judged in each]
    settled = judges.together(deployments, [found for found, _ in each], unclear)
    findings = [finding for found in settled for finding in found]
    findings.sort(key=lambda finding: _place(finding, deployments))
    return Verdict(tuple(deployments), tuple(findings), tuple(one for members in unclear for one in members))


def judge_one(index: int, deployment: Deployment, rules: Iterable[Rule]) -> tuple[list[Finding], list[NotJudged]]:
    """The findings of one deployment and what could not be judged; `index` is its place in the run."""
    findings, not_judged = [], []
    elsewhere = deployment.owner.elsewhere
    for rule in rules:
        if rule.id in elsewhere:
            continue
        for outcome in outcomes(deployment, rule):
            if isinstance(outcome, Violation):
                findings.append(_finding(index, deployment, rule, outcome))
            elif isinstance(outcome, Unclear):
                not_judged.append(NotJudged(rule, index, outcome.address, outcome.reason))
    covered = with_suppressions(deployment, findings)
    return [_with_companions(finding, covered) for finding in covered], not_judged


def not_applicable(deployment: Deployment, rule: Rule) -> str:
    """Why the deployment need not meet the rule at all, or an empty text where it must."""
    found = list(outcomes(deployment, rule))
    reasons = [outcome.reason for outcome in found if isinstance(outcome, Inapplicable)]
    return reasons[0] if reasons and len(reasons) == max(len(found), len(rule.parts)) else ""


def outcomes(deployment: Deployment, rule: Rule) -> Iterator[Outcome]:
    """What is not true of the deployment, not clear, or not asked; nothing where the rule holds."""
    version = deployment.version or NEWEST
    if not _within(version, rule.since, rule.until):
        yield Inapplicable(f"does not apply to LiteLLM {version}")
        return
    defaults = {name: option.default for name, option in rule.options.items()}
    values = {**defaults, **deployment.owner.options.get(rule.id, {})}
    for part in rule.parts:
        chosen = _choose(deployment, version, part)
        if not isinstance(chosen, Clause):
            yield chosen
            continue
        context = Context(deployment, rule, chosen, values, version)
        yield from CHECKS[chosen.check](context) if chosen.check else _expected(context)


def _within(version: Version, since: Version | None, until: Version | None) -> bool:
    return (since is None or version >= since) and (until is None or version < until)


def _choose(deployment: Deployment, version: Version, part: Sequence[Clause]) -> Clause | Unclear | Inapplicable:
    reason = f"does not apply to LiteLLM {version}"
    for clause in part:
        if not _within(version, clause.since, clause.until):
            continue
        answers = [(FACTS[name], FACTS[name].holds(deployment)) for name in clause.when]
        missing = [fact for fact, holds in answers if holds is False]
        unsure = [fact for fact, holds in answers if holds is None]
        if missing:
            reason = missing[0].otherwise
        elif unsure:
            return Unclear(clause.address, unsure[0].open)
        else:
            return clause
    return Inapplicable(reason)


def _expected(context: Context) -> Iterator[Outcome]:
    for address in spread(context.deployment, context.clause.address):
        yield from _expected_at(context._replace(clause=context.clause._replace(address=address)))


def _expected_at(context: Context) -> Iterator[Outcome]:
    clause = context.clause
    setting = context.setting(clause.address)
    if setting.unknown:
        yield Unclear(clause.address, setting.reason)
        return
    if setting.absent and clause.stated_only:
        return
    value = setting.value if setting.known and setting.value is not None else _default(context)
    if isinstance(value, Unclear):
        yield value
        return
    expect = {word: context.option(argument) for word, argument in clause.expect.items()}
    if meets(value, expect):
        return
    expected = reads(expect)
    template = clause.absent_message if setting.absent and clause.absent_message else clause.message
    words = {name: shown(option) for name, option in context.options.items()}
    spoken = f"the text {shown(value)}" if "type" in expect and isinstance(value, str) else shown(value)
    message = template.format(value=spoken, expected=expected, **words)
    stated = setting.value if setting.known else None
    yield Violation(clause.address, message, stated, expected, _fix(context, setting), clause.severity)


def _default(context: Context) -> object:
    """What LiteLLM uses where the setting is absent; Unclear where that stands in another, unknown setting."""
    other = context.setting(context.clause.default_from) if context.clause.default_from else None
    if other is not None and other.unknown:
        return Unclear(other.address, other.reason)
    if other is not None and other.known:
        spelled = number(other.value)
        return other.value if spelled is None else spelled
    return context.clause.default


def _fix(context: Context, setting: Setting) -> Fix | None:
    fix = context.clause.fix
    if fix is None:
        return None
    changes: tuple[Change, ...] = ()
    if fix.get("remove"):
        changes = (Change(setting.address, ABSENT),)
    elif "include" in fix:
        changes = (Change(setting.address, Including(context.option(fix["include"]))),)
    elif "exclude" in fix:
        changes = (Change(setting.address, Excluding(context.option(fix["exclude"]))),)
    elif "set" in fix:
        changes = (Change(setting.address, context.option(fix["set"])),)
    description = str(fix.get("description", "")).format(**{n: shown(v) for n, v in context.options.items()})
    return Fix(changes, Applicability(fix["applicability"]), description or describe(changes))


def _finding(index: int, deployment: Deployment, rule: Rule, violation: Violation) -> Finding:
    fix = violation.fix
    where = deployment.by_hand(fix.changes, fix.inputs) if fix is not None else ""
    if fix is not None and where:
        fix = fix._replace(changes=(), applicability=Applicability.MANUAL, description=f"{fix.description}, {where}")
    elif fix is not None and any(deployment.setting(change.address).origin is None for change in fix.changes):
        # The deployment's files have no place for it: say what to do and leave it to the owner.
        fix = fix._replace(changes=(), applicability=Applicability.MANUAL)
    return Finding(
        rule=rule,
        deployment=index,
        address=violation.address,
        severity=Severity(deployment.owner.severities.get(rule.id) or violation.severity or rule.severity),
        message=violation.message,
        value=violation.value,
        expected=violation.expected,
        origin=violation.origin or deployment.setting(violation.address).origin,
        fix=fix,
    )


def _with_companions(finding: Finding, findings: Iterable[Finding]) -> Finding:
    """The finding with its fix as weak as the weakest of its rule's companions that changes something."""
    if finding.fix is None or not finding.fix.changes or not finding.rule.companions:
        return finding
    fixes = [other.fix for other in findings if other.rule.id in finding.rule.companions and other.fix is not None]
    weakest = max(
        (finding.fix.applicability, *(fix.applicability for fix in fixes if fix.changes)),
        key=lambda applicability: applicability.weakness,
    )
    if weakest is finding.fix.applicability:
        return finding
    return finding._replace(fix=finding.fix._replace(applicability=weakest))


def _place(finding: Finding, deployments: Sequence[Deployment]) -> tuple[bool, str, int, str, int]:
    """The order of findings: those without an origin come last."""
    origin = finding.origin
    if origin is None:
        return True, "", 0, finding.rule.id, finding.deployment
    line = deployments[finding.deployment].workspace.source(origin.file).position(origin.span.start).line
    return False, str(origin.file), line, finding.rule.id, finding.deployment
