"""The part of the page that says what to do after the edits."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from litellm_harden.report.checklist.plan import Plan
from litellm_harden.report.steps import Step, Watched
from litellm_harden.report.style import Style
from litellm_harden.text.patterns import pattern

_OPTION = pattern(r"(?<![\w-])--?[a-z][\w-]+")


def after_the_edits(plan: Plan, home: str) -> Iterator[str]:
    """The steps in order, each with its commands; `home` starts the ids of the deployment."""
    yield f'<section class="week steps" aria-labelledby="{home}-after">'
    yield f'<header><h3 id="{home}-after">After the edits</h3></header>\n<ol>'
    for step in plan.steps:
        yield from _step(step)
    yield "</ol></section>"


def _step(step: Step) -> Iterator[str]:
    yield f'<li class="item"><div class="name"><h4>{said(step.title)}</h4></div><div><p>{prose(step.text)}</p>'
    yield from (f'<pre tabindex="0"><code>{said(command)}</code></pre>' for command in step.commands)
    if step.watched:
        yield '<dl class="watch">'
        yield from (_watched(one) for one in step.watched)
        yield "</dl>"
    yield "</div></li>"


def _watched(one: Watched) -> str:
    wanted = f'<span class="want">{said(one.want)}</span>' if one.want else ""
    alert = f' <span class="alert">alert {said(one.alert)}</span>' if one.alert else ""
    return f"<div><dt>{said(one.what)}</dt><dd>{wanted}{alert}</dd><dd><code>{said(one.query)}</code></dd></div>"


def said(text: str) -> str:
    """A text as HTML shows it, with what could turn or hide it made visible."""
    return escape("\n".join(Style().plain(line) for line in text.split("\n")))


def prose(text: str) -> str:
    """The same for sentences: no line is broken at the hyphens of an option."""
    return _OPTION.sub(r'<span class="option">\g<0></span>', said(text))
