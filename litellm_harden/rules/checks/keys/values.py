"""LH204: values of the config are of the kind that LiteLLM can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.model import ABSENT, Change, Setting
from litellm_harden.litellm.values import (
    CALLBACK_LISTS,
    COUNT,
    MODEL_PARAMS,
    NO_START,
    NUMBER,
    NUMERAL,
    POLICY_FIELD,
    SECTIONS,
    TEXT,
    WANTED,
    WHOLE,
    Wanted,
)
from litellm_harden.rules.checks.context import Check, Context, fix, manual, refers
from litellm_harden.rules.checks.keys.unexpanded import names_variable
from litellm_harden.rules.checks.keys.value_kinds import fits, named, repaired
from litellm_harden.rules.checks.stores.redis import redis_not_connected
from litellm_harden.rules.checks.stores.redis_clients import CACHE, CACHE_SWITCH, CACHE_TYPE, stated
from litellm_harden.rules.checks.watching.prometheus import metrics_callback
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.text.secret_names import is_secret_name

if TYPE_CHECKING:
    from litellm_harden.documents.base import Path

_NUMBERS = (WHOLE, NUMBER)
_TAKEN_FROM_TEXT = (TEXT, COUNT, NUMERAL)
_BACKGROUND = "config:general_settings.background_health_checks"
_STRATEGY = "config:router_settings.routing_strategy"
_POLICIES = ("retry_policy", "allowed_fails_policy")


def wrong_type(context: Context) -> Iterator[Outcome]:
    """LH204: each value is of the kind that LiteLLM wants there."""
    config = context.deployment.parts.config
    if config is None or not config.files:
        return
    for key, wanted in SECTIONS.items():
        yield from _judged(context, (key,), wanted)
    for section, keys in WANTED.items():
        path = tuple(section.split("."))
        there = config.value(*path)
        stated_keys = there if isinstance(there, dict) else {}
        for key, wanted in keys.items():
            if key in stated_keys and wanted.holds(context.version) and _is_read(context, section, key, wanted):
                yield from _judged(context, (*path, key), wanted)
    for policy in _POLICIES:
        fields = config.value("router_settings", policy)
        for field in fields if isinstance(fields, dict) else ():
            yield from _judged(context, ("router_settings", policy, field), POLICY_FIELD)
    yield from _cache_params(context)
    yield from _callbacks(context)
    yield from _models(context)


def _is_read(context: Context, section: str, key: str, wanted: Wanted) -> bool:
    """Whether LiteLLM looks at the key at all, and no other rule speaks of it."""
    if wanted.unless and stated(context.setting(f"config:{wanted.unless}")):
        return False
    if key == "cache":
        return not _told(redis_not_connected, context, CACHE_SWITCH)
    if key == "health_check_interval":
        background = context.setting(_BACKGROUND)
        return background.known and bool(background.value)
    if section == CACHE.mapping:
        by_host = stated(context.setting(CACHE.at(CACHE.host))) and not stated(context.setting(CACHE.at(CACHE.url)))
        return _caches(context) and context.setting(CACHE_TYPE).value == "redis" and by_host
    return True


def _told(check: Check, context: Context, address: str = "") -> bool:
    """Whether another rule's check tells of it already: of that address, or as something critical."""
    found = [one for one in check(context) if isinstance(one, Violation)]
    return any(one.address == address if address else one.severity is Severity.CRITICAL for one in found)


def _caches(context: Context) -> bool:
    return context.setting(CACHE_SWITCH).value is True


def _judged(context: Context, path: Path, wanted: Wanted) -> Iterator[Outcome]:
    """The value at `path`, if it is of another kind than wanted."""
    address = config_address(path)
    setting = context.setting(address)
    if setting.unknown:
        if not refers(setting):
            return
        if wanted.kind in _NUMBERS:
            yield _from_variable(setting, wanted)
        elif wanted.kind not in _TAKEN_FROM_TEXT:
            yield Unclear(address, setting.reason)
        return
    if not setting.known or (setting.value is None and wanted.takes_null) or fits(setting.value, wanted.kind):
        return
    if names_variable(setting.value):
        return  # LH213
    if refers(setting) and wanted.kind in _NUMBERS:
        yield _from_variable(setting, wanted)
        return
    key = str(path[-1])
    message = f"{key} is {named(setting.value, is_secret_name(key))} and not {wanted.kind}: {wanted.harm}"
    repair = _repair(context, setting, wanted)
    yield _violation(setting, message, wanted, repair)


def _from_variable(setting: Setting, wanted: Wanted) -> Violation:
    key = setting.address.rpartition(".")[2]
    message = f"{key} comes from a variable, which gives a text and not {wanted.kind}: {wanted.harm}"
    return _violation(setting, message, wanted, manual(f"write {wanted.kind} into the config itself"))


