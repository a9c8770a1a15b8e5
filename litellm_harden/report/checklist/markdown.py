"""The plan as a task list to paste into an issue: no raw HTML, and nothing of what it quotes is read as Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litellm_harden.report.checklist.page import Page
from litellm_harden.report.checklist.plan import Entry, Item, Line, Plan, Week
from litellm_harden.report.markup import code, safe
from litellm_harden.report.steps import Step
from litellm_harden.report.style import Style
from litellm_harden.rules.standing import Standing

_ACCEPTED = (Standing.SUPPRESSED, Standing.NOT_APPLICABLE)


def render(page: Page) -> str:
    """All plans, one heading each."""
    blocks = [block for plan in page.plans for block in _plan(page, plan)]
    if page.fix:
        blocks.append(f"{safe(page.total)}; {code(page.fix)} closes what is open")
    if page.problems:
        blocks.append("\n".join(["## Could not be read", "", *(f"- {safe(problem)}" for problem in page.problems)]))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def _plan(page: Page, plan: Plan) -> Iterator[str]:
    yield f"## {safe(plan.label)}: {safe(plan.version)}"
    yield "\n".join(f"- {name}: {safe(text)}" for name, text in plan.facts)
    for week in plan.weeks:
        yield from _week(week)
    if beyond := page.beyond(plan):
        yield f"{beyond}: {code(page.lint(plan))}"
    yield "### After the edits"
    for step in plan.steps:
        yield _step(step)


def _week(week: Week) -> Iterator[str]:
    yield f"### Week {week.number}: {safe(week.tally)}"
    for item in week.items:
        yield "\n".join([f"#### {item.number}. {safe(item.title)}", "", *_item(item)])


def _item(item: Item) -> Iterator[str]:
    for line in item.lines:
        yield _line(line)
        for entry in line.entries:
            yield from _entry(entry)


def _line(line: Line) -> str:
    """A task; what was accepted or is not asked for is none, so that the list can be completed."""
    name = f"{line.rule.id} {line.rule.name}"
    if line.standing is Standing.DONE:
        return f"- [x] {name}"
    reasons = f" ({safe('; '.join(line.reasons))})" if line.reasons else ""
    severity = f", {line.severity}" if line.severity else ""
    says = f"{safe(line.state)}{severity}{reasons}"
    if line.standing in _ACCEPTED:
        return f"- ~~{name}~~ {says}"
    return f"- [ ] **{name}** {says}"


def _entry(entry: Entry) -> Iterator[str]:
    place = f" ({code(Style().plain(entry.place))})" if entry.place else ""
    yield f"  - {safe(entry.message)}{place}"
    if entry.remedy:
        yield f"    → {safe(entry.remedy)}"


def _step(step: Step) -> str:
    lines = [f"- [ ] **{step.title}.** {safe(step.text)}"]
    if step.commands:
        script = "\n".join(step.commands)
        longest = max((len(run) for run in re.findall(r"`+", script)), default=0)
        fence = "`" * max(longest + 1, 3)
        shown = [Style().plain(line) for line in script.split("\n")]
        lines += ["", *(f"  {line}" for line in (f"{fence}sh", *shown, fence)), ""]
    for one in step.watched:
        alert = f", alert {one.alert}" if one.alert else ""
        wanted = f" {one.want}{alert}:" if one.want else ""
        lines.append(f"  - **{one.what}**{wanted} {code(one.query)}")
    return "\n".join(lines).rstrip()
