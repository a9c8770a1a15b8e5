"""The plan for people at a terminal: a block for each week, a mark for each rule, and what to run afterwards."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.report.checklist.page import Page
from litellm_harden.report.checklist.plan import Entry, Item, Line, Plan, Week
from litellm_harden.report.steps import Step, Watched
from litellm_harden.report.style import BLUE, BOLD, CYAN, DIM, GREEN, NO_BREAK, YELLOW, Style
from litellm_harden.rules.standing import Standing

_MARKS = {
    Standing.DONE: ("✓", "+", GREEN),
    Standing.OPEN: ("○", "o", CYAN),
    Standing.NEEDS_YOU: ("!", "!", YELLOW),
    Standing.NOT_JUDGED: ("?", "?", BLUE),
    Standing.SUPPRESSED: ("~", "~", DIM),
    Standing.NOT_APPLICABLE: ("–", "-", DIM),
}
"""The mark of a standing, the same in ASCII, and their colour."""

_BAR = 20
_QUIET = (Standing.SUPPRESSED, Standing.NOT_APPLICABLE)


def render(page: Page, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    """The whole plan, its total last; with `quiet` the tally of each week alone."""
    text = _Text(page, style, verbose)
    blocks = [text.plan(plan, quiet) for plan in page.plans]
    return "\n".join(blocks if quiet else [*blocks, *text.total()])


class _Text:
    def __init__(self, page: Page, style: Style, verbose: bool) -> None:
        self.page, self.style, self.verbose = page, style, verbose

    def plan(self, plan: Plan, quiet: bool) -> str:
        blocks = [list(self._head(plan, quiet))]
        if quiet:
            blocks[0] += [self._tally(week) for week in plan.weeks]
        else:
            blocks += [list(self._week(week)) for week in plan.weeks]
            blocks += [list(self._beyond(plan)), list(self._steps(plan))]
        return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)

    def _head(self, plan: Plan, quiet: bool) -> Iterator[str]:
        plain = self.style.plain
        yield f"{self.style.paint(plain(plan.label), BOLD)}: {plain(plan.version)}"
        for name, text in () if quiet else plan.facts:
            yield self.style.wrap([(f"  {name:<11}", DIM)], [(plain(text), "")])

    def _week(self, week: Week) -> Iterator[str]:
        yield self._tally(week)
        for item in week.items:
            yield from self._item(item)

    def _tally(self, week: Week) -> str:
        return self.style.wrap([(f"Week {week.number}  ", BOLD), *self._bar(week)], [(week.tally, BOLD)])

    def _bar(self, week: Week) -> list[tuple[str, str]]:
        if not week.asked:
            return []
        done = _BAR * week.counts[Standing.DONE] // week.asked
        full, empty = ("━", "─") if self.style.unicode else ("#", "-")
        return [(full * done, GREEN), (empty * (_BAR - done), DIM), ("  ", "")]

    def _item(self, item: Item) -> Iterator[str]:
        yield f"  {item.number:>2}  {self.style.paint(item.title, BOLD)}"
        for line in item.lines:
            yield from self._line(line)

    def _line(self, line: Line) -> Iterator[str]:
        fancy, ascii_, color = _MARKS[line.standing]
        head = [("      ", ""), (f"{fancy if self.style.unicode else ascii_} ", color), (f"{line.rule.id}  ", "")]
        state = self._state(line, color)
        name = f"{line.rule.name}:" if state else line.rule.name
        yield self.style.wrap(head, [(name, DIM if line.standing in _QUIET else ""), *state], hanging=1)
        for entry in line.entries:
            yield self._entry(entry)
        departs = self.page.departs(line.rule) if self.verbose and line.entries else ""
        if departs:
            yield self.style.wrap([(" " * 16, "")], [(self.style.plain(departs), DIM)])

    def _state(self, line: Line, color: str) -> list[tuple[str, str]]:
        if line.standing is Standing.DONE:
            return [(self.style.plain(line.value), DIM)] if self.verbose and line.value else []
        severity = [(line.severity, DIM)] if line.severity else []
        reasons = [(self.style.plain(f"({'; '.join(line.reasons)})"), color)] if line.reasons else []
        return [(f"{line.state}," if severity else line.state, color), *severity, *reasons]

    def _entry(self, entry: Entry) -> str:
        says = [(self.style.plain(entry.message), ""), (self.style.plain(f"({entry.place})"), DIM)]
        color = _MARKS[entry.standing][2]
        does = [(self.style.plain(f"→ {entry.remedy}"), color)] if entry.remedy else []
        return self.style.wrap([(" " * 16, "")], says, does)

    def total(self) -> Iterator[str]:
        """How much there is in all, and what to type next."""
        fix = self.page.fix.replace(" ", NO_BREAK)
        says = f"{self.page.total}; {fix} closes what is open" if fix else self.page.total
        if says:
            yield self.style.wrap([], [(self.style.plain(says), BOLD)]) + "\n"

    def _beyond(self, plan: Plan) -> Iterator[str]:
        if beyond := self.page.beyond(plan):
            yield self.style.wrap([], [(self.style.plain(f"{beyond}: {self.page.lint(plan)}"), "")])

    def _steps(self, plan: Plan) -> Iterator[str]:
        yield self.style.paint("After the edits", BOLD)
        for number, step in enumerate(plan.steps, 1):
            yield from self._step(number, step)

    def _step(self, number: int, step: Step) -> Iterator[str]:
        yield f"  {number:>2}  {self.style.paint(step.title, BOLD)}"
        yield self.style.wrap([("      ", "")], [(self.style.plain(step.text), "")])
        for command in step.commands:
            yield from (f"        {self.style.paint(self.style.plain(line), CYAN)}" for line in command.split("\n"))
        for one in step.watched:
            yield from self._watched(one)

    def _watched(self, one: Watched) -> Iterator[str]:
        alert = f"; alert {one.alert}" if one.alert else ""
        wanted = f": {one.want}{alert}" if one.want else ""
        yield self.style.wrap([("      ", "")], [(self.style.plain(f"{one.what}{wanted}"), "")])
        yield f"        {self.style.paint(self.style.plain(one.query), DIM)}"
