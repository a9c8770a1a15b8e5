"""LH307 and LH308: nobody else reaches the Postgres and Redis of a deployment, or guesses the password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Origin, Setting
from litellm_harden.deployment.stores import answers_to
from litellm_harden.litellm.examples import is_guessable
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual, refers
from litellm_harden.rules.model import Applicability, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Port, Service

_EVERYWHERE = ("", "0.0.0.0", "::", "[::]", "*")
_LOCAL = "127.0.0.1"
_REDIS_SECRETS = ("REDIS_PASSWORD", "REDIS_ARGS", "VALKEY_PASSWORD", "VALKEY_EXTRA_FLAGS", "REDIS_PASSWORD_FILE")
_PASSWORD = "POSTGRES_PASSWORD"
_REQUIRED = pattern(r"""requirepass[=\s,'"]+[^-=\s,'"\]]""")
_URLS = ("config:general_settings.database_url", "env:DATABASE_URL")


def exposed_stores(context: Context) -> Iterator[Outcome]:
    """LH307: the host publishes Postgres and Redis on no interface but its own."""
    postgres, redis = _own_postgres(context), context.deployment.redis_service
    if postgres is None and redis is None:
        yield Inapplicable("no Postgres or Redis of the proxy is part of the compose files")
    if postgres is not None:
        yield from _exposed(context, postgres, "postgres", "5432", "the database")
    if redis is not None:
        open_ = "Redis, which asks for no password" if _lets_all_in(redis) else "Redis"
        yield from _exposed(context, redis, "redis", "6379", open_)


def _own_postgres(context: Context) -> Service | None:
    """The Postgres of the compose files where they say that it is the proxy's: it waits for it, or names it as host."""
    postgres, proxy = context.deployment.parts.postgres, context.deployment.parts.service
    if postgres is None or proxy is None:
        return None
    named = any(answers_to(postgres.service, host) for host in _hosts(context))
    return postgres.service if named or postgres.service.name in proxy.depends_on else None


def _hosts(context: Context) -> Iterator[str]:
    """Where the proxy is told to find its database; what is put together from variables may show its host too."""
    for address in (*_URLS, "env:DATABASE_HOST"):
        setting = _followed(context, address)
        text = setting.value if setting.known else setting.origin.value if setting.origin is not None else None
        if isinstance(text, str):
            place = text.rpartition("://")[2] if "@" not in text else text.rpartition("@")[2]
            yield re.split("[:/?]", place, maxsplit=1)[0]


def _exposed(context: Context, service: Service, kind: str, target: str, what: str) -> Iterator[Outcome]:
    network = service.node.get("network_mode")
    if network is not None and network.value == "host":
        return  # Compose publishes nothing there: it takes no ports beside the network of the host.
    for port in service.ports:
        address = f"{kind}:ports.{target}"
        unknown = next(port.node.unknowns(), "")
        if unknown and target in (port.target, port.published):
            yield Unclear(address, unknown)
        elif not unknown and port.protocol == "tcp" and port.target == target and port.host in _EVERYWHERE:
            yield Violation(
                address,
                f"{service.name} publishes {_published(port)} on every interface: who reaches the host reaches {what}",
                None,
                "published on 127.0.0.1, or not at all",
                fix(
                    [Change(address, _LOCAL)],
                    Applicability.UNSAFE,
                    f"publish {_published(port)} on {_LOCAL} alone; the proxy needs no published port",
                ),
                origin=port.node.origin(context.deployment.workspace),
            )
            return


def _published(port: Port) -> str:
    return port.published or port.target


def _lets_all_in(redis: Service) -> bool:
    """Whether nothing that could ask for a password is stated: no option, variable, or file of settings."""
    words = str(redis.command.plain()) if redis.command is not None else ""
    return not (
        re.search(r"requirepass|aclfile|--user|\.conf\b", words)
        or redis.entrypoint is not None
        or redis.env_files
        or any(name in redis.environment for name in _REDIS_SECRETS)
        or any(mount.target.endswith((".conf", "/redis")) for mount in redis.mounts)
        or redis.configs
    )


