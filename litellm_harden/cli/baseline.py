"""`lh baseline`: record what is found now, so that only what comes after it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from litellm_harden.cli.session import Session
    from litellm_harden.report.model import Report
    from litellm_harden.rules.baseline import Entry
    from litellm_harden.rules.model import Finding

DEFAULT_NAME = "lh-baseline.json"


@click.command()
@options.paths
@options.selection
@options.deployment
@click.option("--output", "file", metavar="FILE", type=click.Path(path_type=Path), help="Record in FILE.")
def baseline(file: Path | None, **given: Any) -> int:
    """Record the findings in PATH (default: the current folder), so that lh lint counts new ones alone.

    They go to FILE, else to the baseline that lh.toml states, else to lh-baseline.json beside it. What was recorded
    before stays where this run does not look: at other deployments, at rules that it leaves out.
    """
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE
    from litellm_harden.cli.output import emit, say_problems
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.progress import working
    from litellm_harden.cli.session import Session

    common = Common.take(given)
    session = Session(common)
    with working("reading and judging"):
        report = session.report()
        of = _files(session, report, file)
        told = [_recorded(session, report, target, of) for target in dict.fromkeys(of)]
    say_pending(session.discovered.root)
    say_problems(report)
    emit("".join(f"{line}\n" for line in told), common)
    return COULD_NOT_JUDGE if report.problems or not report.verdict.deployments else CLEAN


def _files(session: Session, report: Report, given: Path | None) -> Sequence[Path]:
    """The file that the open findings of each deployment go to."""
    default = given or _default(session)
    return [given or session.configured(one.root).baseline or default for one in report.verdict.deployments]


def _default(session: Session) -> Path:
    """Beside the nearest lh.toml, else in the run's home."""
    from litellm_harden.rules.fingerprint import home

    folders = [one.file.parent for one in session.configuration.stated.values()]
    nearest = max(folders, key=lambda folder: len(folder.parts), default=None)
    return (nearest or home(session.discovered.root, session.discovered.root)) / DEFAULT_NAME


def _recorded(session: Session, report: Report, target: Path, of: Sequence[Path]) -> str:
    """Write one file, of those `of` all deployments, and tell of it. Raises click.UsageError."""
    from litellm_harden.cli.scope import scope
    from litellm_harden.rules.baseline import WrongBaseline, read, write

    looked_at = scope(session, report.verdict, [place for place, file in enumerate(of) if file == target])
    findings = (finding for finding in report.open if of[finding.deployment] == target)
    now = {entry.fingerprint: entry for entry in (_entry(report, finding) for finding in findings)}
    try:
        before = {entry.fingerprint: entry for entry in read(target)}
    except FileNotFoundError:
        before = None
    except WrongBaseline as error:
        raise click.UsageError(f"{error}; it is left as it is") from None
    kept = {key: entry for key, entry in (before or {}).items() if key not in now and not looked_at.includes(entry)}
    try:
        write(target, [*now.values(), *kept.values()])
    except OSError as error:
        raise click.UsageError(f"{target}: cannot be written: {error.strerror}") from None
    return _told(session, report, target, before, now | kept)


def _entry(report: Report, finding: Finding) -> Entry:
    from litellm_harden.rules.baseline import Entry

    prints = report.fingerprints
    address = report.masker.say(finding.address)
    return Entry(prints.of(finding), finding.rule.id, prints.deployment(finding), address, prints.file(finding))


def _told(
    session: Session, report: Report, target: Path, before: Mapping[str, Entry] | None, now: Mapping[str, Entry]
) -> str:
    from litellm_harden.cli.known import stated
    from litellm_harden.cli.options import quoted
    from litellm_harden.cli.output import style
    from litellm_harden.report.total import amount

    changed = ""
    if before is not None:
        changed = f" ({len(now.keys() - before.keys())} added, {len(before.keys() - now.keys())} gone)"
    name = report.path(target)
    lint = "lh lint" if target in stated(session) else f"lh lint --baseline {quoted(name)}"
    text = f"{amount(len(now), 'finding')} recorded in {name}{changed}; {lint} counts new ones alone"
    return style(session.options).plain(text)
