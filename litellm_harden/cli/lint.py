"""`lh lint`: judge, and write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common
from litellm_harden.cli.rendering import FORMATS, rendered

if TYPE_CHECKING:
    from litellm_harden.cli.session import Session
    from litellm_harden.report.model import Report


@click.command()
@options.paths
@options.selection
@options.deployment
@options.baseline
@options.strictness
@options.fail_on
@options.stdin
@click.option("--watch", is_flag=True, help="Judge again whenever a file changes, until Ctrl-C.")
@options.output(*FORMATS)
def lint(fail_on: str | None, stdin_filename: str | None, watch: bool, **given: Any) -> int:
    """Judge the deployments in PATH (default: the current folder) and say what to change.

    PATH is a folder to search, or a file: then the deployments that it belongs to.
    """
    from litellm_harden.cli.session import Session

    common = Common.take(given)
    if watch and stdin_filename is not None:
        raise click.UsageError("--watch looks at files on disk, --stdin-filename at none")
    if watch:
        from litellm_harden.cli.watch import watch as watching

        return watching(common, lambda session: _lint(session, fail_on))
    if stdin_filename is not None:
        from litellm_harden.cli.stdin import StdinSession

        return _lint(StdinSession(common, stdin_filename), fail_on)
    return _lint(Session(common), fail_on)


def _lint(session: Session, fail_on: str | None) -> int:
    """Judge and report; the exit code."""
    from litellm_harden.cli.known import against_baseline
    from litellm_harden.cli.output import emit, say, say_problems
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.progress import working

    common = session.options
    with working("reading and judging"):
        report = _planned(session) if common.format == "html" else against_baseline(session, session.report())
        text = rendered(report, common)
    say_pending(session.discovered.root)
    say_problems(report)
    if common.verbose:
        for one in session.discovered.templates:
            say(f"{report.path(one.file)}: {one.message}")
    emit(text, common)
    return session.status(report, fail_on)


def _planned(session: Session) -> Report:
    """The page says what `lh fix` would do by itself, which only a proven plan tells."""
    from litellm_harden.cli.fixing import planned

    return planned(session)
