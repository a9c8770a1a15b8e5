"""Findings as tools show them: one line of words, without secrets, each once, at a path from the repository on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from litellm_harden.documents.base import Refusal
from litellm_harden.record import Record
from litellm_harden.report.model import Report, shown_path
from litellm_harden.report.style import NO_BREAK, Style
from litellm_harden.rules.model import Applicability, Finding, Fix
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Position

Key = tuple[str, int, str]

_OWN_NEED = pattern(r"needs --[^,]*")
"""Why a plan leaves a fix that needs something, as its remedy says too."""


class Entry(Record):
    """A finding in words. `message` says what is, `remedy` what to do; neither ends in a full stop.

    Several deployments that share a file have one entry where they have the same finding and the same fix; why it is
    left undone may differ, and is told of the first.
    """

    finding: Finding
    file: str
    place: tuple[Position, Position] | None
    message: str
    remedy: str

    @property
    def where(self) -> str:
        """The file, and the line if there is one."""
        return f"{self.file}:{self.place[0].line}" if self.place else self.file


def entries(report: Report, findings: Iterable[Finding]) -> list[Entry]:
    """The findings in words, in their order."""
    refused = refusals(report)
    same: dict[tuple[object, ...], tuple[Entry, list[int]]] = {}
    sharing: dict[str, set[int]] = {}
    for finding in findings:
        entry = _entry(report, finding, refused)
        does = finding.fix.description if finding.fix else ""
        told = (finding.rule.id, finding.address, finding.severity, entry.file, entry.place, entry.message, does)
        same.setdefault(told, (entry, []))[1].append(finding.deployment)
        sharing.setdefault(entry.file, set()).add(finding.deployment)
    return [_labelled(report, entry, homes, sharing[entry.file]) for entry, homes in same.values()]


def path(report: Report, file: Path) -> str:
    """A path as forges have it: from the repository on, or from the working directory if that lies above."""
    root = report.root
    return shown_path(file, report.cwd if root is None or root.is_relative_to(report.cwd) else root)


def file_of(report: Report, finding: Finding) -> Path:
    """The file that a finding is shown at: its own, else the first of its deployment."""
    deployment = report.deployment(finding.deployment)
    return finding.origin.file if finding.origin else next(iter(deployment.files.all()), deployment.root)


def line_of(report: Report, text: str, address: str = "") -> str:
    """What is said, about the setting at `address`, on one line, without secrets and characters of control."""
    return Style().plain(report.masker.say(text, address).replace(NO_BREAK, " "))


def refusals(report: Report) -> Mapping[Key, str]:
    """Why `lh fix` leaves findings as they are, as far as it was asked and their remedies do not say it anyway."""
    refused = report.plan.refused if report.plan else ()
    told = (one for one in refused if not _OWN_NEED.fullmatch(one.reason))
    return {(one.rule.id, one.deployment, one.address): one.reason for one in told}


def remedy(report: Report, finding: Finding, refused: Mapping[Key, str]) -> str:
    """What to do about a finding, in one clause; it may hold secrets."""
    fix = finding.fix
    if fix is None:
        return f"by hand: lh explain {finding.rule.id} says more"
    planned = report.planned(finding)
    reason = refused.get(finding.key) or (planned.reason if isinstance(planned, Refusal) else "")
    if reason:
        return f"{fix.description}; lh fix leaves it: {reason}"
    if fix.applicability is Applicability.MANUAL:
        return f"by hand: {fix.description}"
    if fix.applicability is Applicability.INPUT:
        return f"{fix.description} (lh fix {' '.join(f'--set {name}=…' for name in fix.inputs) or '--set'})"
    part = ", which helps but does not settle it" if fix.partial else ""
    return f"{fix.description}{' (lh fix --unsafe)' if fix.applicability is Applicability.UNSAFE else ''}{part}"


def done(report: Report) -> Mapping[Key, Fix]:
    """What a fix that was carried out did, by finding: as it was when its turn came, after the fixes before it."""
    steps = report.plan.steps if report.plan and report.written else ()
    return {finding.key: finding.fix for step in steps for finding in step.findings if finding.fix is not None}


def weightiest_first(found: Sequence[Entry]) -> list[Entry]:
    """The entries by severity, most first, else in their order."""
    return sorted(found, key=lambda entry: -entry.finding.severity)


def _entry(report: Report, finding: Finding, refused: Mapping[Key, str]) -> Entry:
    return Entry(
        finding=finding,
        file=path(report, file_of(report, finding)),
        place=report.place(finding),
        message=line_of(report, finding.message, finding.address),
        remedy=line_of(report, remedy(report, finding, refused), finding.address),
    )


def _labelled(report: Report, entry: Entry, homes: list[int], sharing: set[int]) -> Entry:
    """The entry with the deployments that it is about, where others that share the file do not have it."""
    if sharing == set(homes):
        return entry
    labels = ", ".join(line_of(report, report.label(index)) for index in dict.fromkeys(homes))
    return entry._replace(message=f"{labels}: {entry.message}")
