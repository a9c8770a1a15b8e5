"""What a probe found, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.probe.model import Check, Measured, Standing
from litellm_harden.report.probe.model import (
    MORE_MODELS,
    Report,
    compared,
    error_kinds,
    manner,
    percentiles,
)
from litellm_harden.report.probe.plot import bar, bins, label
from litellm_harden.report.style import BLUE, BOLD, CYAN, DIM, GREEN, RED, YELLOW, Style

_COLORS = {Standing.OK: GREEN, Standing.FAILED: RED, Standing.SKIPPED: DIM}


def render(report: Report, style: Style, verbose: bool, quiet: bool) -> str:
    """The checks, the load run, the comparison, and a total; `quiet`: the total alone.

    `verbose` leaves out no model.
    """
    blocks: list[list[str]] = []
    if not quiet:
        blocks.append(list(_checks(report, style)))
        if report.probed.measured:
            blocks.append(list(_load(report, report.probed.measured, style, verbose)))
        if report.before:
            blocks.append(list(_comparison(report, style)))
    blocks.append([style.paint(style.plain(report.total), BOLD)])
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def _checks(report: Report, style: Style) -> Iterator[str]:
    probed = report.probed
    litellm = f": LiteLLM {probed.litellm}" if probed.litellm else ""
    yield style.paint(style.plain(probed.url), BOLD) + style.plain(litellm)
    for check in probed.checks:
        yield _check(check, style)
    for name, words in (("not probed", probed.unreached), ("no load", probed.unmeasured), ("no load", report.planned)):
        if words:
            yield style.wrap([(f"  {name:<12}", YELLOW)], [(style.plain(words), "")])


def _check(check: Check, style: Style) -> str:
    head = f"  {check.standing.value:<12}"
    return style.wrap(
        [(head, _COLORS[check.standing])], [(style.plain(f"{check.name}:"), ""), _dim(style, check.words)]
    )


def _dim(style: Style, words: str) -> tuple[str, str]:
    return style.plain(words), DIM


def _load(report: Report, measured: Measured, style: Style, verbose: bool) -> Iterator[str]:
    yield style.wrap([], [(style.plain(manner(measured)), BOLD)])
    for one in report.verdicts:
        name, color = {True: ("met", GREEN), False: ("missed", RED), None: ("not judged", YELLOW)}[one.met]
        words = [(style.plain(f"{one.name} {one.measured}, {one.wanted} wanted"), "")]
        words += [_dim(style, f"({one.words})")] if one.words else []
        yield style.wrap([(f"  {name:<12}", color)], words)
    facts = [("latency", percentiles(measured.latency))]
    if measured.overhead.total:
        facts.append(("by LiteLLM", percentiles(measured.overhead)))
    facts.append(("errors", error_kinds(measured)))
    if len(measured.by_model) > 1:
        models = list(measured.by_model.items())
        shown = models if verbose else models[:MORE_MODELS]
        facts += [("", f"{name}: {percentiles(one)}") for name, one in shown]
        facts += [("", f"and {len(models) - len(shown)} more: -v")] if len(shown) < len(models) else []
    facts += [("note", note) for note in report.notes]
    for name, text in facts:
        yield style.wrap([(f"  {name:<12}" if len(name) <= 12 else f"  {name} ", DIM)], [(style.plain(text), "")])
    if not (report.before and report.before.measured):
        yield from _plot([measured], style)


def _plot(runs: list[Measured], style: Style) -> Iterator[str]:
    """Bars of how many answers took how long; of two runs, the earlier one first."""
    colors = (DIM, CYAN) if len(runs) > 1 else (BLUE,)
    for one in bins([run.latency for run in runs]):
        name = style.plain(label(one))
        for number, share in enumerate(one.shares):
            if share or (number == 0 and not any(one.shares)):
                drawn = style.paint(bar(share, style.unicode, number + 1 < len(runs)), colors[number])
                yield f"  {name:>12} {drawn} {_percent(share)}".rstrip()
                name = ""


def _percent(share: float) -> str:
    return "" if not share else f"{share:.0%}" if share >= 0.005 else "<1%"


def _comparison(report: Report, style: Style) -> Iterator[str]:
    before, after = report.before, report.probed
    if before is None:
        return
    yield style.paint(style.plain(f"against {before.url} of {before.started}{_release(before.litellm)}"), BOLD)
    for words in report.differences:
        yield style.wrap([("  not the same ", YELLOW)], [(style.plain(words), "")])
    if before.measured is None or after.measured is None:
        return
    yield style.paint(f"  {'':<12}{'before':>12}{'now':>12}{'change':>16}", DIM)
    for name, first, second, changed in compared(before.measured, after.measured):
        yield style.plain(f"  {name:<12}{first:>12}{second:>12}{changed:>16}")
    marks = f"{bar(0.01, style.unicode, True)} before, {'█' if style.unicode else '#'} now"
    yield style.paint(f"  share of answers by latency: {marks}", DIM)
    yield from _plot([before.measured, after.measured], style)


def _release(version: str) -> str:
    return f", LiteLLM {version}" if version else ""
