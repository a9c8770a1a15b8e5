"""What LiteLLM finds in place of the world around it: no .env of this machine, a Redis that answers, no own code."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.util
import sys
from pathlib import Path
from typing import Any


def neutralise(folder: str, own_code: list[str]) -> None:
    """To be done before LiteLLM's proxy is imported. The owner's own code beside the config, in
    `folder`, is not run; `own_code` gets its names."""
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

    def note(name: str) -> None:
        if name not in own_code:
            own_code.append(name)

    def stand_in(value: Any, *arguments: Any, **named: Any) -> Any:
        if not isinstance(value, str) or "." not in value or value.startswith("litellm"):
            return original(value, *arguments, **named)
        note(value)
        return own_class()()

    utilities.get_instance_fn = stand_in
    from_file = importlib.util.spec_from_file_location

    def own_spec(name: str, location: Any = None, *arguments: Any, **named: Any) -> Any:
        """The custom guardrails of 1.81.0 are read from files without get_instance_fn."""
        file = Path(str(location)).resolve()
        if not file.is_relative_to(Path(folder).resolve()) or file.is_relative_to(Path(sys.prefix).resolve()):
            return from_file(name, location, *arguments, **named)
        note(f"{file.stem}.{name}")
        return importlib.util.spec_from_loader(name, OwnLoader())

    importlib.util.spec_from_file_location = own_spec


class OwnLoader(importlib.abc.Loader):
    """Makes, in place of a module of the owner's, one that has whatever is asked of it."""

    def create_module(self, _: Any) -> None:
        """As usual."""

    def exec_module(self, module: Any) -> None:
        """Run nothing."""
        module.__getattr__ = lambda _: own_class()()


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
