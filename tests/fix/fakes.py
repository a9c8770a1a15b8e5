"""A deployment of env files alone, and rules that are one line each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

from litellm_harden.deployment.model import ABSENT, Change, Owner, Planned, Problem
from litellm_harden.deployment.parts import Files
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Key, Refusal
from litellm_harden.rules.model import (
    COMMENT,
    Applicability,
    Finding,
    Fix,
    NotJudged,
    Rule,
    Severity,
    Suppression,
    Verdict,
)
from litellm_harden.text.edits import Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

Values = dict[str, str | None]


class EnvDeployment:
    """Settings are `env:NAME`; each is decided by the last of the env files that holds it, else added to the last.

    READONLY is refused; an edit of STRAY also changes VICTIM, and CLASH is edited twice at the same place.
    """

    def __init__(self, workspace: Workspace, *files: Path) -> None:
        self.workspace = workspace
        self.files = Files(env=files)
        self.owner = Owner()
        self.problems: tuple[Problem, ...] = ()
        self.values: Values = {}
        for file in files:
            try:
                self.values |= workspace.dotenv(file).data
            except Unreadable as error:
                self.problems += (Problem(file, error.line, error.message),)

    def reloaded(self, workspace: Workspace) -> EnvDeployment:
        return EnvDeployment(workspace, *self.files.env)

    def plan(self, changes: Sequence[Change]) -> Planned | Refusal:
        edits: dict[Path, tuple[Edit, ...]] = {}
        touched = set()
        for file, values in self._by_file(changes).items():
            document = self.workspace.dotenv(file)
            if "READONLY" in values:
                return Refusal("READONLY stands in a file of others")
            gone = [name for name, value in values.items() if value is ABSENT]
            wanted: dict[Key, object] = {name: value for name, value in values.items() if value is not ABSENT}
            more: dict[Key, object] = {"VICTIM": "hit"} if "STRAY" in wanted else {}
            for proposal in (document.update((), wanted | more), *(document.remove((name,)) for name in gone)):
                if isinstance(proposal, Refusal):
                    return proposal
                edits[file] = (*edits.get(file, ()), *proposal)
            if "CLASH" in values:
                edits[file] *= 2
            touched |= {(file, (name,)) for name in values}
        return Planned(edits, frozenset(touched))

    def _by_file(self, changes: Sequence[Change]) -> dict[Path, dict[str, object]]:
        result: dict[Path, dict[str, object]] = {}
        for change in changes:
            name = change.address.removeprefix("env:")
            holders = [file for file in self.files.env if name in self.workspace.dotenv(file).data]
            result.setdefault((holders or self.files.env)[-1], {})[name] = change.value
        return result


@dataclass(frozen=True)
class Spec:
    """A rule: where `broken(values)` holds, the fix is to set `change(values)`."""

    id: str
    broken: Callable[[Values], bool]
    change: Callable[[Values], dict[str, object]] = lambda values: {}
    severity: Severity = Severity.HIGH
    companions: tuple[str, ...] = ()
    applicability: Applicability = Applicability.SAFE
    partial: bool = False
    suppressed: bool = False

    @property
    def rule(self) -> Rule:
        return Rule(
            self.id,
            self.id.lower(),
            self.id,
            self.severity,
            "env:",
            None,
            None,
            None,
            None,
            self.companions,
            (),
            {},
            (),
        )

    def judge(self, index: int, values: Values) -> Iterable[Finding]:
        if not self.broken(values):
            return
        changes = tuple(Change(f"env:{name}", value) for name, value in self.change(values).items())
        inputs = ("WEBHOOK",) if self.applicability is Applicability.INPUT else ()
        fix = Fix(changes, self.applicability, "set it", self.partial, inputs)
        address, message = f"env:{self.id}", f"{self.id} does not hold"
        yield Finding(
            self.rule,
            index,
            address,
            self.severity,
            message,
            None,
            "other",
            None,
            fix,
            Suppression(COMMENT) if self.suppressed else None,
        )


def sets(rule: str, name: str, value: str, **more: object) -> Spec:
    """A rule that wants one variable to have one value."""
    return Spec(rule, lambda v: v.get(name) != value, lambda v: {name: value}, **more)  # type: ignore[arg-type]


class Run:
    """Env files on disk, one deployment for each group of file names, and the rules that judge them."""

    def __init__(self, root: Path, files: dict[str, str | bytes], deployments: list[list[str]], *specs: Spec) -> None:
        self.root, self.specs = root, specs
        for name, content in files.items():
            (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
        self.workspace = Workspace(root)
        found = tuple(EnvDeployment(self.workspace, *(root / name for name in names)) for names in deployments)
        fakes = cast("tuple[Deployment, ...]", found)
        findings = tuple(finding for index, one in enumerate(fakes) for finding in self(index, one)[0])
        self.verdict = Verdict(fakes, findings, ())

    def __call__(self, index: int, deployment: Deployment) -> tuple[list[Finding], list[NotJudged]]:
        values = cast(EnvDeployment, deployment).values
        return [finding for spec in self.specs for finding in spec.judge(index, values)], []

    def together(
        self,
        deployments: Sequence[Deployment],
        findings: Sequence[Sequence[Finding]],
        not_judged: Sequence[Sequence[NotJudged]],
    ) -> Sequence[Sequence[Finding]]:
        return findings

    @property
    def every(self) -> frozenset[str]:
        return frozenset(spec.id for spec in self.specs)


def one_file(root: Path, text: str | bytes, *specs: Spec) -> Run:
    return Run(root, {".env": text}, [[".env"]], *specs)
