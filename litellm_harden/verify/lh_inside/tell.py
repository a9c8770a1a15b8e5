"""What LiteLLM has in memory after a load."""

from __future__ import annotations

import importlib
import inspect
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .load import Load

_MODELS = {
    "router_settings.retry_policy": ("litellm.types.router", "RetryPolicy"),
    "router_settings.allowed_fails_policy": ("litellm.types.router", "AllowedFailsPolicy"),
    "general_settings.alerting_args": ("litellm.types.integrations.slack_alerting", "SlackAlertingArgs"),
}
"""Settings that become a model of pydantic, which leaves out what it has no field for."""


def declared(keys: list[str]) -> list[str]:
    """Which of the keys are attributes of the module `litellm`."""
    litellm = importlib.import_module("litellm")
    return [key for key in keys if hasattr(litellm, key)]


def tell(load: Load, original: Callable[[tuple[Any, ...]], list[Any]]) -> dict[str, Any]:
    """What a load came to. `original` gives a path of what was loaded as the config has it."""
    litellm = importlib.import_module("litellm")
    settings = load.data.get("litellm_settings")
    return {
        "version": version(),
        "package": str(Path(str(litellm.__file__)).resolve().parent),
        "loaded": load.error is None,
        "reads": [original(path) for path in load.reads],
        "router": sorted(load.given),
        "attributes": [key for key in settings if hasattr(litellm, str(key))] if isinstance(settings, dict) else [],
        "fields": fields(),
        "cache": cache(litellm, settings),
        "dropped": [original(("model_list", place))[1] for place in dropped(load)],
        "variables": variables(load.data.get("environment_variables")),
    }


def version() -> str:
    """The release that is installed."""
    from importlib.metadata import version as installed

    return installed("litellm")


def fields() -> dict[str, list[str]]:
    """The fields of the settings that are models."""
    found = {}
    for address, (module, name) in _MODELS.items():
        model = getattr(importlib.import_module(module), name, None)
        if model is not None:
            found[address] = sorted(model.model_fields)
    return found


def cache(litellm: Any, settings: Any) -> dict[str, Any]:
    """Whether the cache is on, and which of its params arrived: as arguments of it, or at the Redis client."""
    made = litellm.cache
    stated = settings.get("cache_params") if isinstance(settings, dict) else None
    if not hasattr(made, "cache") or not isinstance(stated, dict):
        return {"on": hasattr(made, "cache"), "arrived": []}
    arguments = inspect.signature(type(made).__init__).parameters
    arrived = [key for key in stated if key in arguments]
    for name in ("redis_client", "async_redis_conn_pool"):
        pool = getattr(made.cache, name, None)
        pool = getattr(pool, "connection_pool", pool)
        has = {**getattr(pool, "connection_kwargs", {}), "max_connections": getattr(pool, "max_connections", None)}
        arrived += [key for key, value in stated.items() if key in has and str(has[key]) == str(value)]
    return {"on": True, "arrived": sorted(set(arrived))}


def dropped(load: Load) -> list[int]:
    """The places in model_list of those that the router left out; they come in the same order."""
    stated = load.data.get("model_list")
    if load.router is None or not isinstance(stated, list):
        return []
    kept = [names(model) for model in load.router.model_list or []]
    left_out, at = [], 0
    for place, model in enumerate(stated):
        if len(stated) > len(kept) and (at >= len(kept) or kept[at] != names(model)):
            left_out.append(place)
        else:
            at += 1
    return left_out


def names(model: Any) -> Any:
    """What tells one model of a list from another."""
    params = model.get("litellm_params") if isinstance(model, dict) else None
    return (model.get("model_name"), params.get("model") if isinstance(params, dict) else None) if params else None


def variables(stated: Any) -> list[str]:
    """The entries of `environment_variables` that are in the environment now."""
    return [str(name) for name in stated if str(name) in os.environ] if isinstance(stated, dict) else []
