"""What LiteLLM finds in place of the world around it: no .env of this machine, a Redis that answers, no own code."""

from __future__ import annotations

import importlib
from typing import Any


def neutralise(own_code: list[str]) -> None:
    """To be done before LiteLLM's proxy is imported. `own_code` gets the names of the owner's own that are not run."""
    for name in ("dotenv", "dotenv.main"):
        importlib.import_module(name).load_dotenv = lambda *_, **__: False  # type: ignore[attr-defined]
    for name in ("redis.client", "redis.asyncio.client"):
        try:
            client = importlib.import_module(name).Redis
        except ImportError:
            continue
        client.ping = answers if ".asyncio" in name else lambda *_, **__: True
        importlib.import_module(name.replace("client", "retry")).sleep = answers if ".asyncio" in name else int  # type: ignore[attr-defined]
    importlib.import_module("litellm")
    utilities: Any = importlib.import_module("litellm.proxy.types_utils.utils")
    original = utilities.get_instance_fn

    def stand_in(value: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(value, str) or "." not in value or value.startswith("litellm"):
            return original(value, *arguments, **named)
        if value not in own_code:
            own_code.append(value)
        return own_class()()

    utilities.get_instance_fn = stand_in


async def answers(*_: Any, **__: Any) -> bool:
    """In place of what waits for an answer."""
    return True


def own_class() -> Any:
    """What stands for the owner's callbacks, guardrails and functions: an instance that can be called for another."""
    base = importlib.import_module("litellm.integrations.custom_guardrail").CustomGuardrail

    class Own(base):  # type: ignore[misc,valid-type]
        def __call__(self, *_: Any, **__: Any) -> Any:
            return Own()

    return Own
