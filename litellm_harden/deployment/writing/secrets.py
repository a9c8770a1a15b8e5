"""Secrets: their values go to env files that git does not track, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.writing.references import referred
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.model import Origin
    from litellm_harden.deployment.writing.site import Site


def required(name: str) -> str:
    """How a compose file refers to a variable without which nothing may start."""
    return f"${{{name}:?set {name} in .env}}"


def in_env_file(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    """The secret in the env file of the service, else in the project's `.env` and as a reference in the service."""
    from litellm_harden.deployment.writing.environment import env_file_for_new, in_service_environment, new_in_service

    decided = deployment.parts.environment.deciding(name)
    if decided is not None and decided.layer is Layer.CONFIG:
        return Refusal(f"{decided.origin.file.name} sets {name}, and a config is no place for a secret")
    if decided is not None and decided.layer is Layer.ENV_FILE and decided.origin.file not in deployment.seed.shared:
        return _bound(deployment, decided.origin.file, name, text)
    if decided is not None and decided.layer is Layer.SERVICE:
        variable = referred(_written(deployment, decided.origin))
        if variable is not None:
            return _in_project(deployment, variable, text)
        return _joined(
            in_service_environment(deployment, name, required(name), decided.origin),
            _in_project(deployment, name, text),
        )
    file = env_file_for_new(deployment)
    if file is not None:
        return _bound(deployment, file, name, text)
    if deployment.parts.service is None:
        return Refusal(f"there is no env file for {name}, and an image is no place for a secret")
    return _joined(new_in_service(deployment, name, required(name)), _in_project(deployment, name, text))


def _written(deployment: Deployment, origin: Origin) -> str:
    """What stands behind the name of a variable in an `environment:`, be it a list or a map."""
    found = deployment.workspace.compose(origin.file).find(origin.path)
    text = str(found.value) if found is not None else ""
    return text.partition("=")[2] if isinstance(origin.path[-1], int) else text


def _in_project(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    project = deployment.parts.project
    file = project.directory / ".env" if project is not None else None
    if file is None or not deployment.workspace.exists(file):
        return Refusal(f"no .env file is here that could hold {name}; make an empty one that git ignores")
    return _bound(deployment, file, name, text)


def _bound(deployment: Deployment, file: Path, name: str, text: str) -> Sequence[Site] | Refusal:
    tracked = deployment.workspace.tracked(file)
    if tracked is None:
        return Refusal(f"git does not tell whether it tracks {file.name}, which would hold {name}")
    if tracked:
        where = f"{file.name} or {file.resolve().name}, to which it leads" if file.is_symlink() else file.name
        return Refusal(f"git tracks {where}, and {name} does not belong there")
    quotes = _read_by_compose_alone(deployment, file)
    return [(file, (name,), deployment.workspace.dotenv(file).update((), {name: text}, quotes))]


def _read_by_compose_alone(deployment: Deployment, file: Path) -> bool:
    """Whether Compose takes quotes off the values of an env file; nothing does for `format: raw` or `docker run`."""
    service = deployment.parts.service
    return service is not None and not any(reference.raw for reference in service.env_files if reference.path == file)


def _joined(first: Sequence[Site] | Refusal, second: Sequence[Site] | Refusal) -> Sequence[Site] | Refusal:
    if isinstance(first, Refusal):
        return first
    return second if isinstance(second, Refusal) else [*first, *second]
