"""What is common to all that is read from manifests: how the parts come together."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment import layers
from litellm_harden.deployment.command import Command, read_command
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.config import Config, ConfigFile
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.environment import Environment
from litellm_harden.deployment.kubernetes.environment import expanded
from litellm_harden.deployment.kubernetes.parts import Manifests
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.parts import Files, Parts, Seed
from litellm_harden.deployment.version import detect_version
from litellm_harden.deployment.workspace import Workspace
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.litellm.images import is_official

if TYPE_CHECKING:
    from litellm_harden.documents.yaml.stream import Stream
    from litellm_harden.litellm.versions import Version

ALONE = "nothing here says what runs the proxy of this config"


class Reading:
    """What all forms have in common: the parts are put together in the order in which they depend on each other."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner) -> None:
        assert seed.manifest is not None
        self.seed, self.workspace, self.owner = seed, workspace, owner
        self.manifest, self.files = seed.manifest, seed.kubernetes
        self.problems: list[Problem] = []
        self.environment = Environment()
        self.env_files: tuple[Path, ...] = ()
        self.secrets: frozenset[str] = frozenset()

    def deployment(self) -> Deployment:
        """All of it. Raises Unreadable."""
        self.read_environment()
        config, unknown = self.read_config()
        if config is not None:
            layers.add_config(self.environment, config)
            self.problems += config.problems
        version, source = self._version()
        parts = Parts(
            project=None,
            service=self.service,
            image=None,
            command=self.command,
            container=Container(self.service, None),
            environment=self.environment,
            config=config,
            config_unknown=unknown,
            postgres=None,
            prometheus=None,
            official_entrypoint=self.command.official if self.command.official or not self.command.unknown else None,
            files=Files(
                config=tuple(file.file for file in config.files) if config is not None else (),
                env=self.env_files,
                kubernetes=self.files,
            ),
            version=version,
            version_source=source,
            problems=tuple(self.problems),
            manifests=self.described(),
        )
        return Deployment(self.seed, self.workspace, self.owner, parts)

    @cached_property
    def service(self) -> Service | None:
        """The container in the words of a compose service; None where none is described."""
        return None

    @cached_property
    def command(self) -> Command:
        """How the proxy is started."""
        named = self.service is not None and self.service.image is not None and self.service.image.text()
        official = True if named and is_official(str(named)) else None
        return read_command(self.workspace, self.service, None, official)

    @property
    def stream(self) -> Stream:
        """The file that describes it."""
        return self.workspace.manifest(self.manifest.file)

    def described(self) -> Manifests:
        """How it is written, with what reading it has told."""
        return self.manifest._replace(secrets=self.secrets)

    def read_environment(self) -> None:
        """State every variable that the container gets."""
        self.environment.miss(ALONE)

    def read_config(self) -> tuple[Config | None, str]:
        """The config that it loads, or why that is not known."""
        return None, ""

    def _version(self) -> tuple[Version | None, str | None]:
        image = self.service.image if self.service is not None else None
        named = image.text() if image is not None and not image.unknown else ""
        return detect_version(self.owner.litellm_version, named, "")

    def embedded(self, file: Path, path: DocumentPath, name: str) -> tuple[Config | None, str]:
        """The config that a manifest holds at `path`."""
        stream = self.workspace.manifest(file)
        wrong = stream.unreadable(path)
        if isinstance(wrong, Refusal):
            return None, f"{name} cannot be read: {wrong.reason}"
        if wrong is not None:
            self.problems.append(Problem(file, wrong.line, f"{name} {wrong}"))
            return None, f"{name} cannot be read"
        inside = stream.inside(path)
        if not isinstance(inside.data, dict):
            return None, f"{name} is not a mapping, so LiteLLM cannot read it as a config"
        included = inside.data.get("include")
        others = [str(one) for one in included] if isinstance(included, list) else []
        missing = "; ".join(f"{one}, which {name} includes, is not read" for one in others)
        return Config((ConfigFile(file, inside, path),), (), missing), missing

    def interpolate(self, text: str) -> tuple[str, str]:
        """A text as Kubernetes fills it in, and why that cannot be told."""
        return expanded(text, self.environment)
