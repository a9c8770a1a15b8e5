"""What several processes can only share through a Redis: counts of limits, cooldowns, answers, spend to be written."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.deployment.stores import shares_redis
from litellm_harden.litellm.gates import (
    BUFFER_NEEDS_REDIS_TO_START,
    BUFFER_TAKES_VARIABLES,
    COORDINATION_REDIS,
    VARIABLES_SHARE_COUNTERS,
)
from litellm_harden.rules.checks.context import STARTER, Check, Context, fix, manual, states_environment
from litellm_harden.rules.model import Applicability, Inapplicable, Outcome, Severity, Unclear, Violation

REDIS = "config:router_settings.redis_host"
COORDINATION = "config:general_settings.coordination_redis"
BUFFER = "config:general_settings.use_redis_transaction_buffer"
CACHE = "config:litellm_settings.cache"
PARAMS = "config:litellm_settings.cache_params"
STRATEGY = "config:router_settings.routing_strategy"
_WORKERS = ("arg:--num_workers", "env:NUM_WORKERS")
_TARGETS = ("REDIS_HOST", "REDIS_URL")
_ADVICE = "state redis_host and redis_port in router_settings, and a cache of type redis, of a Redis that all reach"
_CLUSTERS = ("REDIS_CLUSTER_NODES", "REDIS_SENTINEL_NODES")


def workers_without_redis(context: Context) -> Iterator[Outcome]:
    """LH403: processes that serve together count together."""
    topology = context.deployment.topology
    workers, instances = topology.workers, topology.instances
    if (workers or 0) <= 1 and (instances or 0) <= 1:
        if workers is None or instances is None:
            yield context.unclear("how many processes serve is not known", *_WORKERS)
        else:
            yield Inapplicable("a single process serves")
        return
    shared = _shares(context)
    if isinstance(shared, str):
        yield Unclear(REDIS, shared)
    elif not shared:
        counts = next(_counted(context), "")
        total = f"{workers * instances} processes" if workers and instances else "several processes"
        harm = f"{counts} in each of them by itself" if counts else "each counts limits and failures for itself"
        yield Violation(
            REDIS,
            f"{total} and no Redis that they share: {harm}",
            None,
            "a Redis",
            manual(_ADVICE),
            Severity.HIGH if counts else Severity.LOW,
        )


def _shares(context: Context) -> bool | str:
    """Whether there is a Redis that the processes share, or why that cannot be told."""
    parts = context.deployment.parts
    if shares_redis(parts.config):
        return True
    incomplete = parts.config.incomplete if parts.config is not None else parts.config_unknown
    if incomplete:
        return incomplete
    switch, kind = context.setting(CACHE), context.setting(f"{PARAMS}.type")
    unknown = next((each.reason for each in (switch, kind) if each.unknown), "")
    if unknown or (switch.value is True and kind.value == "redis"):
        return unknown or True
    if context.version >= COORDINATION_REDIS and context.setting(COORDINATION).known:
        return True
    # Any cache that is switched on brought the variables' Redis along before they counted by themselves.
    since = COORDINATION_REDIS if switch.value is True else VARIABLES_SHARE_COUNTERS
    return _variable(context, (*_TARGETS, *_CLUSTERS)) if context.version >= since else False


def _variable(context: Context, names: tuple[str, ...]) -> bool | str:
    """Whether one of the variables names a Redis, or why that cannot be told."""
    settings = [context.setting(f"env:{name}") for name in names]
    if any(setting.known and setting.value for setting in settings):
        return True
    unknown = next((setting.reason for setting in settings if setting.unknown), "")
    return unknown or (False if states_environment(context.deployment) else STARTER)


def _counted(context: Context) -> Iterator[str]:
    """What the config asks for that is only right if it is counted, or kept, once for all processes."""
    strategy = context.setting(STRATEGY).value
    if str(strategy).startswith(("usage-based-routing", "provider-budget-routing")):
        yield f"{strategy} counts"
    if context.setting("config:router_settings.provider_budget_config").value:
        yield "provider_budget_config counts"
    for name in ("global_max_parallel_requests", "max_parallel_requests"):
        if context.setting(f"config:general_settings.{name}").value:
            yield f"{name} counts"
    if context.setting("config:router_settings.enable_pre_call_checks").value is True and _limits_models(context):
        yield "the rpm and tpm of models count"
    for section in ("default_key_generate_params", "default_internal_user_params", "default_team_params"):
        params = context.setting(f"config:litellm_settings.{section}").value
        if isinstance(params, dict) and any(params.get(key) for key in ("rpm_limit", "tpm_limit", "max_budget")):
            yield f"{section} sets limits, which count"
    if context.setting(CACHE).value is True and context.setting(f"{PARAMS}.type").value in (None, "local"):
        yield "answers are cached"


def _limits_models(context: Context) -> bool:
    config = context.deployment.parts.config
    params = [model.get("litellm_params") for model in (config.models() if config is not None else ())]
    return any(isinstance(each, dict) and (each.get("rpm") or each.get("tpm")) for each in params)


def buffer_without_redis(context: Context) -> Iterator[Outcome]:
    """LH409: spend that is to be written by way of Redis has one."""
    buffer = context.setting(BUFFER)
    if buffer.unknown:
        yield Unclear(BUFFER, buffer.reason)
        return
    if not buffer.known or str(buffer.value).strip().lower() not in ("true", "1", "t", "y", "yes"):
        yield Inapplicable("spend is not written by way of Redis")
        return
    stops = context.version >= BUFFER_NEEDS_REDIS_TO_START
    used = True if stops else context.deployment.database
    if used is None:
        yield Unclear(BUFFER, "the files do not tell whether a database is used")
        return
    kept = _buffers(context)
    if isinstance(kept, str):
        yield Unclear(BUFFER, kept)
    elif used and not kept:
        harm = "the proxy does not start" if stops else "spend is written nowhere, and lost"
        # A Redis that was set in the admin UI stands in the database, and would do.
        stored = context.version >= COORDINATION_REDIS and context.deployment.database is not False
        yield Violation(
            BUFFER,
            f"use_redis_transaction_buffer without a cache of type redis: {harm}",
            buffer.value,
            "not set, or a Redis cache",
            fix(
                [Change(BUFFER, ABSENT)],
                Applicability.UNSAFE if stored else Applicability.SAFE,
                "take it out, so that spend goes straight to the database (or set up a cache of type redis)",
            ),
        )


def _buffers(context: Context) -> bool | str:
    """Whether LiteLLM finds a Redis for the buffer: its cache, that alone and of that type; or why it is not clear."""
    switch, kind, params = context.setting(CACHE), context.setting(f"{PARAMS}.type"), context.setting(PARAMS)
    unknown = next((each.reason for each in (switch, kind) if each.unknown), "")
    config = context.deployment.parts.config
    if unknown or (config is not None and config.incomplete):
        return unknown or (config.incomplete if config is not None else "")
    if switch.value is True and (kind.value == "redis" or not params.value):
        return True
    if context.version >= COORDINATION_REDIS and context.setting(COORDINATION).known:
        return True
    if context.version < BUFFER_TAKES_VARIABLES:
        return False
    return _variable(context, (*_TARGETS, *_CLUSTERS) if context.version >= COORDINATION_REDIS else _TARGETS)


CHECKS: dict[str, Check] = {
    "workers-without-redis": workers_without_redis,
    "buffer-without-redis": buffer_without_redis,
}
