"""The Postgres and Redis of a deployment: whether it uses them, and which compose service they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from litellm_harden.deployment.config import REFERENCE, Config
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.deployment.topology import LARGEST_MAX_CONNECTIONS, RESERVE
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.argv import CommandLine
from litellm_harden.litellm.defaults import POSTGRES_CONNECTIONS
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Span

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service

_OWN_SCRIPT = pattern(r"(?:^|/)postgresql(?:[-:@]|$)")
"""Bitnami and its kin: a `command:` there would replace the script that prepares the data."""

_POSTGRES = pattern(r"(?:^|/)(?:postgres|postgresql|pgvector|timescaledb|timescaledb-ha|postgis)(?:[:@]|$)")
_DATA = "/var/lib/postgresql"
"""Where the official image keeps its data, and in it a postgresql.conf of its own."""

_CONFIG_FILE = pattern(r"^(?:--)?config[_-]file=(.+)$")
_MAX_CONNECTIONS = pattern(r"^\s*max_connections\s*=?\s*'?(\d+)", re.MULTILINE)


def uses_database(variable: Callable[[str], Setting], config: Config | None, postgres_near: bool) -> bool | None:
    """Whether the proxy keeps keys and spend in a database; None where the files cannot tell."""
    url = variable("DATABASE_URL")
    stated = config.value("general_settings", "database_url") if config is not None else None
    if (url.known and url.value) or (url.unknown and url.origin is not None) or stated or postgres_near:
        return True
    host = variable("DATABASE_HOST")
    if host.known and host.value:
        return True
    return None if url.unknown or host.unknown else False


def uses_redis(config: Config | None) -> bool:
    """Whether the config names a Redis that LiteLLM connects to, for the router or as the cache; the values may be
    unknown here. A router host without a port is none (litellm 1.81.0 and 1.109.1, Router.__init__)."""
    return config is not None and (_router_redis(config) or _cache_type(config).startswith("redis"))


def shares_redis(config: Config | None) -> bool:
    """Whether the config names a Redis in which LiteLLM counts: a semantic cache keeps answers in one, and no more
    (litellm 1.81.0 proxy/proxy_server.py:2012 and 1.109.1 :6381 ask for a RedisCache or RedisClusterCache)."""
    return config is not None and (_router_redis(config) or _cache_type(config) == "redis")


def _router_redis(config: Config) -> bool:
    router = {key: config.value("router_settings", f"redis_{key}") for key in ("host", "port", "url")}
    return bool(router["url"] or (router["host"] and router["port"]))


def _cache_type(config: Config) -> str:
    """The type of the cache, which is redis where nothing more is said of it; "" where none is switched on."""
    if config.value("litellm_settings", "cache") is not True:
        return ""
    if not config.value("litellm_settings", "cache_params"):
        return "redis"
    return str(config.value("litellm_settings", "cache_params", "type"))


def postgres_service(
    project: Project | None, proxy: Service | None, database_url: Setting, config: Config | None
) -> Service | None:
    """The compose service that DATABASE_URL's host names, or the only Postgres of the project."""
    if project is None or proxy is None:
        return None
    candidates = [service for service in project.services.values() if is_postgres(service)]
    url = config.value("general_settings", "database_url") if config is not None else None
    if not isinstance(url, str) or url.startswith(REFERENCE):
        url = database_url.value if database_url.known else None
    if isinstance(url, str) and (host := _host(url)):
        return next((service for service in candidates if answers_to(service, host)), None)
    # A URL put together from variables still shows its host: it stands between the last @ and the port.
    if database_url.origin is not None and isinstance(database_url.origin.value, str):
        named = [service for service in candidates if _names_host(database_url.origin.value, service)]
        if named:
            return named[0]
        if "://" in database_url.origin.value and re.search(r"@[A-Za-z0-9]", database_url.origin.value):
            return None
    near = [service for service in candidates if service.name in proxy.depends_on]
    for found in (near, candidates):
        if len(found) == 1:
            return found[0]
    return None


def uses_postgres(service: Service, postgres: Service) -> bool:
    """Whether a compose service waits for a Postgres or names it in its DATABASE_URL."""
    url = service.environment.get("DATABASE_URL")
    return postgres.name in service.depends_on or (url is not None and _names_host(url.text(), postgres))


def is_postgres(service: Service) -> bool:
    """Whether a compose service is a Postgres server, by the name of its image."""
    return service.image is not None and bool(_POSTGRES.search(service.image.text().lower()))


