"""Item 5 on Kubernetes: probes that ask the right thing, with the patience that LiteLLM needs.

The kubelet asks an httpGet probe itself, so the image needs no program for it (kubernetes.io, "Configure Liveness,
Readiness and Startup Probes"). The numbers are those of LiteLLM's own Helm chart (helm/litellm-helm/values.yaml).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.health import Unknown, answering_port
from litellm_harden.deployment.kubernetes.parts import Form
from litellm_harden.deployment.kubernetes.service import PROBES
from litellm_harden.deployment.model import Change, Origin
from litellm_harden.rules.checks.context import Context, fix, manual, whole
from litellm_harden.rules.checks.health.probes import ENDPOINTS, Fault, fault
from litellm_harden.rules.model import Outcome, Severity, Unclear, Violation

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.node import Node
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.kubernetes.parts import Manifests

LIVENESS, READINESS, STARTUP = PROBES
_ALIVE, _READY = ENDPOINTS[0], ENDPOINTS[2]
_LEAST_TIMEOUT, _TIMEOUT = 5, 10
_PERIOD, _FAILURES = 10, 3
"""What Kubernetes takes where a probe does not say: seconds, and failures in a row."""


def probed(context: Context, manifests: Manifests, service: Service) -> Iterator[Outcome]:
    """LH052: Kubernetes finds out whether the proxy answers, and does not take a slow one for a dead one."""
    port = answering_port(context.deployment)
    stated = {probe: node for probe in PROBES if (node := service.node.get(probe)) is not None}
    unknown = next((reason for node in stated.values() for reason in node.unknowns()), "")
    if unknown:
        yield Unclear(f"proxy:{LIVENESS}", unknown)
        return
    for probe, node in stated.items():
        yield from _asks_right(context, manifests, probe, node, port)
    if manifests.form is Form.WORKLOAD:
        yield from _missing(stated, port)
        yield from _patient(context, stated)


def _asks_right(
    context: Context, manifests: Manifests, probe: str, node: Node, port: int | Unknown
) -> Iterator[Outcome]:
    address, known = f"proxy:{probe}", port if isinstance(port, int) else None
    command = node.get("exec", "command")
    if command is not None:
        found = fault(context.deployment, ("CMD", *(word.text() for word in command.items())), known)
        if isinstance(found, Fault):
            repair = manual(f"ask {_path_of(probe)} by httpGet instead")
            yield Violation(address, found.message, found.value, "an httpGet probe", repair, found.severity)
        return
    if node.get("tcpSocket") is not None:
        says = f"the {probe} only looks whether something listens: a proxy that hangs counts as healthy"
        repair = manual(f"ask {_path_of(probe)} by httpGet instead")
        yield Violation(address, says, "tcpSocket", "an httpGet probe", repair, Severity.MEDIUM)
        return
    inner = "httpGet." if node.get("httpGet") is not None else ""
    path = node.get(*f"{inner}path".split("."))
    if path is not None and (says := _unfit(context, probe, path.text())):
        change = Change(f"{address}.{inner}path", _path_of(probe))
        yield Violation(change.address, says, path.text(), _path_of(probe), fix([change]))
    asked = node.get("httpGet", "port")
    number = whole(asked.value) if asked is not None else None
    if manifests.alone and known is not None and number is not None and number != known:
        change = Change(f"{address}.httpGet.port", known)
        says = f"the {probe} asks port {number}, but the proxy answers on port {known}: every probe fails"
        yield Violation(change.address, says, number, str(known), fix([change]))


def _unfit(context: Context, probe: str, path: str) -> str:
    root = context.setting("env:SERVER_ROOT_PATH")
    prefix = str(root.value).rstrip("/") if root.known else ""
    if path.partition("?")[0].removeprefix(prefix).rstrip("/") == "/health":
        return f"the {probe} asks /health, which needs a key and calls every model: it fails, or costs money"
    return ""


def _missing(stated: dict[str, Node], port: int | Unknown) -> Iterator[Outcome]:
    """The probes that are not there. A port that is not known is left to the owner."""
    wanted = {
        READINESS: "there is no readinessProbe: requests go to pods whose proxy has not come up yet",
        LIVENESS: "there is no livenessProbe: a proxy that no longer answers is never restarted",
    }
    for probe, says in wanted.items():
        if probe in stated:
            continue
        repair = manual(f"ask {_path_of(probe)} on the proxy's port by a {probe}")
        if isinstance(port, int):
            changes = [Change(f"proxy:{probe}", _probe(_path_of(probe), port))]
            if probe == LIVENESS and STARTUP not in stated:
                changes.append(Change(f"proxy:{STARTUP}", _probe(_READY, port, failures=30)))
            names = " and a ".join(change.address.removeprefix("proxy:") for change in changes)
            repair = fix(changes, description=f"add a {names}")
        severity = Severity.MEDIUM if probe == LIVENESS else None
        yield Violation(f"proxy:{probe}", says, None, f"a {probe}", repair, severity)


def _patient(context: Context, stated: dict[str, Node]) -> Iterator[Outcome]:
    """Whether a proxy that is slow to start, or to answer under load, is left to live."""
    node = stated.get(LIVENESS)
    if node is None:
        return
    at = _key(context, node)
    seconds = _number(node, "timeoutSeconds", 1)
    if seconds < _LEAST_TIMEOUT:
        change = Change(f"proxy:{LIVENESS}.timeoutSeconds", _TIMEOUT)
        says = f"the livenessProbe gives up after {seconds} s: a proxy that is slow under load is restarted"
        value = seconds if node.get("timeoutSeconds") is not None else None
        yield Violation(change.address, says, value, f"at least {_LEAST_TIMEOUT}", fix([change]), Severity.MEDIUM, at)
    least = context.amount("start_seconds")
    patience = _number(node, "initialDelaySeconds", 0) + _number(node, "periodSeconds", _PERIOD) * _number(
        node, "failureThreshold", _FAILURES
    )
    port = node.get("httpGet", "port")
    if STARTUP not in stated and patience < least and port is not None:
        asked = {"path": _READY, "port": port.plain()}
        change = Change(f"proxy:{STARTUP}", {"httpGet": asked, "periodSeconds": _PERIOD, "failureThreshold": 30})
        says = f"the livenessProbe restarts the proxy {patience} s after its start, before LiteLLM may have come up"
        repair = fix([change], description="add a startupProbe that leaves it five minutes to start")
        yield Violation(change.address, says, None, f"at least {least} s to start", repair, Severity.MEDIUM, at)


def _key(context: Context, node: Node) -> Origin | None:
    """Where a probe is stated."""
    found = node.place.document(context.deployment.workspace).find(node.path)
    return Origin(node.file, found.key or found.span, node.path) if found is not None else None


def _probe(path: str, port: int, failures: int = _FAILURES) -> dict[str, object]:
    return {
        "httpGet": {"path": path, "port": port},
        "periodSeconds": _PERIOD,
        "timeoutSeconds": _TIMEOUT,
        "failureThreshold": failures,
    }


def _path_of(probe: str) -> str:
    return _ALIVE if probe == LIVENESS else _READY


def _number(node: Node, key: str, default: int) -> int:
    stated = node.get(key)
    found = whole(stated.value) if stated is not None else None
    return default if found is None else found
