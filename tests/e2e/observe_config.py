"""Runs inside LiteLLM's environment: load each config as the proxy does and print what came of it, a JSON line each.

Each config is loaded in a process of its own, forked after the slow import, all at once: where Redis does not answer,
LiteLLM waits.
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
        "cache": cache(litellm.cache),
        "alerting_threshold": server.proxy_logging_obj.slack_alerting_instance.alerting_threshold,
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


def cache(found: Any) -> dict[str, Any] | None:
    """Where the cache keeps answers, of which calls, and whether it must be asked to; None: it keeps none."""
    if not hasattr(found, "cache"):
        return None
    return {
        "kept_in": type(found.cache).__name__,
        "unasked": found.should_use_cache(),
        "asked": found.should_use_cache(cache={"use-cache": True}),
        "call_types": found.supported_call_types,
    }


def prints_verbosely() -> bool:
    """Whether the proxy's own print function prints."""
    import contextlib
    import io

    with contextlib.redirect_stdout(io.StringIO()) as printed:
        import_module("litellm.proxy.utils").print_verbose("a request")
    return bool(printed.getvalue())


def report(config: str) -> None:
    """Print what came of loading `config`, or the error."""
    try:
        seen = asyncio.run(load(config))
    except Exception as error:
        seen = {"config": config, "error": str(error)}
    os.write(1, f"\n{LINE}{json.dumps(seen)}\n".encode())  # whole, among what the others print


def main(configs: list[str]) -> None:
    """Report on each config from a process of its own."""
    import_module("litellm.proxy.proxy_server")
    children = []
    for each in configs:
        child = os.fork()
        if child == 0:
            report(each)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1:])
