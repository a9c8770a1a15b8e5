"""Item 8: the key that encrypts stored credentials, and references that no environment resolves."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