class Postgres(Record):
    """A compose Postgres as far as its connections go. `refusal` says why its command cannot be changed here.

    `proxies` is how many LiteLLM services share it.
    """

    service: Service
    line: CommandLine | None
    file: Path | None
    max_connections: int | None
    stated: Origin | None
    refusal: str = ""
    proxies: int = 1

    @property
    def budget(self) -> int | None:
        """Connections this proxy may use: an equal share where several proxies use the database."""
        return None if self.max_connections is None else max(self.max_connections - RESERVE, 0) // self.proxies

    @property
    def raisable_to(self) -> int | None:
        """The budget it can be given here, None where it cannot be raised (any further)."""
        if (
            self.refusal
            or self.proxies > 1
            or self.max_connections is None
            or self.max_connections >= LARGEST_MAX_CONNECTIONS
        ):
            return None
        return LARGEST_MAX_CONNECTIONS - RESERVE

    def setting(self) -> Setting:
        """`postgres:max_connections`."""
        address = "postgres:max_connections"
        if self.max_connections is None:
            return Setting(address, State.UNKNOWN, origin=self.stated, reason=self.refusal)
        state = State.KNOWN if self.stated else State.ABSENT
        return Setting(address, state, self.max_connections if self.stated else None, self.stated)


def read_postgres(workspace: Workspace, service: Service) -> Postgres:
    """What a compose Postgres accepts, from its command or the configuration file that its command names."""
    node, entrypoint = service.command, service.entrypoint
    if entrypoint is not None and entrypoint.value:
        return Postgres(service, None, None, None, None, "its entrypoint is overridden")
    if "POSTGRES_INITDB_ARGS" in service.environment or _configured_in_data(service):
        return Postgres(service, None, None, None, None, "its settings were given to it when its data was made")
    if service.image is not None and _OWN_SCRIPT.search(service.image.text().lower()):
        return Postgres(service, None, None, None, None, "its image starts Postgres by a script of its own")
    if node is None or not node.value:
        return Postgres(service, None, None, POSTGRES_CONNECTIONS, None)
    line = CommandLine.in_yaml(workspace.compose(node.file), node.path)
    if line.script or node.unknown:
        return Postgres(service, line, node.file, None, None, node.unknown or "its command is a shell script")
    for index, word in reversed(list(enumerate(line.words))):
        if short := _short_option(line, index):
            return Postgres(service, line, node.file, short[1], Origin(node.file, short[0], node.path, word.text))
        name, equals, value = word.text.removeprefix("--").removeprefix("-c").partition("=")
        if equals and name.replace("-", "_") == "max_connections":
            origin = Origin(node.file, word.span, node.path, word.text)
            number = int(value) if value.isdigit() else None
            reason = "" if number is not None else "its max_connections is put together from variables"
            return Postgres(service, line, node.file, number, origin, reason)
    for word in line.words:
        if match := _CONFIG_FILE.match(word.text.removeprefix("-c")):
            return _from_config_file(workspace, service, line, node.file, match[1])
    return Postgres(service, line, node.file, POSTGRES_CONNECTIONS, None)


def _from_config_file(workspace: Workspace, service: Service, line: CommandLine, file: Path, path: str) -> Postgres:
    refusal = f"Postgres takes its settings from {path.rpartition('/')[2]}"
    source = Container(service, None).host_file(path)
    try:
        text = workspace.source(source).text if source is not None else None
    except Unreadable:
        text = None
    if text is None:
        return Postgres(service, line, file, None, None, f"{refusal}, which is not here")
    found = _MAX_CONNECTIONS.findall(text)
    return Postgres(service, line, file, int(found[-1]) if found else POSTGRES_CONNECTIONS, None, refusal)


def _short_option(line: CommandLine, index: int) -> tuple[Span, int] | None:
    """`-N 300` or `-N300`, which means max_connections: where the number stands, and the number."""
    word = line.words[index]
    if word.text == "-N" and index + 1 < len(line.words) and line.words[index + 1].text.isdigit():
        number = line.words[index + 1]
        return number.span, int(number.text)
    digits = word.text.removeprefix("-N")
    return (word.span, int(digits)) if digits != word.text and digits.isdigit() else None


def _configured_in_data(service: Service) -> bool:
    """Whether a file or folder of the host is mounted that may hold the postgresql.conf of the data folder."""
    return any(
        mount.target.rstrip("/").endswith(".conf") and mount.target.startswith(_DATA) for mount in service.mounts
    )


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def answers_to(service: Service, host: str) -> bool:
    """Whether `host` is a name of a compose service."""
    return host in _names(service)


def _names_host(url: str, service: Service) -> bool:
    place = url.rpartition("@")[2].rpartition("://")[2]  # a user may be called like a service
    return any(re.match(rf"{re.escape(name)}(?:[:/?]|$)", place) for name in _names(service))


def _names(service: Service) -> list[str]:
    stated = service.node.get("container_name")
    return [service.name, *([stated.text()] if stated is not None else [])]
