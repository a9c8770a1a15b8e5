"""Item 5: health checks that ask the right port, in a way that the image can, and answer under load."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from litellm_harden.deployment import forward_proxy
from litellm_harden.deployment.compose.units import seconds
from litellm_harden.deployment.health import (
    CHECK,
    HealthCheck,
    Unknown,
    answering_port,
    health_app,
    health_check,
    in_dockerfile,
)
from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.rules.checks.context import Check, Context, fix, manual, whole
from litellm_harden.rules.checks.health.health_app import separate_health_app
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Severity, Unclear, Violation

TEST = f"{CHECK}.test"
START = f"{CHECK}.start_period"
INTERVAL = f"{CHECK}.interval"
_LONGEST_PATIENCE = 900
"""Seconds for which a dead proxy may count as healthy."""


def checked(context: Context) -> Iterator[Outcome]:
    """LH052: Docker, or Kubernetes, finds out whether the proxy answers."""
    deployment = context.deployment
    if deployment.parts.service is None and deployment.parts.image is None:
        yield Inapplicable("nothing here describes the proxy's container")
        return
    if deployment.parts.manifests is not None and deployment.parts.service is not None:
        from litellm_harden.rules.checks.health.pod_probes import probed

        yield from probed(context, deployment.parts.manifests, deployment.parts.service)
        return
    from litellm_harden.deployment.binaries import base_is_known

    check, port = health_check(deployment), answering_port(deployment)
    if check.unknown:
        yield context.unclear(check.unknown, CHECK)
    elif isinstance(port, Unknown) and (not check.test or check.test == ("NONE",)):
        yield Unclear(CHECK, port.reason)
    elif _encrypted(context):
        yield Unclear(CHECK, "the proxy may serve TLS, and whether a check accepts its certificate is not known")
    elif check.test == ("NONE",) and isinstance(port, int):
        says = "the health check is switched off: Docker does not notice that the proxy has stopped answering"
        repair = _enabled(context, check, port)._replace(applicability=Applicability.UNSAFE)
        yield Violation(CHECK, says, "NONE", "a health check", repair)
    elif check.test:
        yield from _judged(context, check, port)
    elif base_is_known(deployment) and isinstance(port, int):
        says = "there is no health check: Docker does not notice that the proxy has stopped answering"
        yield Violation(TEST, says, None, "a health check", _written(context, check, _asking(context, check, port)))
    else:
        yield Unclear(CHECK, "whether its image has a health check is not described here")


def _enabled(context: Context, check: HealthCheck, port: int) -> Fix:
    """The check that its owner has switched off, where that is right; else a new one."""
    from litellm_harden.rules.checks.health.probes import fault

    if context.setting(f"{CHECK}.disable").absent:
        return _written(context, check, _asking(context, check, port))
    enable = Change(f"{CHECK}.disable", ABSENT)
    test = health_check(context.deployment, enabled=True).test
    if test not in ((), ("NONE",)) and fault(context.deployment, test, port) is None:
        return fix([enable], description="switch the health check on again")
    return _written(context, check, _asking(context, check, port), before=[enable])


def _judged(context: Context, check: HealthCheck, port: int | Unknown) -> Iterator[Outcome]:
    from litellm_harden.rules.checks.health.probes import Fault, fault

    known = port if isinstance(port, int) else None
    found = fault(context.deployment, check.test, known)
    if isinstance(found, str):
        yield Unclear(TEST, found)
    elif isinstance(found, Fault):
        expected = f"a GET of /health/liveliness{f' on port {known}' if known else ''}"
        yield Violation(TEST, found.message, found.value, expected, _repair(context, check, known), found.severity)
    elif isinstance(port, Unknown):
        yield Unclear(TEST, port.reason)
    else:
        yield from _patient(context, check)


def _repair(context: Context, check: HealthCheck, port: int | None) -> Fix:
    """The least that makes the test right: some repairs of it, else a new one."""
    from litellm_harden.rules.checks.health.probes import asked, repaired

    test = repaired(context.deployment, check.test, port)
    # What Compose says over a Dockerfile is said in full, so that it can be read on its own.
    if test is not None and not (check.in_image and in_dockerfile(context.deployment) is None):
        return fix([Change(TEST, list(test))], description=f"check health by {_said(test)}")
    if test is not None:
        return _written(context, check, test)
    current, path = asked(check.test)
    port = port or current
    if port is None:
        return manual("ask the port that the proxy listens on, at /health/liveliness")
    return _written(context, check, _asking(context, check, port, path))


def _patient(context: Context, check: HealthCheck) -> Iterator[Outcome]:
    """Whether the proxy has time to start before it counts as unhealthy, and does so in the end once it is dead."""
    interval, retries = seconds(check.timings.get("interval", "0s")), whole(check.timings.get("retries", "0"))
    if interval is None or retries is None:
        return
    # Docker takes 0 for "not stated": every 30 s, and unhealthy after three.
    patience, least = (interval or 30) * (retries or 3), context.amount("start_seconds")
    if patience < least and context.setting(START).absent:
        says = f"the proxy counts as unhealthy {patience:g} s after its start, before LiteLLM has come up"
        yield Violation(START, says, None, f"at least {least}s", fix([Change(START, f"{least}s")]), Severity.MEDIUM)
    elif patience > _LONGEST_PATIENCE:
        says = f"a proxy that no longer answers counts as healthy for another {patience / 60:.0f} minutes"
        repair = manual("lower the interval or the retries of the health check")
        expected = f"interval times retries at most {_LONGEST_PATIENCE} s"
        yield Violation(INTERVAL, says, check.timings.get("interval"), expected, repair, Severity.LOW)


def _asking(context: Context, check: HealthCheck, port: int, path: str = "/health/liveliness") -> tuple[str, ...]:
    """A test that every image of LiteLLM can run. `localhost`, since the proxy may listen on either protocol."""
    limit = seconds(check.timings.get("timeout", "")) or _timeout(context)
    asked = f"('http://localhost:{port}{path}', timeout={max(1, math.ceil(limit) - 1)})"
    code = f"import urllib.request; urllib.request.urlopen{asked}"
    if forward_proxy.deciding(context.deployment, forward_proxy.PROXIES, "localhost"):
        code = f"import urllib.request as r; r.build_opener(r.ProxyHandler({{}})).open{asked}"
    return ("CMD", "python3", "-c", code)


def _timeout(context: Context) -> int:
    return context.amount("app_timeout_seconds" if health_app(context.deployment) is True else "timeout_seconds")


def _said(test: tuple[str, ...]) -> str:
    from litellm_harden.deployment.probe import read_probe

    asked = [request.text for request in read_probe(test, lambda _: "").requests if request.text]
    return f"{test[1].split()[0]} {asked[0]}" if asked else test[1].split()[0]


def _written(context: Context, check: HealthCheck, test: tuple[str, ...], before: Sequence[Change] = ()) -> Fix:
    """A fix that writes the test, and the timings that nobody has stated."""
    from litellm_harden.deployment.binaries import has_program

    timings = {
        "interval": f"{context.amount('interval_seconds')}s",
        "timeout": f"{_timeout(context)}s",
        "retries": context.amount("retries"),
        "start_period": f"{context.amount('start_seconds')}s",
    }
    absent = {name: value for name, value in timings.items() if name not in check.timings}
    known = test[:2] != ("CMD", "python3") or has_program(context.deployment, "python3")
    return fix(
        [*before, Change(CHECK, {"test": list(test), **absent})],
        Applicability.SAFE if known else Applicability.UNSAFE,
        f"check health by {_said(test)}",
    )


def _encrypted(context: Context) -> bool:
    """Whether the main process, if that is the one that is asked, is told to serve TLS, be it known by what."""
    parts, variable = context.deployment.parts, context.setting("env:SSL_CERTFILE_PATH")
    named = parts.environment.deciding("SSL_CERTFILE_PATH") is not None and not variable.absent
    told = (named and variable.value != "") or "--ssl_certfile_path" in parts.command.flags()
    return told and health_app(context.deployment) is not True


CHECKS: dict[str, Check] = {
    "separate-health-app": separate_health_app,
    "health-check": checked,
}
