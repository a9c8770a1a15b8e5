"""Item 1 and the connection budget: how many database connections the workers may open, and how many there are."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Change
from litellm_harden.deployment.topology import Topology
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.model import Applicability, Fix, Outcome, Violation
from litellm_harden.rules.words import counted

POOL = "config:general_settings.database_connection_pool_limit"
POSTGRES = "postgres:max_connections"
_PROCESSES = ("arg:--num_workers", "env:NUM_WORKERS")


def database_pool(context: Context) -> Iterator[Outcome]:
    """LH011: each worker's pool is as large as the checklist asks, or as large as the database has room for."""
    topology = context.deployment.topology
    pool, wanted, ceiling = topology.pool, context.amount("connections"), ceiling_of(topology)
    if pool is None:
        yield context.unclear("database_connection_pool_limit is not a number", POOL)
        return
    if pool >= wanted:
        return
    processes = _processes(topology.planned_workers, topology.instances)
    if ceiling is not None:
        if not processes:
            yield context.unclear("how many workers share the database is not known", *_PROCESSES)
            return
        wanted = min(wanted, max(ceiling // processes, 1))
    if pool >= wanted:
        return
    stated = context.setting(POOL)
    said = (
        f"database_connection_pool_limit is {pool}" if stated.known else f"a worker's pool is LiteLLM's default {pool}"
    )
    description = f"set database_connection_pool_limit to {wanted}"
    if ceiling is None:
        accepts = str(wanted * processes) if processes else f"{wanted} for each worker"
        description += f" (assumes the database accepts {accepts}; set max_db_connections)"
    yield Violation(
        POOL,
        f"{said}: further requests wait for a database connection",
        pool if stated.known else None,
        f"at least {wanted}",
        fix([Change(POOL, wanted)], description=description),
    )


def connection_budget(context: Context) -> Iterator[Outcome]:
    """LH404: what the workers may open together fits into what the database accepts."""
    topology = context.deployment.topology
    pool, workers, instances, budget = topology.pool, topology.workers, topology.instances, topology.budget
    if budget is None:
        yield context.unclear("how many connections the database accepts is not known; set max_db_connections")
        return
    if pool is None or not workers or not instances:
        yield context.unclear("how many workers share the database is not known", POOL, *_PROCESSES)
        return
    demand = pool * workers * instances
    if demand > budget:
        each = f"{counted(workers, 'worker')} x {counted(instances, 'instance')} x {pool}"
        yield Violation(
            POOL,
            f"{each} = {demand} connections, the database accepts {budget}: it refuses the rest",
            demand,
            f"at most {budget}",
            _fit(topology, budget, demand, workers * instances),
        )


def _fit(topology: Topology, budget: int, demand: int, processes: int) -> Fix:
    ceiling, reserve = ceiling_of(topology) or budget, topology.reserve
    if demand <= ceiling:
        accept = demand + reserve
        return fix([Change(POSTGRES, accept)], description=f"set max_connections of Postgres to {accept}")
    if ceiling > budget:
        accept = ceiling + reserve
        return fix(
            [Change(POSTGRES, accept)],
            description=f"set max_connections of Postgres to {accept}; then lower the pool to {ceiling // processes}",
            partial=True,
        )
    pool = budget // processes
    if not pool:
        return manual(f"run fewer workers, or put PgBouncer in front: {processes} do not fit into {budget} connections")
    return fix([Change(POOL, pool)], Applicability.UNSAFE)


def ceiling_of(topology: Topology) -> int | None:
    """The largest budget that the database can be brought to; None where no budget is known."""
    if topology.budget is None:
        return None
    return max(topology.budget, topology.budget_raisable_to or 0)


def _processes(workers: int | None, instances: int | None) -> int:
    """Worker processes of all instances, or 0 where that is not known."""
    return (workers or 0) * (instances or 0)


CHECKS: dict[str, Check] = {
    "database-pool": database_pool,
    "connection-budget": connection_budget,
}
