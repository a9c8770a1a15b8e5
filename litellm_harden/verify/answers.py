"""What LiteLLM made of each key that the config states, told from what the probe observed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE, Config
from litellm_harden.documents.base import Key
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record
from litellm_harden.verify.mentions import find_mentions
from litellm_harden.verify.model import Answer, KeyAnswer, Observed
from litellm_harden.verify.surroundings import STAND_IN

_SECTIONS = ("general_settings", "litellm_settings", "router_settings", "environment_variables", "model_list")
_CACHE, _CACHE_PARAMS = ("litellm_settings", "cache"), ("litellm_settings", "cache_params")
_OPEN = ("litellm_params", "model_info")
"""Keys of a model that take any key."""


class _Told(Record):
    answer: Answer
    words: str = ""
    meant: bool = False


_ACCEPTED = _Told(Answer.ACCEPTED)


def answers(config: Config, observed: Observed, stand_ins: Mapping[str, str]) -> Iterator[KeyAnswer]:
    """An answer for each key of the known sections, in the order of the config; and for refusals elsewhere."""
    refused = {tuple(one["path"]): one for one in observed.refused if one["path"] is not None}
    stated = {path: value for path, value in config.walk() if _is_told(path, observed)}
    told = {path: _told(path, stated, observed, refused) for path in stated}
    unread = {path for path, one in told.items() if one is None and not _within(path, refused)}
    mentions = find_mentions(Path(observed.package), {str(path[-1]) for path in unread})
    for path in sorted({**stated, **refused}, key=partial(_order, config)):
        if path in refused:
            answer = _refusal(refused[path], config, path, stand_ins)
        elif _within(path, refused):
            answer = _Told(Answer.NOT_SEEN, "LiteLLM refuses the part of the config around it")
        elif len(path) > 1 and any(_within(one, [path]) for one in refused):
            answer = _Told(Answer.NOT_SEEN, "LiteLLM refuses a part of it")
        else:
            answer = told.get(path) or _unread(str(path[-1]), mentions, observed.loaded, _holds_anchor(config, path))
        yield KeyAnswer(config_address(path), answer.answer, answer.words, config.key(path), answer.meant)


def open_question(observed: Observed, answers: Iterable[KeyAnswer]) -> str:
    """Why this load is not what the container's would be, "" where it is."""
    elsewhere = [one for one in observed.refused if one["why"] != "refused"]
    if elsewhere:
        return f"{_HERE[elsewhere[0]['why']]}: {elsewhere[0]['words']}"
    unclear = [one for one in observed.refused if one["path"] is None]
    if not observed.loaded and not unclear and not any(one.answer is Answer.REFUSED for one in answers):
        return "LiteLLM did not load it"
    return ""


_HERE = {
    "offline": "LiteLLM connects to something, or starts a program, while it loads this, and nothing is let out",
    "module": "a module that this interpreter lacks (the container may have it) is needed",
    "file": "a file that is not here (the container may have it) is needed",
}


def _order(config: Config, path: DocumentPath) -> tuple[str, int]:
    """Where a key stands."""
    origin = config.key(path)
    return (str(origin.file), origin.span.start) if origin is not None else ("", 0)


def _is_told(path: DocumentPath, observed: Observed) -> bool:
    """Whether an answer is given for what stands at the path: the sections, and what is known of inner mappings."""
    if not all(isinstance(key, (str, int)) and not isinstance(key, bool) for key in path) or _is_aside(path[0]):
        return False
    if len(path) < 3:
        return len(path) == 1 or path[0] in _SECTIONS
    inner = ".".join(map(str, path[:2])) in observed.fields or path[:2] == _CACHE_PARAMS
    return len(path) == 3 and (inner or (path[0] == "model_list" and path[2] not in _OPEN))


def _is_aside(key: Key) -> bool:
    """Whether a top-level key is there for anchors, by the custom of Compose."""
    return str(key).startswith(("x-", "."))


def _holds_anchor(config: Config, path: DocumentPath) -> bool:
    """Whether a key is there for what other places take over from it."""
    file, local = config.locate(path)
    found = file.document.find(local)
    if found is None or found.key is None:
        return False
    return file.document.source.text[found.key.end : found.key.end + 50].lstrip(": ").startswith("&")


