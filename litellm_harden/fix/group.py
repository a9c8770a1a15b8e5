"""Findings whose fixes belong together: applied to their fixed point as one, or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.fix.compare import misread
from litellm_harden.fix.state import Judge, Key, State
from litellm_harden.fix.target import unwritable
from litellm_harden.rules.model import Applicability, Finding, Fix
from litellm_harden.rules.suppress import ABOUT_SUPPRESSIONS
from litellm_harden.text.edits import Edit, Overlap

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

ROUNDS = 10
"""A fix may bring about findings whose fixes bring about others; beyond this many rounds they chase each other."""


@dataclass(frozen=True, slots=True)
class Step:
    """One group, applied: its findings (the selected one first), what it touched, and what it brought about.

    `partial` are those made better but still open; `added` are new findings, each lower than all of the group's.
    """

    findings: tuple[Finding, ...]
    touched: frozenset[tuple[Path, DocumentPath]]
    partial: tuple[Finding, ...]
    added: tuple[Finding, ...]

    @property
    def keys(self) -> frozenset[Key]:
        """The keys of its findings."""
        return frozenset(finding.key for finding in self.findings)


def applicable(finding: Finding) -> Fix | None:
    """The fix of a finding, if carrying it out would change a file."""
    fix = finding.fix
    if fix is None or finding.suppressed or fix.applicability is Applicability.MANUAL:
        return None
    return fix if fix.changes or fix.applicability is Applicability.INPUT else None


def group_of(members: Iterable[Finding], present: Sequence[Finding]) -> list[Finding]:
    """`members` and, transitively, the findings among `present` that are their companions and have a fix."""
    group = list(members)
    keys = {member.key for member in group}
    for member in group:
        for finding in present:
            if finding.key not in keys and finding.rule.id in member.rule.companions and applicable(finding):
                keys.add(finding.key)
                group.append(finding)
    return group


def withheld(group: Sequence[Finding], unsafe: bool) -> str | None:
    """Why a group may not be applied as it was asked: what its weakest member needs. The first finding leads it."""
    weakest = max(group, key=_weakness)
    names = [name for finding in group if (fix := applicable(finding)) for name in fix.inputs]
    needs = _needs(weakest, unsafe, names)
    if needs is None or weakest is group[0]:
        return needs
    return f"{needs}, since {weakest.rule.id} belongs to it"


def _needs(finding: Finding, unsafe: bool, names: Iterable[str] = ()) -> str | None:
    fix = applicable(finding)
    if fix is None or fix.applicability is Applicability.SAFE:
        return None
    if fix.applicability is Applicability.INPUT:
        settings = " ".join(f"--set {name}=…" for name in dict.fromkeys((*fix.inputs, *names)))
        return f"needs {settings or 'a value that only its owner has'}"
    return None if unsafe else "needs --unsafe"


def _weakness(finding: Finding) -> int:
    fix = applicable(finding)
    return -1 if fix is None else fix.applicability.weakness


def apply_group(
    state: State, group: Sequence[Finding], judge: Judge, unsafe: bool
) -> tuple[State, Step] | Refusal | None:
    """The state with the fixes of `group` made, and those of what they bring about.

    A Refusal leaves nothing half done; None says that there was nothing to edit.
    """
    return _Attempt(state, group, judge, unsafe).run()


@dataclass(slots=True)
class _Attempt:
    """One group on its way to its fixed point.

    `known` are the open findings before, of the deployments that matter, `suppressed` the others; `done` are the fixes
    carried out, by the finding they belong to.
    """

    before: State
    group: Sequence[Finding]
    judge: Judge
    unsafe: bool
    now: State = field(init=False)
    known: dict[Key, Finding] = field(init=False)
    suppressed: Set[Key] = field(init=False)
    members: dict[Key, Finding] = field(init=False)
    done: list[tuple[Key, tuple[Change, ...]]] = field(init=False, default_factory=list)
    partial: set[Key] = field(init=False, default_factory=set)
    touched: set[tuple[Path, DocumentPath]] = field(init=False, default_factory=set)

    def run(self) -> tuple[State, Step] | Refusal | None:
        self.now, self.known = self.before, self.before.open([self._index])
        self.suppressed = self.before.all([self._index]).keys() - self.known.keys()
        self.members = {finding.key: finding for finding in self.group}
        for _ in range(ROUNDS):
            due = self._due()
            if not due:
                break
            changed = self._make(due)
            if isinstance(changed, Refusal):
                return changed
        if self.now is self.before:
            return None if self.partial == self.members.keys() else Refusal("its fix changes nothing here")
        return self._finished()

    @property
    def _index(self) -> int:
        return self.group[0].deployment

    def _due(self) -> list[tuple[Finding, Fix]]:
        """What is open and has a fix not carried out yet: members, and what their fixes brought about.

        Of the latter, their companions, all that would else speak against the group, and suppressions that cover
        nothing any more. The finding that leads the group goes first and alone: what its companions have to do depends
        on what it did.
        """
        present = {finding.key: finding for finding in self.now.findings[self._index] if not self._is_accepted(finding)}
        pool = [f for key, f in present.items() if key in self.members or _needs(f, self.unsafe) is None]
        induced = [f for f in pool if f.key not in self.members and (self._speaks_against(f) or self._is_orphan(f))]
        due = []
        for member in group_of([*self.members.values(), *induced], pool):
            finding = present.get(member.key)
            fix = applicable(finding) if finding else None
            if finding and fix and not _needs(finding, self.unsafe) and (finding.key, fix.changes) not in self.done:
                due.append((finding, fix))
        return due if self.done else due[:1]

    def _speaks_against(self, finding: Finding) -> bool:
        """Whether the group brought about a finding no lower than all that it set out to remove."""
        bar = min(member.severity for member in self.group)
        return finding.severity >= bar and self._is_new(finding) and not self._is_accepted(finding)

    def _is_accepted(self, finding: Finding) -> bool:
        """Whether the owner said that it does not count, so that no fix may be about it."""
        return finding.suppressed or finding.key in self.suppressed or self.now.ignores(finding)

    def _is_orphan(self, finding: Finding) -> bool:
        """Whether it tells of a suppression that the group left without anything to suppress."""
        return finding.rule.id.startswith(ABOUT_SUPPRESSIONS) and self._is_new(finding)

    def _is_new(self, finding: Finding) -> bool:
        known = self.known.get(finding.key)
        return known is None or finding.severity > known.severity

    def _make(self, due: Sequence[tuple[Finding, Fix]]) -> Refusal | None:
        """Carry out as many of the fixes as do not contradict each other; the rest is due again afterwards."""
        deployment = self.now.deployments[self._index]
        changes: dict[str, Change] = {}
        for finding, fix in due:
            if any(changes.get(change.address, change) != change for change in fix.changes):
                continue
            changes.update({change.address: change for change in fix.changes})
            self.members[finding.key] = finding
            self.done.append((finding.key, fix.changes))
            if fix.partial:
                self.partial.add(finding.key)
        planned = deployment.plan(tuple(changes.values()))
        if isinstance(planned, Refusal):
            return _blamed(deployment, due, planned, self.group[0])
        edits = {file: edits for file, edits in planned.edits.items() if edits}
        if not edits:
            return None
        self.touched |= planned.touched
        return self._edit(edits, planned.touched)

    def _edit(
        self, edits: dict[Path, tuple[Edit, ...]], touched: frozenset[tuple[Path, DocumentPath]]
    ) -> Refusal | None:
        for file in edits:
            if not self.now.workspace.is_unsaved(file) and (reason := unwritable(file, self.now.workspace.root)):
                return Refusal(reason)
        for index in self.now.users(edits):
            broken = self.now.deployments[index].problems
            if broken:
                return Refusal(f"another deployment that uses {_names(edits)} could not be read ({broken[0].message})")
        try:
            after = self.now.edited(edits, self._index, self.judge)
        except Overlap:
            return Refusal(f"two of its edits claim the same text in {_names(edits)}")
        for file in edits:
            paths = [path for touched_file, path in touched if touched_file == file]
            reason = misread(self.now.workspace, after.workspace, file, paths)
            if reason:
                return Refusal(reason)
        self.now = after
        return None

    def _finished(self) -> tuple[State, Step] | Refusal:
        judged = self.now.judged_since(self.before)
        self.known, after = self.before.open(judged), self.now.open(judged)
        self.suppressed = self.before.all(judged).keys() - self.known.keys()
        for index in judged:
            problems = self.now.deployments[index].problems
            if len(problems) > len(self.before.deployments[index].problems):
                return Refusal(f"would leave a file that cannot be read: {problems[-1].message}")
        for key, finding in self.members.items():
            if key in after and key not in self.partial:
                return Refusal(f"{finding.rule.id} would still be open: {after[key].message}")
        for finding in after.values():
            if self._speaks_against(finding):
                return Refusal(_follows(finding, self.unsafe, was_open=finding.key in self.known))
        moved = self._moved_suppression(judged)
        if moved is not None:
            return moved
        added = tuple(finding for finding in after.values() if self._is_new(finding))
        partial = tuple(after[key] for key in self.members if key in after)
        return self.now, Step(tuple(self.members.values()), frozenset(self.touched), partial, added)

    def _moved_suppression(self, judged: Sequence[int]) -> Refusal | None:
        """Why the group may not be applied, if a comment then covers what it did not cover, or not what it did."""
        before, after = self.before.all(judged), self.now.all(judged)
        for key in before.keys() & after.keys():
            old, new = before[key], after[key]
            if old.suppressed is not new.suppressed:
                if old.suppressed:
                    return Refusal(f"would part {new.rule.id} from the comment that suppresses it")
                return Refusal(f"would put {new.rule.id} under a comment that is about something else")
        return None


def _follows(finding: Finding, unsafe: bool, was_open: bool) -> str:
    needs = _needs(finding, unsafe)
    remedy = f"; its fix {needs}" if needs else ""
    effect = f"leave {finding.rule.id} open" if was_open else f"bring {finding.rule.id}"
    return f"would {effect}: {finding.message}{remedy}"


def _blamed(deployment: Deployment, due: Sequence[tuple[Finding, Fix]], refusal: Refusal, leader: Finding) -> Refusal:
    """The refusal of a joint plan, with the companion named whose own fix is refused where the leader's is not."""
    for finding, fix in due:
        own = deployment.plan(fix.changes)
        if isinstance(own, Refusal) and own.reason == refusal.reason:
            if finding.key == leader.key:
                return refusal
            return Refusal(f"{refusal.reason} (for {finding.rule.id}, which belongs to it)")
    return refusal


def _names(files: Iterable[Path]) -> str:
    return ", ".join(sorted(file.name for file in files))
