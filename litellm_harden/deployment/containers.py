"""From a path inside the container back to the file on the host: bind mounts, compose `configs:`, COPY and ADD."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.litellm.images import WORKDIR
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.image import Image


class Provided(Record):
    """A container path and the host file or folder that stands there; None where its content is not a host file."""

    target: str
    source: Path | None


class Container:
    """What of the host's files a container sees, and where. Mounts hide what the image holds."""

    def __init__(self, service: Service | None, image: Image | None) -> None:
        self.workdir = _workdir(service, image)
        self._provided = [*_mounted(service), *_copied(image)]

    def host_file(self, path: str) -> Path | None:
        """The host file that `path` (relative ones start at the working directory) shows, here or not; None where
        nothing of the host stands there."""
        wanted = posixpath.normpath(posixpath.join(self.workdir, path))
        for target, source in self._provided:
            inside = posixpath.relpath(wanted, posixpath.normpath(target))
            if inside == ".":
                return source
            if source is not None and not inside.startswith("..") and (source / inside).is_file():
                return source / inside
        return None

    def places(self) -> tuple[Provided, ...]:
        """What is mounted or copied into it, in order of precedence."""
        return tuple(self._provided)

    def host_files(self) -> list[Path]:
        """The host files and folders that are provided one by one, in order of precedence."""
        return [source for _, source in self._provided if source is not None]


def _workdir(service: Service | None, image: Image | None) -> str:
    node = service.node.get("working_dir") if service is not None else None
    if node is not None and isinstance(node.value, str):
        return node.value
    return image.workdir if image is not None else WORKDIR


def _mounted(service: Service | None) -> list[Provided]:
    if service is None:
        return []
    mounts = [Provided(mount.target, mount.source) for mount in service.mounts]
    configs = [Provided(config.target, config.file) for config in service.configs]
    # The deeper target hides the shallower one, as mounts do.
    return sorted([*configs, *mounts], key=lambda provided: -provided.target.rstrip("/").count("/"))


def _copied(image: Image | None) -> list[Provided]:
    """Files under their own names in the folders they are copied into; the last copy wins."""
    found = []
    for destination, source in image.copies() if image is not None else ():
        into_folder = destination.endswith("/") and source is not None and not source.is_dir()
        target = posixpath.join(destination, source.name) if into_folder and source is not None else destination
        found.append(Provided(target, source))
    return found[::-1]
