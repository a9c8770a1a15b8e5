"""What a deployment is put together from: where it was found, its files, and the readings of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.deployment.command import Command
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.config import Config
    from litellm_harden.deployment.containers import Container
    from litellm_harden.deployment.environment import Environment
    from litellm_harden.deployment.image import Image
    from litellm_harden.deployment.kubernetes.parts import Manifests
    from litellm_harden.deployment.model import Problem
    from litellm_harden.deployment.prometheus import Prometheus
    from litellm_harden.deployment.stores import Postgres
    from litellm_harden.litellm.versions import Version


_NOTHING: Mapping[Path, str] = {}


class Files(Record):
    """The files that make up a deployment, by role. `scrape` is what tells the Prometheus beside it whom to ask;
    `interpolated` are the env files that only give values to `${NAME}`; `kubernetes` are manifests and Helm values."""

    config: tuple[Path, ...] = ()
    env: tuple[Path, ...] = ()
    compose: tuple[Path, ...] = ()
    dockerfile: Path | None = None
    scrape: tuple[Path, ...] = ()
    interpolated: tuple[Path, ...] = ()
    kubernetes: tuple[Path, ...] = ()

    def all(self) -> tuple[Path, ...]:
        """Every file, config first."""
        dockerfile = (self.dockerfile,) if self.dockerfile else ()
        manifests = [file for file in self.kubernetes if file not in self.config]
        return (*self.config, *self.env, *self.compose, *dockerfile, *self.scrape, *self.interpolated, *manifests)


class Runner(Record):
    """What starts and stops a container: its name, the key that says how long a stop may take, and the seconds where
    nothing states it (0: those that the rule says)."""

    name: str
    stop: str
    grace: int = 0


COMPOSE = Runner("Compose", "stop_grace_period")
KUBERNETES = Runner("Kubernetes", "terminationGracePeriodSeconds", 30)
"""The 30 seconds are those of terminationGracePeriodSeconds (Kubernetes API reference, "PodSpec v1 core")."""


class OtherUsers(Mapping[Path, str]):
    """Who else uses a file, by file: the first of its `users` that is not called `own`."""

    def __init__(self, users: Mapping[Path, Iterable[str]], own: str) -> None:
        self._users, self._own = users, own

    def __getitem__(self, file: Path) -> str:
        for user in self._users.get(file, ()):
            if user != self._own:
                return user
        raise KeyError(file)

    def __iter__(self) -> Iterator[Path]:
        return (file for file in self._users if file in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Seed(Record):
    """What discovery found: enough to read the deployment, again after each edit.

    `overlays` are compose files that may be merged onto those of `compose`, or not.
    `writable` is the folder outside of which nothing is edited; `siblings` are the other proxies of the compose
    project; `shared` names, per file, who else uses it; `elsewhere` are files that proxies use which the run is not
    about. On Kubernetes, `manifest` is what describes the proxy, and
    `kubernetes` are the manifests in which what it refers to is looked for.
    """

    root: Path
    writable: Path
    compose: tuple[Path, ...] = ()
    service: str | None = None
    overlays: tuple[Path, ...] = ()
    dockerfile: Path | None = None
    config: Path | None = None
    siblings: tuple[str, ...] = ()
    shared: Mapping[Path, str] = _NOTHING
    elsewhere: frozenset[Path] = frozenset()
    manifest: Manifests | None = None
    kubernetes: tuple[Path, ...] = ()

    @property
    def name(self) -> str:
        """How it is named as a user of a file."""
        if self.compose:
            return f"{self.service} in {self.compose[0].name}"
        if self.manifest is not None:
            return f"{self.manifest.name} in {self.manifest.file.name}"
        return str(self.dockerfile.name if self.dockerfile is not None else self.config and self.config.name)


class Parts(Record):
    """The readings a deployment is put together from; `deployment/assembly.py` makes them."""

    project: Project | None
    service: Service | None
    image: Image | None
    command: Command
    container: Container
    environment: Environment
    config: Config | None
    config_unknown: str
    postgres: Postgres | None
    prometheus: Prometheus | None
    official_entrypoint: bool | None
    files: Files
    version: Version | None
    version_source: str | None
    problems: tuple[Problem, ...]
    manifests: Manifests | None = None
