"""The addresses of everything that a deployment's files state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.documents.base import Key, Path

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_SERVICE_KEYS = ("image", "restart", "stop_grace_period", "deploy")


def stated_addresses(deployment: Deployment) -> Iterator[str]:
    """In the order: config, environment, arguments, service, database, Prometheus."""
    parts = deployment.parts
    for section in ("general_settings", "litellm_settings", "router_settings"):
        stated = parts.config.value(section) if parts.config is not None else None
        if isinstance(stated, dict):
            yield from _leaves((section,), stated)
    yield from (f"env:{name}" for name in sorted(parts.environment.names()))
    yield from (f"arg:{flag}" for flag in parts.command.flags())
    for key in _SERVICE_KEYS:
        if parts.service is not None and parts.service.node.get(key) is not None:
            yield f"proxy:{key}"
    if not deployment.setting("proxy:healthcheck").absent:
        yield "proxy:healthcheck"
    if parts.service is not None and parts.service.node.get("ports") is not None:
        from litellm_harden.deployment.ports import targets

        yield from (f"proxy:ports.{target}" for target in dict.fromkeys(targets(parts.service)))
    if parts.postgres is not None:
        yield "postgres:max_connections"
    if parts.prometheus is not None:
        yield "prometheus:scrape_configs"


def _leaves(prefix: Path, mapping: dict[Key, object]) -> Iterator[str]:
    for key, value in mapping.items():
        if isinstance(value, dict) and value:
            yield from _leaves((*prefix, key), value)
        else:
            yield config_address((*prefix, key))
