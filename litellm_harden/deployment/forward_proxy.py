"""The forward proxy of the container's environment, through which clients send what they ask, localhost included.

Clients that obey its variables pass it by only for the hosts of `no_proxy` (urllib.request.proxy_bypass_environment;
https://curl.se/libcurl/c/CURLOPT_NOPROXY.html).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.model import Setting, State

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")


def deciding(
    deployment: Deployment, names: Sequence[str], host: str, port: int = 0, python: bool = True
) -> Setting | None:
    """The variable that sends a request for `host` through a proxy, known or not; None where it goes straight there.

    `names` are those that the client obeys, the strongest first. `python` says that it is Python, which compares ports
    too; whether another client does is not known.
    """
    stated, exceptions = _stated(deployment, names), _stated(deployment, _EXCEPTIONS)
    if stated is None or (stated.known and not stated.value) or _covers(exceptions, host.lower()):
        return None
    if _covers(exceptions, f"{host.lower()}:{port}"):
        reason = "whether its program heeds the port in NO_PROXY is not known"
        return None if python else stated._replace(state=State.UNKNOWN, reason=reason)
    return exceptions if exceptions is not None and exceptions.unknown else stated


def _stated(deployment: Deployment, names: Sequence[str]) -> Setting | None:
    """The first that the container has: what the config sets is seen by the proxy's own process alone."""
    environment = deployment.parts.environment
    for name in names:
        statement = environment.deciding(name)
        if statement is not None and statement.layer is not Layer.CONFIG:
            setting = environment.setting(name)
            if not setting.absent:
                return setting
    return None


def _covers(exceptions: Setting | None, host: str) -> bool:
    if exceptions is None or not exceptions.known:
        return False
    items = [item.lower().lstrip(".") for item in str(exceptions.value).replace(",", " ").split()]
    # A network such as 127.0.0.0/8 holds the addresses, and not all clients know it.
    return any(item in ("*", host) or (item.startswith("127.") and "/" in item and host[0].isdigit()) for item in items)
