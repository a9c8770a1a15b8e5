"""What a probe found, as one HTML file: no script, no request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from litellm_harden import __version__
from litellm_harden.probe.model import Measured, Standing
from litellm_harden.report.html.steps import said
from litellm_harden.report.probe.curve import curve
from litellm_harden.report.probe.model import Report, compared, error_kinds, manner, percentiles
from litellm_harden.shipped import read

_HERE = Path(__file__).parent
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_CLASSES = {Standing.OK: "done", Standing.FAILED: "failed", Standing.SKIPPED: "quiet"}


def render(report: Report) -> str:
    """The whole page."""
    return "\n".join([*_head(report), *_body(report), "</html>", ""])


def _head(report: Report) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>Probe of {said(report.probed.url)}</title>"
    yield f"<style>\n{read(_HERE.parent / 'html' / 'page.css')}{read(_HERE / 'page.css')}</style>\n</head>"


def _body(report: Report) -> Iterator[str]:
    probed = report.probed
    litellm = f", LiteLLM {said(probed.litellm)}" if probed.litellm else ""
    yield '<body>\n<header class="top">\n<p class="kicker">LiteLLM proxy</p>'
    yield f'<h1>Probe</h1>\n<p class="lede">{said(probed.url)}{litellm}, {said(probed.started)}</p>'
    yield f'<p class="next">{said(report.total)}.</p>\n</header>\n<main>'
    yield '<article aria-labelledby="checks"><h2 id="checks">Checks</h2>\n<table class="checks">'
    for check in probed.checks:
        words = f'<td class="state {_CLASSES[check.standing]}">{check.standing.value}</td>'
        yield f'<tr>{words}<th scope="row">{said(check.name)}</th><td>{said(check.words)}</td></tr>'
    yield "</table>"
    yield from (f'<p class="next">Not probed: {said(one)}</p>' for one in (probed.unreached,) if one)
    yield from (f'<p class="next">No load run: {said(one)}</p>' for one in (probed.unmeasured, report.planned) if one)
    yield "</article>"
    if probed.measured:
        yield from _load(report, probed.measured)
    if report.before:
        yield from _comparison(report)
    yield f"</main>\n<footer><p>Made by lh {__version__}. The key is not in this page.</p></footer>\n</body>"


def _load(report: Report, measured: Measured) -> Iterator[str]:
    yield '<article aria-labelledby="load"><h2 id="load">Load</h2>'
    yield f'<p class="version">{said(manner(measured))}</p>\n<table class="checks">'
    for one in report.verdicts:
        name, css = {True: ("met", "done"), False: ("missed", "failed"), None: ("not judged", "unjudged")}[one.met]
        words = f"{one.measured}, {one.wanted} wanted" + (f"; {one.words}" if one.words else "")
        yield f'<tr><td class="state {css}">{name}</td><th scope="row">{one.name}</th><td>{said(words)}</td></tr>'
    yield '</table>\n<dl class="facts">'
    facts = [("latency", percentiles(measured.latency))]
    facts += [("by LiteLLM", percentiles(measured.overhead))] if measured.overhead.total else []
    facts.append(("errors", error_kinds(measured)))
    if len(measured.by_model) > 1:
        facts += [(name, percentiles(one)) for name, one in measured.by_model.items()]
    facts += [("note", note) for note in report.notes]
    yield from (f"<div><dt>{said(name)}</dt><dd>{said(text)}</dd></div>" for name, text in facts)
    yield "</dl>"
    if not (report.before and report.before.measured):
        yield curve([("latency", measured.latency)])
    yield "</article>"


def _comparison(report: Report) -> Iterator[str]:
    before, after = report.before, report.probed
    if before is None:
        return
    release = f", LiteLLM {said(before.litellm)}" if before.litellm else ""
    yield '<article aria-labelledby="against"><h2 id="against">Before and after</h2>'
    yield f'<p class="version">Before: {said(before.url)}, {said(before.started)}{release}</p>'
    yield from (f'<p class="next">Not the same: {said(words)}</p>' for words in report.differences)
    if before.measured and after.measured:
        yield '<table class="figures"><tr><td></td><th>before</th><th>now</th><th>change</th></tr>'
        for name, *figures in compared(before.measured, after.measured):
            cells = "".join(f"<td>{said(figure)}</td>" for figure in figures)
            yield f'<tr><th scope="row">{name}</th>{cells}</tr>'
        yield "</table>"
        yield curve([("before", before.measured.latency), ("now", after.measured.latency)])
    yield "</article>"
