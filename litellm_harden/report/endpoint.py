"""Where a deployment answers, seen from the machine that runs it, and which variable holds its key."""

from __future__ import annotations

import re

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import whole

PORT = 4000
"""LiteLLM's own, where neither --port nor PORT says otherwise."""

_EVERYWHERE = ("", "0.0.0.0", "127.0.0.1", "::", "[::]", "::1", "[::1]", "localhost")
_NAME = re.compile(r"[A-Za-z_]\w*")


class Endpoint(Record):
    """The base of the proxy's URLs, the variable that holds its key, and what to know, as a sentence after a space."""

    url: str
    key: str = "LITELLM_MASTER_KEY"
    note: str = ""


def endpoint(deployment: Deployment) -> Endpoint:
    """Where the deployment answers: by its published port, if it is a compose service."""
    scheme = "https" if deployment.setting("arg:--ssl_certfile_path").known else "http"
    port, note = _port(deployment)
    host, published, more = _published(deployment, port)
    return Endpoint(f"{scheme}://{host}:{published}", _key(deployment), f"{note}{more}")


def _port(deployment: Deployment) -> tuple[int, str]:
    """The port that the proxy listens on."""
    for address in ("arg:--port", "env:PORT"):
        setting = deployment.setting(address)
        if setting.known and (number := whole(setting.value)) is not None:
            return number, ""
        if setting.unknown and setting.origin is not None:
            return PORT, f" Its port is not known ({setting.reason}); this asks {PORT}."
    return PORT, ""


def _published(deployment: Deployment, port: int) -> tuple[str, str, str]:
    """Host and port at which the port of the proxy is reached."""
    service, manifests = deployment.parts.service, deployment.parts.manifests
    if manifests is not None:
        pod = f"{manifests.kind.lower()}/{manifests.name}" if manifests.kind != "ConfigMap" else "POD"
        forward = f"kubectl port-forward {pod if manifests.kind else 'SERVICE'} {port}:{port}"
        return "localhost", str(port), f" The cluster keeps it to itself: first {forward}."
    if service is None:
        return "localhost", str(port), ""
    mode = service.node.get("network_mode")
    if mode is not None and mode.text() == "host":
        return "localhost", str(port), ""
    for one in service.ports:
        if one.target == str(port) and one.published.isdecimal():
            return "localhost" if one.host in _EVERYWHERE else one.host, one.published, ""
    note = f" The compose file publishes no port of {service.name} to this machine: ask from where it can be reached."
    return service.name, str(port), note


def _key(deployment: Deployment) -> str:
    """The variable that the config takes the master key from."""
    origin = deployment.setting("config:general_settings.master_key").origin
    stated = origin.value if origin is not None else None
    name = stated.removeprefix(REFERENCE) if isinstance(stated, str) and stated.startswith(REFERENCE) else ""
    return name if _NAME.fullmatch(name) else "LITELLM_MASTER_KEY"
