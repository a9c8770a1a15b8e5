"""Item 9: a machine large enough for its workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose import units
from litellm_harden.deployment.model import Change
from litellm_harden.deployment.topology import GIB
from litellm_harden.record import Record
from litellm_harden.rules import inputs
from litellm_harden.rules.checks.context import Check, Context, asks, fix
from litellm_harden.rules.model import Fix, Inapplicable, Outcome, Unclear, Violation
from litellm_harden.rules.words import counted

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.node import Node
    from litellm_harden.deployment.compose.service import Amount, Service


class Resource(Record):
    """What a container has of something. `given` is the name for `--set`, and the one under `deploy.resources`;
    `limit` and `reservation` are the older keys of a service, "" where there is none."""

    given: str
    limit: str
    reservation: str
    parse: Callable[[str], float | None]

    def places(self, service: Service, kind: str, key: str) -> list[tuple[str, ...]]:
        """Where the service states the `kind` (limits, reservations) of it, the place that counts first."""
        known = [("deploy", "resources", kind, self.given), *([(key,)] if key else [])]
        return [path for path in known if (node := service.node.get(*path)) is not None and node.value is not None]


CPUS = Resource(inputs.CPUS, "cpus", "", units.cpus)
MEMORY = Resource(inputs.MEMORY, "mem_limit", "mem_reservation", units.memory)


def machine_size(context: Context) -> Iterator[Outcome]:
    """LH091: the limits of the container carry its workers, and it does not reserve more than they allow."""
    service, workers = context.deployment.parts.service, context.deployment.topology.planned_workers
    limits = [] if service is None else [(CPUS, service.cpus), (MEMORY, service.memory)]
    if service is None or all(amount.node is None for _, amount in limits):
        yield Inapplicable("no limit of CPUs or memory is stated")
        return
    for resource, amount in limits:
        if amount.node is None:
            continue
        places = resource.places(service, "limits", resource.limit)
        address = _address(places[0])
        if amount.value is None:
            yield Unclear(address, amount.unknown)
        elif workers is None:
            yield context.unclear("how many workers there are is not known", "arg:--num_workers", "env:NUM_WORKERS")
        else:
            yield from _too_small(context, resource, address, amount.value, workers)
        yield from _over_reserved(context, resource, service, amount)


def _too_small(context: Context, resource: Resource, address: str, limit: float, workers: int) -> Iterator[Outcome]:
    each = context.number("cpus") if resource is CPUS else context.number("memory") * GIB
    if limit >= each * workers:
        return
    needed = _said(resource, each * workers)
    yield Violation(
        address,
        f"the container is limited to {_said(resource, limit)}: {counted(workers, 'worker')} "
        f"{'needs' if workers == 1 else 'need'} {needed}",
        context.setting(address).value,
        f"at least {needed}",
        _resized(context, resource, f"raise the limit to {needed} or more{_or_fewer(workers)}"),
    )


def _or_fewer(workers: int) -> str:
    return ", or run fewer workers" if workers > 1 else ""


def _over_reserved(context: Context, resource: Resource, service: Service, limit: Amount) -> Iterator[Outcome]:
    """Docker does not start a container that reserves more than it may have."""
    for path in resource.places(service, "reservations", resource.reservation):
        node = service.node.get(*path)
        reserved = _amount(node, resource)
        if node is None or limit.value is None or reserved is None or reserved <= limit.value:
            continue
        yield Violation(
            _address(path),
            f"{_said(resource, reserved)} are reserved, but the limit is {_said(resource, limit.value)}: "
            "the container does not start",
            node.plain(),
            f"at most {_said(resource, limit.value)}",
            _resized(context, resource, f"raise the limit to {_said(resource, reserved)}, or reserve less"),
        )


def _resized(context: Context, resource: Resource, description: str) -> Fix:
    """All limits as the owner wants them, since half a machine is none that anybody asked for."""
    if context.given(resource.given) is None:
        return asks(description, resource.given)
    return fix([change for each in (CPUS, MEMORY) for change in _limits(context, each)])


def _limits(context: Context, resource: Resource) -> Iterator[Change]:
    """The limit as it was given, in every place that states one: Compose wants them to agree."""
    service, given = context.deployment.parts.service, context.given(resource.given)
    if service is None or given is None:
        return
    for path in resource.places(service, "limits", resource.limit):
        if context.setting(_address(path)).known:
            yield Change(_address(path), _like(context, path, given))


def _like(context: Context, path: tuple[str, ...], given: str) -> object:
    """The value as a number where a number stood, else as text."""
    stated = context.setting(_address(path)).value
    number = units.cpus(given) if isinstance(stated, int | float) else None
    return given if number is None else int(number) if number.is_integer() else number


def _amount(node: Node | None, resource: Resource) -> float | None:
    return None if node is None or node.unknown else resource.parse(node.text())


def _address(path: tuple[str, ...]) -> str:
    return f"proxy:{'.'.join(path)}"


_UNITS = (("GiB", GIB), ("MiB", GIB // 1024), ("KiB", 1024))


def _said(resource: Resource, amount: float) -> str:
    if resource is CPUS:
        return f"{amount:g} {'CPU' if amount == 1 else 'CPUs'}"
    unit, size = next(((unit, size) for unit, size in _UNITS if amount % size == 0), ("bytes", 1))
    return f"{amount / size:.10g} {unit}"


CHECKS: dict[str, Check] = {"machine-size": machine_size}
