"""The plan that suppresses findings: comments alone, proven as fixes are."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litellm_harden.deployment.writing.comments import suppressing
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.compare import misread
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.prove import file_failures
from litellm_harden.fix.state import Judge, State
from litellm_harden.fix.target import unwritable
from litellm_harden.rules.model import Finding, Verdict


class NotSuppressed(Exception):
    """Why a finding cannot be suppressed: a clause. Nothing is then."""

    def __init__(self, finding: Finding, reason: str) -> None:
        super().__init__(reason)
        self.finding, self.reason = finding, reason


def suppressing_plan(
    verdict: Verdict, judge: Judge, findings: Sequence[Finding], reason: str, file_wide: bool = False
) -> Plan:
    """The comments that suppress the findings, each with the reason; `file_wide` at the top of their files.

    Where one covers further findings of the same rule on its line, they are suppressed too. Raises NotSuppressed.
    """
    original = state = State.of(verdict)
    for finding in findings:
        now = state.open().get(finding.key)
        if now is not None:
            state = _suppressed(state, now, judge, reason, file_wide)
    plan = Plan(state.workspace, state.workspace.edits(), (), (), (), state.verdict(), (), settled=True)
    failure = next(file_failures(original.workspace, plan), None)
    if failure is not None:
        raise NotSuppressed(findings[0], failure.reason)
    return plan


def _suppressed(state: State, finding: Finding, judge: Judge, reason: str, file_wide: bool) -> State:
    """The state with a comment more, which covers the finding and changes nothing else."""
    deployment = state.deployments[finding.deployment]
    if deployment.problems:
        raise NotSuppressed(finding, f"{deployment.problems[0].file.name} could not be read")
    if finding.origin is None:
        raise NotSuppressed(finding, "it stands nowhere in these files")
    found = suppressing(deployment, finding.origin, finding.rule.id, reason, file_wide)
    if isinstance(found, Refusal):
        raise NotSuppressed(finding, found.reason)
    file, proposals = found
    failure = unwritable(file, state.workspace.root)
    for edits in proposals if failure is None else ():
        if isinstance(edits, Refusal):
            failure = edits.reason
            continue
        after = state.edited({file: edits}, finding.deployment, judge)
        failure = _failure(state, after, file, finding)
        if failure is None:
            return after
    raise NotSuppressed(finding, failure or f"no comment can stand in {file.name}")


def _failure(before: State, after: State, file: Path, finding: Finding) -> str | None:
    """What speaks against the edit, if anything: it may only suppress findings of one rule."""
    changed = misread(before.workspace, after.workspace, file, ())
    if changed is not None:
        return changed
    old, new = before.open(), after.open()
    if finding.key in new:
        return "a comment would not cover it there"
    stray = [one for key, one in new.items() if key not in old]
    stray += [one for key, one in old.items() if key not in new and one.rule is not finding.rule]
    return f"a comment there would have to do with {stray[0].rule.id} too" if stray else None
