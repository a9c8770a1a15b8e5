"""The plan of one deployment as values: its weeks, items, rules and findings, and how they are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.record import Record
from litellm_harden.report.checklist.needs import Needs
from litellm_harden.report.steps import Step
from litellm_harden.rules.model import Finding, Rule
from litellm_harden.rules.standing import Standing


class Entry(Record):
    """A finding: what is, where, and what to do about it. `place` is file and line; `remedy` may be empty.

    `needs` is what it takes where the standing is NEEDS_YOU, else None.
    """

    finding: Finding
    standing: Standing
    needs: Needs | None
    message: str
    place: str
    remedy: str


class Line(Record):
    """A rule. `value` is what it is about, as the proxy sees it, where that is known and the rule is done."""

    rule: Rule
    standing: Standing
    reasons: tuple[str, ...]
    entries: tuple[Entry, ...]
    value: str

    @property
    def needs(self) -> Needs | None:
        """What it takes at most, where the standing is NEEDS_YOU."""
        wanted = {entry.needs for entry in self.entries} if self.standing is Standing.NEEDS_YOU else set()
        return next((one for one in reversed(Needs) if one in wanted), None)

    @property
    def state(self) -> str:
        """How it stands, with what it takes."""
        return f"{self.standing.value} ({self.needs.value})" if self.needs else self.standing.value

    @property
    def severity(self) -> str:
        """How severe what is left to do is, in a word; empty where nothing is."""
        left = (one for one in self.entries if one.standing in (Standing.OPEN, Standing.NEEDS_YOU))
        worst = max((one.finding.severity for one in left), default=None)
        return worst.word if worst is not None else ""


class Item(Record):
    """An item of the checklist, with its rules."""

    number: int
    title: str
    standing: Standing
    lines: tuple[Line, ...]


class Week(Record):
    """A week of the checklist, with its items."""

    number: int
    items: tuple[Item, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its rules."""
        return tuple(line for item in self.items for line in item.lines)

    @property
    def counts(self) -> Counter[Standing]:
        """How many rules stand how."""
        return Counter(line.standing for line in self.lines)

    @property
    def asked(self) -> int:
        """How many rules the deployment has to meet."""
        return self.counts.total() - self.counts[Standing.NOT_APPLICABLE]

    @property
    def tally(self) -> str:
        """The week in one line."""
        return tally(self.lines)


class Plan(Record):
    """One deployment. `beyond` are its rules beyond the checklist that have findings."""

    deployment: Deployment
    label: str
    version: str
    facts: tuple[tuple[str, str], ...]
    weeks: tuple[Week, ...]
    beyond: tuple[Line, ...]
    steps: tuple[Step, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Its rules of the checklist."""
        return tuple(line for week in self.weeks for line in week.lines)


def tally(lines: Iterable[Line]) -> str:
    """How many of the rules that are asked for are done, and how many stand otherwise."""
    lines = tuple(lines)
    counts = Counter(line.standing for line in lines)
    exempt = counts[Standing.NOT_APPLICABLE]
    not_asked = f"do{'es' if exempt == 1 else ''} not apply"
    if exempt == len(lines):
        return f"{exempt} {not_asked}"
    parts = [f"{counts[Standing.DONE]} of {len(lines) - exempt} done"]
    if exempt:
        parts[0] += f" ({exempt} more {not_asked})"
    for standing, words in (
        (Standing.OPEN, "open"),
        (Standing.NEEDS_YOU, _need(lines)),
        (Standing.NOT_JUDGED, "not judged"),
        (Standing.SUPPRESSED, "suppressed"),
    ):
        if counts[standing]:
            parts.append(f"{counts[standing]} {words}")
    return ", ".join(parts)


def _need(lines: Iterable[Line]) -> str:
    """What the rules that need the owner take."""
    wanted = Counter(line.needs for line in lines if line.needs)
    ways = [(count, way.value) for way in Needs if (count := wanted[way])]
    told = ways[0][1] if len(ways) == 1 else ", ".join(f"{count} {way}" for count, way in ways)
    return f"need{'s' if wanted.total() == 1 else ''} you ({told})"
