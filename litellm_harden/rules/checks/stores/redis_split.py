"""What it takes to give LiteLLM a Redis by host, port and password where it has it by a url."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.deployment.redis import RedisUrl, read_by_others, split_url
from litellm_harden.litellm.gates import HOST_BEATS_REDIS_URL, URL_TAKES_OPTIONS
from litellm_harden.rules.checks.context import Context, fix, manual, secret
from litellm_harden.rules.checks.stores.redis_clients import CACHE, CLIENTS, Client, mapping, raised_pool, stated
from litellm_harden.rules.model import Applicability, Fix
from litellm_harden.rules.words import shown

REDIS_URL = "env:REDIS_URL"

_ADDED = ("REDIS_USERNAME", "REDIS_PASSWORD", "REDIS_DB", "REDIS_SSL")
"""Variables that LiteLLM adds to a Redis given by host, and not to one given by url (_redis.py)."""

_CACHE_KEYS = frozenset(
    (
        *("type", "mode", "ttl", "namespace", "supported_call_types", "max_messages"),
        *("default_in_memory_ttl", "default_in_redis_ttl", "redis_flush_size"),
    )
)
"""Keys of cache_params that do not reach redis-py (caching/caching.py, Cache.__init__)."""

_SAFE_OPTIONS = frozenset(("max_connections", "namespace", "redis_flush_size", "socket_timeout"))
"""Options that redis-py takes from a mapping with host and port as they are."""


def split(context: Context, clients: Sequence[Client], url: str, variable: str) -> Fix:
    """The fix that gives `clients` the parts of `url`: as values, or through variables where it came from one."""
    parts = split_url(url)
    if parts is None:
        return _by_hand("the url holds more than host, port, user, password and database")
    prefix = variable.removesuffix("URL") if variable.endswith("_URL") else "REDIS_"
    by_variable = {"host": f"{prefix}HOST", "port": f"{prefix}PORT"} if variable else {}
    name = f"{prefix}PASSWORD" if parts.password else ""
    reason = (
        _stated_already(context, clients)
        or _dormant_option(context, clients)
        or _added_by_environment(context, parts)
        or _occupied(context, parts, by_variable)
        or _password_occupied(context, clients, parts, name)
    )
    if reason:
        return _by_hand(reason)
    without = without_redis_url(context, len(clients) if variable == "REDIS_URL" else 0, variable == "REDIS_URL")
    if isinstance(without, str):
        return _by_hand(without)
    changes = [
        *_variables(context, parts, by_variable, name),
        *(change for client in clients for change in _keys(context, client, parts, by_variable, name)),
        *without,
    ]
    return fix(
        changes, Applicability.UNSAFE, _description(clients, parts, [*by_variable.values(), *([name] * bool(name))])
    )


def without_redis_url(context: Context, mentions: int, replaced: bool) -> list[Change] | str:
    """What takes the variable REDIS_URL out of the way: nothing where it is in nobody's; a reason where it cannot be.

    `mentions` of it in the config are known; `replaced` says that they are to go.
    """
    setting = context.setting(REDIS_URL)
    version = context.deployment.version
    overrides = version is None or version < HOST_BEATS_REDIS_URL
    if not _present(context, "REDIS_URL") or not (overrides or replaced):
        return []
    reason = ""
    if setting.shadows:
        reason = "REDIS_URL is set in more than one place"
    elif read_by_others(context.deployment, "REDIS_URL", mentions):
        reason = "REDIS_URL is read by others too"
    if not reason:
        return [Change(REDIS_URL, ABSENT)]
    return f"{reason} and would override the host" if overrides else []


def _by_hand(reason: str) -> Fix:
    return manual(f"give host, port and password instead of the url; not done for you: {reason}")


def _stated_already(context: Context, clients: Sequence[Client]) -> str:
    """A part that is written beside the url, which ignores it."""
    for client in clients:
        addresses = [client.at(key) for key in (client.host, client.port, client.password)]
        for address in (*addresses, client.option("username"), client.option("db")):
            if stated(context.setting(address)):
                return f"{address.rpartition('.')[2]} is stated beside the url"
    return ""


def _dormant_option(context: Context, clients: Sequence[Client]) -> str:
    """An option that the url made LiteLLM ignore, and that may change much or stop the boot once it is read."""
    for client in clients:
        options = mapping(context, f"config:{client.options}")
        known = _SAFE_OPTIONS | _CACHE_KEYS | {client.url, *_keys_of(client)} if client is CACHE else _SAFE_OPTIONS
        for key, value in options.items():
            number = isinstance(value, (int, float)) and not isinstance(value, bool)
            if key not in known or (key in ("max_connections", "socket_timeout") and not number):
                return f"with host and port LiteLLM reads {shown(key)} too, which the url kept from it"
    return ""


def _keys_of(client: Client) -> tuple[str, str, str]:
    return client.host, client.port, client.password


def _added_by_environment(context: Context, parts: RedisUrl) -> str:
    """A variable that LiteLLM would add to what the url says."""
    given = {"REDIS_USERNAME": parts.username, "REDIS_PASSWORD": parts.password, "REDIS_DB": parts.database}
    for name in _ADDED:
        if not given.get(name) and _present(context, name):
            return f"{name} is set, and LiteLLM adds it to a host"
    return ""


def _present(context: Context, name: str) -> bool:
    """Whether these files give the proxy the variable, and not as an empty text."""
    setting = context.setting(f"env:{name}")
    written = context.deployment.parts.environment.deciding(name) is not None
    return bool(setting.value) if setting.known else setting.unknown and written


def _occupied(context: Context, parts: RedisUrl, names: dict[str, str]) -> str:
    for key, name in names.items():
        if _differs(context, name, str(getattr(parts, key))):
            return f"{name} holds something else"
    return ""


def _password_occupied(context: Context, clients: Sequence[Client], parts: RedisUrl, name: str) -> str:
    """Whether the variable for the password is taken, or would reach a client that has no password so far."""
    if not name:
        return ""
    text, unknown = context.deployment.interpolate(f"${{{name}:-}}")
    if _differs(context, name, parts.password) or (not unknown and text not in ("", parts.password)):
        return f"{name} holds something else"
    for other in CLIENTS:
        hosted = stated(context.setting(other.at(other.host)))
        if other not in clients and hosted and not stated(context.setting(other.at(other.password))):
            return f"LiteLLM would add {name} to the Redis of {other.name} as well"
    return ""


def _differs(context: Context, name: str, text: str) -> bool:
    setting = context.setting(f"env:{name}")
    return _present(context, name) and not (setting.known and str(setting.value) == text)


def _variables(context: Context, parts: RedisUrl, names: dict[str, str], password: str) -> Iterator[Change]:
    for key, name in names.items():
        if not _present(context, name):
            yield Change(f"env:{name}", str(getattr(parts, key)))
    if password and not _present(context, password):
        yield secret(password, parts.password)


def _keys(context: Context, client: Client, parts: RedisUrl, names: dict[str, str], password: str) -> Iterator[Change]:
    """What to write for a client, and what to take out. Keys of one mapping stand together, so they are one edit."""
    if client is CACHE and not mapping(context, "config:litellm_settings.cache_params"):
        yield Change(CACHE.at("type"), "redis")
    yield Change(client.at(client.host), f"{REFERENCE}{names['host']}" if names else parts.host)
    yield Change(client.at(client.port), f"{REFERENCE}{names['port']}" if names else parts.port)
    if password:
        yield Change(client.at(client.password), f"{REFERENCE}{password}")
    if parts.username:
        yield Change(client.option("username"), parts.username)
    if parts.database:
        yield Change(client.option("db"), parts.database)
    if context.version < URL_TAKES_OPTIONS:
        yield from raised_pool(context, client)
    if stated(context.setting(client.at(client.url))):
        yield Change(client.at(client.url), ABSENT)


def _description(clients: Sequence[Client], parts: RedisUrl, names: Sequence[str]) -> str:
    keys = "host and port" if not parts.password else "host, port and password"
    whose = " and ".join(client.name for client in clients)
    kept = f"; {', '.join(names)} in the environment" if names else ""
    return f"give {whose} {keys} instead of the url{kept}"
