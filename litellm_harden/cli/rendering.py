"""A report in the format that was asked for. Only that format's module is imported."""

from __future__ import annotations

from importlib import import_module

from litellm_harden.cli.options import Common
from litellm_harden.cli.output import style
from litellm_harden.report.model import Report

FORMATS = ("text", "json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
"""All formats of a report, for `options.output`."""

_MODULES = {"json": "json_"}
"""The modules in `report/` that are not called as their format is; each has `render(report) -> str`."""


def rendered(report: Report, options: Common) -> str:
    """The report in the format of the options."""
    if options.format == "text":
        from litellm_harden.report import text

        return text.render(report, style(options), options.verbose, options.quiet)
    if options.format == "html":
        from litellm_harden.report import html
        from litellm_harden.report.checklist.page import Page

        return html.render(Page(report), beyond=True)
    name = _MODULES.get(options.format, options.format)
    text_of: str = import_module(f"litellm_harden.report.{name}").render(report)
    return text_of
