"""What is wrong with the command of a health check, the worst first, and the least that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litellm_harden.deployment import forward_proxy
from litellm_harden.deployment.binaries import has_program
from litellm_harden.deployment.health import app_port, health_app, supervised
from litellm_harden.deployment.probe import Probe, Request, read_probe
from litellm_harden.record import Record
from litellm_harden.rules.model import Severity

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

ENDPOINTS = ("/health/liveliness", "/health/liveness", "/health/readiness")
_HERE = ("localhost", "127.0.0.1", "0.0.0.0", "[::1]", "::1")
_OPERATORS = ("||", "&&", "|", ";")
Test = tuple[str, ...]


class Fault(Record):
    """One thing that is wrong: the message, what the check says, and the test with that repaired (None: write it
    anew). `severity` is None where it is the rule's own."""

    message: str
    value: str
    repaired: Test | None = None
    severity: Severity | None = None


def fault(deployment: Deployment, test: Test, port: int | None) -> Fault | str | None:
    """The worst fault of a test that should ask `port` (None: not known). A text says why that cannot be told, None
    that it works."""
    if found := _malformed(test):
        return found
    probe = read_probe(test, lambda name: _variable(deployment, name))
    missing = next((name for name in probe.programs if has_program(deployment, name) is False), None)
    if missing is not None and not _alternatives(deployment, probe):
        return Fault(f"the health check runs {missing}, which the image does not have: every check fails", missing)
    if probe.unclear:
        return probe.unclear
    if probe.ignored:
        return Fault("the health check ends in success whatever it finds: the proxy never counts as unhealthy", test[0])
    if probe.looks_only or (probe.spare and has_program(deployment, probe.spare) is not False):
        says = "the health check only looks whether something listens: a proxy that hangs counts as healthy"
        return Fault(says, probe.spare or next(iter(probe.programs), test[0]), severity=Severity.MEDIUM)
    if not probe.requests:
        return Fault("the health check asks nothing: the proxy counts as healthy whatever happens", test[0])
    faults = [_of_request(deployment, test, request, port) for request in probe.requests]
    return None if None in faults else faults[0]


def repaired(deployment: Deployment, test: Test, port: int | None) -> Test | None:
    """The test with all that is wrong with it mended, or None where it has to be written anew."""
    for _ in range(5):
        found = fault(deployment, test, port)
        if found is None:
            return test
        if isinstance(found, str) or found.repaired is None:
            return None
        test = found.repaired
    return None


def asked(test: Test) -> tuple[int | None, str]:
    """The port that a test asks now, and the endpoint there: the one that it asks, if it is one for health."""
    requests = read_probe(("CMD", *test[1:]) if test[0] != "CMD-SHELL" else test[:2], lambda _: None).requests
    port = next((request.port for request in requests if request.port), None)
    path = next((request.path.rstrip("/") for request in requests if request.path), "")
    return port, path if path in ENDPOINTS else ENDPOINTS[0]


def _alternatives(deployment: Deployment, probe: Probe) -> bool:
    """Whether another of several requests, or what stands in for them, can be made with what the image has."""
    programs = [*(request.program for request in probe.requests), *filter(None, [probe.spare])]
    return any(has_program(deployment, program) is not False for program in programs)


def _malformed(test: Test) -> Fault | None:
    form, *words = test
    if form not in ("CMD", "CMD-SHELL"):
        first = next(iter(form.split()), "nothing")[:40]
        says = f"the test of the health check begins with {first} and not with CMD or CMD-SHELL: Docker runs no check"
        return Fault(says, first, ("CMD", *test))
    if not words or not words[0].strip():
        return Fault("the test of the health check names no command", form)
    program = words[0].split()[0][:40]
    operator = next((word for word in words if word in _OPERATORS), "")
    if form == "CMD-SHELL":
        if len(words) == 1:
            return None
        says = f"CMD-SHELL takes one string: the shell runs {program} alone, and not what stands behind it"
        return Fault(says, form, None if operator else ("CMD", *words))
    if len(words) == 1 and " " in words[0].strip():
        says = "CMD runs no shell: all of it is taken for the name of one program, and every check fails"
        return Fault(says, program, ("CMD-SHELL", words[0]))
    if operator:
        kept = words[: words.index(operator)]
        says = f"CMD runs no shell: {operator} goes to {program} as a word"
        return Fault(says, operator, ("CMD", *kept) if operator == "||" and kept else None)
    return None


