"""Stacks of Docker Swarm, which are written as compose files and started by another program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.workspace import Workspace

_DEPLOY = ("mode", "placement", "update_config", "rollback_config", "endpoint_mode", "labels")
"""What only Swarm goes by; Compose too reads `replicas`, `resources` and `restart_policy` (docs.docker.com, Compose
Deploy Specification)."""


def is_stack(workspace: Workspace, project: Project) -> bool:
    """Whether a project is meant for Swarm: a service says how it is to be spread, or the project has an overlay
    network, or configs or secrets that are kept outside, which Compose refuses."""
    services = project.services.values()
    if any(service.node.get("deploy", key) is not None for service in services for key in _DEPLOY):
        return True
    return any(
        _is_of_swarm(section, entry)
        for file in project.files
        for section, entries in _mapping(workspace.compose(file).data).items()
        for entry in _mapping(entries).values()
    )


def _is_of_swarm(section: object, entry: object) -> bool:
    stated = _mapping(entry)
    if section == "networks":
        return stated.get("driver") == "overlay"
    return section in ("configs", "secrets") and stated.get("external") not in (None, False)


def _mapping(data: object) -> dict[object, object]:
    return data if isinstance(data, dict) else {}
