"""Runs inside LiteLLM's environment: load each config as the proxy does, and ask for the models that it names.

What came of each config is a JSON line.

The names of the models to ask for stand in the config, as `ask`. Each config is loaded in a process of its own.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

LINE = "OBSERVED "
QUESTION = [{"role": "user", "content": "x"}]


async def observe(config: str) -> dict[str, Any]:
    """What the models answer, how long a call may take, and which Redis the processes share."""
    server, yaml = import_module("litellm.proxy.proxy_server"), import_module("yaml")
    asked = yaml.safe_load(Path(config).read_text(encoding="utf-8")).get("ask", [])
    router, _, settings = await server.ProxyConfig().load_config(router=None, config_file_path=config)
    server.general_settings.update(settings or {})
    logger = import_module("litellm.proxy.hooks.proxy_track_cost_callback")._ProxyDBLogger
    return {
        "answers": [await answer(router, model) for model in asked],
        "timeout": router._get_timeout(kwargs={}, data={}),
        "redis": router.cache.redis_cache is not None,
        "shared": server.redis_usage_cache is not None,
        "logs_errors": logger._should_track_errors_in_db() is not False,
        "writes_spend": await writes_spend(server),
    }


async def answer(router: Any, model: str) -> str:
    """What the model answers, or what is said instead."""
    try:
        response = await router.acompletion(model=model, messages=QUESTION)
    except Exception as error:
        return str(error)
    return str(response.choices[0].message.content)


async def writes_spend(server: Any) -> bool:
    """Whether the spend of a key gets as far as the database."""
    writer = import_module("litellm.proxy.db.db_spend_update_writer").DBSpendUpdateWriter(
        redis_cache=server.redis_usage_cache
    )
    key = import_module("litellm.proxy._types").Litellm_EntityType.KEY
    await writer.spend_update_queue.add_update({"entity_type": key, "entity_id": "key", "response_cost": 1.0})
    database = Database()
    with suppress(Reached):
        await writer.db_update_spend_transaction_handler(
            prisma_client=database, n_retry_times=0, proxy_logging_obj=server.proxy_logging_obj
        )
    return database.reached


class Reached(BaseException):
    """Somebody asked for the database."""


class Database:
    """Notes that it is asked for anything."""

    reached = False

    @property
    def db(self) -> Any:
        """The connection."""
        self.reached = True
        raise Reached


def report(config: str) -> None:
    """Print what came of the config, or the error."""
    try:
        seen = asyncio.run(observe(config))
    except Exception as error:
        seen = {"error": str(error)}
    os.write(1, f"\n{LINE}{json.dumps({'config': config, **seen})}\n".encode())  # whole, among what the others print


if __name__ == "__main__":
    import_module("litellm.proxy.proxy_server")
    logging.disable(logging.CRITICAL)
    for each in sys.argv[1:]:
        child = os.fork()
        if child == 0:
            report(each)
            os._exit(0)
        os.waitpid(child, 0)
