"""The comment by which an owner says that a finding does not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from litellm_harden.fix.suppress import NotSuppressed, suppressing_plan
from litellm_harden.lsp.judging import Judged
from litellm_harden.rules.judge import Judge
from litellm_harden.rules.model import Finding
from litellm_harden.rules.suppress import ABOUT_SUPPRESSIONS
from litellm_harden.text.edits import Edit

_REASON = "…"
"""Stands for the reason while the comment is proven. Whoever chooses the action writes one: LH902 asks for it."""


def suppression(judged: Judged, finding: Finding) -> Mapping[Path, Sequence[Edit]]:
    """The edits that suppress a finding, with no reason yet; none where no comment can."""
    if finding.rule.id.startswith(ABOUT_SUPPRESSIONS):
        return {}
    try:
        plan = suppressing_plan(judged.report.verdict, Judge(judged.pack.rules), [finding], _REASON)
    except NotSuppressed:
        return {}
    return {
        file: [edit._replace(text=edit.text.replace(f"] {_REASON}", "]")) for edit in edits]
        for file, edits in plan.edits.items()
    }
