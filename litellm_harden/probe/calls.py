"""The cheapest call that a model of each mode can be asked, and whether an answer is one.

Modes are those of `model_info.mode` in LiteLLM's /v1/model/info.
"""

from __future__ import annotations

import itertools
import uuid
from typing import Any

from litellm_harden.probe.client import Answer
from litellm_harden.record import Record

PROMPT = "Say ok."
CHAT, EMBEDDING = "chat", "embedding"

_PATHS = {
    CHAT: "/v1/chat/completions",
    "completion": "/v1/completions",
    "responses": "/v1/responses",
    EMBEDDING: "/v1/embeddings",
    "rerank": "/v1/rerank",
    "moderation": "/v1/moderations",
}
"""Where each mode is called. What is not here costs much for each call, or needs files."""

_ANSWERS = {"responses": "output", EMBEDDING: "data", "rerank": "results", "moderation": "results"}
"""The key that an answer of each mode has; that of the others is "choices"."""

_LEAST_OUTPUT = {"responses": 16}
"""The fewest tokens that may be asked for (OpenAI's API reference: max_output_tokens of responses)."""


class Model(Record):
    """A model by the name that callers use. `mode` is empty where the proxy does not say it."""

    name: str
    mode: str = ""

    @property
    def callable(self) -> bool:
        """Whether there is a cheap call for it."""
        return (self.mode or CHAT) in _PATHS


class Asking(Record):
    """What calls say: `max_tokens` of output to `prompt`. `cached`: the same each time, so that a cache may answer."""

    prompt: str = PROMPT
    max_tokens: int = 1
    cached: bool = False


_run = uuid.uuid4().hex[:12]
_numbers = itertools.count()


def call(model: Model, asking: Asking) -> tuple[str, dict[str, Any]]:
    """The path and the body of a call. Unless `asking.cached`, no cache can have an answer and none keeps it."""
    mode = model.mode or CHAT
    text = asking.prompt if asking.cached else f"{_run}-{next(_numbers)} {asking.prompt}"
    body: dict[str, Any] = {"model": model.name}
    if not asking.cached:
        body["cache"] = {"no-cache": True, "no-store": True}
    if mode == CHAT:
        body.update(messages=[{"role": "user", "content": text}], max_tokens=asking.max_tokens)
    elif mode == "completion":
        body.update(prompt=text, max_tokens=asking.max_tokens)
    elif mode == "responses":
        body.update(input=text, max_output_tokens=max(asking.max_tokens, _LEAST_OUTPUT[mode]))
    elif mode == "rerank":
        body.update(query=text, documents=["ok", "no"])
    else:
        body.update(input=text)
    return _PATHS[mode], body


def wrong(model: Model, answer: Answer) -> str:
    """The kind of error that an answer is; empty where the model has answered."""
    if answer.error:
        return answer.error
    data = answer.data
    expected = _ANSWERS.get(model.mode, "choices")
    return "" if isinstance(data, dict) and data.get(expected) else "no answer of a model"
