"""Item 6: the Redis that is written down is the Redis that is used."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
