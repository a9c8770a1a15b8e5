"""Items of lists: put in, or taken out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Excluding, Including
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.writing.site import Site
    from litellm_harden.documents.yaml import YamlDocument
    from litellm_harden.documents.yaml.stream import Inside


def in_list(
    file: Path, document: YamlDocument | Inside, path: DocumentPath, change: Including | Excluding
) -> Sequence[Site] | Refusal:
    """The list at `path` with the item, or without it. A text where a list belongs counts as a list of one, and becomes
    one where an item is put in; what is neither text nor list gives way to it."""
    found = document.find(path)
    value = found.value if found is not None else None
    items = value if isinstance(value, list) else [value] if isinstance(value, str) and value else []
    if isinstance(value, dict):
        return Refusal(f"{path[-1]} is no list")
    if isinstance(change, Excluding):
        return _excluded(file, document, path, items, change.item)
    if not isinstance(value, list):
        others = [item for item in items if item != change.item]
        return [(file, path, document.update(path[:-1], {path[-1]: [*others, change.item]}))]
    return [] if change.item in items else [(file, (*path, len(items)), document.append(path, change.item))]


def _excluded(
    file: Path, document: YamlDocument | Inside, path: DocumentPath, items: list[object], item: object
) -> Sequence[Site] | Refusal:
    if item not in items:
        return []
    if all(other == item for other in items):
        return [(file, path, document.remove(path))]
    places = [(*path, index) for index, other in enumerate(items) if other == item]
    if len(places) > 1:
        return Refusal(f"{path[-1]} names {item} more than once")
    return [(file, place, document.remove(place)) for place in places]
