"""Checks that need thought, by the name under which rule files ask for them."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.rules.checks.capacity import machine, pools, sharing, workers
from litellm_harden.rules.checks.context import Check, Context
from litellm_harden.rules.checks.failing import models, resilience, timeouts
from litellm_harden.rules.checks.health import health, probing
from litellm_harden.rules.checks.keys import (
    delivery_config,
    keys,
    references,
    unexpanded,
    values,
    values_invalid,
    written,
)
from litellm_harden.rules.checks.security import master_key, releases, salt, secrets, stores_exposed
from litellm_harden.rules.checks.start import command, compose_service, delivery, environment, environment_poison
from litellm_harden.rules.checks.stores import cache, redis
from litellm_harden.rules.checks.watching import logs, open_metrics, prometheus, slack
from litellm_harden.rules.model import Outcome


def _of_the_run(_: Context) -> Iterator[Outcome]:
    """Nothing: what a suppression is worth only all deployments together tell (`rules/suppressions.py`)."""
    return iter(())


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
    **master_key.CHECKS,
    **open_metrics.CHECKS,
    **secrets.CHECKS,
    **stores_exposed.CHECKS,
    **keys.CHECKS,
    **values.CHECKS,
    **values_invalid.CHECKS,
    **written.CHECKS,
    **unexpanded.CHECKS,
    **releases.CHECKS,
    **compose_service.CHECKS,
    "suppressions": _of_the_run,
}
