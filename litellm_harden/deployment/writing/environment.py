"""Variables: the layer that decides them now, or the one where this deployment keeps its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.model import ABSENT, Origin, Secret
from litellm_harden.deployment.writing.references import through_reference
from litellm_harden.deployment.writing.secrets import in_env_file
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_environment(deployment: Deployment, name: str, value: object) -> Sequence[Site] | Refusal:
    """A variable, where it is decided now; where nothing states it, where this deployment keeps its variables."""
    decided = deployment.parts.environment.deciding(name)
    if deployment.parts.manifests is not None and (decided is None or decided.layer is not Layer.CONFIG):
        from litellm_harden.deployment.writing.kubernetes import in_pod_environment

        return in_pod_environment(deployment, name, value)
    if value is ABSENT:
        return _remove_variable(deployment, name)
    if isinstance(value, Secret):
        return in_env_file(deployment, name, value.text)
    text = str(value)
    if decided is None or (decided.value is None and not decided.unknown):
        return _new_variable(deployment, name, text)
    origin = decided.origin
    if decided.layer is Layer.CONFIG and deployment.parts.config is not None:
        owner = deployment.parts.config.owner(str(origin.path[0]))
        proposal = owner.document.update(origin.path[:-1], {origin.path[-1]: text})
        return [(origin.file, (*owner.at, *origin.path), proposal)]
    if decided.layer is Layer.SERVICE:
        return in_service_environment(deployment, name, text, origin)
    if origin.file in deployment.seed.shared and deployment.parts.service is not None:
        return new_in_service(deployment, name, text)
    if decided.layer is Layer.ENV_FILE:
        return [(origin.file, (name,), deployment.workspace.dotenv(origin.file).update((), {name: text}))]
    image = deployment.parts.image
    if image is None:
        return Refusal(f"nothing here states {name}")
    return [(image.file, image.path("ENV", name), image.document.update(image.path("ENV"), {name: text}))]


def env_file_for_new(deployment: Deployment) -> Path | None:
    """The env file that takes a new variable: of the service, unshared, best one named `.env`; None where none may."""
    stated = {reference.path for reference in deployment.parts.service.env_files} if deployment.parts.service else None
    files = [
        file
        for file in deployment.files.env
        if file not in deployment.seed.shared and (stated is None or file in stated)
    ]
    return next((file for file in files if file.name == ".env"), files[-1] if files else None)


def _new_variable(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    """In the env file of the deployment; a reference that Compose is to resolve in the service itself."""
    file = env_file_for_new(deployment)
    if deployment.parts.service is not None and (file is None or "${" in text):
        return new_in_service(deployment, name, text)
    if file is not None:
        return [(file, (name,), deployment.workspace.dotenv(file).update((), {name: text}))]
    image = deployment.parts.image
    if image is not None:
        return [(image.file, image.path("ENV", name), image.document.update(image.path("ENV"), {name: text}))]
    return Refusal(f"nothing here says what the environment is, so {name} has no place to go")


def local_environment(deployment: Deployment) -> tuple[Path, DocumentPath] | None:
    """The service's own `environment:` (in the main file, else in the file that has one), or where it would go."""
    project, service = deployment.parts.project, deployment.parts.service
    if project is None or service is None:
        return None
    home, path = service.home()
    for file in (home, *reversed(deployment.files.compose)):
        place = (*path[:-1], service.name, "environment") if file == home else ("services", service.name, "environment")
        found = deployment.workspace.compose(file).find(place)
        if found is not None:
            return file, place
    return home, (*path, "environment")


def new_in_service(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    """A variable that the service's own `environment:` does not state yet."""
    place = local_environment(deployment)
    if place is None:
        return Refusal(f"no service takes {name}")
    file, path = place
    document = deployment.workspace.compose(file)
    found = document.find(path)
    if found is not None and isinstance(found.value, list):
        return [(file, (*path, len(found.value)), document.append(path, f"{name}={text}"))]
    if found is None:
        return [(file, path, document.update(path[:-1], {"environment": {name: text}}))]
    return [(file, (*path, name), document.update(path, {name: text}))]


def in_service_environment(deployment: Deployment, name: str, text: str, origin: Origin) -> Sequence[Site] | Refusal:
    """A variable that an `environment:` states at `origin`."""
    place = local_environment(deployment)
    is_local = place is not None and origin.path[:-1] == place[1] and origin.file in deployment.files.compose
    document = deployment.workspace.compose(origin.file)
    found = document.find(origin.path)
    if not is_local or found is None or found.inherited:
        return new_in_service(deployment, name, text)
    in_list = isinstance(origin.path[-1], int)
    written = str(found.value)
    if in_list:
        written = written.partition("=")[2]
    if "$" in written.replace("$$", "") and "${" not in text:
        replacement = through_reference(deployment, written, text)
        if isinstance(replacement, Refusal):
            return replacement
        if isinstance(replacement, list):
            return replacement
        text = replacement
    new = f"{name}={text}" if in_list else text
    return [(origin.file, origin.path, document.update(origin.path[:-1], {origin.path[-1]: new}))]


def _remove_variable(deployment: Deployment, name: str) -> Sequence[Site] | Refusal:
    decided = deployment.parts.environment.deciding(name)
    if decided is None:
        return []
    origin = decided.origin
    if decided.layer is Layer.ENV_FILE:
        return [(origin.file, (name,), deployment.workspace.dotenv(origin.file).remove((name,)))]
    if decided.layer is Layer.IMAGE and deployment.parts.image is not None:
        return [(origin.file, origin.path, deployment.parts.image.document.remove(origin.path))]
    if decided.layer is Layer.CONFIG and deployment.parts.config is not None:
        owner = deployment.parts.config.owner(str(origin.path[0]))
        return [(origin.file, (*owner.at, *origin.path), owner.document.remove(origin.path))]
    if origin.path[:2] != ("services", deployment.service):
        return Refusal(f"{deployment.service} takes {name} from another service")
    return [(origin.file, origin.path, deployment.workspace.compose(origin.file).remove(origin.path))]
