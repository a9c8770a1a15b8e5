"""Compose projects written down in a test."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from litellm_harden.deployment.compose.node import Node
from litellm_harden.deployment.compose.project import Project, load
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.workspace import Workspace


def write(root: Path, files: Mapping[str, str]) -> Workspace:
    """The files below `root`, as a workspace."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")
    return Workspace(root)


def project(root: Path, files: Mapping[str, str], *names: str, owner: tuple[str, ...] = ()) -> Project:
    """The project of the files `names`, or of the first one."""
    workspace = write(root, files)
    chosen = names or (next(iter(files)),)
    return load(workspace, [root / name for name in chosen], [root / name for name in owner])


def service(root: Path, text: str, **files: str) -> Service:
    """The service `litellm`, of which `text` is the body."""
    body = "".join(f"    {line}\n" for line in dedent(text).strip().splitlines())
    env = {".env": files["env"]} if "env" in files else {}
    return project(root, {"compose.yaml": f"services:\n  litellm:\n{body}{files.get('rest', '')}", **env}).services[
        "litellm"
    ]


def values(nodes: Mapping[str, Node]) -> dict[str, object]:
    """What each node says; None where it is unknown."""
    return {name: None if node.unknown else node.plain() for name, node in nodes.items()}
