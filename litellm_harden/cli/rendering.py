"""A report in the format that was asked for. Only that format's module is imported."""

from __future__ import annotations

from litellm_harden.cli.options import Common
from litellm_harden.cli.output import style
from litellm_harden.report.model import Report


def rendered(report: Report, options: Common) -> str:
    """The report as text, JSON, SARIF or HTML."""
    if options.format == "json":
        from litellm_harden.report import json_

        return json_.render(report)
    if options.format == "sarif":
        from litellm_harden.report import sarif

        return sarif.render(report)
    if options.format == "html":
        from litellm_harden.report import html
        from litellm_harden.report.checklist.page import Page

        return html.render(Page(report), beyond=True)
    from litellm_harden.report import text

    return text.render(report, style(options), options.verbose, options.quiet)
