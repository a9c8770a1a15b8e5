"""The joint plan: which fixes are carried out, what they come to in the files, and which are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from litellm_harden.deployment.workspace import Workspace
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.group import ROUNDS, Step, applicable, apply_group, group_of, withheld
from litellm_harden.fix.state import Judge, Key, State
from litellm_harden.rules.model import Finding, Rule, Verdict
from litellm_harden.rules.select import selects
from litellm_harden.text.edits import Edit

NONE_DROPPED: Mapping[Key, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Refused:
    """A selected finding whose fix is not carried out, and why: a clause that can follow "not fixed: "."""

    rule: Rule
    deployment: int
    address: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The workspace and the verdict after all `steps`; `edits` per file, against the bytes read.

    The verdict stands in the order of its deployments. `fixed` are the findings that go away, selected or not;
    `improved` are those that a partial fix makes better. `settled` says that the steps came to their fixed point.
    """

    workspace: Workspace
    edits: Mapping[Path, tuple[Edit, ...]]
    fixed: tuple[Finding, ...]
    improved: tuple[Finding, ...]
    refused: tuple[Refused, ...]
    after: Verdict
    steps: tuple[Step, ...]
    settled: bool


def make_plan(
    verdict: Verdict,
    judge: Judge,
    selected: frozenset[str],
    unsafe: bool = False,
    dropped: Mapping[Key, str] = NONE_DROPPED,
) -> Plan:
    """Plan the fixes of all findings whose rule id is `selected`, group by group, to their joint fixed point.

    `verdict` is over all rules and at least one deployment; its deployments share one workspace.

    `unsafe` admits unsafe fixes. `dropped` are findings that no group may hold, each with the reason.
    """
    planner = _Planner(judge, selected, unsafe, dropped)
    start = state = State.of(verdict)
    steps: list[Step] = []
    for _ in range(ROUNDS):
        state, more, refused = planner.round(state)
        steps += more
        if not more:
            break
    before, after = start.open(), state.open()
    improved = {finding.key for step in steps for finding in step.partial}
    return Plan(
        workspace=state.workspace,
        edits=state.workspace.edits(),
        fixed=tuple(finding for key, finding in before.items() if key not in after),
        improved=tuple(finding for key, finding in after.items() if key in improved),
        refused=tuple(Refused(after[key].rule, key[1], key[2], reason) for key, reason in refused.items()),
        after=state.verdict(),
        steps=tuple(steps),
        settled=not more,
    )


@dataclass(frozen=True, slots=True)
class _Planner:
    judge: Judge
    selected: frozenset[str]
    unsafe: bool
    dropped: Mapping[Key, str]

    def _selects(self, state: State, finding: Finding) -> bool:
        return selects(state.deployments[finding.deployment], self.selected, finding.rule.id)

    def round(self, state: State) -> tuple[State, list[Step], dict[Key, str]]:
        """Try each selected finding's group once; what an earlier round refused may have become possible."""
        steps: list[Step] = []
        refused: dict[Key, str] = {}
        tried: set[Key] = set()
        for index in range(len(state.deployments)):
            while (seed := self._next(state, index, tried)) is not None:
                tried.add(seed.key)
                outcome = self._try(state, seed)
                if isinstance(outcome, Refusal):
                    refused[seed.key] = outcome.reason
                elif outcome is not None:
                    state, step = outcome
                    steps.append(step)
        still_open = state.open()
        return state, steps, {key: reason for key, reason in refused.items() if key in still_open}

    def _next(self, state: State, index: int, tried: set[Key]) -> Finding | None:
        """The weightiest finding of a deployment not tried yet; the lowest rule id among equals."""
        findings = state.findings[index]
        waiting = [f for f in findings if self._selects(state, f) and f.key not in tried and applicable(f)]
        return min(waiting, key=lambda finding: (-finding.severity, finding.rule.id), default=None)

    def _try(self, state: State, seed: Finding) -> tuple[State, Step] | Refusal | None:
        present = [finding for finding in state.findings[seed.deployment] if not state.ignores(finding)]
        group = group_of([seed], present)
        problems = state.deployments[seed.deployment].problems
        if problems:
            return Refusal(f"{problems[0].file.name} could not be read, and the deployment is left alone")
        for finding in group:
            if finding.key in self.dropped:
                return Refusal(self.dropped[finding.key])
        reason = withheld(group, self.unsafe)
        return Refusal(reason) if reason else apply_group(state, group, self.judge, self.unsafe)
