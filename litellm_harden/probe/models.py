"""Which models there are, and a call of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase

from litellm_harden.probe.calls import CHAT, EMBEDDING, Asking, Model, call, wrong
from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.health import MODELS, milliseconds, told
from litellm_harden.probe.model import Check, Standing
from litellm_harden.record import Record

INFO = "/v1/model/info"
ROOM = 64
"""Output tokens for a model that cannot end a thought in fewer."""


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
    info = await client.get(INFO)
    modes = _modes(info.data)
    if chosen:
        return Listed(tuple(Model(name, _mode(name, modes)) for name in dict.fromkeys(chosen)), answer=answer)
    models, skipped = [], []
    for name in dict.fromkeys(names):
        model = Model(name, _mode(name, modes))
        if reason := _unasked(model, modes):
            skipped.append(Check(name, Standing.SKIPPED, reason, model))
        else:
            models.append(model)
    return Listed(tuple(models), tuple(skipped), answer)


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
    if not model.callable:
        return Tried(Check(model.name, Standing.SKIPPED, _dear(model), model), model, asking)
    answer = await _answer(client, model, asking)
    if answer.status == 400 and asking.max_tokens < ROOM and "max_" in answer.words and "token" in answer.words:
        asking = asking._replace(max_tokens=ROOM)
        answer = await _answer(client, model, asking)
    elif not model.mode and answer.status in (400, 404, 405, 422):  # it may be no chat model: nothing says what it is
        other = model._replace(mode=EMBEDDING)
        second = await _answer(client, other, asking)
        if not second.error:
            model, answer = other, second
    version = answer.headers.get("x-litellm-version", "")
    if answer.error:
        return Tried(Check(model.name, Standing.FAILED, told(answer), model), model, asking, version)
    words = f"{model.mode or CHAT}, {milliseconds(answer.seconds)}"
    return Tried(Check(model.name, Standing.OK, words, model), model, asking, version)


async def _answer(client: Client, model: Model, asking: Asking) -> Answer:
    answer = await client.post(*call(model, asking))
    return answer._replace(error=wrong(model, answer))


def _unasked(model: Model, modes: dict[str, str]) -> str:
    """Why a listed model is not called; empty where it is."""
    if "*" in model.name:
        return f"a wildcard: --model {model.name.replace('*', 'NAME')} calls one of its models"
    if model.name not in modes and (wild := _wildcard(model.name, modes)):
        return f"one of many that {wild} stands for: --model {model.name} calls it"
    return "" if model.callable else _dear(model)


def _dear(model: Model) -> str:
    return f"{model.mode}: there is no cheap call for it"


def _mode(name: str, modes: dict[str, str]) -> str:
    return modes.get(name) or modes.get(_wildcard(name, modes), "")


def _wildcard(name: str, modes: Iterable[str]) -> str:
    return next((wild for wild in modes if "*" in wild and fnmatchcase(name, wild.replace("[", "[[]"))), "")


def _names(data: object, key: str, name: str) -> list[str] | None:
    found = data.get(key) if isinstance(data, dict) else None
    if not isinstance(found, list):
        return None
    names = [one.get(name) for one in found if isinstance(one, dict)]
    return [text for text in names if isinstance(text, str) and text]


def _modes(data: object) -> dict[str, str]:
    """The mode of each model_name, empty where it is not known. The first deployment to say it counts."""
    found = data.get("data") if isinstance(data, dict) else None
    modes: dict[str, str] = {}
    for one in found if isinstance(found, list) else ():
        name = one.get("model_name") if isinstance(one, dict) else None
        info = one.get("model_info") if isinstance(one, dict) else None
        mode = info.get("mode") if isinstance(info, dict) else None
        if isinstance(name, str):
            modes[name] = modes.get(name) or (mode if isinstance(mode, str) else "")
    return modes
