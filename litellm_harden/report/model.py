"""What a run has to say, as one value that every format renders."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Planned, Problem, Secret
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.documents.base import Refusal
from litellm_harden.report.known import known_secrets
from litellm_harden.report.mask import Masker
from litellm_harden.rules.model import BASELINE, COMMENT, Finding, NotJudged, Rule, Severity, Suppression, Verdict
from litellm_harden.rules.select import selects
from litellm_harden.text.secret_names import is_secret_name
from litellm_harden.text.source import Position, Source

if TYPE_CHECKING:
    from litellm_harden.fix.plan import Plan
    from litellm_harden.rules.baseline import Entry
    from litellm_harden.rules.fingerprint import Fingerprints
    from litellm_harden.rules.pack import Prose


@dataclass(frozen=True)
class Report:
    """One run.

    `verdict` is what holds now: after a fix, that of the edited files. `rules` are all rules, `selected` the ids the
    run is about; only those are reported. `plan` is the joint plan of `lh fix`, made for the deployments `before`;
    `written` says that it was carried out. `again` is what to type after `lh fix` to fix what is reported: the options
    and PATHs that were given; `undo` is what takes a fix back. `baseline` are the findings that were there before and
    do not count, each by the place of its deployment and its fingerprint; None: there is no baseline. `gone` are
    entries of the baseline that were looked for and not found, their files told from `cwd`; `record` is what to type
    to keep what is left. `root` is the repository, or the folder that PATHs share. `proses` explain the rules that are
    not built in, by id.
    """

    verdict: Verdict
    rules: tuple[Rule, ...]
    selected: frozenset[str]
    problems: tuple[Problem, ...]
    cwd: Path
    plan: Plan | None = None
    before: tuple[Deployment, ...] = ()
    written: bool = False
    again: str = ""
    undo: str = "lh undo"
    baseline: Collection[tuple[int, str]] | None = None
    gone: tuple[Entry, ...] = ()
    record: str = "lh baseline"
    root: Path | None = None
    proses: Mapping[str, Prose] = field(default_factory=dict)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The selected findings, in the order: file, line, rule."""
        chosen = [one for one in self.verdict.findings if self.selects(one.rule.id, one.deployment)]
        if self.baseline is not None:
            chosen = [self._accepted(one) for one in chosen]
        return tuple(sorted(chosen, key=self._order))

    def selects(self, rule: str, deployment: int) -> bool:
        """Whether the run is about a rule for a deployment."""
        return selects(self.deployment(deployment), self.selected, rule)

    def _accepted(self, finding: Finding) -> Finding:
        known = (
            self.baseline is not None
            and not finding.suppressed
            and (finding.deployment, self.fingerprint(finding)) in self.baseline
        )
        return finding._replace(suppression=Suppression(BASELINE)) if known else finding

    @cached_property
    def open(self) -> tuple[Finding, ...]:
        """The selected findings that no suppression covers."""
        return tuple(finding for finding in self.findings if not finding.suppressed)

    @cached_property
    def commented(self) -> tuple[Finding, ...]:
        """The selected findings that a comment suppresses."""
        return tuple(one for one in self.findings if one.suppression is not None and one.suppression.by == COMMENT)

    @cached_property
    def known(self) -> tuple[Finding, ...]:
        """The selected findings that the baseline covers."""
        return tuple(one for one in self.findings if one.suppression is not None and one.suppression.by == BASELINE)

    @cached_property
    def not_judged(self) -> tuple[NotJudged, ...]:
        """The selected rules that could not be judged."""
        return tuple(one for one in self.verdict.not_judged if self.selects(one.rule.id, one.deployment))

    @cached_property
    def masker(self) -> Masker:
        """Hides the secrets of all files of the run."""
        hidden = (one.parts.manifests for one in (*self.before, *self.verdict.deployments))
        addresses = frozenset(address for one in hidden if one is not None for address in one.secrets)
        return Masker(self._texts(), self._given(), addresses)

    def planned(self, finding: Finding) -> Planned | Refusal | None:
        """The edits that a finding's fix comes to by itself, or why it cannot be made; None where there is none."""
        if finding.fix is None or not finding.fix.changes:
            return None
        if finding.key not in self._planned:
            self._planned[finding.key] = self.deployment(finding.deployment).plan(finding.fix.changes)
        return self._planned[finding.key]

    @property
    def fixed(self) -> tuple[Finding, ...]:
        """What a fix that was carried out has made go away, of the selected rules and what came along with them."""
        return self.plan.fixed if self.plan and self.written else ()

    def count(self, severity: Severity) -> int:
        """How many open findings have this severity."""
        return sum(finding.severity is severity for finding in self.open)

    def deployment(self, index: int) -> Deployment:
        """The deployment that a finding names."""
        return self.verdict.deployments[index]

    def label(self, index: int) -> str:
        """A deployment in a word or two: its service (of which file, where several are named so), else its folder."""
        deployment = self.deployment(index)
        name = deployment.service or self.path(deployment.root)
        same = sum(other.service == deployment.service for other in self.verdict.deployments)
        files = deployment.files.compose or deployment.files.kubernetes
        file = files[0] if files and same > 1 else None
        return f"{name} of {self.path(file)}" if file is not None else name

    def path(self, path: Path) -> str:
        """A path relative to the working directory, with `/`."""
        return shown_path(path, self.cwd)

    def source(self, finding: Finding) -> Source | None:
        """The text that a finding's origin lies in, if it has one: for what was fixed, as it was."""
        if finding.origin is None:
            return None
        gone = finding.key in self._gone
        deployment = self.before[finding.deployment] if gone else self.deployment(finding.deployment)
        return source_of(deployment, finding.origin.file)

    def place(self, finding: Finding) -> tuple[Position, Position] | None:
        """Where a finding starts and ends, if it has a place."""
        source = self.source(finding)
        if source is None or finding.origin is None:
            return None
        span = finding.origin.span
        return source.position(span.start), source.position(span.end)

    def suppressed_at(self, finding: Finding) -> Position | None:
        """Where the comment stands that suppresses a finding, if one does: in the file of the finding."""
        source, by = self.source(finding), finding.suppression
        return source.position(by.origin.span.start) if source is not None and by and by.origin else None

    def fingerprint(self, finding: Finding) -> str:
        """The same for the same finding in a later run: made of neither line nor value."""
        return self.fingerprints.of(finding)

    @cached_property
    def fingerprints(self) -> Fingerprints:
        """Those of all findings of the verdict, selected or not."""
        from litellm_harden.rules.fingerprint import Fingerprints

        return Fingerprints(self.verdict.deployments, self.verdict.findings)

    @cached_property
    def _planned(self) -> dict[tuple[str, int, str], Planned | Refusal]:
        return {}

    @cached_property
    def _gone(self) -> frozenset[tuple[str, int, str]]:
        return frozenset(finding.key for finding in self.fixed)

    def _order(self, finding: Finding) -> tuple[object, ...]:
        """File, line, rule; a finding without a place comes last."""
        place = self.place(finding)
        file = self.path(finding.origin.file) if finding.origin else ""
        line = place[0].line if place else 0
        return finding.origin is None, file, line, finding.rule.id, finding.deployment, finding.address

    def _given(self) -> Iterator[str]:
        """The secrets that the owner gave for this run, and those that fixes would write."""
        for deployment in (*self.before, *self.verdict.deployments):
            yield from (value for name, value in deployment.owner.values.items() if is_secret_name(name))
            addresses = deployment.parts.manifests.secrets if deployment.parts.manifests is not None else ()
            yield from (str(one.value) for address in addresses if (one := deployment.setting(address)).known)
        yield from known_secrets(self.before or self.verdict.deployments)
        steps = self.plan.steps if self.plan else ()
        for finding in (*self.verdict.findings, *(finding for step in steps for finding in step.findings)):
            changes = finding.fix.changes if finding.fix else ()
            yield from (change.value.text for change in changes if isinstance(change.value, Secret))

    def _texts(self) -> Iterator[str]:
        seen: set[Path] = set()
        for deployment in self.before or self.verdict.deployments:
            for file in deployment.files.all():
                if file not in seen:
                    seen.add(file)
                    source = source_of(deployment, file)
                    if source:
                        yield source.text
        if self.plan:
            yield from (edit.text for edits in self.plan.edits.values() for edit in edits)


def source_of(deployment: Deployment, file: Path) -> Source | None:
    """The text of a file as the deployment has it, if it can be read."""
    try:
        return deployment.workspace.source(file)
    except Unreadable:
        return None


def shown_path(path: Path, start: Path) -> str:
    """`path` relative to `start`, with `/`; absolute where there is no way between them."""
    try:
        return os.path.relpath(path, start).replace(os.sep, "/")
    except ValueError:
        return path.as_posix()


def grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Second members by first, both in the order of their appearance, each once."""
    result: dict[str, list[str]] = {}
    for first, second in pairs:
        members = result.setdefault(first, [])
        if second not in members:
            members.append(second)
    return result
