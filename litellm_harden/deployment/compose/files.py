"""Which compose files of a folder make up which projects."""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from pathlib import Path

from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.text.patterns import pattern

MAIN = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
"""The names that `docker compose` looks for without `-f`, first match first (compose-go cli/options.go)."""

OVERRIDE = (
    "compose.override.yml",
    "compose.override.yaml",
    "docker-compose.override.yml",
    "docker-compose.override.yaml",
)
"""The first of these that exists is merged onto the main file, whichever name that has."""

_COMPOSE = pattern(r"(.+[-_.])?(docker-)?compose([-_.].+)?\.ya?ml", re.IGNORECASE)


def projects_in(workspace: Workspace, folder: Path, names: Collection[str]) -> list[list[Path]]:
    """The projects that the files `names` of a folder make up, each as its files, the main one first.

    `COMPOSE_FILE` in the folder's `.env` decides the files of the main project (some may not be here), else the
    default names do. Any other compose file that defines a whole service stands for itself; one that does not only
    changes services of other files, and cannot be judged alone.
    """
    main = _from_dotenv(workspace, folder) or _default(folder, names)
    taken = {path for path in main if path.parent == folder}
    others = [folder / name for name in sorted(names) if _COMPOSE.fullmatch(name) and name not in (*MAIN, *OVERRIDE)]
    alone = [[path] for path in others if path not in taken and _stands_alone(workspace, path)]
    return [main, *alone] if main else alone


def dotenv_files(workspace: Workspace, main: Path) -> list[Path]:
    """The `.env` files whose variables a project knows, the stronger first: that of the folder above whose
    `COMPOSE_FILE` starts with the project's main file, and that of the main file's own folder."""
    above = [folder for folder in main.parent.parents if folder.is_relative_to(workspace.root)]
    naming = [folder / ".env" for folder in above if _from_dotenv(workspace, folder)[:1] == [main]]
    return [*naming, main.parent / ".env"]


def _default(folder: Path, names: Collection[str]) -> list[Path]:
    main = next((name for name in MAIN if name in names), None)
    override = next((name for name in OVERRIDE if name in names), None)
    return [folder / name for name in (main, override) if name] if main else []


def _from_dotenv(workspace: Workspace, folder: Path) -> list[Path]:
    """The files of `COMPOSE_FILE`, separated as `COMPOSE_PATH_SEPARATOR` says (else `:`, or `;` if one is there)."""
    if not workspace.exists(folder / ".env"):
        return []
    try:
        values = workspace.dotenv(folder / ".env").data
    except Unreadable:
        return []
    listed = values.get("COMPOSE_FILE") or ""
    separator = values.get("COMPOSE_PATH_SEPARATOR") or (";" if ";" in listed else ":")
    return [Path(os.path.normpath(folder / name.strip())) for name in listed.split(separator) if name.strip()]


def _stands_alone(workspace: Workspace, path: Path) -> bool:
    """Whether some service says what it runs. An unreadable file counts, so that its problem is told."""
    try:
        data = workspace.compose(path).data
    except Unreadable:
        return True
    if not isinstance(data, dict):
        return False
    services = data.get("services")
    whole = services.values() if isinstance(services, dict) else ()
    return "include" in data or any(
        isinstance(service, dict) and not service.keys().isdisjoint(("image", "build", "extends")) for service in whole
    )
