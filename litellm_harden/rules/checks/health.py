"""Item 5: health checks that ask the right port, in a way that the image can, and answer under load."""

from __future__ import annotations

from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {}
