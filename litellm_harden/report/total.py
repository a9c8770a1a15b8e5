"""The last lines of a report: how much there is, how much of it can be fixed and how, and what could not be judged."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.documents.base import Refusal
from litellm_harden.report.model import Report, grouped
from litellm_harden.report.style import NO_BREAK
from litellm_harden.rules.model import Applicability, Finding, Severity

MOST_REASONS = 3
"""So many reasons why something was not judged are told without being asked for."""


def total(report: Report) -> Iterator[str]:
    """The total in one line, then at most a line each for what was suppressed, known before, gone or not judged."""
    if report.plan and report.written:
        yield _after_fix(report)
    elif report.open:
        yield f"{_found(report)} in {_deployments(report)}{_fixable(report)}"
    elif report.verdict.deployments:
        judged = len(report.selected - {one.rule.id for one in report.not_judged})
        rules = f", {amount(judged, 'rule')} judged" if judged else ""
        yield f"No {new(report)}findings in {_deployments(report)}{rules}"
    else:
        yield "Nothing was judged"
    suppressed = len(report.findings) - len(report.open) - len(report.known)
    if suppressed:
        yield f"{amount(suppressed, 'finding')} suppressed"
    if report.known:
        yield f"{amount(len(report.known), 'known finding')} (baseline)"
    if report.gone:
        are = "is" if len(report.gone) == 1 else "are"
        record = report.record.replace(" ", NO_BREAK)
        yield f"{amount(len(report.gone), 'finding')} of the baseline {are} gone: {record} records what is left"
    if report.not_judged:
        yield _not_judged(report)


def amount(number: int, noun: str) -> str:
    """A number and its noun, in the plural where it needs it."""
    return f"{number} {noun}{'s' if number != 1 else ''}"


def severities(report: Report) -> str:
    """How many open findings there are of each severity, as far as there are any."""
    counts = ((report.count(severity), severity.word) for severity in sorted(Severity, reverse=True))
    return ", ".join(f"{count} {word}" for count, word in counts if count)


def fixable(report: Report, applicability: Applicability) -> int:
    """How many open findings a fix of this kind makes go away."""
    return sum(_goes_away(report, finding, applicability) for finding in report.open)


def new(report: Report) -> str:
    """The word before "findings" where a baseline knows others."""
    return "new " if report.known else ""


def _found(report: Report) -> str:
    return f"{amount(len(report.open), f'{new(report)}finding')} ({severities(report)})"


def _deployments(report: Report) -> str:
    return amount(len(report.verdict.deployments), "deployment")


def _fixable(report: Report) -> str:
    safe, unsafe = fixable(report, Applicability.SAFE), fixable(report, Applicability.UNSAFE)
    if safe and unsafe:
        return f"; {safe} can be fixed, {unsafe} more with --unsafe: {_command(report)}"
    if safe or unsafe:
        which = "it" if len(report.open) == 1 else "all" if safe + unsafe == len(report.open) else safe + unsafe
        return f"; {which} can be fixed: {_command(report, '' if safe else ' --unsafe')}"
    return "; none of them has a fix that lh could make by itself"


def _command(report: Report, more: str = "") -> str:
    return f"lh fix{more}{report.again}".replace(" ", NO_BREAK)


def _goes_away(report: Report, finding: Finding, applicability: Applicability) -> bool:
    fix = finding.fix
    if fix is None or fix.applicability is not applicability or not fix.changes or fix.partial:
        return False
    return not isinstance(report.planned(finding), Refusal)


def _after_fix(report: Report) -> str:
    files = len(report.plan.edits) if report.plan else 0
    rest = f"nothing {new(report)}remains"
    if report.open:
        rest = f"{len(report.open)} remain{'s' if len(report.open) == 1 else ''} ({severities(report)})"
    if not files:
        return f"Nothing was fixed; {rest}" if report.open else f"Nothing to fix in {_deployments(report)}"
    undo = f"{report.undo} takes it back".replace(" ", NO_BREAK)
    return f"Fixed {amount(len(report.fixed), 'finding')} in {amount(files, 'file')}; {rest}; {undo}"


def _not_judged(report: Report) -> str:
    reasons = list(grouped((one.reason, one.rule.id) for one in report.not_judged))
    count = len(report.not_judged)
    if len(reasons) <= MOST_REASONS:
        return f"{amount(count, 'setting')} not judged: {'; '.join(report.masker.say(reason) for reason in reasons)}"
    return f"{amount(count, 'setting')} not judged, for {len(reasons)} reasons: -v lists them"
