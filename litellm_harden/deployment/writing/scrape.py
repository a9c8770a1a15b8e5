"""The scrape config of the deployment's Prometheus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT, Excluding, Including
from litellm_harden.deployment.writing.lists import in_list
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_scrape(deployment: Deployment, address: str, value: object) -> Sequence[Site] | Refusal:
    """A key of the scrape config, or an item of one of its lists, in the file that holds it."""
    prometheus = deployment.parts.prometheus
    if prometheus is None:
        return Refusal("no Prometheus is part of these files")
    if prometheus.unknown or prometheus.file is None:
        return Refusal(prometheus.unknown or "the scrape config of its Prometheus is in no file of its own")
    file, document = prometheus.file, deployment.workspace.compose(prometheus.file)
    path = tuple(int(key) if key.isdigit() else key for key in address.split("."))
    if value is ABSENT:
        return [(file, path, document.remove(path))]
    if isinstance(value, (Including, Excluding)):
        return in_list(file, document, path, value)
    return [(file, path, document.update(path[:-1], {path[-1]: value}))]
