"""Item 11: metrics are there, complete, and scraped."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
