"""From a path inside a container back to what is mounted there from a ConfigMap."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from litellm_harden.deployment.kubernetes.objects import items, mapping
from litellm_harden.record import Record


class Mounted(Record):
    """One file of a container: the ConfigMap (or, if `secret`, Secret) that it comes from and the key there."""

    path: str
    holder: str
    key: str
    secret: bool = False


def mounted_file(spec: object, container: object, wanted: str, workdir: str) -> Mounted | None:
    """What a ConfigMap or Secret puts at the path `wanted`; None where none does."""
    wanted = posixpath.normpath(posixpath.join(workdir, wanted))
    for mount, source, secret in _mounts(spec, container):
        target = posixpath.normpath(str(mount.get("mountPath", "")))
        inside = str(mount.get("subPath", ""))
        if inside and target != wanted:
            continue
        if not inside and not wanted.startswith(f"{target.rstrip('/')}/"):
            continue
        shown = inside or posixpath.relpath(wanted, target)
        name = str(source.get("secretName" if secret else "name", ""))
        listed = items(source, "items")
        keys = {str(item.get("path")): str(item.get("key")) for item in listed}
        key = keys.get(shown, "" if listed else shown)
        if key:
            return Mounted(wanted, name, key, secret)
    return None


def config_maps(spec: object, container: object) -> list[str]:
    """The names of the ConfigMaps that a container mounts."""
    return [str(source.get("name", "")) for _, source, secret in _mounts(spec, container) if not secret]


def _mounts(spec: object, container: object) -> Iterator[tuple[dict[str, object], dict[str, object], bool]]:
    """Each mount of a ConfigMap or Secret, deepest first, with its source and whether that is a Secret."""
    volumes = {str(volume.get("name")): volume for volume in items(spec, "volumes")}
    mounts = items(container, "volumeMounts")
    for mount in sorted(mounts, key=lambda one: -str(one.get("mountPath", "")).count("/")):
        volume = volumes.get(str(mount.get("name")), {})
        for kind, secret in (("configMap", False), ("secret", True)):
            if kind in volume:
                yield mount, mapping(volume, kind), secret
        for source in items(volume, "projected", "sources"):
            for kind, secret in (("configMap", False), ("secret", True)):
                if kind in source:
                    part = mapping(source, kind)
                    yield mount, {**part, "secretName": part.get("name", "")}, secret
