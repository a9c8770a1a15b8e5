"""Item 6: the Redis that is written down is the Redis that is used."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Setting
from litellm_harden.deployment.redis import PORT, beyond_host_and_port, hidden_login, split_url
from litellm_harden.litellm.gates import HOST_BEATS_REDIS_URL, URL_TAKES_EVERY_OPTION, URL_TAKES_OPTIONS
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.checks.context import Check, Context, fix, manual, refers
from litellm_harden.rules.checks.stores.redis_clients import (
    CACHE,
    CACHE_SWITCH,
    CACHE_TYPE,
    CLIENTS,
    ROUTER,
    Client,
    mapping,
    raised_pool,
    stated,
    switched_off,
)
from litellm_harden.rules.checks.stores.redis_split import REDIS_URL, split, without_redis_url
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

_SEVERAL_SERVERS = (
    *("config:litellm_settings.cache_params.redis_startup_nodes", "config:router_settings.cache_kwargs.startup_nodes"),
    *("config:litellm_settings.cache_params.startup_nodes", "env:REDIS_CLUSTER_NODES", "env:REDIS_SENTINEL_NODES"),
)


def redis_url(context: Context) -> Iterator[Outcome]:
    """LH061: Redis is given by host, port and password."""
    if any(stated(context.setting(address)) and _known(context, address) for address in _SEVERAL_SERVERS):
        yield Inapplicable("Redis is a cluster or has sentinels")
        return
    found = [outcome for client in CLIENTS if (outcome := _by_url(context, client)) is not None]
    found += [outcome for outcome in [_by_variable(context)] if outcome is not None]
    if not found and not context.deployment.redis:
        yield Inapplicable("no Redis is configured")
    yield from found


def _known(context: Context, address: str) -> bool:
    return bool(context.setting(address).value)


def _by_url(context: Context, client: Client) -> Outcome | None:
    setting = context.setting(client.at(client.url))
    if not stated(setting) or (client is CACHE and not _cache_is_redis(context)):
        return None
    if setting.unknown:
        return Unclear(setting.address, setting.reason)
    if not setting.known or not setting.value:
        return None
    url = str(setting.value)
    if other := beyond_host_and_port(url):
        return Inapplicable(f"{other} needs its url")
    severity, consequence = _consequence(context.version, url)
    variable = _variable(setting)
    sharing = [each for each in CLIENTS if variable and _variable(context.setting(each.at(each.url))) == variable]
    repair = split(context, sharing or [client], url, variable)
    message = f"{client.name} has its Redis by url: {consequence}"
    return Violation(setting.address, message, hidden_login(url), _by_parts(client), repair, severity)


def _consequence(version: Version, url: str) -> tuple[Severity, str]:
    if version < URL_TAKES_OPTIONS:
        return Severity.HIGH, f"LiteLLM {version} then ignores pool size, timeouts and every other option"
    if version < URL_TAKES_EVERY_OPTION:
        return Severity.MEDIUM, f"the pool is the same, but LiteLLM {version} ignores timeouts and other options"
    if not _holds_password(url):
        return Severity.LOW, "the pool is the same as by host and port, which the checklist wants"
    return Severity.MEDIUM, "the pool is the same as by host and port, but the password is part of an address"


def _holds_password(url: str) -> bool:
    parts = split_url(url)
    return bool(parts.password) if parts is not None else "@" in url or "password=" in url


def _by_parts(client: Client) -> str:
    return f"{client.host}, {client.port} and {client.password}"


def _variable(setting: Setting) -> str:
    """The variable that a setting refers to, or an empty text."""
    written = setting.origin.value if setting.origin is not None else None
    return written.removeprefix(REFERENCE) if refers(setting) and isinstance(written, str) else ""


def _cache_is_redis(context: Context) -> bool:
    """Whether the cache, as it is written, is a plain Redis; one without a type is meant to be (LH062)."""
    kind = context.setting(CACHE_TYPE)
    return not switched_off(context) and (not stated(kind) or kind.value == "redis")


def _by_variable(context: Context) -> Outcome | None:
    """REDIS_URL, where LiteLLM takes it from the environment by itself."""
    url = context.setting(REDIS_URL)
    named = [client.name for client in CLIENTS if _names_host(context, client)]
    overridden = named if context.version < HOST_BEATS_REDIS_URL else []
    unnamed = _cache_from_environment(context)
    if not (overridden or unnamed) or url.absent:
        return None
    if url.unknown:
        return Unclear(REDIS_URL, url.reason)
    value = str(url.value)
    if other := beyond_host_and_port(value):
        return Inapplicable(f"{other} needs its url")
    severity, consequence = _consequence(context.version, value)
    message = f"the cache has its Redis by the variable REDIS_URL: {consequence}"
    if overridden:
        severity = Severity.HIGH
        message = f"REDIS_URL overrides the Redis host of {' and '.join(overridden)} in LiteLLM {context.version}"
    repair = split(context, [CACHE], value, "REDIS_URL") if unnamed else _removal(context)
    return Violation(REDIS_URL, message, hidden_login(value), "absent, with host, port and password", repair, severity)


def _names_host(context: Context, client: Client) -> bool:
    if stated(context.setting(client.at(client.url))) or not stated(context.setting(client.at(client.host))):
        return False
    if client is CACHE:
        return _cache_is_redis(context)
    return stated(context.setting(client.at(client.port)))


def _cache_from_environment(context: Context) -> bool:
    """Whether the cache is a Redis of which the config names neither host nor url."""
    if context.setting(CACHE_SWITCH).value is not True:
        return False
    if any(stated(context.setting(CACHE.at(key))) for key in (CACHE.url, CACHE.host)):
        return False
    return not mapping(context, "config:litellm_settings.cache_params") or context.setting(CACHE_TYPE).value == "redis"


def _removal(context: Context) -> Fix:
    without = without_redis_url(context, 0, replaced=False)
    if isinstance(without, str) or not without:
        return manual(f"take REDIS_URL out of the proxy's environment{f': {without}' if without else ''}")
    return fix(without, Applicability.UNSAFE)


def redis_not_connected(context: Context) -> Iterator[Outcome]:
    """LH062: what is written about Redis is enough for LiteLLM to connect to it."""
    found = [*_router_without_port(context), *_cache_without_type(context), *_cache_without_switch(context)]
    if not found and not context.deployment.redis:
        yield Inapplicable("no Redis is configured")
    yield from found


def _router_without_port(context: Context) -> Iterator[Outcome]:
    host, port = context.setting(ROUTER.at(ROUTER.host)), context.setting(ROUTER.at(ROUTER.port))
    # A host by a variable that is not set is another matter: there is no host either.
    if not stated(host) or host.absent or stated(port) or stated(context.setting(ROUTER.at(ROUTER.url))):
        return
    variable = context.setting("env:REDIS_PORT")
    value: object = f"{REFERENCE}REDIS_PORT" if variable.known and variable.value else PORT
    message = "redis_host is set but redis_port is not: the router connects to no Redis, and says nothing"
    changes = [Change(port.address, value), *raised_pool(context, ROUTER)]
    yield Violation(port.address, message, None, "a port", fix(changes, Applicability.UNSAFE))


def _cache_without_type(context: Context) -> Iterator[Outcome]:
    named = [key for key in (CACHE.host, CACHE.url, CACHE.port) if stated(context.setting(CACHE.at(key)))]
    kind = context.setting(CACHE_TYPE)
    if not named or stated(kind) or switched_off(context):
        return
    message = f"cache_params has a {named[0]} but no type: LiteLLM then keeps the cache in memory, each worker its own"
    changes = [Change(CACHE_TYPE, "redis"), *raised_pool(context, CACHE)]
    yield Violation(CACHE_TYPE, message, None, "redis", fix(changes, Applicability.UNSAFE))


def _cache_without_switch(context: Context) -> Iterator[Outcome]:
    switch = context.setting(CACHE_SWITCH)
    if switch.value is True or switched_off(context) or not _describes_redis(context, switch):
        return
    if switch.unknown:
        yield Unclear(CACHE_SWITCH, switch.reason)
        return
    value = switch.value if switch.known else None
    message, severity = "cache_params names a Redis, but cache is not set to true: nothing is cached", None
    if value is not None:
        message = f"cache is {shown(value)} and not the boolean true: nothing is cached"
    if isinstance(value, str) and value:
        message = f"cache is the text {shown(value)} and not the boolean true: every call of a model fails"
        severity = Severity.CRITICAL
    changes = [Change(CACHE_SWITCH, True), *raised_pool(context, CACHE)]
    yield Violation(CACHE_SWITCH, message, value, "true", fix(changes, Applicability.UNSAFE), severity)


def _describes_redis(context: Context, switch: Setting) -> bool:
    """Whether the cache would be a Redis, once it is on."""
    if not mapping(context, "config:litellm_settings.cache_params"):
        return stated(switch)
    kind = context.setting(CACHE_TYPE)
    if stated(kind):
        return str(kind.value).startswith("redis")
    return any(stated(context.setting(CACHE.at(key))) for key in (CACHE.host, CACHE.url))


CHECKS: dict[str, Check] = {
    "redis-url": redis_url,
    "redis-not-connected": redis_not_connected,
}
