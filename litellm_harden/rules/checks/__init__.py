"""Checks that need thought, by the name under which rule files ask for them."""

from __future__ import annotations

from litellm_harden.rules.checks import (
    cache,
    command,
    delivery,
    delivery_config,
    environment,
    environment_poison,
    health,
    logs,
    machine,
    models,
    pools,
    probing,
    prometheus,
    redis,
    references,
    resilience,
    salt,
    sharing,
    slack,
    timeouts,
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
    **command.CHECKS,
    **references.CHECKS,
    **delivery.CHECKS,
    **delivery_config.CHECKS,
    **environment.CHECKS,
    **environment_poison.CHECKS,
    **sharing.CHECKS,
    **timeouts.CHECKS,
    **models.CHECKS,
    **probing.CHECKS,
}
