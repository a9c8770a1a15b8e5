"""The comment by which an owner says that a finding does not count."""

from __future__ import annotations

from litellm_harden.lsp.judging import Judged
from litellm_harden.rules.model import Finding
from litellm_harden.text.edits import Edit


def suppression(judged: Judged, finding: Finding) -> Edit | None:
    """The edit that adds the comment above the line of a finding; None where it has no place."""
    if finding.origin is None:
        return None
    source = judged.workspace.source(finding.origin.file)
    line = source.line_span(finding.origin.span.start)
    text = source.text[slice(*line)]
    indent = text[: len(text) - len(text.lstrip(" \t"))]
    return Edit(line.start, line.start, f"{indent}# lh: ignore[{finding.rule.id}]{source.newline(line.start)}")
