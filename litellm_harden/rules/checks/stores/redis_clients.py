"""The two Redis clients that config.yaml describes, the router's and the cache's, as the Redis rules speak of them."""

from __future__ import annotations

from litellm_harden.deployment.model import Change, Setting
from litellm_harden.litellm.defaults import REDIS_CONNECTIONS
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Context, refers, whole


class Client(Record):
    """Who connects, in which mapping that is written, by which keys, and which mapping holds all other options."""

    name: str
    mapping: str
    url: str
    host: str
    port: str
    password: str
    options: str

    def at(self, key: str) -> str:
        """The address of a key of its mapping."""
        return f"config:{self.mapping}.{key}"

    def option(self, key: str) -> str:
        """The address of one of the other options."""
        return f"config:{self.options}.{key}"


ROUTER = Client(
    "the router",
    "router_settings",
    *("redis_url", "redis_host", "redis_port", "redis_password"),
    "router_settings.cache_kwargs",
)
CACHE = Client(
    "the cache",
    "litellm_settings.cache_params",
    *("url", "host", "port", "password"),
    "litellm_settings.cache_params",
)
CLIENTS = (ROUTER, CACHE)

CACHE_SWITCH = "config:litellm_settings.cache"
CACHE_TYPE = CACHE.at("type")


def stated(setting: Setting) -> bool:
    """Whether something is written for it that is not null, be its value known or not."""
    if setting.known:
        return setting.value is not None
    return setting.unknown or refers(setting)


def mapping(context: Context, address: str) -> dict[object, object]:
    """The mapping at an address, empty where there is none."""
    value = context.setting(address).value
    return value if isinstance(value, dict) else {}


def switched_off(context: Context) -> bool:
    """Whether the owner says that there is to be no cache."""
    switch = context.setting(CACHE_SWITCH)
    return switch.known and str(switch.value).strip().lower() in ("false", "no", "off", "0", "")


def raised_pool(context: Context, client: Client) -> list[Change]:
    """What keeps a pool that LiteLLM has not read so far from starting out too small (LH013)."""
    address = client.option("max_connections")
    limit = whole(context.setting(address).value)
    return [Change(address, REDIS_CONNECTIONS)] if limit is not None and limit < REDIS_CONNECTIONS else []
