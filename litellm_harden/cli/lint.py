"""`lh lint`: judge, and write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from litellm_harden.cli.session import Session
    from litellm_harden.report.model import Report


@click.command()
@options.paths
@options.selection
@options.deployment
@options.strictness
@options.fail_on
@options.output("text", "json", "sarif", "html")
def lint(fail_on: str | None, **given: Any) -> int:
    """Judge the deployments in PATH (default: the current folder) and say what to change.

    PATH is a folder to search, or a file: then the deployments that it belongs to.
    """
    from litellm_harden.cli.output import emit, say, say_problems
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.progress import working
    from litellm_harden.cli.rendering import rendered
    from litellm_harden.cli.session import Session

    common = Common.take(given)
    session = Session(common)
    with working("reading and judging"):
        report = _planned(session) if common.format == "html" else session.report()
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
