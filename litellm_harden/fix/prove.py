"""The proof of a whole plan before a byte is written, and what is dropped where it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from litellm_harden.deployment.workspace import Workspace
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.fix.compare import misread
from litellm_harden.fix.group import Step
from litellm_harden.fix.plan import NONE_DROPPED, Plan, make_plan
from litellm_harden.fix.state import Judge, Key, State
from litellm_harden.rules.model import Verdict
from litellm_harden.text.edits import Edit, apply, reverse
from litellm_harden.text.source import Source


@dataclass(frozen=True, slots=True)
class Failure:
    """What a proof found: a clause, and the file it is about, if it is about one."""

    reason: str
    file: Path | None = None


Planner = Callable[[Verdict], Plan]


def prove(before: Verdict, plan: Plan, planner: Planner) -> list[Failure]:
    """All that speaks against writing `plan`, which `planner` made of `before`; nothing where it is proven."""
    failures = list(file_failures(State.of(before).workspace, plan))
    return failures or [*_finding_failures(before, plan), *_settling_failures(plan, planner)]


def proven_plan(
    verdict: Verdict,
    judge: Judge,
    selected: frozenset[str],
    unsafe: bool = False,
    left_out: Mapping[Key, str] = NONE_DROPPED,
) -> Plan:
    """The joint plan, narrowed until it is proven; what was dropped on the way is among its refused findings.

    `left_out` are findings that no fix may be about, each with the reason.
    """

    def attempt(dropped: Mapping[Key, str]) -> tuple[Plan, list[Failure]]:
        def planner(given: Verdict) -> Plan:
            return make_plan(given, judge, selected, unsafe, dropped)

        plan = planner(verdict)
        return plan, prove(verdict, plan, planner)

    dropped = dict(left_out)
    plan, failures = attempt(dropped)
    while failures:
        dropped |= _culprits(plan, failures[0], lambda fewer: not attempt({**dropped, **fewer})[1])  # noqa: B023
        plan, failures = attempt(dropped)
    return plan


def _culprits(plan: Plan, failure: Failure, proven_without: Callable[[dict[Key, str]], bool]) -> dict[Key, str]:
    """The findings to drop: of the one step without which the rest is proven, else of every step concerned."""
    concerned = [step for step in plan.steps if failure.file in (None, *(file for file, _ in step.touched))]
    for step in reversed(concerned):
        fewer = _drop(step, failure)
        if proven_without(fewer):
            return fewer
    return {key: reason for step in concerned or plan.steps for key, reason in _drop(step, failure).items()}


def _drop(step: Step, failure: Failure) -> dict[Key, str]:
    return dict.fromkeys(step.keys, f"could not be proven: {failure.reason}")


def file_failures(original: Workspace, plan: Plan) -> Iterator[Failure]:
    """Each file parses, only touched paths changed as data, and the reverse edits give the original bytes."""
    touched: dict[Path, set[DocumentPath]] = {file: set() for file in plan.edits}
    for step in plan.steps:
        for file, path in step.touched:
            touched.setdefault(file, set()).add(_coarse(path))
    for file, edits in plan.edits.items():
        reason = misread(original, plan.workspace, file, touched[file])
        if reason:
            yield Failure(reason, file)
        if not _reversible(original.read(file), edits, plan.workspace.source(file).encode()):
            yield Failure(f"the edits of {file.name} cannot be taken back exactly", file)


def _coarse(path: DocumentPath) -> DocumentPath:
    """The list of a touched item: items shift from step to step, and each step was compared item by item when made."""
    return path[:-1] if path and isinstance(path[-1], int) else path


def _reversible(old: bytes, edits: tuple[Edit, ...], new: bytes) -> bool:
    """Whether `edits` make `new` of `old`, and their reverse makes `old` of `new`, byte for byte."""
    source, result = Source.decode(old), Source.decode(new)
    back = Source(apply(result.text, reverse(source.text, edits)), result.bom)
    return apply(source.text, edits) == result.text and back.encode() == old


def _finding_failures(before: Verdict, plan: Plan) -> Iterator[Failure]:
    """What the steps removed stays removed, and every new finding is one that its step admitted as lower."""
    first, last = State.of(before), State.of(plan.after)
    start, end = first.open(), {key: one for key, one in last.open().items() if not last.ignores(one)}
    partial = {finding.key for step in plan.steps for finding in step.partial}
    for step in plan.steps:
        for finding in step.findings:
            if finding.key in end and finding.key not in partial:
                yield Failure(f"{finding.rule.id} would be open again")
    suppressed = {key for key, finding in first.all().items() if finding.suppressed}
    for key in suppressed & end.keys():
        yield Failure(f"would part {end[key].rule.id} from the comment that suppresses it")
    for step in plan.steps:
        for finding in step.findings:
            if finding.key in suppressed or first.ignores(finding):
                yield Failure(f"would fix {finding.rule.id}, which does not count here")
    admitted = {finding.key: finding.severity for step in plan.steps for finding in step.added}
    for key, finding in end.items():
        known = start.get(key)
        bar = max(known.severity if known else 0, admitted.get(key, 0))
        if finding.severity > bar:
            effect = f"leave {finding.rule.id} open" if known else f"bring {finding.rule.id}"
            yield Failure(f"would {effect}: {finding.message}")


def _settling_failures(plan: Plan, planner: Planner) -> Iterator[Failure]:
    """Planning again, on the outcome, plans nothing."""
    if not plan.settled or planner(plan.after).steps:
        yield Failure("fixing again would change more")
