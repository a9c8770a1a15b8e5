"""What an editor can do about findings: their fixes, proven; all safe ones at once; or a comment that they do not
count."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from litellm_harden.deployment.model import Secret
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.group import Step, apply_group, group_of, withheld
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.state import State
from litellm_harden.lsp.diagnostics import placed, shown_range
from litellm_harden.lsp.edits import Client, workspace_edit
from litellm_harden.lsp.judging import Judged
from litellm_harden.lsp.suppressing import suppression
from litellm_harden.record import Record
from litellm_harden.rules.judge import Judge
from litellm_harden.rules.model import Applicability, Finding, Verdict
from litellm_harden.text.edits import Edit

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lh"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]
_NO_SECRETS = "it writes a secret, which lh fix does where git does not track the file"

Edits = dict[Path, tuple[Edit, ...]]


class Outcome(Record):
    """What a fix comes to: its edits by file, or why it cannot be made; and which other rules' fixes it brings."""

    edits: Edits | Refusal
    brings: tuple[str, ...] = ()


def actions(
    judged: Judged, file: Path, place: types.Range, only: Sequence[str] | None, client: Client
) -> list[types.CodeAction]:
    """What can be done about what is found on the lines of a range. `only` are the kinds that are asked for."""
    offered: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        found = [one for one in judged.report.open if _on_lines(judged, one, file, place)]
        fixes = [action for one in found for action in _fix(judged, one, client)]
        suppressions = [action for one in found for action in _suppression(judged, one, client)]
        offered += [*fixes, *suppressions]
    if _wanted(FIX_ALL, only) and any(_is_safe(one) for one in _of(judged, file)):
        title = "lh: fix all that is safe"
        action = types.CodeAction(title, kind=FIX_ALL, data=judged.buffers[file].uri)
        offered.append(action if client.resolves else resolved(judged, file, action, client))
    unique = [action for number, action in enumerate(offered) if action not in offered[:number]]
    return unique if client.shows_disabled else [action for action in unique if action.disabled is None]


def resolved(judged: Judged, file: Path, action: types.CodeAction, client: Client) -> types.CodeAction:
    """The action that fixes all, with the edits of the joint plan of the file's deployments."""
    indexes = tuple(index for index, _ in judged.deployments(file))
    if not indexes:
        return action
    plan = judged.remember(("plan", indexes), lambda: _plan(judged, indexes))
    if any(_writes_secret(step) for step in plan.steps):
        action.disabled = types.CodeActionDisabled(_NO_SECRETS)
    else:
        action.edit = workspace_edit(judged, plan.edits, client)
    return action


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") or not asked for asked in only)


def _of(judged: Judged, file: Path) -> Iterator[Finding]:
    indexes = {index for index, _ in judged.deployments(file)}
    yield from (one for one in judged.report.open if one.deployment in indexes)


def _is_safe(finding: Finding) -> bool:
    fix = finding.fix
    return fix is not None and bool(fix.changes) and fix.applicability is Applicability.SAFE


def _on_lines(judged: Judged, finding: Finding, file: Path, place: types.Range) -> bool:
    where, span = placed(judged, finding)
    if where != file:
        return False
    shown = shown_range(judged, file, span)
    return place.start.line <= shown.start.line <= place.end.line


def _fix(judged: Judged, finding: Finding, client: Client) -> Iterator[types.CodeAction]:
    """The quick fix of a finding, if a program can make it."""
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.MANUAL:
        return
    outcome = judged.remember(("fix", finding.key), lambda: _carried_out(judged, finding))
    title = f"{finding.rule.id}: {judged.report.masker.say(fix.description, finding.address)}"
    title += f" (with {', '.join(outcome.brings)})" if outcome.brings else ""
    unsafe = fix.applicability is Applicability.UNSAFE
    action = types.CodeAction(f"{title} (unsafe)" if unsafe else title, kind=types.CodeActionKind.QuickFix)
    action.diagnostics = [diagnostic for diagnostic in client.diagnostics if diagnostic.code == finding.rule.id]
    if isinstance(outcome.edits, Refusal):
        action.disabled = types.CodeActionDisabled(judged.report.masker.say(outcome.edits.reason, finding.address))
    else:
        action.edit = workspace_edit(judged, outcome.edits, client)
        action.is_preferred = fix.applicability is Applicability.SAFE or None
    yield action


def _carried_out(judged: Judged, finding: Finding) -> Outcome:
    """The fix of a finding and of its companions, made and judged again in memory."""
    state = State.of(judged.report.verdict)
    group = group_of([finding], state.findings[finding.deployment])
    reason = withheld(group, unsafe=True)
    if reason:
        return Outcome(Refusal(f"{reason}: lh fix takes it"))
    problems = judged.report.deployment(finding.deployment).problems
    if problems:
        return Outcome(Refusal(f"{problems[0].file.name} could not be read, and the deployment is left alone"))
    made = apply_group(state, group, Judge(judged.pack.rules), unsafe=_is_unsafe(finding))
    if isinstance(made, Refusal):
        return Outcome(made)
    if made is None:
        return Outcome(Refusal("there is nothing to edit"))
    after, step = made
    if _writes_secret(step):
        return Outcome(Refusal(_NO_SECRETS))
    brings = dict.fromkeys(one.rule.id for one in step.findings if one.key != finding.key)
    return Outcome(after.workspace.edits(), tuple(brings))


def _is_unsafe(finding: Finding) -> bool:
    """Whether the fix of a finding may make things worse for somebody."""
    return finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE


def _writes_secret(step: Step) -> bool:
    fixes = [finding.fix for finding in step.findings if finding.fix is not None]
    return any(isinstance(change.value, Secret) for fix in fixes for change in fix.changes)


def _suppression(judged: Judged, finding: Finding, client: Client) -> Iterator[types.CodeAction]:
    edits = judged.remember(("suppression", finding.key), lambda: suppression(judged, finding))
    if edits:
        edit = workspace_edit(judged, edits, client)
        yield types.CodeAction(f"{finding.rule.id}: suppress it here", kind=types.CodeActionKind.QuickFix, edit=edit)


def _plan(judged: Judged, indexes: Collection[int]) -> Plan:
    return proven_plan(_verdict(judged, indexes), Judge(judged.pack.rules), judged.report.selected)


def _verdict(judged: Judged, indexes: Collection[int]) -> Verdict:
    """What was judged of some of the deployments, as a run about them alone would have it."""
    whole = judged.report.verdict
    places = {index: place for place, index in enumerate(indexes)}
    return Verdict(
        tuple(whole.deployments[index] for index in indexes),
        tuple(f._replace(deployment=places[f.deployment]) for f in whole.findings if f.deployment in places),
        tuple(n._replace(deployment=places[n.deployment]) for n in whole.not_judged if n.deployment in places),
    )
