"""`lh checklist`: where the deployments stand, week by week, and what to do after the edits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common

if TYPE_CHECKING:
    from litellm_harden.report.checklist.page import Page


@click.command()
@options.paths
@options.selection
@options.deployment
@options.strictness
@options.output("text", "markdown", "json", "html")
def checklist(**given: Any) -> int:
    """Show the checklist by week for the deployments in PATH (default: the current folder).

    Each rule is done, open (lh fix closes it), in need of you, not judged, suppressed or not applicable, with the
    reason. Findings alone do not make it fail.
    """
    from litellm_harden.cli.fixing import planned
    from litellm_harden.cli.output import emit, say_problems
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.session import Session
    from litellm_harden.report.checklist.page import Page

    common = Common.take(given)
    session = Session(common)
    report = planned(session)
    everything = common._replace(week=(), item=(), select=())
    text = _rendered(Page(report, f"lh lint{everything.again()}"), common)
    say_pending(session.discovered.root)
    say_problems(report)
    emit(text, common)
    return session.status(report, "never")


def _rendered(page: Page, common: Common) -> str:
    if common.format == "json":
        from litellm_harden.report.checklist import json_

        return json_.render(page)
    if common.format == "markdown":
        from litellm_harden.report.checklist import markdown

        return markdown.render(page)
    if common.format == "html":
        from litellm_harden.report import html

        return html.render(page)
    from litellm_harden.cli.output import style
    from litellm_harden.report.checklist import text

    return text.render(page, style(common), common.verbose, common.quiet)
