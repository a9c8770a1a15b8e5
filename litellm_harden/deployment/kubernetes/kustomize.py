"""What a kustomization makes of the manifests it lists: other image tags, generated ConfigMaps, patches.

Source: the Kustomize reference (kubectl.docs.kubernetes.io/references/kustomize/kustomization).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.kubernetes.objects import Object, items, mapping
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.deployment.workspace import Workspace

NAMES = ("kustomization.yaml", "kustomization.yml")
_PATCHES = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "components", "transformers")


class Kustomization(Record):
    """One kustomization file."""

    file: Path
    data: dict[str, object]

    def lists(self) -> Iterator[Path]:
        """The files and folders that it takes in."""
        for key in ("resources", "bases", "components"):
            stated = self.data.get(key)
            for name in stated if isinstance(stated, list) else ():
                yield Path(os.path.normpath(self.file.parent / str(name)))

    @property
    def patches(self) -> str:
        """Why what it takes in may come out otherwise, or ""."""
        stated = next((key for key in _PATCHES if self.data.get(key)), "")
        return f"{stated} of {self.file.parent.name}/{self.file.name} may change it" if stated else ""

    def generated(self, name: str, key: str) -> Path | None:
        """The file that a generated ConfigMap holds under a key."""
        for generator in items(self.data, "configMapGenerator"):
            stated = generator.get("files")
            for entry in stated if generator.get("name") == name and isinstance(stated, list) else ():
                called, _, path = str(entry).rpartition("=")
                if (called or path.rpartition("/")[2]) == key:
                    return Path(os.path.normpath(self.file.parent / path))
        return None

    def image(self, image: str) -> str:
        """What an image is called after it."""
        base = image.partition("@")[0]
        head, colon, tag = base.rpartition(":")
        name = head if colon and "/" not in tag else base
        for change in items(self.data, "images"):
            if change.get("name") == name:
                new = str(change.get("newName") or name)
                if change.get("digest"):
                    return f"{new}@{change['digest']}"
                return f"{new}:{change['newTag']}" if change.get("newTag") else new + image[len(name) :]
        return image


def kustomizations(workspace: Workspace, files: Iterable[Path]) -> list[Kustomization]:
    """Those among the files."""
    found = []
    for file in files:
        if file.name in NAMES:
            try:
                documents = workspace.manifest(file).data
            except Unreadable:
                continue
            found += [Kustomization(file, mapping(data)) for data in documents[:1]]
    return found


def images(chain: Sequence[Kustomization], image: str) -> set[str]:
    """What an image is called in the end, by each kustomization that no other takes in."""
    ends = [one for one in chain if not any(one.file.parent in other.lists() for other in chain)]
    found = set()
    for end in ends:
        name = image
        for one in chain:
            if one not in ends or one is end:
                name = one.image(name)
        found.add(name)
    return found or {image}


def around(found: Iterable[Kustomization], one: Object) -> list[Kustomization]:
    """The kustomizations that an object's file goes through, one by one or from one to the next."""
    known = list(found)
    reached: list[Kustomization] = []
    wanted = [one.file]
    while wanted:
        path = wanted.pop()
        for each in known:
            if each not in reached and path in each.lists():
                reached.append(each)
                wanted.append(each.file.parent)
    return reached
