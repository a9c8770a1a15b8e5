"""LH205: values that LiteLLM rejects, or takes for something else than they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.documents.base import Key
from litellm_harden.litellm.gates import REFUSES_OTHER_DATABASES, ROUTER_KEEPS_ITS_OWN, ROUTER_REFUSES_HEALTH_CHECKS
from litellm_harden.litellm.values import (
    DATABASE_SCHEMES,
    GENERIC_CALLBACKS,
    MANAGED_BY_PROXY,
    NO_START,
    NOT_AMONG_CALLBACKS,
)
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.keys.unexpanded import names_variable
from litellm_harden.rules.checks.keys.value_kinds import named
from litellm_harden.rules.checks.keys.value_words import from_on, known_words, knows_word, safe_if_sure
from litellm_harden.rules.checks.keys.values import entries
from litellm_harden.rules.checks.keys.values_cache import cache_type, cache_without_redis, redis_options
from litellm_harden.rules.checks.stores.redis_clients import CLIENTS, mapping
from litellm_harden.rules.model import Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import nearest, shown
from litellm_harden.text.patterns import pattern

STRATEGY = "config:router_settings.routing_strategy"
CALLBACKS = "config:litellm_settings.callbacks"
_SCHEME = pattern(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_HOOKS = ("custom_auth", "custom_key_generate", "custom_sso")
_FALLBACKS = ("fallbacks", "content_policy_fallbacks")


def invalid_value(context: Context) -> Iterator[Outcome]:
    """LH205: each value is one that LiteLLM takes for what it says."""
    config = context.deployment.parts.config
    yield from _database_url(context)
    if config is None or not config.files:
        return
    yield from _strategy(context)
    yield from _router_keys(context)
    yield from _fallbacks(context)
    yield from _aliases(context)
    yield from cache_type(context)
    yield from cache_without_redis(context)
    for client in CLIENTS:
        yield from redis_options(context, client)
    yield from _callbacks(context)
    yield from _hooks(context)
    yield from _models(context)


def _strategy(context: Context) -> Iterator[Outcome]:
    setting = context.setting(STRATEGY)
    value = setting.value
    if setting.unknown:
        yield Unclear(STRATEGY, setting.reason)
        return
    if not setting.known or names_variable(value):
        return
    if isinstance(value, str) and knows_word(context, "routing_strategies", value):
        return
    expected = ", ".join(known_words(context, "routing_strategies"))
    if value is None:
        message = "routing_strategy is null: the proxy finds no deployment for any call"
        yield Violation(STRATEGY, message, value, expected, fix([Change(STRATEGY, ABSENT)]), Severity.CRITICAL)
        return
    hint = nearest(str(value), expected.split(", "))
    # Up to 1.80.11 the proxy starts with it, and finds no deployment.
    message = f"routing_strategy is {shown(value)}, which LiteLLM does not know: no call is answered"
    repair = manual(f"name a strategy that there is{hint} (simple-shuffle is LiteLLM's own)")
    yield Violation(STRATEGY, message, value, expected, repair, Severity.CRITICAL)


def _router_keys(context: Context) -> Iterator[Outcome]:
    """Keys of router_settings that stop the boot."""
    if context.version >= ROUTER_REFUSES_HEALTH_CHECKS:
        for key in ("health_check_interval", "health_check_concurrency"):
            refused = f"LiteLLM refuses it{from_on(context, ROUTER_REFUSES_HEALTH_CHECKS)}"
            yield from _refused_key(context, key, refused, moved=True)
    if context.version < ROUTER_KEEPS_ITS_OWN:
        for key in MANAGED_BY_PROXY:
            yield from _refused_key(context, key, "the proxy passes it itself", moved=False)


BACKGROUND_CHECKS = "config:general_settings.background_health_checks"


def _refused_key(context: Context, key: str, why: str, moved: bool) -> Iterator[Outcome]:
    config = context.deployment.parts.config
    path = ("router_settings", key)
    address = config_address(path)
    setting = context.setting(address)
    origin = config.key(path) if config is not None else None
    if origin is None:
        return
    message = f"{key} stands in router_settings, where {why}: {NO_START}"
    home = context.setting(f"config:general_settings.{key}")
    whole = setting.known and isinstance(setting.value, int) and not isinstance(setting.value, bool)
    if moved and home.absent and whole and context.setting(BACKGROUND_CHECKS).value is True:
        changes = [Change(home.address, setting.value), Change(address, ABSENT)]
        repair = fix(changes, safe_if_sure(context), f"move {key} to general_settings")
    else:
        repair = fix([Change(address, ABSENT)], safe_if_sure(context))
    yield Violation(address, message, None, "absent", repair, Severity.CRITICAL, origin)


def _fallbacks(context: Context) -> Iterator[Outcome]:
    """Lists of fallbacks that the router's validate_fallbacks rejects; those of router_settings win where not empty."""
    for key in _FALLBACKS:
        router, general = (
            context.setting(f"config:{section}.{key}") for section in ("router_settings", "litellm_settings")
        )
        setting = router if not router.absent and router.value else general
        value = setting.value
        if not setting.known or not value:
            continue
        wrong = _wrong_fallback(value)
        if wrong:
            message = f"{key} {wrong}: {NO_START}"
            repair = manual("write a list with one mapping for each model: - model: [fallback, fallback]")
            yield Violation(setting.address, message, value, "a list of mappings of one key", repair, Severity.CRITICAL)


