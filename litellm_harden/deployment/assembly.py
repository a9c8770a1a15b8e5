"""From a seed to a deployment: reads the files and works out what they mean together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment import layers
from litellm_harden.deployment.command import Command, read_command
from litellm_harden.deployment.compose.interpolation import interpolate
from litellm_harden.deployment.config import Config, is_config, load_config
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.environment import Environment
from litellm_harden.deployment.image import Image
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.parts import Files, Parts, Seed
from litellm_harden.deployment.stores import Postgres, postgres_service, read_postgres, uses_postgres
from litellm_harden.deployment.version import detect_version
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.litellm.images import is_official
from litellm_harden.litellm.versions import Version

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.prometheus import Prometheus


def assemble(seed: Seed, workspace: Workspace, owner: Owner) -> Deployment:
    """The deployment that `seed` describes, over the workspace's current texts. Never raises for bad files: they
    become problems."""
    if seed.manifest is not None:
        from litellm_harden.deployment.kubernetes.assembly import assemble as assemble_manifests

        return assemble_manifests(seed, workspace, owner)
    return _Assembly(seed, workspace, owner).deployment()


def load_project(
    workspace: Workspace, files: Sequence[Path], env_files: Sequence[Path], overlays: Sequence[Path] = ()
) -> Project:
    """The compose project of `files`, read once per workspace; `overlays` may be merged in, or not."""
    from litellm_harden.deployment.compose.project import load

    return workspace.remember(
        ("project", tuple(files), tuple(overlays)), lambda: load(workspace, files, env_files, overlays)
    )


def read_image(workspace: Workspace, service: Service) -> Image | None:
    """The Dockerfile that a compose service is built from, where it is here. Raises Unreadable."""
    build = service.build
    if build is None or build.dockerfile is None or not workspace.exists(build.dockerfile):
        return None
    document = workspace.dockerfile(build.dockerfile)
    stage = document.target(build.target or None) or document.final
    arguments = {name: node.text() for name, node in build.args.items() if not node.unknown}
    return Image(build.dockerfile, document, stage, build.context or build.dockerfile.parent, arguments)


def official_base(service: Service | None, image: Image | None) -> bool | None:
    """Whether LiteLLM's own entrypoint is in the image; None where its making is not described here."""
    if image is not None:
        return image.official
    if service is None:
        return False
    return True if service.image is not None and is_official(service.image.text()) else None


