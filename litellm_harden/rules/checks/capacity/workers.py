"""Item 2: enough workers, a server that recycles them one by one, and time to finish before the container is killed."""

from __future__ import annotations

import math
from collections.abc import Iterator

from litellm_harden.deployment.compose.units import seconds
from litellm_harden.deployment.health import Unknown, health_app
from litellm_harden.deployment.model import Change
from litellm_harden.litellm.gates import DRAINS_ITSELF
from litellm_harden.rules.checks.capacity.pools import ceiling_of
from litellm_harden.rules.checks.context import Check, Context, fix
from litellm_harden.rules.expect import number
from litellm_harden.rules.model import Applicability, Inapplicable, Outcome, Unclear, Violation
from litellm_harden.rules.words import counted, describe, shown

WORKERS = ("arg:--num_workers", "env:NUM_WORKERS")
LIMIT = ("arg:--max_requests_before_restart", "env:MAX_REQUESTS_BEFORE_RESTART")
JITTER = ("arg:--max_requests_before_restart_jitter", "env:MAX_REQUESTS_BEFORE_RESTART_JITTER")
GUNICORN = "arg:--run_gunicorn"
RESTART = "proxy:restart"
STOP = "proxy:stop_grace_period"

_UNKNOWN_WORKERS = "how many workers there are is not known"


def worker_count(context: Context) -> Iterator[Outcome]:
    """LH021: as many workers as the machine carries."""
    topology = context.deployment.topology
    now, planned = topology.workers, topology.planned_workers
    if now is None or planned is None:
        yield context.unclear(_UNKNOWN_WORKERS, *WORKERS)
        return
    if now >= planned:
        return
    decides = context.decides(*WORKERS)
    change = Change(decides.address, str(planned))
    doubts = _doubts(context, planned)
    does = fix([change]).description
    repair = fix([change], description=f"{does}{_assumed(context, planned)}")
    if doubts:
        repair = fix([change], Applicability.UNSAFE, f"{does} ({doubts})")
    yield Violation(
        decides.address,
        f"{counted(now, 'worker')} where {planned} fit: requests queue while other cores stand idle",
        decides.value if decides.known else None,
        f"at least {planned}",
        repair,
    )


def _assumed(context: Context, planned: int) -> str:
    """What a plan takes for granted where the files do not say how large the machine is."""
    topology = context.deployment.topology
    if topology.cpus is not None and topology.memory is not None:
        return ""
    return f" (assumes {planned} CPUs and {4 * planned} GiB; if there is less, state limits in the compose file)"


def _doubts(context: Context, planned: int) -> str:
    """What may get worse with more workers, or nothing."""
    topology, ceiling = context.deployment.topology, ceiling_of(context.deployment.topology)
    demand = (topology.pool or 0) * planned * (topology.instances or 0)
    if ceiling is not None and demand > ceiling:
        return f"together they may open {demand} connections, the database accepts {ceiling} at most"
    return "" if context.deployment.redis else "without Redis each worker counts rate limits for itself"


def gunicorn(context: Context) -> Iterator[Outcome]:
    """LH022: several workers run under a server that does not recycle them all at once."""
    topology, server = context.deployment.topology, context.deployment.server
    now, planned = topology.workers, topology.planned_workers
    if now is None or planned is None:
        yield context.unclear(_UNKNOWN_WORKERS, *WORKERS)
    elif planned < 2:
        yield Inapplicable("one worker needs no gunicorn")
    elif server is None:
        yield context.unclear("which server runs the proxy is not known", GUNICORN)
    elif server == "uvicorn":
        many = f"{now} workers under uvicorn" if now > 1 else f"{planned} workers under uvicorn would"
        yield Violation(
            GUNICORN,
            f"{many} recycle together and refuse connections meanwhile",
            None,
            "set",
            fix([Change(GUNICORN, True)]),
        )


def recycling(context: Context) -> Iterator[Outcome]:
    """LH023: workers are renewed now and then, and a lone worker that exits comes back."""
    planned, server = context.deployment.topology.planned_workers, context.deployment.server
    limit = context.decides(*LIMIT)
    if planned is None:
        yield context.unclear(_UNKNOWN_WORKERS, *WORKERS)
    elif server is None:
        yield context.unclear("which server runs the proxy is not known", GUNICORN)
    elif server not in ("uvicorn", "gunicorn"):
        yield Inapplicable(f"{server} does not recycle workers by requests")
    elif limit.unknown:
        yield Unclear(limit.address, limit.reason)
    elif planned > 1:
        yield from _recycles(context)
    elif not limit.known or server != "uvicorn":
        yield Inapplicable("one worker need not be recycled")
    else:
        yield from _comes_back(context)