def requires_password(redis: Service) -> bool:
    """Whether a Redis is started with a password."""
    given = [redis.command, *(redis.environment.get(name) for name in ("REDIS_ARGS", "VALKEY_EXTRA_FLAGS"))]
    return any(node is not None and _REQUIRED.search(str(node.plain())) for node in given)


# Passwords


class _Password(Record):
    """The password of the database: who says it, as which address, and the names that it may not be."""

    address: str
    text: str
    names: tuple[str, ...]
    origin: Origin | None
    default: bool


def default_password(context: Context) -> Iterator[Outcome]:
    """LH308: the database's password is none that everyone tries first."""
    postgres = _own_postgres(context)
    if postgres is not None and _trusts(postgres):
        method = postgres.environment["POSTGRES_HOST_AUTH_METHOD"]
        yield Violation(
            "postgres:environment.POSTGRES_HOST_AUTH_METHOD",
            f"{postgres.name} trusts every connection: it asks for no password",
            method.value,
            "scram-sha-256",
            manual("give the user a password (ALTER ROLE … PASSWORD), and write scram-sha-256 in its pg_hba.conf"),
            origin=method.origin(context.deployment.workspace),
        )
        return
    found: _Password | Unclear | None = _of_url(context)
    if found is None and postgres is not None:
        found = _of_service(context, postgres)
    if isinstance(found, Unclear):
        yield found
    elif found is None:
        yield Inapplicable("no password of a database is written here")
    elif is_guessable(found.text, found.names):
        unless = " unless the shell or .env sets another" if found.default else ""
        yield Violation(
            found.address,
            f"the database's password is among the first that are tried{unless}: a word, a name, an example",
            None,
            "a password of your own",
            manual(_STEPS),
            Severity.MEDIUM if found.default else None,
            found.origin,
        )


_STEPS = (
    "change it in the database (ALTER ROLE … PASSWORD), then in DATABASE_URL, by an env file that git ignores; "
    "once there is data, POSTGRES_PASSWORD alone changes nothing"
)


def _trusts(postgres: Service) -> bool:
    method = postgres.environment.get("POSTGRES_HOST_AUTH_METHOD")
    return method is not None and not method.unknown and method.text() == "trust"


def _of_url(context: Context) -> _Password | None:
    for address in _URLS:
        setting = _followed(context, address)
        if not setting.known or not isinstance(setting.value, str):
            continue
        try:
            parts = urlsplit(setting.value.strip("\"'"))
        except ValueError:
            return None
        if parts.password:
            names = (unquote(parts.username or ""), parts.path.strip("/"))
            return _Password(
                setting.address, unquote(parts.password), names, setting.origin, _by_default(context, setting)
            )
        return None
    return None


def _followed(context: Context, address: str) -> Setting:
    """The setting at an address, or the variable that it refers to."""
    setting = context.setting(address)
    if setting.origin is None or not refers(setting):
        return setting
    return context.setting(f"env:{str(setting.origin.value).removeprefix(REFERENCE)}")


def _by_default(context: Context, setting: Setting) -> bool:
    scheme, _, name = setting.address.partition(":")
    return scheme == "env" and context.by_default(name)


def _of_service(context: Context, postgres: Service) -> _Password | Unclear | None:
    """What Postgres was given when its data was made."""
    node = postgres.environment.get(_PASSWORD)
    if node is None:
        return None
    address = f"postgres:environment.{_PASSWORD}"
    if node.unknown:
        return Unclear(address, node.unknown)
    stated = postgres.environment
    names = tuple(stated[name].text() for name in ("POSTGRES_USER", "POSTGRES_DB") if name in stated)
    origin = node.origin(context.deployment.workspace)
    written = context.deployment.workspace.source(origin.file).text[slice(*origin.span)]
    return _Password(address, node.text(), names, origin, "${" in written)


CHECKS: dict[str, Check] = {
    "exposed-stores": exposed_stores,
    "default-password": default_password,
}
