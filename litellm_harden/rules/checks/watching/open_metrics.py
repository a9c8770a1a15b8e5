"""LH309: /metrics asks for a key."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Change
from litellm_harden.litellm.gates import METRICS_NEED_KEY
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.watching.scrape import AUTH, CARRY_KEY, mounted, read_jobs
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation


def open_metrics(context: Context) -> Iterator[Outcome]:
    """LH309: who reads the metrics shows a key."""
    served, stated = mounted(context), context.setting(AUTH)
    if isinstance(served, Unclear):
        yield served
    elif not served:
        yield Inapplicable("the proxy serves no metrics")
    elif stated.unknown:
        yield Unclear(AUTH, stated.reason)
    elif stated.known and stated.value is False:
        yield _open(context, "require_auth_for_metrics_endpoint is false", Severity.LOW)
    elif context.version < METRICS_NEED_KEY and not (stated.known and stated.value is True):
        yield _open(context, f"before LiteLLM {METRICS_NEED_KEY} /metrics asks for a key only where it is told to")


def _open(context: Context, why: str, severity: Severity | None = None) -> Violation:
    message = f"{why}: everybody reads the names of keys, teams and users, and what they spend"
    return Violation(AUTH, message, context.setting(AUTH).value, "true", _fix(context), severity)


def _fix(context: Context) -> Fix:
    if _asks_without_key(context):
        return manual("give the scrape job of the Prometheus beside it a key (LH114), then set it to true")
    described = "set require_auth_for_metrics_endpoint to true; what scrapes /metrics needs a key then"
    return fix([Change(AUTH, True)], Applicability.UNSAFE, described)


def _asks_without_key(context: Context) -> bool:
    """Whether a Prometheus of the project may ask the proxy without a key."""
    parts = context.deployment.parts
    if parts.prometheus is None or parts.project is None or parts.service is None:
        return False
    from litellm_harden.deployment.prometheus import reach

    jobs = read_jobs(parts.prometheus.data)
    ways = reach(parts.project, parts.service, parts.prometheus.service, None)
    return isinstance(jobs, Unclear) or any(
        job.asks(ways) and not any(job.data.get(key) for key in CARRY_KEY) for job in jobs
    )


CHECKS: dict[str, Check] = {"open-metrics": open_metrics}
