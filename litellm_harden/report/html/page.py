"""The plan as one HTML file: no script, no request, readable on a phone, in the dark, on paper and by ear."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from litellm_harden import __version__
from litellm_harden.report.checklist.page import GROUPS, Page, family
from litellm_harden.report.checklist.plan import Entry, Item, Line, Plan, Week
from litellm_harden.report.html.steps import after_the_edits, prose, said
from litellm_harden.rules.standing import Standing
from litellm_harden.shipped import read

_CSS = Path(__file__).with_name("page.css")
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The page asks for nothing, and a browser is told so."""

_CLASSES = {
    Standing.DONE: "done",
    Standing.OPEN: "open",
    Standing.NEEDS_YOU: "needs",
    Standing.NOT_JUDGED: "unjudged",
    Standing.SUPPRESSED: "quiet",
    Standing.NOT_APPLICABLE: "quiet",
}
_MARKS = {
    Standing.DONE: "✓",
    Standing.OPEN: "○",
    Standing.NEEDS_YOU: "!",
    Standing.NOT_JUDGED: "?",
    Standing.SUPPRESSED: "~",
    Standing.NOT_APPLICABLE: "–",
}
_IN_BAR = (Standing.DONE, Standing.OPEN, Standing.NEEDS_YOU, Standing.NOT_JUDGED, Standing.SUPPRESSED)


def render(page: Page, beyond: bool = False) -> str:
    """The whole page; `beyond` adds the findings beyond the checklist."""
    title = "Hardening report" if beyond else "Hardening plan"
    return "\n".join([*_head(page, title), *_body(page, title, beyond), "</html>", ""])


def _head(page: Page, title: str) -> Iterator[str]:
    names = ", ".join(plan.label for plan in page.plans)
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>{title}{f': {said(names)}' if names else ''}</title>"
    yield f"<style>\n{read(_CSS)}</style>\n</head>"


def _body(page: Page, title: str, beyond: bool) -> Iterator[str]:
    yield f'<body>\n<header class="top">\n<p class="kicker">LiteLLM proxy</p>\n<h1>{title}</h1>'
    if page.total:
        yield f'<p class="lede">{page.total}.</p>'
    if page.fix:
        yield f'<p class="next"><code>{said(page.fix)}</code> closes what is open.</p>'
    if len(page.plans) > 1:
        links = (f'<li><a href="#d{n}">{said(plan.label)}</a></li>' for n, plan in enumerate(page.plans, 1))
        yield f'<nav aria-label="Deployments"><ul>{"".join(links)}</ul></nav>'
    yield "</header>\n<main>"
    if page.problems:
        yield '<section class="problems"><h2>Could not be read</h2>\n<ul>'
        yield from (f"<li>{said(problem)}</li>" for problem in page.problems)
        yield "</ul></section>"
    for number, plan in enumerate(page.plans, 1):
        yield from _plan(page, plan, number, beyond)
    yield f"</main>\n<footer><p>Made by lh {__version__}. Secrets are not shown.</p></footer>\n</body>"


def _plan(page: Page, plan: Plan, number: int, beyond: bool) -> Iterator[str]:
    yield f'<article id="d{number}" aria-labelledby="d{number}-name">'
    yield f'<header class="deployment"><h2 id="d{number}-name">{said(plan.label)}</h2>'
    yield f'<p class="version">{said(plan.version)}</p>\n<dl class="facts">'
    yield from (f"<div><dt>{said(name)}</dt><dd>{said(text)}</dd></div>" for name, text in plan.facts)
    yield "</dl></header>"
    if plan.weeks:
        yield '<ul class="weeks">'
        yield from (_overview(week, f"d{number}") for week in plan.weeks)
        yield "</ul>"
    if beyond and (more := page.beyond(plan)):
        yield f'<p class="next"><a href="#d{number}-beyond">{more}</a></p>'
    for week in plan.weeks:
        yield from _week(page, week, f"d{number}")
    if beyond and plan.beyond:
        yield from _beyond(page, plan, f"d{number}")
    elif more := page.beyond(plan):
        yield f'<p class="next">{more}: <code>{said(page.lint(plan))}</code></p>'
    elif beyond and page.looks_beyond:
        yield '<p class="next">No findings beyond the checklist.</p>'
    yield from after_the_edits(plan, f"d{number}")
    yield "</article>"


