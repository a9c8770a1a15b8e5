"""The named conditions that a rule file's `when` may ask of a deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from litellm_harden.litellm.gates import URL_TAKES_OPTIONS
from litellm_harden.litellm.versions import NEWEST
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Fact(Record):
    """A condition: how to ask it (None: the files cannot tell), and what to say where it is false or open."""

    holds: Callable[[Deployment], bool | None]
    otherwise: str
    open: str = ""


_IGNORED = f"before LiteLLM {URL_TAKES_OPTIONS} a Redis given by url ignores its pool's size"


def _pool_read(deployment: Deployment, url: str) -> bool:
    version = deployment.version or NEWEST
    return version >= URL_TAKES_OPTIONS or deployment.setting(f"config:{url}").absent


def _keeps_answers(deployment: Deployment) -> bool | None:
    """Whether answers are cached: an empty list of call types, or the router's own switch, says no."""
    switch = deployment.setting("config:litellm_settings.cache")
    if switch.unknown:
        return None
    types = deployment.setting("config:litellm_settings.cache_params.supported_call_types")
    router = deployment.setting("config:router_settings.cache_responses")
    return switch.value is True and types.value != [] and router.value is not False


def _logs_spend(deployment: Deployment) -> bool | None:
    """Whether calls are logged in the database: anything but false switches it off (db/db_spend_update_writer.py)."""
    switch = deployment.setting("config:general_settings.disable_spend_logs")
    return None if switch.unknown else switch.absent or switch.value is False


FACTS: dict[str, Fact] = {
    "database": Fact(lambda d: d.database, "no database is used", "the files do not tell whether a database is used"),
    "spend_logs": Fact(_logs_spend, "no spend logs are kept", "the files do not tell whether spend logs are kept"),
    "redis": Fact(lambda d: d.redis, "no Redis is configured"),
    "cache": Fact(_keeps_answers, "no answers are cached", "the files do not tell whether answers are cached"),
    "cache_pool_read": Fact(lambda d: _pool_read(d, "litellm_settings.cache_params.url"), _IGNORED),
    "router_pool_read": Fact(lambda d: _pool_read(d, "router_settings.redis_url"), _IGNORED),
    "mounts_dotenv": Fact(lambda d: d.mounts_dotenv, "no .env file lies in /app"),
}
