"""What the background health checks cost: how often they call the models."""

from __future__ import annotations

import math
from collections.abc import Iterator

from litellm_harden.deployment.model import Change
from litellm_harden.litellm.defaults import HEALTH_CHECK_INTERVAL
from litellm_harden.litellm.gates import HEALTH_CHECK_GROUPS
from litellm_harden.rules.checks.context import Check, Context, fix, whole
from litellm_harden.rules.expect import integer
from litellm_harden.rules.model import Applicability, Inapplicable, Outcome, Unclear, Violation
from litellm_harden.rules.words import counted

SWITCH = "config:general_settings.background_health_checks"
INTERVAL = "config:general_settings.health_check_interval"
SHARED = "config:general_settings.use_shared_health_check"
GROUPS = "config:general_settings.background_health_check_model_groups"
_DAY = 24 * 60 * 60
_UNKNOWN = "how many processes check the models is not known"


def health_check_cost(context: Context) -> Iterator[Outcome]:
    """LH408: background health checks do not call the models more often than somebody would pay for."""
    switch, stated = context.setting(SWITCH), context.setting(INTERVAL)
    unknown = next((each for each in (switch, stated) if each.unknown), None)
    if unknown is not None:
        yield Unclear(unknown.address, unknown.reason)
        return
    seconds = stated.value if stated.known else _default(context)
    if not switch.value or not _checks(seconds):
        yield Inapplicable("no background health checks run")
        return
    assert isinstance(seconds, int)
    known, models = _processes(context), len(_checked(context))
    processes = known or 1
    calls, most = models * processes * _DAY // seconds, context.amount("calls_per_day")
    if calls <= most:
        if known is None:
            yield context.unclear(_UNKNOWN, "arg:--num_workers", "env:NUM_WORKERS")
        return
    enough = math.ceil(models * processes * _DAY / most / 60) * 60
    by = f" x {processes} processes" if processes > 1 else ""
    yield Violation(
        INTERVAL if stated.known else SWITCH,
        f"background health checks make {calls} calls a day ({counted(models, 'model')}{by}, every {seconds} s)",
        seconds,
        f"at most {most} calls a day",
        fix(
            [Change(INTERVAL, enough)],
            Applicability.UNSAFE,
            f"set health_check_interval to {enough}; a model that fails is seen later",
        ),
    )


def _default(context: Context) -> int | None:
    """Seconds between two checks where the config says nothing (constants.py, DEFAULT_HEALTH_CHECK_INTERVAL)."""
    variable = context.setting("env:DEFAULT_HEALTH_CHECK_INTERVAL")
    return whole(variable.value) if variable.known else HEALTH_CHECK_INTERVAL


def _checks(seconds: object) -> bool:
    """Whether LiteLLM checks at all with that interval: with any but a whole number it silently does not."""
    return integer(seconds) and isinstance(seconds, int) and seconds > 0


def _checked(context: Context) -> list[dict[str, object]]:
    """The models that are called: all but those that are excepted (proxy_server.py, _run_background_health_check)."""
    config = context.deployment.parts.config
    models = config.models() if config is not None else []
    groups = context.setting(GROUPS).value if context.version >= HEALTH_CHECK_GROUPS else None
    if isinstance(groups, list):
        models = [model for model in models if model.get("model_name") in groups]
    return [model for model in models if not _excepted(model.get("model_info"))]


def _excepted(info: object) -> bool:
    return isinstance(info, dict) and bool(info.get("disable_background_health_check"))


def _processes(context: Context) -> int | None:
    """How many processes check: each for itself, or one for all where they share what they found by way of Redis."""
    topology = context.deployment.topology
    if context.setting(SHARED).value and context.deployment.redis:
        return 1
    return topology.workers * topology.instances if topology.workers and topology.instances else None


CHECKS: dict[str, Check] = {"health-check-cost": health_check_cost}
