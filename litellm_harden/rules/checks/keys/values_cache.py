"""LH205 for the cache and for Redis: kinds of cache that there are not, and options that redis-py refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.model import ABSENT, Change, Renamed
from litellm_harden.litellm.gates import HOST_BEATS_REDIS_URL, SSL_FALSE_IS_FALSE
from litellm_harden.litellm.values import NO_START
from litellm_harden.rules.checks.context import Context, fix, manual
from litellm_harden.rules.checks.keys.references import untold
from litellm_harden.rules.checks.keys.unexpanded import names_variable
from litellm_harden.rules.checks.keys.value_words import known_words, knows_word
from litellm_harden.rules.checks.stores.redis_clients import (
    CACHE,
    CACHE_SWITCH,
    CACHE_TYPE,
    ROUTER,
    Client,
    mapping,
    stated,
)
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import nearest, shown

_SEVERAL_SERVERS = ("startup_nodes", "redis_startup_nodes", "sentinel_nodes", "service_name")
_NAME_A_REDIS = (
    *("env:REDIS_HOST", "env:REDIS_URL", "env:REDIS_CLUSTER_NODES", "env:REDIS_STARTUP_NODES"),
    "env:REDIS_SENTINEL_NODES",
)


def cache_type(context: Context) -> Iterator[Outcome]:
    """The kind of cache is one that the release has; of another it makes a cache without a place to keep anything."""
    if context.setting(CACHE_SWITCH).value is not True:
        return
    kind = context.setting(CACHE_TYPE)
    value = kind.value
    if not kind.known or names_variable(value):
        return
    if isinstance(value, str) and knows_word(context, "cache_types", value):
        return
    expected = ", ".join(known_words(context, "cache_types"))
    said = "null" if value is None else f"{shown(value)}, which LiteLLM does not know"
    hint = nearest(str(value), expected.split(", "))
    message = f"the type of the cache is {said}: {NO_START}"
    repair = manual(f"name a type that there is{hint} ({expected})")
    yield Violation(CACHE_TYPE, message, value, expected, repair, Severity.CRITICAL)


def cache_without_redis(context: Context) -> Iterator[Outcome]:
    """A cache that is a Redis, the default where cache_params say nothing, of which nothing says where it is.

    proxy/proxy_server.py, load_config; _redis.py, _get_redis_client_logic. What a REDIS_ variable is good for depends
    on the release of redis-py: with one of them nothing is judged.
    """
    config = context.deployment.parts.config
    params = context.setting(f"config:{CACHE.mapping}")
    stated_params = mapping(context, params.address)
    if context.setting(CACHE_SWITCH).value is not True or not (params.absent or isinstance(params.value, dict)):
        return
    if stated_params and context.setting(CACHE_TYPE).value != "redis":
        return
    places = (CACHE.url, CACHE.host, "redis_url", "redis_host", *_SEVERAL_SERVERS)
    if any(stated(context.setting(CACHE.at(key))) for key in places):
        return
    if stated(context.setting("config:general_settings.key_management_system")):
        return  # It answers for the variables too.
    variables = [context.setting(address) for address in _NAME_A_REDIS]
    if any(variable.known for variable in variables):
        return
    incomplete = config.incomplete if config is not None else ""
    reason = incomplete or untold(context.deployment) or next((v.reason for v in variables if v.unknown), "")
    if reason:
        yield Unclear(CACHE_SWITCH, reason)
        return
    message = f"cache is on, and neither cache_params nor a variable names its Redis: {NO_START}"
    repair = manual("name its Redis in cache_params (type: redis, host, port), or take cache out")
    yield Violation(CACHE_SWITCH, message, True, "a Redis with a host or url", repair, Severity.CRITICAL)


def redis_options(context: Context, client: Client) -> Iterator[Outcome]:
    """Options of a Redis by host: what LiteLLM does not know goes to redis-py, which refuses it."""
    if not _connects_by_host(context, client):
        return
    options = mapping(context, f"config:{client.options}")
    for key in options:
        if isinstance(key, str) and not _takes(context, key):
            yield _unknown_option(context, client, options, key)
    tls = context.setting(client.option("ssl"))
    off = tls.known and (tls.value is None or str(tls.value).strip().lower() in ("false", "no", "off", "0"))
    if off and context.version < SSL_FALSE_IS_FALSE:
        message = f"ssl is off, and LiteLLM {context.version} connects to Redis by TLS because the key is there"
        # It may be TLS that works: then the proxy would lose its Redis.
        without = "take ssl out, for a Redis without TLS; write ssl: true if it is one with TLS"
        repair = fix([Change(tls.address, ABSENT)], Applicability.UNSAFE, without)
        yield Violation(tls.address, message, tls.value, "absent or true", repair, Severity.HIGH)


def _takes(context: Context, key: str) -> bool:
    """Whether the cache or redis-py knows the option; redis_url is known to another kind of cache alone."""
    if key == "redis_url":
        return False
    return any(knows_word(context, section, key) for section in ("cache_params", "semantic_cache_params"))


def _connects_by_host(context: Context, client: Client) -> bool:
    """Whether the client surely takes all options: a Redis by url, a cluster and sentinels do otherwise."""
    if stated(context.setting(client.at(client.url))):
        return False
    if any(stated(context.setting(client.option(key))) for key in _SEVERAL_SERVERS):
        return False
    by_host = stated(context.setting(client.at(client.host)))
    # What LiteLLM does not know as a host or url leaves it without either, which stops the boot as well.
    meant = any(key in mapping(context, f"config:{client.options}") for key in ("redis_url", "redis_host"))
    by_variable = context.setting("env:REDIS_URL").known
    version = context.deployment.version
    if by_variable and (version is None or version < HOST_BEATS_REDIS_URL or not by_host):
        return False
    if client is ROUTER:
        return by_host and stated(context.setting(client.at(client.port)))
    on = context.setting(CACHE_SWITCH).value is True and context.setting(CACHE_TYPE).value == "redis"
    return on and (by_host or meant)


def _unknown_option(context: Context, client: Client, options: Mapping[object, object], key: str) -> Violation:
    path = (*client.options.split("."), key)
    address = config_address(path)
    config = context.deployment.parts.config
    origin = config.key(path) if config is not None else None
    section = client.options.rpartition(".")[2]
    message = f"{key} in {section} is an option that redis-py does not take: {NO_START}"
    return Violation(
        address,
        message,
        None,
        "an option of redis-py",
        _option_fix(context, address, options, key),
        Severity.CRITICAL,
        origin,
    )


def _option_fix(context: Context, address: str, options: Mapping[object, object], key: str) -> Fix:
    right = key.removeprefix("redis_")
    if right != key and right not in options and knows_word(context, "cache_params", right):
        # Both a host and a url would be too much of a good thing: which one is right, only the owner knows.
        doubt = right == "url" and "host" in options
        return fix([Change(address, Renamed(right))], Applicability.UNSAFE if doubt else Applicability.SAFE)
    return fix([Change(address, ABSENT)])
