"""Which ports of the proxy's container the host publishes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment import places
from litellm_harden.deployment.model import Setting, State

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Port, Service
    from litellm_harden.deployment.deployment import Deployment


def setting(deployment: Deployment, target: str) -> Setting:
    """The setting `proxy:ports.TARGET`: what the host publishes the container's TCP port as, "" for any free port."""
    address = f"proxy:ports.{target}"
    whole = deployment.service_setting(address, ("ports",))
    service = deployment.parts.service
    if service is None or not whole.known:
        return whole
    found = publishing(service, int(target)) if target.isdecimal() and len(target) <= 5 else None
    if found is not None:
        origin = found.node.origin(deployment.workspace)
        return Setting(address, State.KNOWN, _published(found, int(target)), origin)
    unknown = next((reason for port in service.ports if "$" in port.target for reason in port.node.unknowns()), "")
    if unknown:
        return Setting(address, State.UNKNOWN, None, whole.origin, reason=unknown)
    node = service.node.get("ports")
    place = places.of_key(deployment.workspace, node.file, node.path) if node is not None else None
    return Setting(address, State.ABSENT, origin=place or whole.origin)


def publishing(service: Service, target: int) -> Port | None:
    """The item of `ports` that publishes a TCP port of the container."""
    return next((port for port in service.ports if port.protocol == "tcp" and target in _range(port.target)), None)


def taken(deployment: Deployment, published: int) -> str:
    """The service of the project that publishes another port of its own as this one of the host, or ""."""
    project, proxy = deployment.parts.project, deployment.parts.service
    for service in project.services.values() if project is not None else ():
        for port in service.ports:
            same = service is proxy and published in _range(port.target)
            if port.protocol == "tcp" and published in _range(port.published) and not same:
                return service.name
    return ""


def targets(service: Service) -> Iterator[str]:
    """The single TCP ports of the container that are published, as written."""
    for port in service.ports:
        if port.protocol == "tcp" and port.target.isdecimal() and not any(port.node.unknowns()):
            yield port.target


def is_own(deployment: Deployment, service: Service, port: Port) -> bool:
    """Whether the service itself states an item, rather than one that it extends."""
    return port.node.path[:2] == ("services", service.name) and port.node.file in deployment.files.compose


def immovable(deployment: Deployment, service: Service, port: Port) -> str:
    """Why an item cannot be taken out on its own, "" where it can."""
    if len(_range(port.target)) > 1:
        return f"port {port.target} is one of a range"
    return "" if is_own(deployment, service, port) else f"{service.name} takes its ports from another service"


def _range(text: str) -> range:
    """The ports of `4000` or `4000-4010`; none where it is neither."""
    first, dash, last = text.partition("-")
    if not first.isdecimal() or (dash and not last.isdecimal()) or len(first) > 5 or len(last) > 5:
        return range(0)
    return range(int(first), int(last if dash else first) + 1)


def _published(port: Port, target: int) -> str:
    hosts, inside = _range(port.published), _range(port.target)
    return str(hosts[target - inside[0]]) if len(hosts) == len(inside) else port.published
