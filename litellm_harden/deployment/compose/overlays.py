"""Compose files that only add to services of another one: merged in or not, as whoever starts them decides."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose.files import MAIN, OVERRIDE
from litellm_harden.deployment.workspace import Unreadable, Workspace

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service

_WHOLE = frozenset({"image", "build", "extends"})


def overlays_of(
    workspace: Workspace, files: Sequence[Path], names: Collection[str], services: Iterable[str]
) -> tuple[Path, ...]:
    """Those of the compose files `names` beside a project's `files` that add to its services; none where `COMPOSE_FILE`
    decides which files are merged."""
    if any(file.name not in (*MAIN, *OVERRIDE) for file in files[1:]):
        return ()
    others = [files[0].parent / name for name in sorted(names) if name not in (*MAIN, *OVERRIDE)]
    return tuple(
        file for file in others if file not in files and any(adds_to(workspace, file, one) for one in services)
    )


def adds_to(workspace: Workspace, file: Path, service: str) -> bool:
    """Whether a compose file has something to say of the service, but not what it runs."""
    try:
        data = workspace.compose(file).data
    except Unreadable:
        return False
    services = data.get("services") if isinstance(data, dict) else None
    stated = services.get(service) if isinstance(services, dict) else None
    return isinstance(stated, dict) and bool(stated) and _WHOLE.isdisjoint(stated)


def completes(service: Service, base: Project) -> bool:
    """Whether the main file's service of the same name says not what it runs, so that it needs this one."""
    known = base.services.get(service.name)
    return known is not None and known.image is None and known.build is None


def is_overlay(service: Service, base: Project) -> bool:
    """Whether a service of another compose file of the folder only adds to the one of the same name in the main file:
    it leaves out what that one says of its start. Which files are merged, only whoever starts them knows."""
    known = base.services.get(service.name)
    return known is not None and any(
        known.node.get(key) is not None and service.node.get(key) is None
        for key in ("command", "entrypoint", "volumes")
    )
