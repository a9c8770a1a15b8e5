"""Settings of LiteLLM's config: the file that owns the section."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including, Renamed
from litellm_harden.deployment.writing.lists import in_list
from litellm_harden.documents.base import Key, Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.config import ConfigFile
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_config(deployment: Deployment, batch: list[Change]) -> Sequence[Site] | Refusal:
    """Changes of one mapping, in the file that owns its section; a new section goes to the main file."""
    config = deployment.parts.config
    if config is None or deployment.parts.config_unknown:
        reason = deployment.parts.config_unknown or "the proxy is started without a config file"
        return Refusal(reason)
    manifests = deployment.parts.manifests
    if manifests is not None and manifests.shares:
        return Refusal(f"{manifests.shares} has the same config")
    first = batch[0]
    owner, path = config.locate(config_path(first.address))
    if isinstance(first.value, (Including, Excluding)):
        return _inside(owner, in_list(owner.file, owner.document, path, first.value))
    if first.value is ABSENT:
        return _inside(owner, [(owner.file, path, owner.document.remove(path))])
    if isinstance(first.value, Renamed):
        named = (*path[:-1], first.value.key)
        return _inside(
            owner, [(owner.file, path, owner.document.rename(path, first.value.key)), (owner.file, named, ())]
        )
    parent = path[:-1]
    values: dict[Key, object] = {config_path(change.address)[-1]: change.value for change in batch}
    proposal = owner.document.update(parent, values)
    sites: list[Site] = [(owner.file, (*parent, key), ()) for key in values]
    return _inside(owner, [(owner.file, (*parent, next(iter(values))), proposal), *sites[1:]])


def _inside(owner: ConfigFile, sites: Sequence[Site] | Refusal) -> Sequence[Site] | Refusal:
    """The sites, with their paths in the file that the config stands in."""
    if isinstance(sites, Refusal) or not owner.at:
        return sites
    return [(file, (*owner.at, *path), proposal) for file, path, proposal in sites]
