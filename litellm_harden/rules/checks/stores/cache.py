"""Item 10: how long, when and what the cache keeps."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Change, Excluding, Setting
from litellm_harden.litellm.cache import MODES, call_types
from litellm_harden.litellm.gates import CACHE_MAX_MESSAGES
from litellm_harden.litellm.versions import NEWEST, Version
from litellm_harden.rules.checks.context import Check, Context, fix
from litellm_harden.rules.expect import number
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

TTL = "config:litellm_settings.cache_params.ttl"
MODE = "config:litellm_settings.cache_params.mode"
TYPES = "config:litellm_settings.cache_params.supported_call_types"
KIND = "config:litellm_settings.cache_params.type"

_OWN_TTL = {
    "local": "config:litellm_settings.cache_params.default_in_memory_ttl",
    "redis": "config:litellm_settings.cache_params.default_in_redis_ttl",
    "redis-semantic": "config:litellm_settings.cache_params.default_in_redis_ttl",
}
"""By type of the cache, the key that wins over ttl (caching/caching.py, Cache.__init__)."""

_DEFAULT_TTL = {"local": 600, "redis": 60}
"""Seconds that an answer is kept where nothing is stated (in_memory_cache.py and base_cache.py); elsewhere for ever."""

_EMBEDDINGS = ("embedding", "aembedding")
_OLDEST = Version(0, 0, 0)
_NARROWED = ["acompletion"]
"""The call type of the proxy's chat completions: what the checklist caches."""


def cache_ttl(context: Context) -> Iterator[Outcome]:
    """LH101: an answer is kept for a while that is worth the trouble."""
    kind = context.setting(KIND)
    # Without any cache_params LiteLLM takes Redis; with some but no type, memory.
    without = "local" if context.setting("config:litellm_settings.cache_params").value else "redis"
    name = str(kind.value) if kind.known and kind.value is not None else without
    own = context.setting(_OWN_TTL.get(name, TTL))
    setting = context.setting(TTL) if own.absent or (own.known and own.value is None) else own
    unknown = next((each for each in (kind, setting) if each.unknown), None)
    if unknown is not None:
        yield Unclear(TTL, unknown.reason)
        return
    value = setting.value if setting.known else None
    least = context.amount("least")
    seconds = _DEFAULT_TTL.get(name) if value is None else number(value)
    if seconds is None or seconds < least:
        message = _ttl_message(setting, value, seconds)
        change = Change(setting.address, context.amount("seconds"))
        yield Violation(setting.address, message, value, f"at least {least}", _longer(change))


def _longer(change: Change) -> Fix:
    repair = fix([change], Applicability.UNSAFE)
    return repair._replace(description=f"{repair.description}, so that answers get older")


def _ttl_message(setting: Setting, value: object, seconds: float | None) -> str:
    key = setting.address.rpartition(".")[2]
    if value is not None and seconds is None:
        return f"{key} is {shown(value)}, which is no number of seconds"
    if value is not None:
        return f"{key} is {shown(value)} s: most questions that come again find their answer gone"
    if seconds is None:
        return "no ttl is stated: this kind of cache keeps its answers for ever"
    return f"no ttl is stated, so an answer is kept for {seconds} s: most questions that come again find it gone"


def cache_mode(context: Context) -> Iterator[Outcome]:
    """LH102: the mode is a word that LiteLLM knows."""
    mode = context.setting(MODE)
    if mode.unknown:
        yield Unclear(MODE, mode.reason)
        return
    if not mode.known or mode.value is None or mode.value in MODES:
        return
    message, repair = _mode(mode.value)
    yield Violation(MODE, message, mode.value, " or ".join(MODES), repair)


def _mode(value: object) -> tuple[str, Fix]:
    """What a mode that is none comes to, and the word for what it does or was meant to do."""
    said = f"mode is {shown(value)}, which is no mode"
    if not value:
        message = f"{said}: LiteLLM takes it for default_on and caches every request"
        return message, fix([Change(MODE, "default_off")], Applicability.UNSAFE)
    message = f"{said}: it acts as default_off, so only requests that ask for it are cached"
    word = str(value).lower()
    if value is True or ("on" in word and "off" not in word):
        return message, fix([Change(MODE, "default_on")], Applicability.UNSAFE)
    return message, fix([Change(MODE, "default_off")])


def cache_call_types(context: Context) -> Iterator[Outcome]:
    """LH103: what is cached is named, by names that LiteLLM knows, and embeddings are not among it."""
    setting = context.setting(TYPES)
    if setting.unknown:
        yield Unclear(TYPES, setting.reason)
        return
    stated = setting.value if setting.known else None
    if stated is None:
        message = f"supported_call_types is not stated: whatever is called is cached, embeddings too{_note(context)}"
        yield Violation(TYPES, message, None, shown(_NARROWED), _narrowed())
        return
    names = list(dict.fromkeys(map(str, stated if isinstance(stated, list) else [stated])))
    known = _known(context)
    wrong = [name for name in names if name not in known]
    embeddings = [name for name in names if name in _EMBEDDINGS]
    if wrong:
        all_wrong = len(wrong) == len(names)
        which = ", ".join(map(shown, wrong))
        message = f"supported_call_types names {which}, which LiteLLM {_release(context)}does not know"
        message += ": nothing is cached" if all_wrong else " and skips without a word"
        repair = _narrowed() if all_wrong else _without(wrong, partial=bool(embeddings))
        yield Violation(TYPES, message, stated, "names of call types", repair)
    elif embeddings:
        message = f"supported_call_types has embeddings, which fill the cache beside the answers{_note(context)}"
        repair = _without_embeddings(names, embeddings)
        yield Violation(TYPES, message, stated, "no embeddings", repair, Severity.LOW)


def _narrowed() -> Fix:
    repair = fix([Change(TYPES, list(_NARROWED))], Applicability.UNSAFE)
    return repair._replace(description=f"{repair.description}, so that nothing else is cached any more")


def _without(names: list[str], partial: bool) -> Fix:
    return fix([Change(TYPES, Excluding(name)) for name in names], partial=partial)


def _without_embeddings(names: list[str], embeddings: list[str]) -> Fix:
    if len(embeddings) == len(names):
        return _narrowed()
    return fix([Change(TYPES, Excluding(name)) for name in embeddings], Applicability.UNSAFE)


def _known(context: Context) -> frozenset[str]:
    """The names of the release; of any release where it is not known."""
    version = context.deployment.version
    return call_types(version) if version is not None else call_types(_OLDEST) | call_types(NEWEST)


def _release(context: Context) -> str:
    return f"{context.deployment.version} " if context.deployment.version is not None else ""


def _note(context: Context) -> str:
    """What else decides which conversations are cached, where LiteLLM has that bound."""
    if context.version < CACHE_MAX_MESSAGES:
        return ""
    limit = context.setting("config:litellm_settings.cache_params.max_messages")
    return " (conversations of more than 4 messages are not cached at all)" if limit.absent else ""


CHECKS: dict[str, Check] = {
    "cache-ttl": cache_ttl,
    "cache-mode": cache_mode,
    "cache-call-types": cache_call_types,
}
