"""What LiteLLM ignores: keys that it does not know, or not there, or no longer, and settings without effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.model import ABSENT, Change, Renamed
from litellm_harden.documents.base import Path
from litellm_harden.litellm.gates import USE_PRISMA_MIGRATE_UNREAD
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.keys.keys_found import (
    ROUTER_CACHE,
    SECTIONS,
    Strange,
    section_name,
    strange_keys,
    strange_variables,
)
from litellm_harden.rules.checks.keys.value_words import from_on
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation

if TYPE_CHECKING:
    from litellm_harden.litellm.inert import Inert

_TAKE_OUT = "take it out"
_MIGRATE = "env:USE_PRISMA_MIGRATE"
_TELEMETRY = "arg:--telemetry"
_INTERVAL = "config:general_settings.health_check_interval"
_BACKGROUND = "config:general_settings.background_health_checks"


def unknown_key(context: Context) -> Iterator[Outcome]:
    """LH201: LiteLLM knows each key of the config."""
    for strange in strange_keys(context.deployment, context.version):
        if strange.kind == "newer":
            yield Unclear(strange.address, f"LiteLLM {context.version} is newer than what is known of its settings")
        elif strange.kind == "later" and strange.known is not None:
            message = f"LiteLLM {context.version} ignores {strange.key} in {strange.inside}"
            repair = manual(f"use LiteLLM {strange.known.since} or later, which reads it, or {_TAKE_OUT}")
            yield _found(context, strange, message, "a key that this release reads", repair)
        elif strange.kind == "unknown":
            message = f"{strange.key} in {strange.inside} is ignored: {_read_instead(strange)}"
            yield _found(context, strange, message, "a key that LiteLLM reads", _spelling(context, strange))
    for name, close in strange_variables(context.deployment):
        message = f"LiteLLM reads no {name}, which is spelt almost like {close}"
        yield Violation(f"env:{name}", message, None, close, manual(f"call it {close}, if that is what is meant"))


def _read_instead(strange: Strange) -> str:
    from litellm_harden.litellm.catalogue import versions

    place = strange.place
    if place is None:
        return f"no release from {versions()[0]} to {versions()[-1]} reads it there"
    return f"LiteLLM reads {'the variable ' if place.section == 'environment' else ''}{place.key}"


def _spelling(context: Context, strange: Strange) -> Fix:
    place = strange.place
    if place is None:
        return manual(f"{_TAKE_OUT}, if no code of your own reads it")
    if place.section == "environment":
        return manual(f"set the variable {place.key}, and {_TAKE_OUT} here")
    return _renamed(context, strange.path, place.key)


def _renamed(context: Context, path: Path, key: str) -> Fix:
    """The key called rightly, unless a key of that name is there already."""
    if not context.setting(config_address((*path[:-1], key))).absent:
        return manual(f"{_TAKE_OUT}: {key} is stated beside it")
    return fix([Change(config_address(path), Renamed(key))], Applicability.UNSAFE, f"call it {key}")


def misplaced_key(context: Context) -> Iterator[Outcome]:
    """LH202: each key stands in the section in which LiteLLM reads it."""
    for strange in strange_keys(context.deployment, context.version):
        if strange.kind != "misplaced":
            continue
        home = _home(strange)
        if home is None:
            message = f"{strange.key} in {strange.inside} is ignored: it is an option of the litellm command"
            repair = manual(f"pass --{strange.key}, and {_TAKE_OUT} here")
            yield _found(context, strange, message, f"--{strange.key}", repair, Severity.MEDIUM)
            continue
        right = f"{'in' if len(home) > 1 else 'at'} {_there(home)}"
        called = "it" if home[-1] == strange.key else str(home[-1])
        message = f"{strange.key} in {strange.inside} is ignored: LiteLLM reads {called} {right}"
        yield _found(context, strange, message, right, _moved(context, strange, home, right))


def _home(strange: Strange) -> Path | None:
    """Where the key belongs; None for what is no part of the config."""
    place = strange.place
    if place is None or place.section == "environment":
        return None
    if strange.section == "model_list":
        return (*strange.path[:2], place.section, place.key)
    inside = ROUTER_CACHE if place.section == "cache_kwargs" else SECTIONS.get(place.section, ())
    return (*inside, place.key)


def _there(home: Path) -> str:
    return section_name(home) if len(home) > 1 else "the top of the config"


def _moved(context: Context, strange: Strange, home: Path, right: str) -> Fix:
    """The key moved, unless that needs a look: it is there already, or comments could be lost on the way."""
    target = context.setting(config_address(home))
    if not target.absent:
        return manual(f"{_TAKE_OUT} here: it is stated {right} too")
    if strange.key == "cache":
        return manual(f"move it to {_there(home)}, together with cache_params: alone it stops the start")
    value = strange.value
    items = value if isinstance(value, list) else [value]
    if value is None or any(isinstance(item, (dict, list)) for item in items):
        return manual(f"move it to {_there(home)}")
    changes = [Change(target.address, value), Change(strange.address, ABSENT)]
    return fix(changes, Applicability.UNSAFE, f"move it to {_there(home)}")


def inert_setting(context: Context) -> Iterator[Outcome]:
    """LH203: what is set has an effect."""
    from litellm_harden.litellm.inert import inert

    config = context.deployment.parts.config
    for section in ("general_settings", "litellm_settings", "router_settings") if config is not None else ():
        stated = config.value(section) if config is not None else None
        for key in stated if isinstance(stated, dict) else ():
            found = inert(section, str(key), context.version)
            if found is not None:
                yield _without_effect(context, (section, key), found)
    yield from _interval(context)
    if context.setting(_MIGRATE).known and context.version >= USE_PRISMA_MIGRATE_UNREAD:
        since = from_on(context, USE_PRISMA_MIGRATE_UNREAD)
        message = f"USE_PRISMA_MIGRATE has no effect{since}: LiteLLM always runs `prisma migrate deploy`"
        yield Violation(_MIGRATE, message, None, "absent", manual(_TAKE_OUT))
    if context.setting(_TELEMETRY).known:
        message = "--telemetry has no effect: LiteLLM does not look at it"
        yield Violation(_TELEMETRY, message, None, "absent", manual(_TAKE_OUT))


def _without_effect(context: Context, path: Path, found: Inert) -> Violation:
    address = config_address(path)
    repair = _renamed(context, path, found.successor) if found.successor else manual(found.instead)
    config = context.deployment.parts.config
    origin = config.key(path) if config is not None else None
    since = from_on(context, found.since) if found.since is not None else ""
    message = f"{path[-1]} {found.fact}{f',{since}' if since else ''}{found.before if since else ''}"
    return Violation(address, message, None, "what LiteLLM reads", repair, origin=origin)


def _interval(context: Context) -> Iterator[Outcome]:
    interval, background = context.setting(_INTERVAL), context.setting(_BACKGROUND)
    off = background.absent or (background.known and background.value in (False, None))
    if interval.absent or not off:
        return
    message = "health_check_interval has no effect without background_health_checks: true"
    repair = manual(f"{_TAKE_OUT}, or switch background_health_checks on (each round calls every model)")
    yield Violation(_INTERVAL, message, None, "absent", repair)


def removed_setting(context: Context) -> Iterator[Outcome]:
    """LH211: the release that runs still reads what is set."""
    for strange in strange_keys(context.deployment, context.version):
        if strange.kind != "removed" or strange.known is None:
            continue
        message = f"LiteLLM {context.version} no longer reads {strange.key} in {strange.inside}"
        place = strange.place
        near = place is not None and place.section == strange.section
        repair = _renamed(context, strange.path, place.key) if place is not None and near else manual(_TAKE_OUT)
        yield _found(context, strange, message, f"LiteLLM before {strange.known.until}", repair)


def _found(
    context: Context, strange: Strange, message: str, expected: str, repair: Fix, severity: Severity | None = None
) -> Violation:
    config = context.deployment.parts.config
    origin = config.key(strange.path) if config is not None else None
    return Violation(strange.address, message, None, expected, repair, severity, origin)


CHECKS: dict[str, Check] = {
    "unknown-key": unknown_key,
    "misplaced-key": misplaced_key,
    "inert-setting": inert_setting,
    "removed-setting": removed_setting,
}