def _wrong_fallback(value: object) -> str:
    if not isinstance(value, list):
        return f"is {named(value)} and not a list"
    for item in value:
        if not isinstance(item, dict):
            return f"has {named(item)} where a mapping of one model belongs"
        if len(item) != 1:
            return f"has a mapping of {len(item)} models where each needs one of its own"
    return ""


def _aliases(context: Context) -> Iterator[Outcome]:
    """Aliases as mappings, which need both `model` and `hidden` (router.py, set_model_list)."""
    base = "router_settings", "model_group_alias"
    for name, alias in mapping(context, config_address(base)).items():
        if not isinstance(alias, dict) or "model" not in alias or "hidden" in alias:
            continue
        address = config_address((*base, cast("Key", name)))
        message = f"the alias {shown(name)} is a mapping without hidden: {NO_START}"
        repair = fix([Change(config_address((*base, cast("Key", name), "hidden")), False)])
        yield Violation(address, message, None, "model and hidden", repair, Severity.CRITICAL)


def _callbacks(context: Context) -> Iterator[Outcome]:
    """Names that LiteLLM takes for a Python module's, because it knows no callback of that name."""
    setting = context.setting(CALLBACKS)
    if not setting.known or not isinstance(setting.value, list):
        return
    own = mapping(context, "config:callback_settings")
    for index, name in enumerate(setting.value):
        if isinstance(name, str) and (name == "slack" or name.startswith(REFERENCE) or names_variable(name)):
            continue  # LH074, LH209, LH213
        if isinstance(name, str) and (_is_callback(context, name) or "." in name or "://" in name or name in own):
            continue
        path = ("litellm_settings", "callbacks", index)
        said = shown(name) if isinstance(name, str) else named(name)
        message = f"callbacks has {said}, which is no callback of LiteLLM's and no module.name: {NO_START}"
        repair = _callback_fix(context, name)
        yield Violation(config_address(path), message, name, "a callback", repair, Severity.CRITICAL)


def _is_callback(context: Context, name: str) -> bool:
    return name in GENERIC_CALLBACKS or (name not in NOT_AMONG_CALLBACKS and knows_word(context, "callbacks", name))


def _callback_fix(context: Context, name: object) -> Fix:
    if not isinstance(name, str):
        return manual("write the names of callbacks, as texts")
    if name in NOT_AMONG_CALLBACKS:
        return manual(f"name {name} in success_callback and failure_callback, where LiteLLM knows it, and not here")
    close = nearest(name, known_words(context, "callbacks"))
    return manual(f"take it out, or name a callback that there is{close}")


def _hooks(context: Context) -> Iterator[Outcome]:
    """Code of the owner's, which LiteLLM loads by module.name."""
    for key in _HOOKS:
        setting = context.setting(f"config:general_settings.{key}")
        if not setting.known or not isinstance(setting.value, str) or "." in setting.value:
            continue
        if "://" in setting.value or names_variable(setting.value):
            continue
        message = f"{key} is {shown(setting.value)}, which is no module.name: {NO_START}"
        repair = manual("write the module and the name in it: my_module.my_function")
        yield Violation(setting.address, message, setting.value, "module.name", repair, Severity.CRITICAL)


def _models(context: Context) -> Iterator[Outcome]:
    """Entries of the model list that are none: one is enough to stop the boot."""
    for index, model in entries(context):
        wrong = _wrong_entry(model)
        if wrong:
            message = f"the entry {index + 1} of model_list {wrong}: {NO_START}"
            repair = manual("give it a model_name, and litellm_params with a model, or take it out")
            address = config_address(("model_list", index))
            expected = "model_name and litellm_params.model"
            yield Violation(address, message, None, expected, repair, Severity.CRITICAL)


def _wrong_entry(model: object) -> str:
    if not isinstance(model, dict):
        return f"is {named(model, hidden=True)} and not a mapping"
    if "litellm_params" not in model:
        return "has no litellm_params"
    params = model["litellm_params"]
    if not isinstance(params, dict):
        return f"has {named(params, hidden=True)} for its litellm_params"
    if "model" not in params:
        return "has no model in its litellm_params"
    if not isinstance(params["model"], str):
        return f"has {named(params['model'])} for its model"
    if not isinstance(model.get("model_name"), str):
        return f"has {named(model['model_name'])} for its name" if "model_name" in model else "has no model_name"
    return ""


def _database_url(context: Context) -> Iterator[Outcome]:
    """A database that is not Postgres; only the scheme is ever shown."""
    if context.version < REFUSES_OTHER_DATABASES:
        return
    stated_here = context.setting("config:general_settings.database_url")
    setting = context.setting("env:DATABASE_URL") if stated_here.absent else stated_here
    if not setting.known or not isinstance(setting.value, str):
        return
    match = _SCHEME.match(setting.value)
    if match is None or match[1].lower() in DATABASE_SCHEMES:
        return
    alone = f"takes postgresql: alone{from_on(context, REFUSES_OTHER_DATABASES)}"
    message = f"the database is given as {match[1]}:, and LiteLLM {alone}: {NO_START}"
    repair = manual("give the address of a Postgres, or leave the database out")
    yield Violation(setting.address, message, None, "postgresql://…", repair, Severity.CRITICAL)


CHECKS: dict[str, Check] = {"invalid-value": invalid_value}
