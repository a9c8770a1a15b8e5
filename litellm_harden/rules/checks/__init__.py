"""Checks that need thought, by the name under which rule files ask for them."""

from __future__ import annotations

from litellm_harden.rules.checks import (
    cache,
    health,
    logs,
    machine,
    pools,
    prometheus,
    redis,
    resilience,
    salt,
    slack,
    workers,
)
from litellm_harden.rules.checks.context import Check

CHECKS: dict[str, Check] = {
    **pools.CHECKS,
    **workers.CHECKS,
    **logs.CHECKS,
    **resilience.CHECKS,
    **health.CHECKS,
    **redis.CHECKS,
    **slack.CHECKS,
    **salt.CHECKS,
    **machine.CHECKS,
    **cache.CHECKS,
    **prometheus.CHECKS,
}
