"""Runs inside LiteLLM's environment: load each config as the proxy does and print what came of it, a JSON line each.

Each config is loaded in a process of its own, forked after the slow import.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from importlib import import_module
from typing import Any

LINE = "OBSERVED "


async def load(config: str) -> dict[str, Any]:
    """The settings of the proxy as they are in memory once it has read `config`."""
    litellm, server = import_module("litellm"), import_module("litellm.proxy.proxy_server")
    router, _, _ = await server.ProxyConfig().load_config(router=None, config_file_path=config)
    return {
        "config": config,
        "allowed_fails": router.allowed_fails,
        "cooldown_time": router.cooldown_time,
        "retry_policy": policy(router.retry_policy),
        "allowed_fails_policy": policy(router.allowed_fails_policy),
        "redis_connections": connections(router.cache.redis_cache),
        "prints_verbosely": prints_verbosely(),
        "json_logs": bool(litellm.json_logs or import_module("litellm._logging").json_logs),
        "log_level": logging.getLevelName(import_module("litellm._logging").handler.level),
    }


def policy(found: Any) -> dict[str, int] | None:
    """The fields of a policy that are set."""
    return None if found is None else dict(found.model_dump(exclude_none=True))


def connections(redis: Any) -> int | None:
    """The largest number of connections of the pool that requests use."""
    return None if redis is None else int(redis.async_redis_conn_pool.max_connections)


def prints_verbosely() -> bool:
    """Whether the proxy's own print function prints."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        import_module("litellm.proxy.utils").print_verbose("a request")
    return bool(printed.getvalue())


if __name__ == "__main__":
    import_module("litellm.proxy.proxy_server")
    for each in sys.argv[1:]:
        child = os.fork()
        if child == 0:
            try:
                print(LINE + json.dumps(asyncio.run(load(each))), flush=True)
                os._exit(0)
            except Exception as error:
                print(LINE + json.dumps({"config": each, "error": str(error)}), flush=True)
                os._exit(1)
        os.waitpid(child, 0)
