"""Rules, findings and their fixes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change, Origin
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record

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
    """What a fix asks of its user, least first."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    INPUT = "input"
    MANUAL = "manual"

    @property
    def weakness(self) -> int:
        """0 for `safe`, rising to `manual`: companions are as weak as the weakest of them."""
        return list(Applicability).index(self)


class Fix(Record):
    """The settings to change and what that asks of the user.

    `changes` is empty for `manual`. `description` is an imperative clause ("set cooldown_time to 60"). A `partial` fix
    makes things better without making the finding go away. `inputs` names the values only the owner has.
    """

    changes: tuple[Change, ...]
    applicability: Applicability
    description: str
    partial: bool = False
    inputs: tuple[str, ...] = ()


class Option(Record):
    """A number or word of a rule that an owner may set in lh.toml. `description` says in one line what it is."""

    type: str
    default: object
    minimum: float | None = None
    maximum: float | None = None
    description: str = ""


class Clause(Record):
    """One thing that must be true, as a rule file states it: `expect` of the setting at `address`, or a named check.

    It applies where the version lies in since..until and the `when` facts hold. An absent setting has the value of
    `default_from` (another address) or `default`, unless only a stated one is judged. `message` and the strings of
    `fix` may hold placeholders.
    """

    address: str
    message: str = ""
    absent_message: str = ""
    expect: Mapping[str, object] = {}
    check: str = ""
    since: Version | None = None
    until: Version | None = None
    when: tuple[str, ...] = ()
    default: object = None
    default_from: str = ""
    stated_only: bool = False
    severity: Severity | None = None
    fix: Mapping[str, object] | None = None


@dataclass(frozen=True, eq=False, repr=False)
class Rule:
    """One item to judge, as its rule file states it (see `rules/`). A rule is equal to itself alone.

    `companions` are ids. `inputs` are the names that its fix may ask the owner for (`--set NAME=…`). Each of the
    `parts` must be true; a part is a row of clauses of which the first that applies to the deployment counts.
    """

    id: str
    name: str
    title: str
    severity: Severity
    address: str
    week: int | None
    item: int | None
    since: Version | None
    until: Version | None
    companions: tuple[str, ...]
    inputs: tuple[str, ...]
    options: Mapping[str, Option]
    parts: tuple[tuple[Clause, ...], ...]


class Violation(Record):
    """A clause that is not true. `value` is the effective value; `severity` is None where it is the rule's own.

    `origin` is where it stands, None for the place that decides the setting.
    """

    address: str
    message: str
    value: object
    expected: str
    fix: Fix | None
    severity: Severity | None = None
    origin: Origin | None = None


class Unclear(Record):
    """A clause that cannot be judged from the files at hand, and why."""

    address: str
    reason: str


class Inapplicable(Record):
    """A clause that this deployment need not meet, and why."""

    reason: str


Outcome = Violation | Unclear | Inapplicable


class Suppression(Record):
    """Why a finding does not count: a comment at `origin`, or the baseline; with the reason that its owner gives."""

    by: str
    reason: str = ""
    origin: Origin | None = None


COMMENT, BASELINE = "comment", "baseline"
"""What a suppression is `by`."""


class Finding(Record):
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
    suppression: Suppression | None = None

    @property
    def suppressed(self) -> bool:
        """Whether it does not count."""
        return self.suppression is not None

    @property
    def key(self) -> tuple[str, int, str]:
        """What makes it the same finding before and after a fix."""
        return self.rule.id, self.deployment, self.address


class NotJudged(Record):
    """A rule that could not be judged for a deployment, and why."""

    rule: Rule
    deployment: int
    address: str
    reason: str


class Verdict(Record):
    """All that judging a run gave, in the order: file, line, rule."""

    deployments: tuple[Deployment, ...]
    findings: tuple[Finding, ...]
    not_judged: tuple[NotJudged, ...]
