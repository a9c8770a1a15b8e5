"""Coolify, which starts what a compose file describes in ways of its own: told by the variables that it makes up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_VARIABLE = pattern(r"\bSERVICE_(?:FQDN|URL|USER|PASSWORD|BASE64|REALBASE64|HEX)_")


def started_by_coolify(deployment: Deployment) -> bool:
    """Whether the compose files name variables of Coolify's.

    It gives every service an env file that they do not name (coollabsio/coolify#5612), and starts it with
    restart: unless-stopped (coolify discussion 10259).
    """
    return any(_VARIABLE.search(deployment.workspace.source(file).text) for file in deployment.files.compose)
