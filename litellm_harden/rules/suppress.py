"""Suppressions: comments by which an owner says that a finding does not count, and those that cover nothing.

What looks at a comment is imported only where a file holds one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.rules.model import Finding, NotJudged, Rule

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

ABOUT_SUPPRESSIONS = "LH9"
"""How the ids of rules about suppressions start: what they find cannot be suppressed by a comment."""

_MARKS = ("lh:", "LH:", "lh :", "LH :")
"""How suppressions start, and what is meant to be one."""


def with_suppressions(deployment: Deployment, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings of a deployment, those that a comment of its files covers marked as suppressed."""
    if not marked_files(deployment, {finding.origin.file for finding in findings if finding.origin is not None}):
        return findings
    from litellm_harden.rules.suppressions import covered

    return covered(deployment, findings)


def with_unused(
    rules: Sequence[Rule],
    deployments: Sequence[Deployment],
    findings: Sequence[Sequence[Finding]],
    not_judged: Sequence[Sequence[NotJudged]],
) -> list[Sequence[Finding]]:
    """The findings of each deployment, and what is wrong with the suppressions in its files: that one covers nothing
    in any deployment, says not why, or is none. One stands at the first deployment that uses its file.

    What an earlier judgement said of them, among `findings`, is forgotten. A deployment for which nothing changes
    keeps the very sequence that was given.
    """
    told: dict[int, list[Finding]] = {}
    if any(marked_files(deployment, deployment.files.all()) for deployment in deployments):
        from litellm_harden.rules.suppressions import wrong

        for finding in wrong(rules, deployments, findings, not_judged):
            told.setdefault(finding.deployment, []).append(finding)
    return [_updated(found, told.get(index, [])) for index, found in enumerate(findings)]


def marked_files(deployment: Deployment, files: Iterable[Path]) -> list[Path]:
    """Those of the files that may hold a suppression: one search in the text of each, once for all deployments."""
    return [file for file in files if _is_marked(deployment.workspace, file)]


def _is_marked(workspace: Workspace, file: Path) -> bool:
    def search() -> bool:
        try:
            text = workspace.source(file).text
        except Unreadable:
            return False
        return any(mark in text for mark in _MARKS)

    return workspace.remember(("marked", file), search)


def _updated(found: Sequence[Finding], told: Sequence[Finding]) -> Sequence[Finding]:
    earlier = {finding.key: finding for finding in found if finding.rule.id.startswith(ABOUT_SUPPRESSIONS)}
    if earlier == {finding.key: finding for finding in told}:
        return found
    return [*(finding for finding in found if finding.key not in earlier), *told]
