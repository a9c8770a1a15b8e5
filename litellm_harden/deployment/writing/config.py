"""Settings of LiteLLM's config: the file that owns the section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including
from litellm_harden.deployment.writing.lists import in_list
from litellm_harden.documents.base import Key, Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_config(deployment: Deployment, batch: list[Change]) -> Sequence[Site] | Refusal:
    """Changes of one mapping, in the file that owns its section; a new section goes to the main file."""
    config = deployment.parts.config
    if config is None or deployment.parts.config_unknown:
        reason = deployment.parts.config_unknown or "the proxy is started without a config file"
        return Refusal(reason)
    first = batch[0]
    if isinstance(first.value, (Including, Excluding)):
        path = tuple(first.address.partition(":")[2].split("."))
        owner = config.owner(path[0])
        return in_list(owner.file, owner.document, path, first.value)
    *parent, _ = batch[0].address.partition(":")[2].split(".")
    owner = config.owner(parent[0] if parent else batch[0].address.partition(":")[2])
    if batch[0].value is ABSENT:
        path = tuple(batch[0].address.partition(":")[2].split("."))
        return [(owner.file, path, owner.document.remove(path))]
    values: dict[Key, object] = {change.address.rpartition(".")[2]: change.value for change in batch}
    proposal = owner.document.update(tuple(parent), values)
    sites: list[Site] = [(owner.file, (*parent, key), ()) for key in values]
    return [(owner.file, (*parent, next(iter(values))), proposal), *sites[1:]]
