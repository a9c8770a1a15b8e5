"""Published ports of the Postgres and Redis beside the proxy: bound to one address of the host."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.ports import publishing
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_store_ports(deployment: Deployment, kind: str, target: str, host: str) -> Sequence[Site] | Refusal:
    """The port `target` of the compose Postgres or Redis (`kind`), published on the address `host` alone."""
    postgres = deployment.parts.postgres
    service = deployment.redis_service if kind == "redis" else postgres.service if postgres is not None else None
    port = publishing(service, int(target)) if service is not None and target.isdecimal() else None
    if service is None or port is None:
        return Refusal(f"port {target} is not published here")
    file, path = port.node.file, port.node.path
    if path[:2] != ("services", service.name):
        return Refusal(f"{service.name} takes its ports from another service")
    document = deployment.workspace.compose(file)
    found = document.find(path)
    if found is not None and isinstance(found.value, dict):
        return [(file, path, document.update(path, {"host_ip": host}))]
    written = str(found.value) if found is not None else ""
    rest = written.removeprefix(f"{port.host}:") if port.host else written
    if port.host and rest == written:
        return Refusal(f"the address of {service.name} comes from a variable")
    new = f"{host}:{rest}" if port.published else f"{host}::{rest.lstrip(':')}"
    return [(file, path, document.update(path[:-1], {path[-1]: new}))]
