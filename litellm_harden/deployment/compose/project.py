"""A compose project: its files merged, its services, and what is not here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from litellm_harden.deployment.compose.files import dotenv_files
from litellm_harden.deployment.compose.interpolation import Interpolated
from litellm_harden.deployment.compose.loading import Loader, Parts
from litellm_harden.deployment.compose.overlays import adds_to
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.compose.variables import read_variables
from litellm_harden.deployment.model import Problem
from litellm_harden.deployment.workspace import Workspace


class Project:
    """Services that Compose would start together; `name` is what the files call it, else the name of its folder.

    `files` are the compose files read, the main one first, then overrides and what they include or extend.
    `services` is empty where none of them is a compose file. `incomplete` says which files that could decide settings
    are not here, "" where all are. `variables` is what interpolation knows, from the env
    files `dotenv`.
    """

    def __init__(
        self, directory: Path, variables: dict[str, Interpolated], dotenv: Sequence[Path], parts: Parts, loader: Loader
    ) -> None:
        self.directory, self.variables, self.dotenv = directory, variables, tuple(dotenv)
        self.files = loader.files
        self.name = loader.name.text() if loader.name and not loader.name.unknown else directory.name
        self.services = {name: Service(name, node, parts.configs) for name, node in parts.services.items()}
        self.problems: tuple[Problem, ...] = tuple(loader.problems)
        self.incomplete = "; ".join(dict.fromkeys(loader.missing))


def load(
    workspace: Workspace, files: Sequence[Path], owner_env_files: Sequence[Path] = (), overlays: Sequence[Path] = ()
) -> Project:
    """The project of the files, the main one first; its folder is that of the main file. Never raises.

    `overlays` are files that may be merged in, or not: what they state of a service is then not known.
    For interpolation, the project's `.env` comes before the owner's env files; the process environment is not used.
    """
    directory = files[0].parent
    loader = Loader(workspace)
    variables: dict[str, Interpolated] = {}
    dotenv = [file for file in (*dotenv_files(workspace, files[0]), *owner_env_files) if workspace.exists(file)]
    for file in dotenv:
        found, problems = read_variables(workspace, [file], variables)
        variables = {**found, **variables}
        for problem in problems:
            loader.report(problem)
    here = [file for file in files if workspace.exists(file)]
    loader.missing += [
        f"{file.name}, a compose file of this project, is not here" for file in files if file not in here
    ]
    project = Project(directory, variables, dotenv, loader.load(here, directory, variables, ()), loader)
    for file in overlays:
        other = Loader(workspace).load([file], directory, variables, ())
        for name, node in other.services.items():
            if name in project.services and adds_to(workspace, file, name):
                project.services[name].overlays.append(Service(name, node, {}))
    return project
