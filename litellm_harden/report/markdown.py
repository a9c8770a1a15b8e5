"""The report as a comment on a pull request: Markdown as GitHub has it, and GitLab and Forgejo after it.

It starts with a marker by which a workflow finds its own comment again, and stays below the size that GitHub takes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litellm_harden.report.entries import Entry, done, entries, line_of, path, weightiest_first
from litellm_harden.report.markup import cell, cell_code, code, safe
from litellm_harden.report.model import Report, grouped
from litellm_harden.report.style import Style
from litellm_harden.report.total import amount, fixable, new, severities
from litellm_harden.rules.model import BASELINE, Applicability, Finding, Severity

MARKER = "<!-- litellm-harden -->"
LIMIT = 65_536
"""Characters of a comment on GitHub."""

_LONGEST = 400
"""Characters of what one finding says of itself, or of its remedy."""
_MOST_NOTES = 20
_HEAD = "| | rule | where | what is, and what to do |\n|---|---|---|---|\n"
_ROOM = 2 * len(_HEAD) + 600
"""What the tables take beside their rows."""


def render(report: Report) -> str:
    """The comment, with a final newline."""
    before = [MARKER, _headline(report), *_problems(report)]
    after = [*_what_to_do(report), *_fixed(report), *_left_out(report)]
    room = LIMIT - _ROOM - sum(len(block) + 2 for block in (*before, *after))
    return "\n\n".join([*before, *_tables(report, room), *after]) + "\n"


def _headline(report: Report) -> str:
    homes = amount(len(report.verdict.deployments), "deployment")
    done_so_far = f"{amount(len(report.fixed), 'finding')} fixed, " if report.fixed else ""
    if report.open:
        left = f"{len(report.open)} left" if report.fixed else amount(len(report.open), f"{new(report)}finding")
        return f"### LiteLLM: {done_so_far}{left} ({severities(report)}) in {homes}"
    if not report.verdict.deployments:
        return "### LiteLLM: nothing was judged"
    return f"### LiteLLM: {done_so_far}{'none left' if report.fixed else f'no {new(report)}findings'} in {homes}"


def _problems(report: Report) -> Iterator[str]:
    if report.problems:
        lines = []
        for one in report.problems[:_MOST_NOTES]:
            line = f":{one.line}" if one.line else ""
            where = code(f"{line_of(report, path(report, one.file))}{line}")
            lines.append(f"- {where}: {safe(_short(line_of(report, one.message)))}")
        yield "**Could not be judged**\n\n" + "\n".join([*lines, *_more(len(report.problems))])


def _tables(report: Report, room: int) -> Iterator[str]:
    """The weighty findings in sight, the others behind a heading; as many as there is room for."""
    found = weightiest_first(entries(report, report.open))
    rows = []
    for entry in found:
        row = _row(entry)
        room -= len(row)
        if room < 0:
            break
        rows.append((entry.finding.severity, row))
    weighty = [row for severity, row in rows if severity >= Severity.HIGH]
    light = [row for severity, row in rows if severity < Severity.HIGH]
    if weighty:
        yield _HEAD + "".join(weighty).rstrip()
    if light:
        table = _HEAD + "".join(light).rstrip()
        yield _folded(f"{len(light)} of medium or low severity", table) if weighty else table
    if len(rows) < len(found):
        yield f"… and {len(found) - len(rows)} more: {code(f'lh lint{report.again}')}"


def _row(entry: Entry) -> str:
    rule = entry.finding.rule
    says = f"{cell(_short(entry.message))}<br>→ {cell(_short(entry.remedy))}"
    where = cell_code(Style().plain(entry.where))
    return f"| {entry.finding.severity.word} | {cell(rule.id)} {cell(rule.name)} | {where} | {says} |\n"


def _what_to_do(report: Report) -> Iterator[str]:
    if not report.open:
        return
    safe_ones, unsafe = (fixable(report, kind) for kind in (Applicability.SAFE, Applicability.UNSAFE))
    says = []
    if safe_ones:
        says.append(f"{code(f'lh fix{report.again}')} fixes {safe_ones} of them")
    if unsafe:
        says.append(f"{code(f'lh fix --unsafe{report.again}')} fixes {unsafe}{' more' if safe_ones else ' of them'}")
    weightiest = max(report.open, key=lambda finding: finding.severity)
    says.append(f"{code(f'lh explain {weightiest.rule.id}')} says why that rule is there")
    yield "; ".join(says) + "."


def _fixed(report: Report) -> Iterator[str]:
    if not report.fixed:
        return
    fixes = done(report)
    lines = []
    for finding in report.fixed[: 5 * _MOST_NOTES]:
        fix = fixes.get(finding.key, finding.fix)
        does = _short(line_of(report, fix.description if fix else finding.message, finding.address))
        lines.append(f"- {safe(finding.rule.id)} {safe(finding.rule.name)}: {safe(does)}")
    undo = f"\n\n{code(report.undo)} takes it back."
    yield _folded(
        f"{amount(len(report.fixed), 'finding')} fixed",
        "\n".join([*lines, *_more(len(report.fixed), 5 * _MOST_NOTES)]) + undo,
    )


def _left_out(report: Report) -> Iterator[str]:
    """What does not count: suppressed, known to the baseline, gone from it, or not judged."""
    suppressed = [one for one in report.findings if one.suppression is not None and one.suppression.by != BASELINE]
    if suppressed:
        yield _folded(f"{amount(len(suppressed), 'finding')} suppressed", _listed(report, suppressed))
    if report.known:
        yield _folded(f"{amount(len(report.known), 'known finding')} (baseline)", _listed(report, report.known))
    if report.gone:
        are = "is" if len(report.gone) == 1 else "are"
        gone = amount(len(report.gone), "finding")
        yield f"{gone} of the baseline {are} gone: {code(report.record)} records what is left."
    reasons = grouped((line_of(report, one.reason), one.rule.id) for one in report.not_judged)
    if reasons:
        lines = [f"- {safe(_short(reason))}: {', '.join(map(safe, ids))}" for reason, ids in reasons.items()]
        shown = "\n".join([*lines[:_MOST_NOTES], *_more(len(lines))])
        yield _folded(f"{amount(len(report.not_judged), 'setting')} not judged", shown)


def _listed(report: Report, suppressed: Sequence[Finding]) -> str:
    lines: dict[str, None] = {}
    for entry in entries(report, suppressed):
        why = entry.finding.suppression
        reason = f": {safe(_short(line_of(report, why.reason)))}" if why is not None and why.reason else ""
        lines[f"- {safe(entry.finding.rule.id)} at {code(Style().plain(entry.where))}{reason}"] = None
    return "\n".join([*list(lines)[:_MOST_NOTES], *_more(len(lines))])


def _more(count: int, shown: int = _MOST_NOTES) -> list[str]:
    return [f"- and {count - shown} more"] if count > shown else []


def _folded(heading: str, body: str) -> str:
    return f"<details><summary>{heading}</summary>\n\n{body}\n\n</details>"


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
