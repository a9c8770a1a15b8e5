"""What is shown in the open files: findings, what cannot be read, a configuration that cannot be used."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from litellm_harden.deployment.model import Origin
from litellm_harden.lsp.buffers import uri_of
from litellm_harden.lsp.judging import Judged, Wrong
from litellm_harden.lsp.lines import Lines
from litellm_harden.report import settings
from litellm_harden.rules.model import Finding, Severity
from litellm_harden.rules.suppressions import UNUSED
from litellm_harden.text.source import Span

SOURCE = "lh"
_SEVERITIES = {
    Severity.CRITICAL: types.DiagnosticSeverity.Error,
    Severity.HIGH: types.DiagnosticSeverity.Error,
    Severity.MEDIUM: types.DiagnosticSeverity.Warning,
    Severity.LOW: types.DiagnosticSeverity.Information,
}


def diagnostics(judged: Judged) -> dict[Path, list[types.Diagnostic]]:
    """For each open file what is to be shown in it, be it nothing."""
    shown: dict[Path, list[types.Diagnostic]] = {file: [] for file in judged.buffers}
    for finding in judged.report.open:
        file, span = placed(judged, finding)
        if file in shown:
            _add(shown[file], _of_finding(judged, finding, file, span))
    for problem in judged.problems:
        line = judged.lines(problem.file).line((problem.line or 1) - 1)
        _add(shown[problem.file], _error(line, judged.report.masker.say(problem.message)))
    return shown


def of_wrong(wrong: Wrong, encoding: str) -> types.Diagnostic:
    """A configuration that cannot be used, for its own file."""
    try:
        text = wrong.file.read_text("utf-8-sig")
    except (OSError, ValueError):
        text = ""
    return _error(Lines(text, encoding).line((wrong.line or 1) - 1), wrong.message)


def placed(judged: Judged, finding: Finding) -> tuple[Path, Span]:
    """Where a finding is shown; one that has no place, at the start of its deployment's first file."""
    if finding.origin is not None:
        return finding.origin.file, finding.origin.span
    return judged.report.deployment(finding.deployment).files.all()[0], Span(0, 0)


def shown_range(judged: Judged, file: Path, span: Span) -> types.Range:
    """The range that is marked for a span: no more than the first of its lines."""
    lines = judged.lines(file)
    whole = lines.range(*span)
    if whole.start.line == whole.end.line:
        return whole
    return types.Range(whole.start, lines.line(whole.start.line).end)


def _of_finding(judged: Judged, finding: Finding, file: Path, span: Span) -> types.Diagnostic:
    unused = finding.rule.id == UNUSED
    return types.Diagnostic(
        range=shown_range(judged, file, span),
        message=judged.report.masker.say(finding.message, finding.address),
        severity=types.DiagnosticSeverity.Hint if unused else _SEVERITIES[finding.severity],
        code=finding.rule.id,
        source=SOURCE,
        tags=[types.DiagnosticTag.Unnecessary] if unused else None,
        related_information=list(_hidden(judged, finding)) or None,
    )


def _hidden(judged: Judged, finding: Finding) -> Iterator[types.DiagnosticRelatedInformation]:
    """The places that state the same setting and lose."""
    deployment = judged.report.deployment(finding.deployment)
    setting = deployment.setting(finding.address)
    for origin in setting.shadows:
        value = settings.shown(judged.report, setting, origin.value)
        yield types.DiagnosticRelatedInformation(location(judged, origin), f"{value} here is overridden")


def location(judged: Judged, origin: Origin) -> types.Location:
    """Where an origin is, as the editor names files."""
    buffer = judged.buffers.get(origin.file)
    uri = buffer.uri if buffer is not None else uri_of(origin.file)
    return types.Location(uri, shown_range(judged, origin.file, origin.span))


def _error(place: types.Range, message: str) -> types.Diagnostic:
    return types.Diagnostic(place, message, severity=types.DiagnosticSeverity.Error, source=SOURCE)


def _add(shown: list[types.Diagnostic], one: types.Diagnostic) -> None:
    """Deployments that share a file find the same in it."""
    if one not in shown:
        shown.append(one)
