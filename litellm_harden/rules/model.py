"""Rules, findings and their fixes."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change, Origin

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Severity(IntEnum):
    """How much a finding matters, least first, so that severities compare."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def word(self) -> str:
        """As written in rule files and reports."""
        return self.name.lower()


class Applicability(Enum):
    """What a fix asks of its user."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    INPUT = "input"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Fix:
    """The settings to change and what that asks of the user.

    `changes` is empty for `manual`. `description` is an imperative clause ("set cooldown_time to 60"). A `partial` fix
    makes things better without making the finding go away. `inputs` names the values only the owner has.
    """

    changes: tuple[Change, ...]
    applicability: Applicability
    description: str
    partial: bool = False
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One item to judge, as its rule file states it (see `rules/`). `companions` are ids; `raw` holds the rest."""

    id: str
    name: str
    title: str
    severity: Severity
    address: str
    week: int | None
    item: int | None
    since: str | None
    until: str | None
    companions: tuple[str, ...]
    raw: dict[str, object] = field(repr=False, compare=False, hash=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that does not hold for a deployment, at an origin.

    `deployment` is the index in the run. `value` is the effective value (None where absent); `expected` says in words
    what would hold ("at most 60"). `origin` may lack where the deployment has no place for the setting.
    """

    rule: Rule
    deployment: int
    address: str
    severity: Severity
    message: str
    value: object
    expected: str
    origin: Origin | None
    fix: Fix | None
    suppressed: bool = False

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it the same finding before and after a fix."""
        return self.rule.id, self.deployment, self.address


@dataclass(frozen=True, slots=True)
class NotJudged:
    """A rule that could not be judged for a deployment, and why."""

    rule: Rule
    deployment: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """All that judging a run gave, in the order: deployment, file, line, rule."""

    deployments: tuple[Deployment, ...]
    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]
