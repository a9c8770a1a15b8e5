"""The Redis of a deployment: what a url says of it, which compose service it is, and who else reads a variable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.stores import answers_to
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.deployment import Deployment

PORT = 6379
"""Where a Redis listens unless it is told otherwise, and what a url without a port means."""

_IMAGE = pattern(r"(?:^|/)(?:redis|valkey|keydb|redis-stack|redis-stack-server|dragonfly)(?:[:@]|$)")


class RedisUrl(Record):
    """The parts of a `redis://` url as redis-py reads it, percent escapes undone; an empty text is a missing part."""

    host: str
    port: int
    username: str
    password: str
    database: int


def split_url(url: str) -> RedisUrl | None:
    """The parts of a url that says nothing else; None for any other (options in the query, TLS, several hosts …)."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORT
    except ValueError:
        return None
    path = parts.path.strip("/")
    if parts.scheme != "redis" or not parts.hostname or parts.query or parts.fragment or "," in parts.netloc:
        return None
    if path and not (path.isascii() and path.isdigit()):
        return None
    user, secret = unquote(parts.username or ""), unquote(parts.password or "")
    return RedisUrl(unquote(parts.hostname), port, user, secret, int(path or 0))


def beyond_host_and_port(url: str) -> str:
    """What a url stands for that host, port and password do not (TLS, a cluster, a socket), or an empty text."""
    scheme, _, rest = url.strip().partition("://")
    if "," in rest or "cluster" in scheme.lower():
        return "a Redis cluster"
    kinds = {"rediss": "Redis over TLS", "unix": "Redis over a socket"}
    return kinds.get(scheme.lower(), "Redis through sentinels" if "sentinel" in scheme.lower() else "")


def hidden_login(url: str) -> str:
    """The url with its user and password out of sight; with a query, which may hold them too, all but its scheme."""
    scheme, separator, rest = url.rpartition("://")
    if "?" in rest:
        return f"{scheme}{separator}***"
    _, at, host = rest.rpartition("@")
    return f"{scheme}{separator}{'***@' if at else ''}{host}"


def find_redis(project: Project | None, proxy: Service | None, hosts: Iterable[str]) -> Service | None:
    """The compose service that one of the `hosts` names; where no host is known, the only Redis of the project."""
    if project is None or proxy is None:
        return None
    candidates = [service for service in project.services.values() if is_redis(service)]
    hosts = list(hosts)
    if hosts:
        return next((service for service in candidates for host in hosts if answers_to(service, host)), None)
    near = [service for service in candidates if service.name in proxy.depends_on]
    return next((found[0] for found in (near, candidates) if len(found) == 1), None)


def is_redis(service: Service) -> bool:
    """Whether a compose service is a Redis or a server that speaks its protocol, by the name of its image."""
    return service.image is not None and bool(_IMAGE.search(service.image.text().lower()))


def redis_hosts(deployment: Deployment) -> Iterable[str]:
    """The hosts that the proxy is told to find Redis at, as far as they are known."""
    for address in ("config:router_settings.redis_host", "config:litellm_settings.cache_params.host", "env:REDIS_HOST"):
        setting = deployment.setting(address)
        if setting.known and isinstance(setting.value, str) and setting.value:
            yield setting.value
    for address in ("config:router_settings.redis_url", "config:litellm_settings.cache_params.url", "env:REDIS_URL"):
        setting = deployment.setting(address)
        parts = split_url(setting.value) if setting.known and isinstance(setting.value, str) else None
        if parts is not None:
            yield parts.host


def read_by_others(deployment: Deployment, name: str, mentions: int) -> bool:
    """Whether more reads the variable `name` than LiteLLM's Redis and the `mentions` of it in the config that are known
    to the caller: another setting of the config, or a compose file that has its value from the same env file."""
    config = sum(_mentions(deployment, file, rf"{REFERENCE}{name}\b") for file in deployment.files.config)
    if config > mentions:
        return True
    decided = deployment.parts.environment.deciding(name)
    if decided is None or decided.layer is not Layer.ENV_FILE:
        return False
    return any(_mentions(deployment, file, rf"\$\{{?{name}\b") for file in deployment.files.compose)


def _mentions(deployment: Deployment, file: Path, regex: str) -> int:
    """How often the expression stands in a file, comments not counted."""
    lines = deployment.workspace.source(file).text.splitlines()
    return sum(len(re.findall(regex, line)) for line in lines if not line.lstrip().startswith("#"))
