"""What an editor can do about findings: their fixes, proven; all safe ones at once; or a comment that they do not
count."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from litellm_harden.documents.base import Refusal
from litellm_harden.lsp.diagnostics import placed, shown_range
from litellm_harden.lsp.edits import Client, workspace_edit
from litellm_harden.lsp.judging import Judged
from litellm_harden.lsp.planning import all_safe, carried_out, writes_secret
from litellm_harden.lsp.suppressing import suppression
from litellm_harden.rules.model import Applicability, Finding

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lh"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]


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
    edits = judged.remember(("all", indexes), lambda: all_safe(judged, indexes))
    action.edit = workspace_edit(judged, edits, client)
    return action


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") or not asked for asked in only)


def _of(judged: Judged, file: Path) -> Iterator[Finding]:
    indexes = {index for index, _ in judged.deployments(file)}
    yield from (one for one in judged.report.open if one.deployment in indexes)


def _is_safe(finding: Finding) -> bool:
    fix = finding.fix
    safe = fix is not None and bool(fix.changes) and fix.applicability is Applicability.SAFE
    return safe and not writes_secret(finding)


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
    outcome = judged.remember(("fix", finding.key), lambda: carried_out(judged, finding))
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


def _suppression(judged: Judged, finding: Finding, client: Client) -> Iterator[types.CodeAction]:
    edits = judged.remember(("suppression", finding.key), lambda: suppression(judged, finding))
    if edits:
        edit = workspace_edit(judged, edits, client)
        yield types.CodeAction(f"{finding.rule.id}: suppress it here", kind=types.CodeActionKind.QuickFix, edit=edit)
