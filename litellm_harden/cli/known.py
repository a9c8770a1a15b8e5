"""Which baseline a run goes by: that of --baseline, else for each deployment what the nearest lh.toml states."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litellm_harden.cli.options import quoted
from litellm_harden.cli.session import Session
from litellm_harden.report.model import Report, shown_path
from litellm_harden.rules.model import Verdict

if TYPE_CHECKING:
    from litellm_harden.rules.baseline import Entry
    from litellm_harden.rules.fingerprint import Fingerprints


def against_baseline(session: Session, report: Report) -> Report:
    """A report in which what the baseline covers does not count; the report itself where there is no baseline.

    Raises click.UsageError for a baseline that cannot be used.
    """
    files = _files(session)
    if not files:
        return report
    from litellm_harden.rules.fingerprint import Fingerprints

    verdict = _now(session, report)
    prints = Fingerprints(verdict.deployments, verdict.findings)
    given = session.options.baseline
    of = [given or session.configured(one.root).baseline for one in verdict.deployments]
    covered: set[tuple[int, str]] = set()
    missing: list[Entry] = []
    for file in files:
        entries = _read(session, file)
        places = [place for place, its in enumerate(of) if its == file]
        covered |= {(place, entry.fingerprint) for place in places for entry in entries}
        missing += _gone(session, verdict, prints, entries, of, file)
    return replace(report, baseline=covered, gone=tuple(missing), record=_record(session))


def _gone(
    session: Session,
    verdict: Verdict,
    prints: Fingerprints,
    entries: Sequence[Entry],
    of: Sequence[Path | None],
    file: Path,
) -> Iterator[Entry]:
    """The entries of a baseline file that are gone; those about deployments that go by another one do not count."""
    from litellm_harden.cli.scope import scope
    from litellm_harden.rules.baseline import gone
    from litellm_harden.rules.fingerprint import home, home_of

    places = [place for place, one in enumerate(of) if one == file]
    its = scope(session, verdict, places)
    found = {prints.of(finding) for finding in verdict.findings if of[finding.deployment] == file}
    others = {name for name, named in its.names.items() if all(of[place] != file for place in named)}
    shared = session.discovered.workspace.root
    for entry in gone([entry for entry in entries if entry.deployment not in others], found, its):
        place = next(iter(its.names.get(entry.deployment, places)), None)
        root = home_of(verdict.deployments[place]) if place is not None else home(shared, shared)
        yield entry._replace(file=entry.file and shown_path(root / entry.file, Path(os.getcwd())))


def _now(session: Session, report: Report) -> Verdict:
    """What holds for all that was looked at, of which a report may show a part."""
    return report.plan.after if report.plan is not None and report.written else session.verdict


def _files(session: Session) -> Sequence[Path]:
    options = session.options
    if options.no_baseline:
        if options.baseline is not None:
            raise click.UsageError("--baseline and --no-baseline exclude each other")
        return ()
    if options.baseline is not None:
        return (options.baseline,)
    return tuple(sorted(file for file in stated(session) if file is not None))


def _read(session: Session, file: Path) -> tuple[Entry, ...]:
    from litellm_harden.rules.baseline import WrongBaseline, read

    try:
        return read(file)
    except WrongBaseline as error:
        raise click.UsageError(str(error)) from None
    except FileNotFoundError:
        by = ""
        if session.options.baseline is None:
            homes = [session.discovered.root, *(one.root for one in session.discovered.deployments)]
            by = next(
                f"{session.where(one, 'baseline')}: " for one in homes if session.configured(one).baseline == file
            )
        name = shown_path(file, Path(os.getcwd()))
        raise click.UsageError(f"{by}{name}: there is no such baseline; {_record(session)} records one") from None


def _record(session: Session) -> str:
    """What to type to record what is left of this run's findings."""
    again = session.options._replace(baseline=None).again()
    given = session.options.baseline
    return f"lh baseline{again}" + (f" --output {quoted(os.fspath(given))}" if given is not None else "")


def stated(session: Session) -> set[Path | None]:
    """The baselines that lh.toml states for the run's deployments and for the folder that its PATHs share."""
    homes = [one.root for one in session.discovered.deployments]
    return {session.configuration.baseline, *(session.configured(folder).baseline for folder in homes)}
