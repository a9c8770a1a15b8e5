"""`lh show`: what the proxies see, and where it is decided."""

from __future__ import annotations

from typing import Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common


@click.command()
@options.paths
@options.address("--address", "addresses", repeatable=True)
@options.deployment
@options.output("text", "json")
def show(addresses: tuple[str, ...], **given: Any) -> int:
    """Show the effective settings of the deployments in PATH (default: the current folder), where each is decided, and
    what it hides.
    """
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE
    from litellm_harden.cli.output import emit, say_problems, style
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.session import Session
    from litellm_harden.report import settings

    common = Common.take(given)
    session = Session(common)
    report = session.overview()
    try:
        as_json = common.format == "json"
        text = settings.as_json(report, addresses) if as_json else settings.render(report, addresses, style(common))
    except ValueError as error:
        raise click.UsageError(f"--address: {error}") from None
    say_pending(session.discovered.root)
    say_problems(report)
    emit(text, common)
    return COULD_NOT_JUDGE if report.problems or not report.verdict.deployments else CLEAN
