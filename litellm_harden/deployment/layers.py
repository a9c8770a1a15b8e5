"""Reading the layers of the proxy's environment, weakest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose.interpolation import Interpolator
from litellm_harden.deployment.config import REFERENCE, Config
from litellm_harden.deployment.environment import Environment, Layer, Statement
from litellm_harden.deployment.image import Image
from litellm_harden.deployment.model import Origin
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.litellm.early import is_read_before_config

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import EnvFileRef, Service


def add_image(environment: Environment, image: Image) -> None:
    """The ENV instructions of the Dockerfile."""
    for name, located in image.document.environment(image.stage).items():
        value = str(located.value)
        expands = image.document.expands(name, image.stage)
        unknown = f"{name} is put together when the image is built" if expands else ""
        origin = Origin(image.file, located.span, image.path("ENV", name), value)
        environment.state(name, Statement(Layer.IMAGE, origin, value, unknown))


def add_service(
    environment: Environment, workspace: Workspace, project: Project, service: Service, supplied: Sequence[Path]
) -> list[Path]:
    """The service's `env_file` entries and its `environment`. `supplied` stand in for env files that are not here.

    Gives the env files that were read.
    """
    read: list[Path] = []
    for reference in service.env_files:
        for file in _files_of(environment, workspace, reference, supplied):
            add_env_file(environment, workspace, file, None if reference.raw else project)
            read.append(file)
    for overlay in service.overlays:
        if any(reference.path is None or reference.path not in read for reference in overlay.env_files):
            environment.miss(overlay.reason)
    for name, node in service.environment.items():
        for shadow in reversed(node.shadows):
            environment.state(name, Statement(Layer.SERVICE, shadow.origin(workspace), None))
        environment.state(name, Statement(Layer.SERVICE, node.origin(workspace), node.text(), node.unknown))
    for overlay in service.overlays:
        for name, node in overlay.environment.items():
            if name not in service.environment or service.environment[name].plain() != node.plain():
                environment.miss(overlay.reason, name)
    return list(dict.fromkeys(read))


def _files_of(
    environment: Environment, workspace: Workspace, reference: EnvFileRef, supplied: Sequence[Path]
) -> Sequence[Path]:
    if reference.path is None:
        environment.miss(reference.unknown)
        return ()
    if workspace.exists(reference.path):
        return (reference.path,)
    if supplied:
        return supplied
    if reference.required:
        environment.miss(not_here(reference.path))
    return ()


def add_env_file(environment: Environment, workspace: Workspace, file: Path, project: Project | None) -> None:
    """The bindings of an env file, interpolated where a compose project reads it."""
    try:
        document = workspace.dotenv(file)
    except Unreadable:
        environment.miss(f"{file.name} cannot be read")
        return
    interpolate = Interpolator(project.variables.get) if project is not None else None
    for binding in document.bindings:
        text, unknown = binding.value, ""
        if text is None:
            unknown = f"{binding.name} is taken from the shell that starts the proxy"
        elif interpolate is not None and not binding.literal:
            text, unknown = interpolate(text)
        origin = Origin(file, binding.span, (binding.name,), binding.value)
        environment.state(binding.name, Statement(Layer.ENV_FILE, origin, text, unknown))


def add_config(environment: Environment, config: Config) -> None:
    """The config's `environment_variables`, which LiteLLM writes over the rest as str() of each entry.

    A reference is looked up first, and one to nothing becomes the text 'None' (proxy/proxy_server.py,
    ProxyConfig._load_environment_variables, 1.81.0 and 1.109.1). What LiteLLM has read by then stays as it was.
    """
    for name, origin in config.variables():
        if is_read_before_config(name):
            continue
        value, unknown = origin.value, ""
        if isinstance(value, str) and value.startswith(REFERENCE):
            referred = environment.setting(value.removeprefix(REFERENCE))
            value, unknown = (referred.value if referred.known else None), referred.reason
        environment.state(name, Statement(Layer.CONFIG, origin, str(value), unknown))


def not_here(file: Path) -> str:
    """How a missing env file is named in a reason."""
    return f"{file.name} is not here (--env-file supplies it)"
