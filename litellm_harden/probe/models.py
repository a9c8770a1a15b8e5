"""Which models there are, and a call of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from litellm_harden.probe.calls import CHAT, EMBEDDING, Asking, Model, call, wrong
from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.health import MODELS, milliseconds, told
from litellm_harden.probe.model import Check, Standing
from litellm_harden.probe.words import cleaned
from litellm_harden.record import Record

INFO = "/v1/model/info"
ROOM = 64
"""Output tokens for a model that cannot end a thought in fewer."""


_HINTS = {
    "embed": EMBEDDING,
    "bge-": EMBEDDING,
    "rerank": "rerank",
    "moderation": "moderation",
    "whisper": "audio_transcription",
    "tts-": "audio_speech",
    "dall-e": "image_generation",
    "gpt-image": "image_generation",
}


class Listed(Record):
    """The models that the key may call, and those that are not to be called, with the reason; or an error."""

    models: tuple[Model, ...] = ()
    skipped: tuple[Check, ...] = ()
    answer: Answer = Answer(0)


async def listed(client: Client, chosen: Sequence[str] = ()) -> Listed:
    """The models of /v1/models, or the `chosen` ones, with the modes that /v1/model/info has."""
    answer = await client.get(MODELS)
    if answer.error:
        return Listed(answer=answer)
    names = _names(answer.data, "data", "id")
    if names is None:
        return Listed(answer=answer._replace(error="unreadable answer", words=f"{MODELS} is no list of models"))
    info = _Info((await client.get(INFO)).data)
    if chosen:
        return Listed(tuple(Model(name, info.mode(name)) for name in dict.fromkeys(chosen)), answer=answer)
    models, skipped = [], []
    by_wildcard: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        model = Model(name, info.mode(name))
        if wildcard := info.wildcard(name):
            by_wildcard.setdefault(wildcard, []).append(name)
        elif not model.callable:
            skipped.append(Check(name, Standing.SKIPPED, _dear(model), model))
        else:
            models.append(model)
    skipped += [_wild(wildcard, found) for wildcard, found in by_wildcard.items()]
    return Listed(tuple(models), tuple(skipped), answer)


def _wild(wildcard: str, names: Sequence[str]) -> Check:
    """One word on the models of a wildcard: LiteLLM lists all that it knows of the provider, bought or not."""
    known = sum("*" not in name for name in names)
    many = f"a wildcard, {known} models listed" if known else "a wildcard"
    example = wildcard.replace("*", "NAME")
    return Check(wildcard, Standing.SKIPPED, f"{many}: --model {example} calls one of them")


class Tried(Record):
    """What a model answered. `model` and `asking` are what it takes to get an answer."""

    check: Check
    model: Model
    asking: Asking
    version: str = ""


async def tried(
    client: Client, models: Sequence[Model], asking: Asking, tell: Callable[[int], object] = lambda _: None
) -> list[Tried]:
    """Call each model once, in their order; `tell` is told how many have answered. Few at a time: it is no load run."""
    room = asyncio.Semaphore(3)
    done = 0

    async def one(model: Model) -> Tried:
        nonlocal done
        async with room:
            found = await _try(client, model, asking)
        done += 1
        tell(done)
        return found

    return list(await asyncio.gather(*map(one, models)))


async def _try(client: Client, model: Model, asking: Asking) -> Tried:
    known, model = model.mode, model._replace(mode=model.mode or _guessed(model.name))
    if not model.callable:  # one that is not listed, or by its name alone
        return Tried(Check(model.name, Standing.SKIPPED, _dear(model), model), model, asking)
    answer = await _answer(client, model, asking)
    if answer.status == 400 and asking.max_tokens < ROOM and "max_" in answer.words and "token" in answer.words:
        asking = asking._replace(max_tokens=ROOM)
        answer = await _answer(client, model, asking)
    elif not known and answer.status in (400, 404, 405, 422):  # it may be no chat model: nothing says what it is
        other = model._replace(mode=EMBEDDING if model.mode == CHAT else CHAT)
        second = await _answer(client, other, asking)
        if not second.error:
            model, answer = other, second
    version = cleaned(answer.headers.get("x-litellm-version", ""), client.target.key)[:40]
    if answer.error:
        return Tried(Check(model.name, Standing.FAILED, told(answer), model), model, asking, version)
    words = f"{model.mode}, {milliseconds(answer.seconds)}"
    return Tried(Check(model.name, Standing.OK, words, model), model, asking, version)


async def _answer(client: Client, model: Model, asking: Asking) -> Answer:
    answer = await client.post(*call(model, asking))
    return answer._replace(error=wrong(model, answer))


def _guessed(name: str) -> str:
    """What a model may be of which nothing is said: a call of the wrong kind puts it out of rotation for a while."""
    name = name.lower()
    return next((mode for word, mode in _HINTS.items() if word in name), CHAT)


def _dear(model: Model) -> str:
    return f"{model.mode}: there is no cheap call for it"


def _names(data: object, key: str, name: str) -> list[str] | None:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, list):
        return None
    names = [one.get(name) for one in found if isinstance(one, dict)]
    return [text for text in names if isinstance(text, str) and text]


class _Info:
    """What /v1/model/info says: the modes, and which names come of one entry of the config, by its id."""

    def __init__(self, data: object) -> None:
        self._modes: dict[str, str] = {}
        self._ids: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        found = data.get("data") if isinstance(data, dict) else None
        for one in found if isinstance(found, list) else ():
            name = one.get("model_name") if isinstance(one, dict) else None
            if isinstance(name, str):
                self._add(name, one.get("model_info"))

    def _add(self, name: str, info: object) -> None:
        mode, id_ = (info.get("mode"), info.get("id")) if isinstance(info, dict) else (None, None)
        self._modes[name] = self._modes.get(name) or (mode if isinstance(mode, str) else "")
        if isinstance(id_, str):
            self._ids.setdefault(name, id_)
            self._names.setdefault(id_, []).append(name)

    def mode(self, name: str) -> str:
        """The mode of a model, of which one deployment at least says it; or empty."""
        return self._modes.get(name, "")

    def wildcard(self, name: str) -> str:
        """The wildcard that a name is, or comes of; or empty. LiteLLM gives all names of one the same id."""
        if "*" in name:
            return name
        family = self._names.get(self._ids.get(name, ""), [])
        if len(set(family)) < 2:
            return ""
        return next((other for other in family if "*" in other), f"{name.partition('/')[0]}/*")
