"""The plan as one page that needs nothing else."""

from litellm_harden.report.html.page import render

__all__ = ["render"]
