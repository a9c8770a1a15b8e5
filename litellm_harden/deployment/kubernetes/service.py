"""A container of a pod in the words of a compose service, so that rules ask both alike.

Source: the Kubernetes API reference, "PodSpec v1 core" and "Container v1 core".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose.node import ComposeFile, Node, Value
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.kubernetes.objects import items, mapping
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.workspace import Workspace
    from litellm_harden.documents.yaml.stream import Stream

PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
FILLED_IN = "what fills in its variables before it is applied is not known"
_QUANTITY = pattern(r"(\d+(?:\.\d*)?|\.\d+)(m|[kMGTPE]i?)?")
_SIZES = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "P": 10**15, "E": 10**18}


def filled_in(text: str) -> bool:
    """Whether another tool puts values into a text before Kubernetes gets it: Kubernetes itself has no such forms."""
    return "${" in text or "{{" in text


class ManifestFile(ComposeFile):
    """A manifest as the place of a node: nothing in it is interpolated."""

    __slots__ = ()

    def __init__(self, path: Path) -> None:
        super().__init__(path, path.parent, {})

    def document(self, workspace: Workspace) -> Stream:
        """The file as Kubernetes reads it. Raises Unreadable."""
        return workspace.manifest(self.path)


class Reader:
    """Makes nodes of what a manifest says."""

    def __init__(self, file: Path) -> None:
        self.place = ManifestFile(file)

    def scalar(self, path: DocumentPath, value: object, unknown: str = "") -> Node:
        """A node with a single value, or null, that is written at `path`."""
        plain = value if isinstance(value, (str, int, float)) or value is None else str(value)
        if isinstance(plain, str) and filled_in(plain):
            unknown = unknown or FILLED_IN
        return Node(plain, self.place, path, unknown=unknown)

    def tree(self, path: DocumentPath, value: object) -> Node:
        """A node of everything at `path`."""
        if isinstance(value, dict):
            return Node({str(key): self.tree((*path, key), inner) for key, inner in value.items()}, self.place, path)
        if isinstance(value, list):
            return Node([self.tree((*path, at), inner) for at, inner in enumerate(value)], self.place, path)
        return self.scalar(path, value)

    def group(self, path: DocumentPath, members: dict[str, Node | None]) -> Node | None:
        """A mapping of those that are there; None where none is."""
        found: dict[str, Node] = {key: node for key, node in members.items() if node is not None}
        return Node(found, self.place, path) if found else None

    def words(self, path: DocumentPath, owner: object, key: str) -> Node | None:
        """A command line of the container; nothing where it has none."""
        stated = mapping(owner).get(key)
        return self.tree((*path, key), stated) if stated not in (None, [], {}, "") else None

    def resources(self, path: DocumentPath, stated: object) -> Node | None:
        """Limits and requests as those of `deploy.resources`."""
        kinds = {"limits": "limits", "requests": "reservations"}
        members = {name: self._amounts((*path, kind), mapping(stated, kind)) for kind, name in kinds.items()}
        return self.group(path, members)

    def _amounts(self, path: DocumentPath, stated: dict[str, object]) -> Node | None:
        size, count = stated.get("memory"), stated.get("cpu")
        members = {
            "cpus": self.scalar((*path, "cpu"), cpus(str(count)) or str(count)) if count is not None else None,
            "memory": self.scalar((*path, "memory"), memory(str(size)) or str(size)) if size is not None else None,
        }
        return self.group(path, members)


def cpus(quantity: str) -> str | None:
    """A number of CPUs (`500m`, `2`) as Compose writes it; None where it is none."""
    match = _QUANTITY.fullmatch(quantity.strip())
    if match is None or match[2] not in (None, "m"):
        return None
    return f"{float(match[1]) / (1000 if match[2] else 1):g}"


def memory(quantity: str) -> str | None:
    """A size (`4Gi`, `512M`) in bytes; None where it is none."""
    match = _QUANTITY.fullmatch(quantity.strip())
    if match is None or match[2] == "m":
        return None
    unit = match[2] or ""
    size = 1024 ** ("KMGTPE".index(unit[0].upper()) + 1) if unit.endswith("i") else _SIZES[unit]
    return str(int(float(match[1]) * size))


def service_of(
    file: Path, name: str, container: DocumentPath, pod: DocumentPath, spec: object, data: object
) -> Service:
    """The service that a container amounts to. `spec` is the pod's, `data` the container's."""
    read, stated = Reader(file), mapping(data)
    grace = mapping(spec).get("terminationGracePeriodSeconds")
    members: dict[str, Node | None] = {
        "image": read.scalar((*container, "image"), stated["image"]) if stated.get("image") else None,
        "entrypoint": read.words(container, stated, "command"),
        "command": read.words(container, stated, "args"),
        "working_dir": read.scalar((*container, "workingDir"), stated["workingDir"])
        if "workingDir" in stated
        else None,
        "restart": _restart(read, pod, container, spec),
        "stop_grace_period": read.scalar((*pod, "terminationGracePeriodSeconds"), f"{grace}s")
        if grace is not None
        else None,
        "deploy": read.group(
            container, {"resources": read.resources((*container, "resources"), stated.get("resources"))}
        ),
        "volumes": _volumes(read, container, spec, stated),
        "read_only": _read_only(read, container, stated),
        **{probe: read.tree((*container, probe), stated[probe]) for probe in PROBES if stated.get(probe)},
    }
    found: dict[str, Node] = {key: node for key, node in members.items() if node is not None}
    return Service(name, Node(found, read.place, (*container, "image" if "image" in stated else "name")), {})


def _restart(read: Reader, pod: DocumentPath, container: DocumentPath, spec: object) -> Node:
    """Always, unless a lone pod says otherwise: a workload's pods may say nothing else."""
    stated = mapping(spec).get("restartPolicy")
    policy = str(stated or "Always")
    words = {"Always": "always", "OnFailure": "on-failure", "Never": "no"}
    return read.scalar((*pod, "restartPolicy") if stated else (*container, "image"), words.get(policy, policy))


def _volumes(read: Reader, container: DocumentPath, spec: object, stated: dict[str, object]) -> Node | None:
    """What is mounted where, as volumes of which nothing else is known; those of memory or disk start empty."""
    kinds = {str(volume.get("name")): volume for volume in items(spec, "volumes")}
    mounts: list[Node] = []
    for index, mount in enumerate(items(stated, "volumeMounts")):
        path = (*container, "volumeMounts", index)
        volume = kinds.get(str(mount.get("name")), {})
        locked = mount.get("readOnly") is True or "configMap" in volume or "secret" in volume
        members: dict[str, Value] = {
            "type": "volume",
            "source": str(mount.get("name", "")),
            "target": str(mount.get("mountPath", "")),
            "read_only": locked,
        }
        mounts.append(Node({key: Node(value, read.place, path) for key, value in members.items()}, read.place, path))
    return Node(mounts, read.place, (*container, "volumeMounts")) if mounts else None


def _read_only(read: Reader, container: DocumentPath, stated: dict[str, object]) -> Node | None:
    locked = mapping(stated, "securityContext").get("readOnlyRootFilesystem")
    return read.scalar((*container, "securityContext", "readOnlyRootFilesystem"), True) if locked is True else None
