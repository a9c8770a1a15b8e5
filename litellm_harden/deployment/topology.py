"""How many processes there are and how many database connections they want: shared by the rules of items 1 and 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litellm_harden.litellm.defaults import POOL_LIMIT, WORKERS
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

GIB = 1024**3
RESERVE = 10
"""Connections of a Postgres kept for superusers and tools."""
LARGEST_MAX_CONNECTIONS = 500
"""A compose Postgres is not raised beyond this: each connection costs it a process."""
MOST_WORKERS = 4
MEMORY_PER_WORKER = 4 * GIB


class Topology(Record):
    """The deployment in numbers; None where the files cannot tell.

    `workers` and `planned_workers` count processes of one instance, now and as recommended. `pool` is the connections
    of one worker. `budget` is what the database accepts from the proxy; `budget_raisable_to` is what it can be raised
    to here, None where it cannot. `scales_out` says that more instances, not more workers, are to carry more load.
    """

    instances: int | None
    workers: int | None
    pool: int | None
    budget: int | None
    budget_raisable_to: int | None
    cpus: float | None = None
    memory: int | None = None
    scales_out: bool = False

    @property
    def reserve(self) -> int:
        """Connections that a Postgres keeps beside the budget."""
        return RESERVE

    @property
    def planned_workers(self) -> int | None:
        """Workers an instance should have: those it has where instances share the load, or can (on Kubernetes), else up
        to four as far as the stated CPUs and memory (4 GiB each) carry them; never fewer than now."""
        if self.workers is None or self.instances is None:
            return None
        if self.instances > 1 or self.scales_out:
            return self.workers
        limits = [MOST_WORKERS]
        if self.cpus is not None:
            limits.append(int(self.cpus))
        if self.memory is not None:
            limits.append(self.memory // MEMORY_PER_WORKER)
        return max(self.workers, min(limits), 1)

    @property
    def demand(self) -> int | None:
        """Connections that all workers may open now; it is also how many requests the pools carry at once."""
        if self.pool is None or self.workers is None or self.instances is None:
            return None
        return self.pool * self.workers * self.instances


def read_topology(deployment: Deployment) -> Topology:
    """The deployment in numbers, as its files and its owner state them."""
    parts, owner = deployment.parts, deployment.owner
    service, postgres = parts.service, parts.postgres
    budget, raisable = owner.max_db_connections, None
    if budget is None and postgres is not None:
        budget, raisable = postgres.budget, postgres.raisable_to
    return Topology(
        instances=_instances(deployment),
        workers=_number(deployment, "arg:--num_workers", "env:NUM_WORKERS", default=WORKERS),
        pool=_number(deployment, "config:general_settings.database_connection_pool_limit", default=POOL_LIMIT),
        budget=budget,
        budget_raisable_to=raisable,
        cpus=service.cpus.value if service is not None else None,
        memory=int(service.memory.value) if service is not None and service.memory.value else None,
        scales_out=parts.manifests is not None,
    )


def _instances(deployment: Deployment) -> int | None:
    service, owner = deployment.parts.service, deployment.owner
    stated = service.replicas if service is not None else None
    if stated is not None and stated.value is not None:
        return int(stated.value)
    if stated is not None and stated.unknown:
        return owner.instances
    return owner.instances or 1


def _number(deployment: Deployment, *addresses: str, default: int) -> int | None:
    """The first stated number; the default where none is stated; None where one is unknown or no number."""
    for address in addresses:
        setting = deployment.setting(address)
        if setting.unknown:
            return None
        if setting.known and setting.value not in ("", None):
            text = str(setting.value).strip()
            return int(text) if text.isdigit() and not isinstance(setting.value, bool) else None
    return default
