"""Published ports of the compose service: added in the form that the list has, or taken out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT
from litellm_harden.deployment.ports import immovable, is_own, publishing
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Port, Service
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site

_COPIED = ("target", "published", "host_ip", "protocol", "mode")
_SHORT = pattern(r"(?:(?P<host>(?:\$\{[^{}]*\}|\[[^\]]*\]|[^:\[{])+):)?(?:\$\{[^{}]*\}|[^:])*:[^:]+")
"""`HOST:PUBLISHED:TARGET` or `PUBLISHED:TARGET`, where references and IPv6 addresses hold colons of their own."""


def in_ports(deployment: Deployment, target: str, value: object) -> Sequence[Site] | Refusal:
    """The container's TCP port `target` published as `value`, on the addresses of the proxy's own port; or not."""
    service = deployment.parts.service
    if service is None or not target.isdecimal():
        return Refusal("there is no compose service to publish a port")
    present = publishing(service, int(target))
    if value is ABSENT:
        return _removed(deployment, service, present) if present is not None else []
    if present is not None:
        return Refusal(f"port {target} is published as {present.published or 'any free port'}")
    return _added(deployment, service, target, str(value))


def _removed(deployment: Deployment, service: Service, port: Port) -> Sequence[Site] | Refusal:
    if reason := immovable(deployment, service, port):
        return Refusal(reason)
    file, path = port.node.file, port.node.path
    document = deployment.workspace.compose(file)
    whole = document.find(path[:-1])
    if whole is not None and isinstance(whole.value, list) and len(whole.value) == 1:
        return [(file, path[:-1], document.remove(path[:-1]))]
    return [(file, path, document.remove(path))]


def _added(deployment: Deployment, service: Service, target: str, published: str) -> Sequence[Site] | Refusal:
    like = _like(deployment, service)
    if like is None:
        file, home = service.home()
        document = deployment.workspace.compose(file)
        path: DocumentPath = (*home, "ports")
        found = document.find(path)
        if found is not None and found.value is not None:
            return Refusal(f"{service.name} shares its ports with others")
        return [(file, path, document.update(home, {"ports": [f"{published}:{target}"]}))]
    file, path = like.node.file, like.node.path
    document = deployment.workspace.compose(file)
    found, whole = document.find(path), document.find(path[:-1])
    if found is None or whole is None or not isinstance(whole.value, list):
        return Refusal("its ports are not written as a list")
    item = _long(found.value, target, published) if isinstance(found.value, dict) else None
    new = item or f"{_host(str(found.value))}{published}:{target}"
    return [(file, (*path[:-1], len(whole.value)), document.append(path[:-1], new))]


def _like(deployment: Deployment, service: Service) -> Port | None:
    """The item that publishes the proxy's own port, else the last one that the service itself states."""
    from litellm_harden.deployment.health import proxy_port

    main = proxy_port(deployment)
    own = [port for port in service.ports if is_own(deployment, service, port)]
    found = publishing(service, main) if isinstance(main, int) else None
    return found if found is not None and found in own else own[-1] if own else None


def _long(like: Mapping[object, object], target: str, published: str) -> dict[object, object]:
    """A new item in the long form, with the keys, types and order of the one beside it."""
    number = int(published) if isinstance(like.get("published"), int) else published
    new: dict[object, object] = {key: value for key, value in like.items() if key in _COPIED}
    return {**new, "target": int(target), "published": number}


def _host(written: str) -> str:
    """The address that a short form binds to, as written and with its colon; "" where it names none."""
    match = _SHORT.fullmatch(written.partition("/")[0])
    return f"{match['host']}:" if match is not None and match["host"] else ""