def _overview(week: Week, home: str) -> str:
    return (
        f'<li><a href="#{home}-w{week.number}"><strong>Week {week.number}</strong> '
        f"<span>{_share(week)}</span></a>{_bar(week)}</li>"
    )


def _share(week: Week) -> str:
    return f"{week.counts[Standing.DONE]} of {week.asked} done" if week.asked else "nothing asked"


def _bar(week: Week) -> str:
    """One segment for each standing, as wide as it has rules."""
    parts = ((standing, week.counts[standing]) for standing in _IN_BAR)
    segments = "".join(
        f'<span class="{_CLASSES[standing]}" style="flex-grow:{count}"></span>' for standing, count in parts if count
    )
    return f'<div class="bar" role="img" aria-label="{week.tally}">{segments}</div>'


def _week(page: Page, week: Week, home: str) -> Iterator[str]:
    name = f"{home}-w{week.number}"
    yield f'<section class="week" id="{name}" aria-labelledby="{name}-name">'
    yield f'<header><h3 id="{name}-name">Week {week.number}</h3><p>{week.tally}</p></header>'
    for item in week.items:
        yield from _item(page, item)
    yield "</section>"


def _item(page: Page, item: Item) -> Iterator[str]:
    yield f'<section class="item"><div class="name"><h4><span>{item.number}</span> {said(item.title)}</h4>'
    yield f'{_state(item.standing, item.standing.value)}</div>\n<ul class="rules">'
    yield from _lines(page, item.lines)
    yield "</ul></section>"


def _beyond(page: Page, plan: Plan, home: str) -> Iterator[str]:
    yield f'<section class="week" aria-labelledby="{home}-beyond">'
    yield f'<header><h3 id="{home}-beyond">Beyond the checklist</h3></header>'
    for group in dict.fromkeys(family(line.rule.id) for line in plan.beyond):
        title = GROUPS.get(group, group)
        yield f'<section class="item"><div class="name"><h4>{said(title)}</h4></div>\n<ul class="rules">'
        yield from _lines(page, (line for line in plan.beyond if family(line.rule.id) == group))
        yield "</ul></section>"
    yield "</section>"


def _lines(page: Page, lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        yield f'<li class="rule {_CLASSES[line.standing]}">'
        yield (
            f'<p class="head"><span class="mark" aria-hidden="true">{_MARKS[line.standing]}</span>'
            f'<span class="id">{line.rule.id}</span> <span class="slug">{said(line.rule.name)}</span> '
            f"{_state(line.standing, line.state)}</p>"
        )
        if line.value:
            yield f'<p class="value"><code>{said(line.value)}</code></p>'
        yield from (f'<p class="reason">{prose(reason)}</p>' for reason in line.reasons)
        yield from (_entry(entry) for entry in line.entries)
        if line.entries and (departs := page.departs(line.rule)):
            yield f"<details><summary>Where this departs from the checklist</summary><p>{prose(departs)}</p></details>"
        yield "</li>"


def _entry(entry: Entry) -> str:
    severity = entry.finding.severity.word
    place = f'<code class="place">{said(entry.place)}</code>' if entry.place else ""
    remedy = f'<p class="remedy">{prose(entry.remedy)}</p>' if entry.remedy else ""
    return (
        f'<div class="finding {_CLASSES[entry.standing]}"><p>{prose(entry.message)}</p>{remedy}'
        f'<p class="origin">{place} <span class="severity {severity}">{severity}</span></p></div>'
    )


def _state(standing: Standing, words: str) -> str:
    return f'<span class="state {_CLASSES[standing]}">{words}</span>'