def _of_request(deployment: Deployment, test: Test, request: Request, port: int | None) -> Fault | str | None:
    asked = request.text or f"port {request.port}"
    if has_program(deployment, request.program) is False:
        return Fault(
            f"the health check runs {request.program}, which the image does not have: every check fails",
            request.program,
        )
    if request.port is None:
        if test[0] == "CMD" and "$" in request.text:
            return Fault("CMD runs no shell, so the variable in its address stays as it is: every check fails", asked)
        return "which port it asks is not known"
    if request.host.lower() not in (*_HERE, *_names(deployment)):
        return f"the health check asks another host, {request.host[:60]}"
    if request.head:
        return Fault("the health check asks by HEAD, which LiteLLM answers with 405: every check fails", asked)
    if request.scheme == "https":
        return Fault("the health check asks by https, and LiteLLM answers in plain text: every check fails", asked)
    if port is not None and request.port != port:
        return Fault(_elsewhere(deployment, request.port, port), asked, _redirected(test, request, port))
    if _endpoint(deployment, request.path) not in ENDPOINTS:
        return Fault(_unfit(request.path), asked, _redirected(test, request, request.port))
    python = request.program.startswith("python")
    if forwarded := forward_proxy.deciding(deployment, request.obeys, request.host, request.port, python):
        if forwarded.unknown:
            return forwarded.reason
        name = forwarded.address.removeprefix("env:")
        says = f"{name} sends the health check to a forward proxy, and NO_PROXY does not spare {request.host[:60]}"
        return Fault(f"{says}: every check fails", asked, _with_option(test, request, f"--noproxy {request.host}"))
    if not request.fails:
        says = f"{request.program} succeeds on any answer: a proxy that answers with errors counts as healthy"
        return Fault(says, asked, _with_option(test, request, "-f"), Severity.LOW)
    return None


def _elsewhere(deployment: Deployment, asked: int, port: int) -> str:
    if health_app(deployment) is True:
        return (
            f"the health check asks port {asked} and waits there behind the requests; the health app is on port {port}"
        )
    if supervised(deployment) is True and asked == app_port(deployment):
        return f"the health check asks the health app on port {asked}, which has to go (LH051)"
    return f"the health check asks port {asked}, but the proxy answers on port {port}: every check fails"


def _unfit(path: str) -> str:
    if path.rstrip("/") == "/health":
        return "the health check asks /health, which needs a key and calls every model: it fails, or costs money"
    return f"the health check asks {path[:60]}, which does not tell whether the proxy is well"


def _endpoint(deployment: Deployment, path: str) -> str:
    root = deployment.setting("env:SERVER_ROOT_PATH")
    prefix = str(root.value).rstrip("/") if root.known else ""
    return path.removeprefix(prefix).rstrip("/") if prefix else path.rstrip("/")


def _redirected(test: Test, request: Request, port: int) -> Test | None:
    """The test with its address pointed to the right port, and to the right path where that is wrong."""
    if not request.text or not any(request.text in word for word in test[1:]):
        return None
    path = request.path if request.path.rstrip("/") in ENDPOINTS else ENDPOINTS[0]
    scheme = f"{request.scheme}://" if "://" in request.text else ""
    new = f"{scheme}{request.host}:{port}{path}"
    return (test[0], *(word.replace(request.text, new) for word in test[1:]))


def _with_option(test: Test, request: Request, option: str) -> Test | None:
    """The test of one curl with an option more."""
    if request.program != "curl":
        return None
    if test[0] == "CMD":
        return (*test[:2], *option.split(), *test[2:]) if test[1].rpartition("/")[2] == "curl" else None
    return (test[0], test[1].replace("curl ", f"curl {option} ", 1)) if test[1].count("curl ") == 1 else None


def _names(deployment: Deployment) -> tuple[str, ...]:
    """What the container is called in its own network."""
    service = deployment.parts.service
    if service is None:
        return ()
    nodes = [service.node.get(key) for key in ("hostname", "container_name")]
    return (service.name.lower(), *(node.text().lower() for node in nodes if node is not None and node.text()))


def _variable(deployment: Deployment, name: str) -> str | None:
    setting = deployment.setting(f"env:{name}")
    return None if setting.unknown else str(setting.value) if setting.known else ""
