"""Checks that need thought, by the name under which rule files ask for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from litellm_harden.rules.checks import logs, pools, resilience, workers
from litellm_harden.rules.checks.context import Context
from litellm_harden.rules.model import Outcome

CHECKS: dict[str, Callable[[Context], Iterator[Outcome]]] = {
    "database-pool": pools.database_pool,
    "connection-budget": pools.connection_budget,
    "worker-count": workers.worker_count,
    "gunicorn": workers.gunicorn,
    "recycling": workers.recycling,
    "drain-time": workers.drain_time,
    "production-mode": logs.production_mode,
    "error-log-level": logs.error_log_level,
    "json-logs": logs.json_logs,
    "allowed-fails": resilience.allowed_fails,
    "cooldown-time": resilience.cooldown_time,
    "retry-policy": resilience.retry_policy,
    "allowed-fails-policy": resilience.allowed_fails_policy,
}
