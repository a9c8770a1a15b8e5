"""Item 7: alerts reach Slack, and reach it the way that LiteLLM sends them."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
