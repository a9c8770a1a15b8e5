"""A run as it stands after some of its edits: the texts, the deployments over them, and what is found there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from litellm_harden.deployment.workspace import Workspace
from litellm_harden.rules.model import Finding, NotJudged, Verdict
from litellm_harden.text.edits import Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Judge(Protocol):
    """Judges by all rules; `litellm_harden.rules.judge.Judge` is the one."""

    def __call__(self, index: int, deployment: Deployment) -> tuple[Sequence[Finding], Sequence[NotJudged]]:
        """All findings of the deployment with this index in the run, and what could not be judged."""

    def together(
        self,
        deployments: Sequence[Deployment],
        findings: Sequence[Sequence[Finding]],
        not_judged: Sequence[Sequence[NotJudged]],
    ) -> Sequence[Sequence[Finding]]:
        """The findings of each deployment, with what only all of them together tell; where that is nothing new, the
        very sequence that was given."""


Key = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class State:
    """Immutable; `findings`, what was `not_judged` and the `files` in use stand by deployment."""

    workspace: Workspace
    deployments: tuple[Deployment, ...]
    findings: tuple[tuple[Finding, ...], ...]
    not_judged: tuple[tuple[NotJudged, ...], ...]
    files: tuple[frozenset[Path], ...]

    @classmethod
    def of(cls, verdict: Verdict) -> State:
        """The state that a verdict judged. All its deployments share one workspace."""
        deployments = verdict.deployments
        found: list[list[Finding]] = [[] for _ in deployments]
        unclear: list[list[NotJudged]] = [[] for _ in deployments]
        for finding in verdict.findings:
            found[finding.deployment].append(finding)
        for one in verdict.not_judged:
            unclear[one.deployment].append(one)
        return cls(
            deployments[0].workspace,
            deployments,
            tuple(map(tuple, found)),
            tuple(map(tuple, unclear)),
            tuple(frozenset(one.files.all()) for one in deployments),
        )

    def open(self, indexes: Iterable[int] | None = None) -> dict[Key, Finding]:
        """The findings that no suppression covers, by key: of some deployments, or of all."""
        return {key: finding for key, finding in self.all(indexes).items() if not finding.suppressed}

    def all(self, indexes: Iterable[int] | None = None) -> dict[Key, Finding]:
        """The findings by key: of some deployments, or of all."""
        chosen = self.findings if indexes is None else [self.findings[index] for index in indexes]
        return {finding.key: finding for findings in chosen for finding in findings}

    def ignores(self, finding: Finding) -> bool:
        """Whether the owner leaves its rule out by name: no fix may be about it, and none is held back by it."""
        return finding.rule.id in self.deployments[finding.deployment].owner.ignored

    def judged_since(self, earlier: State) -> list[int]:
        """The deployments that were judged again between `earlier` and now."""
        pairs = zip(earlier.findings, self.findings, strict=True)
        return [index for index, (old, new) in enumerate(pairs) if old is not new]

    def verdict(self) -> Verdict:
        """The verdict on this state, with every deployment over the current workspace."""
        current = (d if d.workspace is self.workspace else d.reloaded(self.workspace) for d in self.deployments)
        return Verdict(tuple(current), tuple(chain(*self.findings)), tuple(chain(*self.not_judged)))

    def users(self, edited: Mapping[Path, object]) -> list[int]:
        """The deployments that use one of the `edited` files."""
        return [index for index, files in enumerate(self.files) if not files.isdisjoint(edited)]

    def edited(self, edits: Mapping[Path, Sequence[Edit]], index: int, judge: Judge) -> State:
        """The state after `edits`, planned by the deployment `index`, with all whom they concern judged again."""
        concerned = {index, *self.users(edits)}
        if any(not any(file in files for files in self.files) for file in edits):
            concerned = set(range(len(self.deployments)))  # who reads a file that no deployment lists is not known
        workspace = self.workspace.edited(edits)
        deployments, files = list(self.deployments), list(self.files)
        findings, not_judged = list(self.findings), list(self.not_judged)
        for one in concerned:
            deployments[one] = deployment = deployments[one].reloaded(workspace)
            found, unclear = judge(one, deployment)
            findings[one], not_judged[one] = tuple(found), tuple(unclear)
            files[one] = frozenset(deployment.files.all())
        settled = judge.together(deployments, findings, not_judged)
        return State(workspace, tuple(deployments), tuple(map(tuple, settled)), tuple(not_judged), tuple(files))