def _violation(setting: Setting, message: str, wanted: Wanted, repair: Fix) -> Violation:
    key = setting.address.rpartition(".")[2]
    value = None if is_secret_name(key) else setting.value
    severity = Severity.CRITICAL if wanted.fatal else None
    return Violation(setting.address, message, value, wanted.kind, repair, severity)


def _repair(context: Context, setting: Setting, wanted: Wanted) -> Fix:
    if refers(setting):
        return manual(f"have the variable give {wanted.kind}, or write it into the config itself")
    meant = repaired(setting.value, wanted.kind)
    if wanted.kind == TEXT:
        key = setting.address.rpartition(".")[2]
        if is_secret_name(key) or setting.origin is None:
            return manual("put quotes around it")
        meant = context.deployment.workspace.source(setting.origin.file).text[slice(*setting.origin.span)]
    if meant is None:
        return manual(f"write {wanted.kind}")
    return fix([Change(setting.address, meant)], Applicability.UNSAFE if wanted.dormant else Applicability.SAFE)


def _cache_params(context: Context) -> Iterator[Outcome]:
    """cache_params that are no mapping; with a cache, even null stops the boot."""
    address = f"config:{CACHE.mapping}"
    setting = context.setting(address)
    if not _caches(context) or not setting.known or isinstance(setting.value, dict):
        return
    message = f"cache_params is {named(setting.value)} and not a mapping: {NO_START}"
    repair = manual("write what the cache is (type, host, port), or take cache_params out")
    yield Violation(address, message, setting.value, "a mapping", repair, Severity.CRITICAL)


def _callbacks(context: Context) -> Iterator[Outcome]:
    for key in (*CALLBACK_LISTS, "callbacks", "input_callback"):
        setting = context.setting(f"config:litellm_settings.{key}")
        value = setting.value
        if not setting.known or isinstance(value, (list, dict)) or names_variable(value):
            continue
        harm = _harm(key, value)
        if not harm or (key == "callbacks" and isinstance(value, str) and _told(metrics_callback, context)):
            continue
        message = f"{key} is {named(value)} and not a list: {harm[0]}"
        yield Violation(setting.address, message, value, "a list", _listed(key, setting, harm[0]), harm[1])


def _harm(key: str, value: object) -> tuple[str, Severity] | None:
    """What comes of callbacks that are no list, and how bad that is; None where nothing does or LH074 speaks of it."""
    if value == "slack" or (key in CALLBACK_LISTS and value == ""):
        return None
    if key == "input_callback":
        return ("every call fails", Severity.CRITICAL) if isinstance(value, str) and value else None
    if key == "callbacks":
        return None if isinstance(value, str) and "." in value else (NO_START, Severity.CRITICAL)
    if isinstance(value, str) and "." not in value:
        return "LiteLLM takes each letter for a callback, and does nothing", Severity.HIGH
    return NO_START, Severity.CRITICAL


def _listed(key: str, setting: Setting, harm: str) -> Fix:
    if setting.value is None:
        return fix([Change(setting.address, ABSENT)])
    if not isinstance(setting.value, str) or not setting.value or refers(setting):
        return manual("write a list of names")
    from litellm_harden.litellm.catalogue import ever

    if ever("callbacks", setting.value) is None:
        return manual("write a list of names, or of module.name for code of your own")
    works = Applicability.SAFE if harm == NO_START and key == "callbacks" else Applicability.UNSAFE
    return fix([Change(setting.address, [setting.value])], works)


def _models(context: Context) -> Iterator[Outcome]:
    """Each model's parameters; what makes an entry none is LH205's."""
    strategy = context.setting(_STRATEGY)
    by_weight = strategy.absent or strategy.value == "simple-shuffle"
    for index, model in entries(context):
        if not isinstance(model, dict):
            continue
        if "model_info" in model and not isinstance(model["model_info"], dict):
            yield from _judged(context, ("model_list", index, "model_info"), _MODEL_INFO)
        params = model.get("litellm_params")
        params = params if isinstance(params, dict) else {}
        for key, wanted in MODEL_PARAMS.items():
            if key == "weight" and not by_weight:
                continue
            if key in params and not isinstance(params[key], str if wanted.kind == TEXT else (int, float)):
                yield from _judged(context, ("model_list", index, "litellm_params", key), wanted)


_MODEL_INFO = Wanted("a mapping", NO_START, fatal=True, takes_null=False)


def entries(context: Context) -> Iterator[tuple[int, object]]:
    """The items of the model list as LiteLLM counts them, over all files."""
    config = context.deployment.parts.config
    count = 0
    for file in config.files if config is not None else ():
        data = file.document.data
        items = data.get("model_list") if isinstance(data, dict) else None
        for item in items if isinstance(items, list) else ():
            yield count, item
            count += 1


CHECKS: dict[str, Check] = {"wrong-type": wrong_type}