def _told(
    path: DocumentPath,
    stated: Mapping[DocumentPath, object],
    observed: Observed,
    refused: Collection[DocumentPath],
) -> _Told | None:
    """What the observations tell of a key; None where nothing asked for it."""
    key = str(path[-1])
    outer = ".".join(map(str, path[:-1]))
    if outer in observed.fields:
        known = key in observed.fields[outer]
        return _ACCEPTED if known else _Told(Answer.IGNORED, "LiteLLM has no such field and drops it")
    if path == ("include",) or list(path) in observed.reads:
        return _ACCEPTED
    if not observed.loaded:
        return None
    if path[0] == "model_list" and len(path) == 2:
        return _left_out(int(path[1]), observed) if path[1] in observed.dropped else _ACCEPTED
    if path[:2] == _CACHE_PARAMS and len(path) == 3 and _CACHE in refused:
        return _Told(Answer.NOT_SEEN, "the cache was not made")
    if path[:2] == _CACHE_PARAMS and len(path) == 3 and not observed.cache["on"]:
        return _Told(Answer.IGNORED, "the cache is not on", stated.get(_CACHE) is not True)
    if path[:2] == _CACHE_PARAMS and len(path) == 3:
        return _ACCEPTED if key in observed.cache["arrived"] else None
    if outer == "environment_variables":
        return _ACCEPTED if key in observed.variables else _Told(Answer.IGNORED, "LiteLLM does not set this variable")
    if outer == "router_settings" and observed.router:
        known = key in observed.router
        return _ACCEPTED if known else _Told(Answer.IGNORED, "it is no argument of Router.__init__()")
    if outer == "litellm_settings" and (key in observed.declared or key not in observed.attributes):
        return _ACCEPTED  # what becomes no attribute has a branch of its own in ProxyConfig.load_config
    return None


def _left_out(place: int, observed: Observed) -> _Told:
    """The router's words about a model that it does without."""
    errors = observed.left_out[-len(observed.dropped) :]
    error = errors[observed.dropped.index(place)] if len(errors) == len(observed.dropped) else None
    if error is not None and error["why"] == "map":
        words = "the models that this LiteLLM brings a map of do not have it (the container may fetch a newer map)"
        return _Told(Answer.NOT_SEEN, words)
    if error is None or error["why"] != "refused":
        return _Told(Answer.NOT_SEEN, f"the router leaves this model out here{': ' + error['words'] if error else ''}")
    return _Told(Answer.REFUSED, f"the router leaves this model out: {error['words']}")


def _unread(key: str, mentions: Mapping[str, str], loaded: bool, meant: bool) -> _Told:
    if key not in mentions:
        return _Told(Answer.IGNORED, "no file of this LiteLLM has that word", meant)
    if not loaded:
        return _Told(Answer.NOT_SEEN, "the load ended before")
    place = mentions[key]
    return _Told(Answer.NOT_SEEN, f"loading does not ask for it; {place} names it" if place else "nothing asks for it")


def _refusal(refusal: Mapping[str, str], config: Config, path: DocumentPath, stand_ins: Mapping[str, str]) -> _Told:
    words = refusal["words"]
    if refusal["why"] != "refused":
        return _Told(Answer.NOT_SEEN, f"{_HERE[refusal['why']]}: {words}")
    shapes = [value for value in stand_ins.values() if STAND_IN in value]
    if _reference(config, path) in stand_ins or any(one in words for one in (*stand_ins, *shapes)):
        return _Told(Answer.NOT_SEEN, f"a variable that it refers to is not known here: {words}")
    return _Told(Answer.REFUSED, words)


def _reference(config: Config, path: DocumentPath) -> str:
    """The variable that the value at the path refers to, if it does."""
    origin = next(config.statements(path), None)
    value = origin.value if origin is not None else None
    return value.removeprefix(REFERENCE) if isinstance(value, str) and value.startswith(REFERENCE) else ""


def _within(path: DocumentPath, outer: Iterable[DocumentPath]) -> bool:
    return any(len(path) > len(one) and path[: len(one)] == one for one in outer)
