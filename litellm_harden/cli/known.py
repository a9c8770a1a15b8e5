"""Which baseline a run goes by: that of --baseline, else for each deployment what the nearest lh.toml states."""

from __future__ import annotations

import os
from collections.abc import Sequence
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


def against_baseline(session: Session, report: Report) -> Report:
    """A report in which what the baseline covers does not count; the report itself where there is no baseline.

    Raises click.UsageError for a baseline that cannot be used.
    """
    files = _files(session)
    if not files:
        return report
    from litellm_harden.cli.scope import scope
    from litellm_harden.rules.baseline import gone
    from litellm_harden.rules.fingerprint import Fingerprints, deployment_name, home

    def counts(entry: Entry, file: Path) -> bool:
        return session.options.baseline is not None or nearest.get(entry.deployment, file) == file

    verdict = _now(session, report)
    nearest = {deployment_name(one): session.configured(one.root).baseline for one in verdict.deployments}
    entries = [entry for file in files for entry in _read(session, file) if counts(entry, file)]
    prints = Fingerprints(verdict.deployments, verdict.findings)
    missing = gone(entries, {prints.of(finding) for finding in verdict.findings}, scope(session, verdict))
    root = home(session.discovered.workspace.root)
    return replace(
        report,
        baseline=frozenset(entry.fingerprint for entry in entries),
        gone=tuple(one._replace(file=one.file and shown_path(root / one.file, report.cwd)) for one in missing),
        record=_record(session),
    )


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
        raise click.UsageError(f"{file}: there is no such baseline; {_record(session)} records one") from None


def _record(session: Session) -> str:
    """What to type to record what is left of this run's findings."""
    again = session.options._replace(baseline=None).again()
    given = session.options.baseline
    return f"lh baseline{again}" + (f" --output {quoted(os.fspath(given))}" if given is not None else "")


def stated(session: Session) -> set[Path | None]:
    """The baselines that lh.toml states for the run's deployments and for the folder that its PATHs share."""
    homes = [one.root for one in session.discovered.deployments]
    return {session.configuration.baseline, *(session.configured(folder).baseline for folder in homes)}