def _recycles(context: Context) -> Iterator[Outcome]:
    limit = context.decides(*LIMIT)
    stated = int(text) if limit.known and (text := str(limit.value).strip()).isdigit() else None
    least, most = context.amount("minimum"), context.amount("maximum")
    if stated is not None and least <= stated <= most:
        return
    changes = [Change(limit.address, str(context.amount("requests")))]
    jitter = context.decides(*JITTER)
    if jitter.absent and context.setting(JITTER[1]).origin is not None:
        # As a variable, since versions that do not know the argument refuse to start with it.
        changes.append(Change(JITTER[1], str(context.amount("jitter"))))
    if limit.known and stated is None:
        message = f"max_requests_before_restart is {shown(limit.value)}, no whole number: the proxy does not start"
    elif stated is None:
        message = "workers are never recycled: what memory they leak stays until the container restarts"
    elif stated < least:
        message = f"workers are recycled after {stated} requests: each time about 14 requests are cut off"
    else:
        message = f"workers are recycled after {stated} requests, which is as good as never"
    value = limit.value if limit.known else None
    yield Violation(limit.address, message, value, f"at least {least} and at most {most}", fix(changes))


def _comes_back(context: Context) -> Iterator[Outcome]:
    restart = context.setting(RESTART)
    if context.deployment.service is None:
        yield Unclear(RESTART, "what restarts the proxy is not described here")
        return
    if restart.unknown:
        yield Unclear(RESTART, restart.reason)
        return
    policy = restart.value if restart.known else None
    if policy in ("always", "unless-stopped"):
        return
    # An owner who wrote "no" may want it to stay down.
    refused = policy in ("no", False)
    yield Violation(
        RESTART,
        f"the only worker exits with status 0 after its last request, and restart is {shown(policy)}: it stays down",
        policy,
        "always or unless-stopped",
        fix([Change(RESTART, "unless-stopped")], Applicability.UNSAFE if refused else Applicability.SAFE),
    )


def drain_time(context: Context) -> Iterator[Outcome]:
    """LH024: Compose, or Kubernetes, waits at least as long as the proxy takes to finish what it has begun."""
    if context.deployment.service is None:
        yield Inapplicable("no compose service or manifest, so what stops the proxy is decided elsewhere")
        return
    stop, needed = context.setting(STOP), _needed(context)
    if isinstance(needed, Unclear):
        yield needed
        return
    runner = context.deployment.runner
    given = seconds(str(stop.value)) if stop.known else runner.grace or context.amount("default_seconds")
    if stop.unknown or given is None:
        yield context.unclear(f"{shown(stop.value)} is not a duration", STOP)
        return
    if given >= needed:
        return
    changes = [Change(STOP, f"{needed}s")]
    if health_app(context.deployment) is True and context.setting("env:SUPERVISORD_STOPWAITSECS").absent:
        changes.append(Change("env:SUPERVISORD_STOPWAITSECS", str(context.amount("health_app_seconds"))))
    yield Violation(
        STOP,
        f"{runner.name} kills the proxy after {given:g} s, but it may need {needed} s to finish its requests",
        stop.value if stop.known else None,
        f"at least {needed}s",
        fix(changes, description=describe(changes).replace(STOP.removeprefix("proxy:"), runner.stop)),
    )


def _needed(context: Context) -> int | Unclear:
    """Seconds from the stop signal to the end of the proxy's own drain, with some slack."""
    app = health_app(context.deployment)
    if isinstance(app, Unknown):
        return Unclear(*app)
    if app:
        return _seconds_of(context, "env:SUPERVISORD_STOPWAITSECS", context.amount("health_app_seconds"), slack=10)
    if context.version >= DRAINS_ITSELF:
        return _seconds_of(context, "env:GRACEFUL_SHUTDOWN_TIMEOUT", context.amount("drain_seconds"), slack=20)
    server = context.deployment.server
    if server is None:
        return context.unclear("which server runs the proxy is not known", GUNICORN)
    return 50 if server == "gunicorn" else 60


def _seconds_of(context: Context, address: str, default: int, slack: int) -> int | Unclear:
    setting = context.setting(address)
    if setting.unknown:
        return Unclear(address, setting.reason)
    # LiteLLM falls back on its default where the text is no number.
    stated = number(setting.value) if setting.known else None
    return math.ceil(stated if stated is not None and math.isfinite(stated) else default) + slack


CHECKS: dict[str, Check] = {
    "worker-count": worker_count,
    "gunicorn": gunicorn,
    "recycling": recycling,
    "drain-time": drain_time,
}
