"""Where a setting that nothing states would be written: findings and suppressions stand there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.text.source import Span

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.config import Config
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.kubernetes.parts import Manifests
    from litellm_harden.deployment.workspace import Workspace


def first_place(deployment: Deployment) -> Origin | None:
    """The key of the service, else the first line of the Dockerfile or config."""
    if deployment.parts.service is not None:
        return of_service(deployment.workspace, deployment.parts.service)
    files = deployment.files.all()
    return Origin(deployment.files.dockerfile or files[0], Span(0, 0)) if files else None


def of_service(workspace: Workspace, service: Service) -> Origin | None:
    """The key of a service's own definition."""
    node = service.node
    found = node.place.document(workspace).find(node.path)
    return Origin(node.file, found.key or found.span, node.path) if found is not None else None


def of_key(workspace: Workspace, file: Path, path: DocumentPath) -> Origin | None:
    """The key at a path of a compose file, or the item where it has none."""
    found = workspace.compose(file).find(path)
    return Origin(file, found.key or found.span, path) if found is not None else None


def of_config(config: Config, path: DocumentPath) -> Origin:
    """The key of the closest mapping around `path` that is written, else the main file's first line."""
    owner = config.owner(str(path[0]))
    for depth in range(len(path) - 1, 0, -1):
        found = owner.document.find(path[:depth])
        if found is not None and found.key is not None:
            return Origin(owner.file, found.key, path[:depth])
    main = config.files[0]
    around = main.document.find(()) if main.at else None
    return Origin(main.file, (around.key or around.span) if around is not None else Span(0, 0))


def of_environment(deployment: Deployment) -> Origin | None:
    """The env file that takes a new variable, else the key of the service's environment."""
    if deployment.parts.manifests is not None:
        return _of_pod_environment(deployment, deployment.parts.manifests)
    from litellm_harden.deployment.writing.environment import env_file_for_new, local_environment

    file = env_file_for_new(deployment)
    if file is not None:
        return Origin(file, Span(0, 0))
    site = local_environment(deployment)
    found = of_key(deployment.workspace, *site) if site is not None else None
    return found or first_place(deployment)


def _of_pod_environment(deployment: Deployment, manifests: Manifests) -> Origin | None:
    from litellm_harden.deployment.writing.kubernetes import new_variable_place

    place = new_variable_place(manifests)
    found = deployment.workspace.manifest(manifests.file).find(place)
    if found is None or found.key is None:
        return first_place(deployment)
    return Origin(manifests.file, found.key, place)


def takes_arguments(manifests: Manifests) -> bool:
    """Whether arguments can be stated where there are none: a chart passes its own, which they would replace."""
    from litellm_harden.deployment.kubernetes.parts import Form

    return manifests.form is not Form.VALUES


def of_command(deployment: Deployment) -> Origin | None:
    """The key of the command, or its words in a Dockerfile."""
    lines = deployment.parts.command.lines
    if not lines and deployment.parts.manifests is not None and not takes_arguments(deployment.parts.manifests):
        return None
    if not lines or not lines[-1].words.words:
        return first_place(deployment)
    line = lines[-1]
    if line.file in deployment.files.kubernetes:
        found = deployment.workspace.manifest(line.file).find(line.path)
        return Origin(line.file, found.key or found.span, line.path) if found is not None else None
    if line.file in deployment.files.compose:
        return of_key(deployment.workspace, line.file, line.path)
    words = line.words.words
    return Origin(line.file, Span(words[0].span.start, words[-1].span.end), line.path)
