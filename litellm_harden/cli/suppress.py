"""`lh suppress`: write down, beside what was found, that it is meant so, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import candidates, options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from litellm_harden.cli.session import Session
    from litellm_harden.fix.plan import Plan
    from litellm_harden.report.model import Report
    from litellm_harden.rules.model import Finding, Rule


@click.command()
@click.argument("rule_name", metavar="RULE", shell_complete=candidates.rule)
@options.paths
@click.option("--reason", metavar="TEXT", required=True, help="Why it is meant so.")
@options.address("--address", repeatable=False)
@click.option("--file-wide", is_flag=True, help="One comment for all findings of the rule in a file.")
@click.option("--diff", is_flag=True, help="Print the unified diff and write nothing.")
@options.deployment
@options.output("text")
def suppress(rule_name: str, reason: str, address: str | None, file_wide: bool, diff: bool, **given: Any) -> int:
    """Write comments that suppress what RULE finds in PATH (default: the current folder).

    All of them are written or none. Nothing but comments changes, and `lh undo` takes them out again.
    """
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE
    from litellm_harden.cli.output import emit, say, say_problems
    from litellm_harden.cli.pending import say_pending, took_back
    from litellm_harden.cli.session import Session
    from litellm_harden.fix.suppress import NotSuppressed, suppressing_plan
    from litellm_harden.fix.write import WriteFailed, write
    from litellm_harden.rules.judge import Judge

    reason = _one_line(reason)
    common = Common.take(given)
    session = Session(common)
    rule = _rule(session, rule_name)
    if diff:
        say_pending(session.discovered.root)
    elif took_back(session.discovered.root):
        session = Session(common)
    report = session.report()
    say_problems(report)
    findings = _findings(report, rule, address)
    if not findings:
        say(f"nothing to suppress: {_nothing(report, rule, address)}")
        return COULD_NOT_JUDGE
    try:
        plan = suppressing_plan(session.verdict, Judge(session.pack.rules), findings, reason, file_wide)
        if not diff:
            write(plan, session.discovered.root)
    except NotSuppressed as refused:
        place = f"{report.path(refused.finding.origin.file)}: " if refused.finding.origin is not None else ""
        why = report.masker.say(refused.reason)
        say(f"{place}{rule.id} at {report.masker.say(refused.finding.address)} cannot be suppressed: {why}")
        say(f'nothing was written; ignore = ["{rule.id}"] in lh.toml leaves the rule out, --address chooses a finding')
        return COULD_NOT_JUDGE
    except WriteFailed as failed:
        say(str(failed))
        return COULD_NOT_JUDGE
    if not session.options.quiet:
        emit(_diff(session, report, plan) if diff else _told(session, report, plan), session.options)
    return CLEAN


def _one_line(reason: str) -> str:
    """The reason without blanks around it. Raises click.UsageError where it cannot stand in a comment."""
    text = reason.strip()
    if not text or not text.isprintable():
        raise click.UsageError("--reason must be a line of text")
    return text


def _rule(session: Session, text: str) -> Rule:
    from litellm_harden.rules.suppress import ABOUT_SUPPRESSIONS
    from litellm_harden.rules.words import nearest

    rule = session.pack.get(text)
    if rule is None:
        known = [word for one in session.pack.rules for word in (one.id, one.name)]
        raise click.UsageError(f"there is no rule {text!r}{nearest(text, known)}")
    if rule.id.startswith(ABOUT_SUPPRESSIONS):
        raise click.UsageError(f"{rule.id} cannot be suppressed by a comment; --ignore and lh.toml leave it out")
    return rule


def _findings(report: Report, rule: Rule, address: str | None) -> list[Finding]:
    """What the rule finds, as far as it counts."""
    return [one for one in report.open if one.rule is rule and address in (None, one.address)]


def _nothing(report: Report, rule: Rule, address: str | None) -> str:
    others = [one.address for one in _findings(report, rule, None)]
    if address is not None and others:
        return f"{rule.id} finds nothing at {address}, but at {', '.join(map(report.masker.say, others))}"
    if any(one.rule is rule for one in report.findings):
        return f"what {rule.id} finds here is suppressed already"
    if not any(report.selects(rule.id, index) for index in range(len(report.verdict.deployments))):
        return f"{rule.id} is left out here"
    if any(one.rule is rule for one in report.not_judged):
        return f"{rule.id} could not be judged here"
    return f"{rule.id} finds nothing here"


def _diff(session: Session, report: Report, plan: Plan) -> str:
    from dataclasses import replace

    from litellm_harden.cli.output import style, to_terminal
    from litellm_harden.report import diff

    text = diff.render(replace(report, plan=plan, before=session.verdict.deployments))
    return diff.for_terminal(text, style(session.options)) if to_terminal(session.options) else text


def _told(session: Session, report: Report, plan: Plan) -> str:
    """What was done, a line for each file."""
    from litellm_harden.cli.output import style
    from litellm_harden.report.total import amount

    before = {finding.key for finding in report.verdict.findings if finding.suppressed}
    done = [finding for finding in plan.after.findings if finding.suppressed and finding.key not in before]
    lines = []
    for file in sorted(plan.edits, key=report.path):
        here = [one for one in done if one.origin is not None and one.origin.file == file]
        source = plan.workspace.source(file)
        spans = [one.suppression.origin.span for one in here if one.suppression and one.suppression.origin]
        at = sorted({source.position(span.start).line for span in spans})
        where = f"line{'s' if len(at) > 1 else ''} {', '.join(map(str, at))}"
        what = f"{amount(len(here), 'finding')} of {here[0].rule.id}"
        lines.append(style(session.options).plain(f"{report.path(file)}: suppressed {what} in {where}"))
    return "".join(f"{line}\n" for line in [*lines, f"{report.undo} takes it back"])
