"""What each release of LiteLLM knows: keys of its config, words of its enumerations, variables, options.

The data (`releases.txt`) is read from the source of the releases by `generate`, and says of a name that it is known
where LiteLLM declares it (a model's field, an argument, an attribute of the module `litellm`) or some file asks for it
by a literal name. It errs towards knowing: a name may be known that has no effect. A name that is not known was found
in no file of litellm or litellm-enterprise; those put together at run time (`f"{provider}_API_KEY"`) cannot be found.
What programs in other languages and other packages read (Prisma, boto3, the OpenTelemetry SDK, the scripts of the
images) is not in it, but for the arguments of redis-py.

A release that is not in the data lies between two that are: it knows what either of them knows, since a key may have
come or gone at any release between. One older than all counts as the oldest, one newer than all as the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from litellm_harden.litellm.catalogue.encoding import Row, row_of, rows_in, versions_in
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.shipped import read

TOP = "config"
"""The section of the config's own keys: `model_list`, `general_settings`, …"""

CONFIG_SECTIONS = (
    TOP,
    "general_settings",
    "router_settings",
    "litellm_settings",
    "cache_params",
    "retry_policy",
    "allowed_fails_policy",
    "alerting_args",
    "model_list",
    "litellm_params",
    "model_info",
)
"""Sections that are mappings in the config. `model_list` stands for one of its items.

The others of the data: `semantic_cache_params` (what only the semantic caches take among cache_params),
`router_managed` (arguments of the router that the proxy passes itself: stated in router_settings they are ignored, or
stop the boot), and words: `alert_types`, `cache_modes`, `cache_types`, `call_types`, `callbacks`, `pre_call_checks`,
`routing_strategies`.
"""

_ALIKE = 0.88
"""How much of two keys is the same where one may be a misspelling of the other: `…Retry` for `…Retries` is 0.89."""

_OF_A_CACHE = ("ttl", "namespace")
"""Keys of cache_params that mean a cache wherever they stand; `host`, `port`, `type` and the like may mean anything."""

_SAID_OF_MUCH = frozenset(
    (
        *("api_base", "api_key", "api_version", "client", "email", "headers", "logging", "max_tokens"),
        *("organization", "project", "retry", "token"),
    )
)
"""Keys of litellm_settings that tell nothing of what was meant where they stand in another section."""

_UNTYPED = frozenset(
    (
        *("azure_content_safety_params", "cache_params", "guardrails", "json_logs", "prompt_injection_params"),
        *("request_timeout", "set_verbose", "vector_stores"),
    )
)
"""Keys of litellm_settings for which the module declares neither type nor value, though they are settings."""


_INTERNAL = frozenset({"WORKER_CONFIG"})
"""Variables by which LiteLLM talks to its own processes, which nobody is to set."""

_REDIS_CLIENTS = ("redis-py", "caching/redis")
"""Where arguments of Redis clients are declared, as `Known.where` begins."""


class Known(Record):
    """A name that a release knows.

    `type` and `default` are Python text, None where the source does not tell; `where` is a file of the package and a
    line, of the newest release that has it like this. `since` is the first release of the data that knows it, None if
    already the oldest does; `until` the first that no longer does, None if the newest still does.
    """

    type: str | None
    default: str | None
    where: str
    since: Version | None
    until: Version | None


class Option(Record):
    """An option of the `litellm` command; `env` is the variable that click reads where it is missing."""

    name: str
    takes_value: bool
    env: str | None
    default: str | None
    aliases: tuple[str, ...]
    hidden: bool
    since: Version | None
    until: Version | None


class Place(Record):
    """Where a key belongs: its section and its right spelling."""

    section: str
    key: str


@lru_cache(maxsize=1)
def versions() -> tuple[Version, ...]:
    """The releases of the data, oldest first."""
    return versions_in(_text())


@lru_cache(maxsize=32)
def is_open(section: str) -> bool:
    """Whether LiteLLM takes any key there: for the provider (litellm_params), for readers of the model's info."""
    return f"\n[{section} open]\n" in _text()


@lru_cache(maxsize=64)
def known(section: str, version: Version) -> Mapping[str, Known]:
    """What that release knows in a section; KeyError if the data has no such section."""
    return MappingProxyType({row.name: _known(row, lives) for row, lives in _living(section, version)})


def knows(section: str, key: str, version: Version) -> bool:
    """Whether that release knows the key: as `key in known(section, version)`, but dear only for many keys."""
    before, after = around(version)
    return any(row.first <= after and row.last >= before for row in row_of(_text(), section, key))


def ever(section: str, key: str) -> Known | None:
    """What is known of a key in any release, as the newest of them has it; None if none knows it."""
    found = list(row_of(_text(), section, key))
    return _known(found[-1], (found[0].first, found[-1].last)) if found else None


def is_setting(section: str, key: str, version: Version) -> bool:
    """Whether that release knows the key as something to set: `litellm_settings` has whatever is a name of the module
    `litellm` too, its functions among them."""
    if section != "litellm_settings" or key in _UNTYPED:
        return knows(section, key, version)
    before, after = around(version)
    return any(_settable(row) for row in row_of(_text(), section, key) if row.first <= after and row.last >= before)


def environment(version: Version) -> Mapping[str, Known]:
    """The variables that a release reads by their literal names; others it may make up from a provider's name."""
    return known("environment", version)


@lru_cache(maxsize=8)
def options(version: Version) -> Mapping[str, Option]:
    """The options of the `litellm` command of a release, by their long names."""
    found = {}
    for row, lives in _living("options", version):
        env, *aliases = row.entry.where.split()
        found[row.name] = Option(
            name=row.name,
            takes_value=row.entry.type.startswith("value"),
            env=None if env == "-" else env,
            default=row.entry.default or None,
            aliases=tuple(aliases),
            hidden=row.entry.type.endswith("hidden"),
            since=_since(lives),
            until=_until(lives),
        )
    return MappingProxyType(found)