class _Assembly:
    """One deployment in the making; each part is read when another asks for it."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner) -> None:
        self.seed, self.workspace, self.owner = seed, workspace, owner
        self.problems: list[Problem] = []
        self.environment = Environment()

    def deployment(self) -> Deployment:
        """All of it, in the order in which the parts depend on each other."""
        if self.project is not None:
            self.problems += self.project.problems
        env_files = self._read_environment()
        main, unknown = self._main_config()
        config, unknown = self._config(main, unknown)
        version, version_source = self._version()
        prometheus = self._prometheus()
        parts = Parts(
            project=self.project,
            service=self.service,
            image=self.image,
            command=self.command,
            container=self.container,
            environment=self.environment,
            config=config,
            config_unknown=unknown,
            postgres=self._postgres(config),
            prometheus=prometheus,
            official_entrypoint=self.command.official if self.command.official or not self.command.unknown else None,
            files=Files(
                config=tuple(file.file for file in config.files) if config is not None else (),
                env=tuple(env_files),
                compose=self.project.files if self.project is not None else (),
                dockerfile=self.image.file if self.image is not None else None,
                scrape=(prometheus.file,) if prometheus is not None and prometheus.file is not None else (),
                interpolated=tuple(file for file in self._interpolated() if file not in env_files),
            ),
            version=version,
            version_source=version_source,
            problems=tuple(self.problems),
        )
        return Deployment(self.seed, self.workspace, self.owner, parts)

    @cached_property
    def project(self) -> Project | None:
        if not self.seed.compose:
            return None
        return load_project(self.workspace, self.seed.compose, self.owner.env_files, self.seed.overlays)

    @cached_property
    def service(self) -> Service | None:
        return self.project.services.get(self.seed.service or "") if self.project is not None else None

    @cached_property
    def image(self) -> Image | None:
        try:
            if self.service is not None:
                return read_image(self.workspace, self.service)
            if self.seed.dockerfile is not None:
                document = self.workspace.dockerfile(self.seed.dockerfile)
                return Image(self.seed.dockerfile, document, document.final, self.seed.dockerfile.parent)
        except Unreadable as error:
            self._trouble(error)
        return None

    @cached_property
    def command(self) -> Command:
        command = read_command(self.workspace, self.service, self.image, official_base(self.service, self.image))
        unknown = self.project.incomplete if self.project is not None else ""
        if self.service is not None:
            unknown = unknown or self.service.elsewhere("command") or self.service.elsewhere("entrypoint")
        if unknown:
            return Command(unknown=unknown, official=command.official)
        return command

    @cached_property
    def container(self) -> Container:
        return Container(self.service, self.image)

    def _trouble(self, error: Unreadable) -> None:
        self.problems.append(Problem(error.file, error.line, error.message))

    def _version(self) -> tuple[Version | None, str | None]:
        """What an image is built from counts, what a build is named does not."""
        stated = self.owner.litellm_version
        if self.image is not None:
            return detect_version(stated, self.image.base, self.image.run_text)
        named = self.service.image.text() if self.service is not None and self.service.image is not None else ""
        return detect_version(stated, named, "")

    def _read_environment(self) -> list[Path]:
        """Every layer but the config's, and the env files that were read."""
        if self.image is not None:
            layers.add_image(self.environment, self.image)
        if self.service is not None and self.project is not None:
            files = layers.add_service(
                self.environment, self.workspace, self.project, self.service, self.owner.env_files
            )
            if self.project.incomplete:
                self.environment.miss(self.project.incomplete)
            return self._readable(files)
        if self.image is not None:
            return self._add_files(self.owner.env_files)
        beside = self.seed.config.parent / ".env" if self.seed.config is not None else None
        here = [beside] if beside is not None and self.workspace.exists(beside) else []
        if not here and not self.owner.env_files:
            self.environment.miss("no compose file, Dockerfile or .env says what the environment of this proxy is")
        return self._add_files([*here, *self.owner.env_files])

    def _add_files(self, files: Sequence[Path]) -> list[Path]:
        for file in files:
            layers.add_env_file(self.environment, self.workspace, file, None)
        return self._readable(files)

    def _readable(self, files: Iterable[Path]) -> list[Path]:
        """The env files; what is wrong with those that cannot be read is noted."""
        for file in files:
            try:
                self.workspace.dotenv(file)
            except Unreadable as error:
                self._trouble(error)
        return list(files)

    def _main_config(self) -> tuple[Path | None, str]:
        """The host file that the proxy loads as its config, or why that is not known (neither: it loads none)."""
        if chosen := self.owner.config or self.seed.config:
            return chosen, ""
        stated = self.environment.setting("CONFIG_FILE_PATH")
        if not stated.known:  # where it is, it goes before the argument (proxy_server.py, proxy_startup_event)
            argument = self.command.setting("--config", self._interpolate)
            stated = stated if argument.absent else argument
        near = [file for file in self.container.host_files() if self._is_config(file)]
        if stated.known and isinstance(stated.value, str) and stated.value:
            file = self.container.host_file(stated.value)
            return file, "" if file else f"{stated.value}, the config it is started with, is not here"
        if stated.unknown:
            return (near[0], "") if len(near) == 1 else (None, stated.reason)
        if near:
            return None, f"the proxy does not load {near[0].name}: neither --config nor CONFIG_FILE_PATH names it"
        return None, ""

    def _config(self, main: Path | None, unknown: str) -> tuple[Config | None, str]:
        if main is None:
            return None, unknown
        if not self.workspace.exists(main):
            return None, f"{main.name} is not here"
        config = load_config(self.workspace, main)
        self.problems += config.problems
        if config.files:
            layers.add_config(self.environment, config)
            return config, config.incomplete
        return None, f"{main.name} cannot be read"

    def _postgres(self, config: Config | None) -> Postgres | None:
        url = self.environment.setting("DATABASE_URL")
        found = postgres_service(self.project, self.service, url, config)
        if found is None:
            return None
        siblings = [self.project.services[name] for name in self.seed.siblings] if self.project is not None else []
        sharing = sum(uses_postgres(sibling, found) for sibling in siblings)
        return read_postgres(self.workspace, found)._replace(proxies=1 + sharing)

    def _prometheus(self) -> Prometheus | None:
        others = [] if self.project is None else [one for one in self.project.services.values() if one != self.service]
        named = any(one.build or (one.image is not None and "prometheus" in one.image.text()) for one in others)
        if self.project is None or not named:
            return None
        from litellm_harden.deployment.prometheus import read_prometheus

        return read_prometheus(self.workspace, self.project)

    def _is_config(self, file: Path) -> bool:
        if file.suffix not in (".yaml", ".yml") or not self.workspace.exists(file):
            return False
        try:
            return is_config(self.workspace.config(file).data)
        except Unreadable:
            return False

    def _interpolated(self) -> tuple[Path, ...]:
        return self.project.dotenv if self.project is not None else ()

    def _interpolate(self, text: str) -> tuple[str, str]:
        return interpolate(text, self.project.variables.get) if self.project is not None else (text, "")
