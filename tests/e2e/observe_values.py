"""Runs inside LiteLLM's environment: load each config as the proxy does, make calls, and print what came of it.

Each config is loaded in a process of its own, forked after the slow import, a few at a time.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from importlib import import_module
from typing import Any

LINE = "OBSERVED "
AT_ONCE = 8


async def load(config: str) -> dict[str, Any]:
    """What the proxy does with `config`: each answer is the name of an error, or what else there is to see."""
    litellm: Any = import_module("litellm")
    server: Any = import_module("litellm.proxy.proxy_server")
    router, _, settings = await server.ProxyConfig().load_config(router=None, config_file_path=config)
    server.llm_model_list = router.get_model_list()
    cache = getattr(litellm.cache, "cache", None)
    pool = getattr(cache, "async_redis_conn_pool", None)
    seen = {
        "start": "ok",
        "answers": await call(router, "answers"),
        "logs_to": [name for name in litellm.success_callback if isinstance(name, str)],
        "pre_call_checks": bool(router.enable_pre_call_checks),
        "cooldowns_off": bool(router.disable_cooldowns),
        "drops_params": litellm.drop_params is True,
        "hides_messages": hides_messages(),
        "error_logs_off": settings.get("disable_error_logs") is True,
        "redis": pool.connection_class.__name__ if pool is not None else None,
        "models": len(server.llm_model_list),
        "key": router.get_model_list()[0]["litellm_params"].get("api_key") if router.get_model_list() else None,
    }
    if "fails" in config:
        seen["fails"] = await call(router, "fails")
    if "checks" in config:
        seen["checks"] = await checks(server)
    return seen


async def call(router: Any, model: str) -> str:
    """The name of the error that a call of the model ends in, or ok."""
    try:
        await asyncio.wait_for(router.acompletion(model=model, messages=[{"role": "user", "content": "hi"}]), 30)
    except Exception as error:
        return type(error).__name__
    return "ok"


def hides_messages() -> bool:
    """Whether messages are kept out of logs."""
    module = import_module("litellm.litellm_core_utils.redact_messages")
    return bool(module.should_redact_message_logging({"litellm_params": {}, "standard_callback_dynamic_params": {}}))


async def checks(server: Any) -> str:
    """Whether the loop of the background health checks runs on, or has ended by itself."""
    server.health_check_results = {}
    try:
        await asyncio.wait_for(server._run_background_health_check(), 3)
    except asyncio.TimeoutError:
        return "run"
    return "ended"


def report(config: str) -> None:
    """Print what came of loading `config`."""
    try:
        seen = asyncio.run(load(config))
    except Exception as error:
        seen = {"start": type(error).__name__, "error": str(error)}
    os.write(1, f"\n{LINE}{json.dumps({'config': config, **seen})}\n".encode())  # whole, among what the others print


if __name__ == "__main__":
    import_module("litellm.proxy.proxy_server")
    configs = sys.argv[1:]
    for first in range(0, len(configs), AT_ONCE):
        children = []
        for each in configs[first : first + AT_ONCE]:
            child = os.fork()
            if child == 0:
                report(each)
                os._exit(0)
            children.append(child)
        for child in children:
            os.waitpid(child, 0)