@lru_cache(maxsize=100_000)
def nearest(section: str, key: str, version: Version) -> Place | None:
    """Where a key that `section` does not know may belong, in that release; None if nothing is near.

    In order: the key without the `redis_` that cache_params go without, and the router's options of Redis (the place
    `cache_kwargs`, of router_settings), the same key in another section, the same
    letters written otherwise (`redis-url`, `redisUrl`) in this section, a spelling mistake in this section, the only
    key of this section that begins with it (`cooldown` for `cooldown_time`), the same letters in another, a variable of
    that name (section `environment`), with or without `LITELLM_` before it.
    """
    if section == "cache_params" and knows(section, key.removeprefix("redis_"), version):
        return Place(section, key.removeprefix("redis_"))
    of_router = section == "router_settings" and key.startswith("redis_")
    if of_router and _is_of_redis(key.removeprefix("redis_"), version):
        return Place("cache_kwargs", key.removeprefix("redis_"))
    elsewhere = [name for name in _homes(section, key) if is_setting(name, key, version)]
    if elsewhere:
        return Place(elsewhere[0], key)
    for name in (section, *_homes(section, key)):
        letters = _by_letters(name, version)
        if _letters(key) in letters:
            return Place(name, letters[_letters(key)])
        if name == section:
            from difflib import get_close_matches

            close = get_close_matches(_letters(key), letters, n=1, cutoff=_ALIKE)
            if close:
                return Place(section, letters[close[0]])
            longer = [candidate for candidate in letters.values() if candidate.startswith(f"{key}_")]
            if len(longer) == 1:
                return Place(section, longer[0])
    own = f"LITELLM_{key.upper()}"
    variables = (name for name in (key.upper(), own) if ("_" in key or name == own) and name not in _INTERNAL)
    return next((Place("environment", name) for name in variables if knows("environment", name, version)), None)


def _is_of_redis(option: str, version: Version) -> bool:
    """Whether a Redis client takes it as an argument, rather than the cache around it."""
    found = ever("cache_params", option) if knows("cache_params", option, version) else None
    return found is not None and found.where.startswith(_REDIS_CLIENTS)


def _homes(section: str, key: str) -> list[str]:
    """The other sections that a key may have been meant for, the likeliest first."""
    cached = section == "litellm_settings" and ("_" in key or key in _OF_A_CACHE)
    strange = {section} | (set() if cached else {"cache_params"})
    strange |= set() if section == "general_settings" else {"alerting_args"}
    strange |= {"litellm_settings"} if key in _SAID_OF_MUCH else set()
    found = [name for name in CONFIG_SECTIONS if name not in strange and not is_open(name)]
    if key == "set_verbose":  # the router's own is about the router alone
        found.sort(key="litellm_settings".__ne__)
    return found


@lru_cache(maxsize=16)
def _settings(section: str, version: Version) -> tuple[str, ...]:
    """The names that a key may be a misspelling of."""
    living = [row for row, _ in _living(section, version) if not row.name.isupper()]
    every = section != "litellm_settings"
    return tuple(dict.fromkeys(row.name for row in living if every or row.name in _UNTYPED or _settable(row)))


@lru_cache(maxsize=16)
def _by_letters(section: str, version: Version) -> Mapping[str, str]:
    """These names by their letters."""
    return {_letters(name): name for name in _settings(section, version)}


def _settable(row: Row) -> bool:
    """Whether a name of the module has a type or a value, and is neither a function nor a list of models."""
    typed = bool(row.entry.type or row.entry.default)
    return typed and not row.entry.type.startswith("Callable") and not row.name.endswith("_models")


def _letters(key: str) -> str:
    """The letters of a key, with `retries`, `retrys` and `retry` the same."""
    letters = key.replace("_", "").replace("-", "").lower()
    if letters.endswith("ies"):
        return f"{letters[:-3]}y"
    return letters[:-1] if letters.endswith("ys") else letters


@lru_cache(maxsize=1)
def _text() -> str:
    return read(Path(__file__).with_name("releases.txt"))


@lru_cache(maxsize=32)
def rows(section: str) -> tuple[Row, ...]:
    """The lines of a section as the data has them; KeyError if the data has no such section."""
    return tuple(rows_in(_text(), section))


def _living(section: str, version: Version) -> list[tuple[Row, tuple[int, int]]]:
    """The rows that hold in a release, each with the places of the first and last release that know its name."""
    before, after = around(version)
    lives: dict[str, tuple[int, int]] = {}
    for row in rows(section):
        first, _ = lives.get(row.name, (row.first, row.last))
        lives[row.name] = (first, row.last)
    return [(row, lives[row.name]) for row in rows(section) if row.first <= after and row.last >= before]


@lru_cache(maxsize=8)
def around(version: Version) -> tuple[int, int]:
    """The places of the releases of the data next to a version: the same twice where it is one of them."""
    all_versions = versions()
    newest = len(all_versions) - 1
    after = next((place for place, catalogued in enumerate(all_versions) if catalogued >= version), newest)
    return (after if all_versions[after] <= version or after == 0 else after - 1), after


def _known(row: Row, lives: tuple[int, int]) -> Known:
    entry = row.entry
    return Known(entry.type or None, entry.default or None, entry.where, _since(lives), _until(lives))


def _since(lives: tuple[int, int]) -> Version | None:
    return versions()[lives[0]] if lives[0] else None


def _until(lives: tuple[int, int]) -> Version | None:
    all_versions = versions()
    return all_versions[lives[1] + 1] if lives[1] + 1 < len(all_versions) else None
