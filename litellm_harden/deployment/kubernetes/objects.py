"""The objects of Kubernetes manifests, and the texts in them that are files of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.workspace import Workspace

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Rollout", "Pod")
_CONFIG = pattern(
    r"^[\"']?(?:model_list|litellm_settings|router_settings|general_settings|environment_variables)\b", re.MULTILINE
)
_VALUES = pattern(r"^\s*proxy_config:", re.MULTILINE)
_DEEPEST = 12
"""Levels at which texts are looked for; those of an Argo CD application lie at the fourth."""


class Object(Record):
    """One object: where it is written, and what it says."""

    file: Path
    path: DocumentPath
    data: dict[str, object]

    @property
    def kind(self) -> str:
        """What it is."""
        return str(self.data.get("kind", ""))

    @property
    def name(self) -> str:
        """What it is called; "" where it has no name."""
        return str(mapping(self.data, "metadata").get("name", ""))

    @property
    def namespace(self) -> str:
        """Where it lives; "" where it does not say."""
        return str(mapping(self.data, "metadata").get("namespace", ""))


def objects_in(workspace: Workspace, file: Path) -> list[Object]:
    """The objects of a manifest, those of its lists one by one. Raises Unreadable."""
    documents = workspace.manifest(file).data
    return workspace.remember(
        ("objects", file),
        lambda: [one for number, data in enumerate(documents) for one in _objects(file, (number,), data)],
    )


def find_object(
    workspace: Workspace, files: Iterable[Path], kinds: Iterable[str], name: str, namespace: str
) -> Object | None:
    """The object of that kind and name in the manifests; one that names another namespace is another."""
    kinds = tuple(kinds)
    for file in files:
        try:
            found = objects_in(workspace, file)
        except Unreadable:
            continue
        for one in found:
            near = not one.namespace or not namespace or one.namespace == namespace
            if one.kind in kinds and one.name == name and near:
                return one
    return None


def embedded(data: object) -> Iterator[DocumentPath]:
    """The texts of a document that are YAML files: configs in a ConfigMap, and values in an application's text."""
    pending: list[tuple[DocumentPath, object]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, str):
            held = _CONFIG if path[-2:-1] == ("data",) else _VALUES if path[-1:] == ("values",) else None
            if held is not None and held.search(value):
                yield path
        elif len(path) < _DEEPEST and isinstance(value, dict):
            pending += [((*path, key), inner) for key, inner in value.items() if isinstance(key, str)]
        elif len(path) < _DEEPEST and isinstance(value, list):
            pending += [((*path, index), inner) for index, inner in enumerate(value)]


def mapping(value: object, *keys: str) -> dict[str, object]:
    """The mapping under the keys, one inside the other; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def items(value: object, *keys: str) -> list[dict[str, object]]:
    """The mappings of the list under the keys, by their place; what is no mapping is an empty one."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def pod_path(kind: str) -> DocumentPath:
    """Where the pod of a workload is described."""
    return ("spec",) if kind == "Pod" else ("spec", "template", "spec")


def _objects(file: Path, path: DocumentPath, data: object) -> Iterator[Object]:
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str):
        return
    members = data.get("items")
    if data["kind"].endswith("List") and isinstance(members, list):
        for index, member in enumerate(members):
            yield from _objects(file, (*path, "items", index), member)
    else:
        yield Object(file, path, data)
