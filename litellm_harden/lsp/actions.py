"""What an editor can do about findings: their fixes, proven; all safe ones at once; or a comment that they do not
count. What is offered is cheap to tell; it is planned when it is chosen, or at once for an editor that asks only once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from litellm_harden.documents.base import Refusal
from litellm_harden.lsp.diagnostics import placed, shown_range
from litellm_harden.lsp.edits import Client, workspace_edit
from litellm_harden.lsp.judging import Judged
from litellm_harden.lsp.planning import Edits, fixing, fixing_all, joint, suppressing, withheld_from, writes_secret
from litellm_harden.lsp.watch import Stop
from litellm_harden.record import Record
from litellm_harden.rules.model import Applicability, Finding
from litellm_harden.rules.suppress import ABOUT_SUPPRESSIONS

FIX_ALL = f"{types.CodeActionKind.SourceFixAll.value}.lh"
KINDS = [types.CodeActionKind.QuickFix, FIX_ALL]
_FIX, _SUPPRESS, _ALL = "fix", "suppress", "fix all"


class Chosen(Record):
    """What an action does: its `data`, by which the editor names it when it asks for the edits.

    `uri` is the file that it was offered in, `what` is one of three things, `fingerprint` tells which finding.
    """

    uri: str
    what: str
    fingerprint: str = ""

    @classmethod
    def of(cls, action: types.CodeAction) -> Chosen | None:
        """What an action does that lh has offered; None for any other."""
        data = action.data
        if not isinstance(data, (list, tuple)) or len(data) != len(cls._fields):
            return None
        return cls(*data) if all(isinstance(one, str) for one in data) else None


def actions(
    judged: Judged, file: Path, place: types.Range, only: Sequence[str] | None, client: Client, stop: Stop
) -> list[types.CodeAction]:
    """What can be done about what is found on the lines of a range. `only` are the kinds that are asked for.

    Raises Stopped.
    """
    offered: list[types.CodeAction] = []
    if _wanted(types.CodeActionKind.QuickFix.value, only):
        offered += _about(judged, file, place, client)
    if _wanted(FIX_ALL, only) and any(_is_safe(one) for one in _of(judged, file)):
        data = list(Chosen(judged.buffers[file].uri, _ALL))
        offered.append(types.CodeAction("lh: fix all that is safe", kind=FIX_ALL, data=data))
    if not client.resolves:
        offered = [_at_once(judged, action, client, stop) for action in offered]
    return [one for one in offered if one.disabled is None or client.shows_disabled]


def resolved(judged: Judged, action: types.CodeAction, client: Client, stop: Stop) -> types.CodeAction | Refusal:
    """The action with its edits, or why it has none after all. Raises Stopped."""
    chosen = Chosen.of(action)
    edits = _planned(judged, chosen, stop) if chosen is not None else Refusal("it is none of those that lh offers")
    if isinstance(edits, Refusal):
        return edits
    action.edit = workspace_edit(judged, edits, client)
    return action


def _at_once(judged: Judged, action: types.CodeAction, client: Client, stop: Stop) -> types.CodeAction:
    """The action with its edits, for an editor that does not ask for them; disabled where it has none."""
    if action.disabled is None:
        outcome = resolved(judged, action, client, stop)
        if isinstance(outcome, Refusal):
            action.disabled = types.CodeActionDisabled(outcome.reason)
            action.is_preferred = None
    action.data = None
    return action


def _planned(judged: Judged, chosen: Chosen, stop: Stop) -> Edits | Refusal:
    return judged.remember(chosen, lambda: _plan(judged, chosen, stop))


def _plan(judged: Judged, chosen: Chosen, stop: Stop) -> Edits | Refusal:
    if chosen.what == _ALL:
        file = next((one.path for one in judged.buffers.values() if one.uri == chosen.uri), None)
        indexes = [index for index, _ in judged.deployments(file)] if file is not None else []
        return fixing_all(judged, indexes, stop) if indexes else Refusal("its file is in no deployment any more")
    finding = judged.find(chosen.fingerprint)
    if finding is None:
        return Refusal("it is not found any more")
    outcome = (fixing if chosen.what == _FIX else suppressing)(judged, finding, stop)
    if isinstance(outcome, Refusal):
        return Refusal(judged.report.masker.say(outcome.reason, finding.address))
    return outcome


def _wanted(kind: str, only: Sequence[str] | None) -> bool:
    return only is None or any(kind == asked or kind.startswith(f"{asked}.") or not asked for asked in only)


def _of(judged: Judged, file: Path) -> Iterator[Finding]:
    indexes = {index for index, _ in judged.deployments(file)}
    yield from (one for one in judged.report.open if one.deployment in indexes)


def _is_safe(finding: Finding) -> bool:
    fix = finding.fix
    safe = fix is not None and bool(fix.changes) and fix.applicability is Applicability.SAFE
    return safe and not writes_secret(finding)


def _about(judged: Judged, file: Path, place: types.Range, client: Client) -> Iterator[types.CodeAction]:
    """The fixes of what is found on the lines of a range, then the comments that suppress it."""
    found = [one for one in judged.report.open if _on_lines(judged, one, file, place)]
    uri = judged.buffers[file].uri
    fixes = {(one.address, action.title): action for one in found for action in _fix(judged, one, uri, client)}
    yield from fixes.values()
    comments = {(one.address, action.title): action for one in found for action in _suppression(judged, one, uri)}
    yield from comments.values()


def _on_lines(judged: Judged, finding: Finding, file: Path, place: types.Range) -> bool:
    where, span = placed(judged, finding)
    if where != file:
        return False
    shown = shown_range(judged, file, span)
    return place.start.line <= shown.start.line <= place.end.line


def _fix(judged: Judged, finding: Finding, uri: str, client: Client) -> Iterator[types.CodeAction]:
    """The quick fix of a finding, if a program can make it."""
    fix = finding.fix
    if fix is None or fix.applicability is Applicability.MANUAL:
        return
    say = judged.report.masker.say
    group = joint(judged, finding)
    brings = ", ".join(dict.fromkeys(one.rule.id for one in group[1:]))
    title = f"{finding.rule.id}: {say(fix.description, finding.address)}{f' (with {brings})' if brings else ''}"
    unsafe = fix.applicability is Applicability.UNSAFE
    action = types.CodeAction(f"{title} (unsafe)" if unsafe else title, kind=types.CodeActionKind.QuickFix)
    action.diagnostics = [diagnostic for diagnostic in client.diagnostics if diagnostic.code == finding.rule.id]
    reason = withheld_from(judged, group)
    if reason:
        action.disabled = types.CodeActionDisabled(say(reason, finding.address))
    else:
        action.data = list(Chosen(uri, _FIX, judged.report.fingerprint(finding)))
        action.is_preferred = fix.applicability is Applicability.SAFE or None
    yield action


def _suppression(judged: Judged, finding: Finding, uri: str) -> Iterator[types.CodeAction]:
    """The comment that suppresses a finding, if one may stand there."""
    about_comments = finding.rule.id.startswith(ABOUT_SUPPRESSIONS)
    if about_comments or finding.origin is None or judged.report.deployment(finding.deployment).problems:
        return
    data = list(Chosen(uri, _SUPPRESS, judged.report.fingerprint(finding)))
    yield types.CodeAction(f"{finding.rule.id}: suppress it here", kind=types.CodeActionKind.QuickFix, data=data)
