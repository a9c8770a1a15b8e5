"""What `lh fix` does: plan, prove, and either show or write."""

from __future__ import annotations

from dataclasses import replace

from litellm_harden.cli.exits import FOUND
from litellm_harden.cli.known import against_baseline
from litellm_harden.cli.output import emit, say, say_refused, style, to_terminal
from litellm_harden.cli.progress import working
from litellm_harden.cli.rendering import rendered
from litellm_harden.cli.session import Session
from litellm_harden.deployment.model import Secret
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.write import write
from litellm_harden.report.model import Report


def planned(session: Session, unsafe: bool = False) -> Report:
    """What to tell of the files as they are, with the joint plan of their fixes where there is a deployment."""
    report, plan = against_baseline(session, session.report()), _plan(session, unsafe)
    return report if plan is None else replace(report, plan=plan, before=session.verdict.deployments)


def preview(session: Session, unsafe: bool, show_secrets: bool) -> tuple[Report, int]:
    """Show what would change, in a diff or as JSON; 1 if a byte would."""
    report = planned(session, unsafe)
    if session.options.format == "text":
        from litellm_harden.report import diff

        text = diff.render(report, show_secrets)
        if to_terminal(session.options):
            text = diff.for_terminal(text, style(session.options))
    else:
        text = rendered(report, session.options)
    emit(text, session.options)
    if session.options.format == "text" and not session.options.quiet:
        say_refused(report)
        _say_untracked(report)
    if report.plan is not None and report.plan.edits:
        return report, FOUND
    return report, session.status(report, "never")


def carry_out(session: Session, unsafe: bool) -> Report:
    """Write the plan, then tell what was done and what remains. Raises WriteFailed with nothing left half done."""
    report = against_baseline(session, session.report())
    plan = _plan(session, unsafe)
    if plan is not None:
        write(plan, session.discovered.root)
        done = replace(report, verdict=plan.after, plan=plan, before=session.verdict.deployments, written=True)
        report = against_baseline(session, done)
    with working("judging what remains"):
        text = rendered(report, session.options)
    emit(text, session.options)
    if not session.options.quiet:
        _say_untracked(report)
    return report


def _say_untracked(report: Report) -> None:
    """Tell which of the changed env files no commit carries to the other hosts."""
    from litellm_harden.deployment.tracking import in_repository, is_ignored

    changed = report.plan.edits if report.plan else {}
    env_files = {file for deployment in report.before for file in deployment.files.env}
    for file in sorted(env_files & changed.keys()):
        if in_repository(file) and report.before[0].workspace.tracked(file) is False:
            bare = "" if is_ignored(file) else ", and does not ignore it"
            say(f"git does not track {report.path(file)}{bare}: other hosts need its new lines too")


def _say_unused(session: Session, plan: Plan) -> None:
    """Tell which values of `--set` went nowhere."""
    fixes = [finding.fix for step in plan.steps for finding in step.findings if finding.fix is not None]
    values = [change.value for fix in fixes for change in fix.changes]
    written = {value.text if isinstance(value, Secret) else str(value) for value in values}
    for name, value in session.values.items():
        if value not in written:
            say(f"--set {name}: no fix that was made needs it")


def _plan(session: Session, unsafe: bool) -> Plan | None:
    with working("planning and proving the fixes"):
        if not session.verdict.deployments:
            return None
        plan = session.plan(unsafe)
    _say_unused(session, plan)
    return plan
