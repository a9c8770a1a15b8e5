"""What fixes come to: made in memory, judged again, and proven, before an editor is asked to make them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Secret
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.group import apply_group, group_of, withheld
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.state import State
from litellm_harden.fix.suppress import NotSuppressed, suppressing_plan
from litellm_harden.lsp.judging import Judged, Stopped
from litellm_harden.record import Record
from litellm_harden.rules.judge import Judge
from litellm_harden.rules.model import Applicability, Finding, NotJudged, Verdict
from litellm_harden.text.edits import Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.lsp.watch import Stop

Edits = Mapping[Path, Sequence[Edit]]

_REASON = "…"
"""Stands for the reason while the comment is proven. Whoever chooses the action writes one: LH902 asks for it."""
_NO_SECRETS = "it writes a secret, which is left to lh fix: that looks where git does not track it"


class _Careful(Record):
    """A judge whose fixes write no secrets: those that would are left to their owner. Raises Stopped when told to."""

    judge: Judge
    stop: Stop

    def __call__(self, index: int, deployment: Deployment) -> tuple[list[Finding], list[NotJudged]]:
        if self.stop():
            raise Stopped
        found, not_judged = self.judge(index, deployment)
        return [_by_hand(finding) for finding in found], not_judged

    def together(
        self,
        deployments: Sequence[Deployment],
        findings: Sequence[Sequence[Finding]],
        not_judged: Sequence[Sequence[NotJudged]],
    ) -> Sequence[Sequence[Finding]]:
        return self.judge.together(deployments, findings, not_judged)


def joint(judged: Judged, finding: Finding) -> list[Finding]:
    """The finding and those that are fixed with it."""
    return group_of([finding], _state(judged).findings[finding.deployment]) if finding.rule.companions else [finding]


def withheld_from(judged: Judged, group: Sequence[Finding]) -> str | None:
    """Why no program may make a joint fix here, if that can be told without planning it; unsafe is no reason."""
    reason = withheld(group, unsafe=True)
    if reason:
        return f"{reason}, which lh fix takes"
    if any(map(writes_secret, group)):
        return _NO_SECRETS
    problems = judged.report.deployment(group[0].deployment).problems
    return f"{problems[0].file.name} could not be read, and the deployment is left alone" if problems else None


def fixing(judged: Judged, finding: Finding, stop: Stop) -> Edits | Refusal:
    """The fix of a finding and its companions; unsafe ones too, where the finding's own is unsafe. Raises Stopped."""
    group = joint(judged, finding)
    reason = withheld_from(judged, group)
    if reason:
        return Refusal(reason)
    unsafe = finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE
    made = apply_group(_state(judged), group, _careful(judged, stop), unsafe)
    if made is None:
        return Refusal("there is nothing to edit")
    return made if isinstance(made, Refusal) else made[0].workspace.edits()


def fixing_all(judged: Judged, indexes: Sequence[int], stop: Stop) -> Edits:
    """The joint plan of what is safe in some of the deployments, but for what would write a secret. Raises Stopped."""
    verdict = _verdict(judged.report.verdict, indexes)
    return proven_plan(verdict, _careful(judged, stop), judged.report.selected).edits


def suppressing(judged: Judged, finding: Finding, stop: Stop) -> Edits | Refusal:
    """The comment that suppresses a finding, with no reason yet. Raises Stopped."""
    try:
        plan = suppressing_plan(judged.report.verdict, _careful(judged, stop), [finding], _REASON)
    except NotSuppressed as error:
        return Refusal(error.reason)
    return {
        file: [edit._replace(text=edit.text.replace(f"] {_REASON}", "]")) for edit in edits]
        for file, edits in plan.edits.items()
    }


def _state(judged: Judged) -> State:
    return judged.remember("state", lambda: State.of(judged.report.verdict))


def _careful(judged: Judged, stop: Stop) -> _Careful:
    return _Careful(Judge(judged.pack.rules), stop)


def writes_secret(finding: Finding) -> bool:
    """Whether the fix of a finding writes a secret's value."""
    return finding.fix is not None and any(isinstance(change.value, Secret) for change in finding.fix.changes)


def _by_hand(finding: Finding) -> Finding:
    if finding.fix is None or not writes_secret(finding):
        return finding
    return finding._replace(fix=finding.fix._replace(changes=(), applicability=Applicability.MANUAL))


def _verdict(whole: Verdict, indexes: Sequence[int]) -> Verdict:
    """What was judged of some of the deployments, as a run about them alone would have it."""
    places = {index: place for place, index in enumerate(indexes)}
    found = (_by_hand(finding) for finding in whole.findings if finding.deployment in places)
    return Verdict(
        tuple(whole.deployments[index] for index in indexes),
        tuple(finding._replace(deployment=places[finding.deployment]) for finding in found),
        tuple(n._replace(deployment=places[n.deployment]) for n in whole.not_judged if n.deployment in places),
    )
