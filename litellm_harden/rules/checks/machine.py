"""Item 9: a machine large enough for its workers."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
