"""Settings that LiteLLM accepts and that have no effect, and what has it instead.

Their names were looked for in the Python files of 11 releases from 1.75.0 to 1.109.1, those of litellm-enterprise among
them: none but their declarations was found. What is bounded by a release says so.
"""

from __future__ import annotations

from litellm_harden.litellm.gates import CONNECTION_TIMEOUT_READ, ROUTER_KEEPS_ITS_OWN
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record


class Inert(Record):
    """Why a setting has no effect (a clause, to follow its name), and what to do instead (an imperative clause).

    `successor` is the key of the same section that has the effect, where there is one. It is so from `since` until
    before `until`; `before` says what the releases before `since` do, where that is worse (a clause, to follow).
    """

    fact: str
    instead: str
    successor: str = ""
    until: Version | None = None
    since: Version | None = None
    before: str = ""


_POOL = Inert(
    "is read by no release of LiteLLM",
    "set max_connections in router_settings.cache_kwargs, or in cache_params where the cache is a Redis",
)
_POOL_WAIT = Inert(
    "is read by no release of LiteLLM",
    "set the variable REDIS_CONNECTION_POOL_TIMEOUT",
)
_METRICS = Inert(
    "switches nothing on: no release of LiteLLM reads it",
    'put "prometheus" into litellm_settings.callbacks',
)
_SALT = Inert(
    "encrypts nothing: no release of LiteLLM reads it",
    "set the variable LITELLM_SALT_KEY; where models are stored already, see LH081 first",
)
_TELEMETRY = Inert("has no effect: LiteLLM does not look at it", "take it out")
_DYNAMO = Inert("has no effect: LiteLLM's database is PostgreSQL", "take it out")


_STOPS = "; before, the proxy does not start with it"


def _of_the_proxy(instead: str, before: str = "") -> Inert:
    fact = "is ignored here: the proxy passes its own to the router"
    return Inert(fact, instead, since=ROUTER_KEEPS_ITS_OWN, before=before)


_KEYS = {
    ("router_settings", "ignore_invalid_deployments"): _of_the_proxy("take it out", _STOPS),
    ("router_settings", "router_general_settings"): _of_the_proxy("take it out", _STOPS),
    ("router_settings", "assistants_config"): _of_the_proxy("use assistant_settings at the top of the config", _STOPS),
    ("router_settings", "search_tools"): _of_the_proxy("put it at the top of the config"),
    ("router_settings", "model_list"): _of_the_proxy("put it at the top of the config"),
    ("router_settings", "redis_connection_pool_limit"): _POOL,
    ("router_settings", "redis_connection_pool_timeout"): _POOL_WAIT,
    ("general_settings", "redis_connection_pool_limit"): _POOL,
    ("general_settings", "redis_connection_pool_timeout"): _POOL_WAIT,
    ("general_settings", "enable_metrics"): _METRICS,
    ("litellm_settings", "enable_metrics"): _METRICS,
    ("general_settings", "salt_key"): _SALT,
    ("litellm_settings", "salt_key"): _SALT,
    ("litellm_settings", "telemetry"): _TELEMETRY,
    ("general_settings", "telemetry"): _TELEMETRY,
    ("general_settings", "database_type"): _DYNAMO,
    ("general_settings", "database_args"): _DYNAMO,
    ("general_settings", "use_client_credentials_pass_through_routes"): Inert(
        "has no effect: LiteLLM no longer reads it, though its documentation names it",
        "take it out; virtual keys are asked for on these routes",
    ),
    ("litellm_settings", "service_callbacks"): Inert(
        "has no effect: the key that LiteLLM reads has no s at its end",
        "call it service_callback",
        "service_callback",
    ),
    ("litellm_settings", "disable_end_user_cost_tracking_prometheus_only"): Inert(
        "has no effect: Prometheus gets no end user unless enable_end_user_cost_tracking_prometheus_only is true",
        "take it out",
    ),
    ("litellm_settings", "max_user_budget"): Inert(
        "limits nothing: no release of LiteLLM reads it",
        "set max_internal_user_budget (users of the proxy) or max_end_user_budget (their customers)",
    ),
    ("general_settings", "database_connection_timeout"): Inert(
        f"has no effect before LiteLLM {CONNECTION_TIMEOUT_READ}",
        "call it database_connection_pool_timeout",
        "database_connection_pool_timeout",
        CONNECTION_TIMEOUT_READ,
    ),
}


def inert(section: str, key: str, version: Version) -> Inert | None:
    """What is known of a key of the config without effect in that release; None where it may have one."""
    found = _KEYS.get((section, key))
    if found is None or (found.until is not None and version >= found.until):
        return None
    return found if found.since is None or version >= found.since else None
