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
from litellm_harden.lsp.judging import Judged
from litellm_harden.record import Record
from litellm_harden.rules.judge import Judge
from litellm_harden.rules.model import Applicability, Finding, NotJudged, Verdict
from litellm_harden.text.edits import Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

Edits = Mapping[Path, Sequence[Edit]]

_NO_SECRETS = "it writes a secret, which is left to lh fix: that looks where git does not track it"


class Outcome(Record):
    """What a fix comes to: its edits by file, or why it cannot be made; and which other rules' fixes it brings."""

    edits: Edits | Refusal
    brings: tuple[str, ...] = ()


class _WithoutSecrets(Record):
    """A judge whose fixes write no secrets: those that would are left to their owner."""

    judge: Judge

    def __call__(self, index: int, deployment: Deployment) -> tuple[list[Finding], list[NotJudged]]:
        found, not_judged = self.judge(index, deployment)
        return [_by_hand(finding) for finding in found], not_judged

    def together(
        self,
        deployments: Sequence[Deployment],
        findings: Sequence[Sequence[Finding]],
        not_judged: Sequence[Sequence[NotJudged]],
    ) -> Sequence[Sequence[Finding]]:
        return self.judge.together(deployments, findings, not_judged)


def carried_out(judged: Judged, finding: Finding) -> Outcome:
    """The fix of a finding and of its companions; unsafe ones too, where the finding's own is unsafe."""
    state = State.of(judged.report.verdict)
    group = group_of([finding], state.findings[finding.deployment])
    reason = withheld(group, unsafe=True)
    if reason:
        return Outcome(Refusal(f"{reason}, which lh fix takes"))
    if any(map(writes_secret, group)):
        return Outcome(Refusal(_NO_SECRETS))
    problems = judged.report.deployment(finding.deployment).problems
    if problems:
        return Outcome(Refusal(f"{problems[0].file.name} could not be read, and the deployment is left alone"))
    unsafe = finding.fix is not None and finding.fix.applicability is Applicability.UNSAFE
    made = apply_group(state, group, _WithoutSecrets(Judge(judged.pack.rules)), unsafe)
    if isinstance(made, Refusal):
        return Outcome(made)
    if made is None:
        return Outcome(Refusal("there is nothing to edit"))
    after, step = made
    brings = dict.fromkeys(one.rule.id for one in step.findings if one.key != finding.key)
    return Outcome(after.workspace.edits(), tuple(brings))


def all_safe(judged: Judged, indexes: Sequence[int]) -> Edits:
    """The joint plan of what is safe in some of the deployments, but for what would write a secret."""
    verdict = _verdict(judged.report.verdict, indexes)
    return proven_plan(verdict, _WithoutSecrets(Judge(judged.pack.rules)), judged.report.selected).edits


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
