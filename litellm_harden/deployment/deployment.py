"""One proxy as its files describe it: asks for a setting, answers with its effective value and origin."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment import places
from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.compose.interpolation import interpolate
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Origin, Owner, Planned, Problem, Setting, State
from litellm_harden.deployment.parts import COMPOSE, KUBERNETES, Files, Parts, Runner, Seed
from litellm_harden.deployment.stores import uses_database, uses_redis
from litellm_harden.deployment.topology import Topology, read_topology
from litellm_harden.deployment.workspace import Workspace
from litellm_harden.documents.base import Located, Refusal
from litellm_harden.documents.base import Path as DocumentPath

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.litellm.versions import Version


KINDS = "config:SECTION.KEY, env:NAME, arg:--OPTION, proxy:KEY, postgres:, redis:KEY, prometheus:KEY and image:"
"""The kinds of setting addresses, for people."""


class Deployment:
    """One LiteLLM proxy: its compose service (if any), config, env files, Dockerfile and version."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner, parts: Parts) -> None:
        self.seed = seed
        self.workspace = workspace
        self.owner = owner
        self.parts = parts
        self._settings: dict[str, Setting] = {}

    @property
    def files(self) -> Files:
        """The files that make it up."""
        return self.parts.files

    @property
    def version(self) -> Version | None:
        """The LiteLLM release that it runs; None where nothing says."""
        return self.parts.version

    @property
    def version_source(self) -> str | None:
        """What says the version: `option`, `image` or `pip`."""
        return self.parts.version_source

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read; a deployment with problems is judged as far as it goes, and never edited."""
        return self.parts.problems

    @property
    def root(self) -> Path:
        """The folder the deployment lives in."""
        return self.seed.root

    @property
    def service(self) -> str | None:
        """The compose service that runs the proxy."""
        return self.seed.service

    def reloaded(self, workspace: Workspace) -> Deployment:
        """The same deployment over other texts."""
        from litellm_harden.deployment.assembly import assemble

        return assemble(self.seed, workspace, self.owner)

    def plan(self, changes: Sequence[Change]) -> Planned | Refusal:
        """The edits that make all `changes` so, each at the place where it belongs, or why not."""
        from litellm_harden.deployment.writing.plan import plan_changes

        return plan_changes(self, changes)

    # What the proxy sees

    def setting(self, address: str) -> Setting:
        """The effective setting at an address such as `env:LITELLM_LOG`. Raises ValueError for an unknown scheme."""
        if address not in self._settings:
            self._settings[address] = self._read(address)
        return self._settings[address]

    def _read(self, address: str) -> Setting:
        scheme, _, rest = address.partition(":")
        if scheme == "config":
            return self._config_setting(address, config_path(address))
        if scheme == "env":
            found = self.parts.environment.setting(rest)
            return found if found.origin else _at(found, places.of_environment(self))
        if scheme == "arg":
            found = self.parts.command.setting(rest, self.interpolate)
            return found if found.origin else _at(found, places.of_command(self))
        if scheme == "proxy":
            return self._proxy_setting(address, rest)
        if scheme == "postgres" and rest == "max_connections" and self.parts.postgres is not None:
            found = self.parts.postgres.setting()
            return found if found.origin else _at(found, places.of_service(self.workspace, self.parts.postgres.service))
        if scheme == "postgres":
            return self._service_setting(address, self.parts.postgres.service if self.parts.postgres else None, (rest,))
        if scheme == "prometheus":
            return self._prometheus_setting(address, rest)
        if scheme == "redis":
            return self._service_setting(address, self.redis_service, tuple(rest.split(".")))
        if scheme == "image":
            return self._service_setting(address, self.parts.service, ("image",))
        if scheme == "comment":
            from litellm_harden.deployment import comments

            return comments.setting(self, address)
        raise ValueError(f"no such kind of setting: {address}; there are {KINDS}")

    def settings(self) -> Iterable[Setting]:
        """Every setting that the files state, in the order: config, environment, arguments, service."""
        from litellm_harden.deployment.stated import stated_addresses

        for address in stated_addresses(self):
            yield self.setting(address)

    @cached_property
    def topology(self) -> Topology:
        """Instances, workers, database budget and demand."""
        return read_topology(self)

    @cached_property
    def database(self) -> bool | None:
        """Whether the proxy uses a database; None where the files cannot tell."""
        postgres, service = self.parts.postgres, self.parts.service
        near = postgres is not None and service is not None and postgres.service.name in service.depends_on
        return uses_database(self.parts.environment.setting, self.parts.config, near)

    @cached_property
    def redis(self) -> bool:
        """Whether the config that the proxy loads names a Redis."""
        return uses_redis(self.parts.config)

    @cached_property
    def redis_service(self) -> Service | None:
        """The compose service that is this deployment's Redis."""
        from litellm_harden.deployment.redis import find_redis, redis_hosts

        return find_redis(self.parts.project, self.parts.service, redis_hosts(self))

    @property
    def postgres(self) -> str | None:
        """The compose service that is this deployment's Postgres."""
        return self.parts.postgres.service.name if self.parts.postgres is not None else None

    @cached_property
    def model_groups(self) -> dict[str, int]:
        """How many deployments of a model each group (`model_name`) has."""
        models = self.parts.config.models() if self.parts.config is not None else []
        return dict(Counter(str(model["model_name"]) for model in models if "model_name" in model))

    @property
    def official_entrypoint(self) -> bool | None:
        """Whether an official image's own entrypoint starts the proxy; None where the files cannot tell."""
        return self.parts.official_entrypoint

    @cached_property
    def server(self) -> str | None:
        """The web server that runs the proxy; None where the arguments cannot be told."""
        for name in ("gunicorn", "granian", "hypercorn"):
            flag = self.setting(f"arg:--run_{name}")
            if flag.unknown:
                return None
            if flag.known:
                return name
        return "uvicorn"

    @cached_property
    def mounts_dotenv(self) -> bool:
        """Whether the container has an /app/.env, which LiteLLM may load by itself unless LITELLM_MODE forbids it."""
        return self.parts.container.host_file("/app/.env") is not None

    def located(self, origin: Origin) -> Located | None:
        """The value as the compose file or manifest of an origin has it; None where it comes from somewhere else."""
        if origin.file not in self.files.kubernetes:
            return self.workspace.compose(origin.file).find(origin.path)
        found = self.workspace.manifest(origin.file).find(origin.path)
        return None if found is None or isinstance(found.value, (dict, list)) else found

    @property
    def runner(self) -> Runner:
        """What starts and stops the proxy's container."""
        return KUBERNETES if self.parts.manifests is not None else COMPOSE

    def by_hand(self, changes: Iterable[Change], inputs: Iterable[str] = ()) -> str:
        """Where the owner has to make changes, or put values that are asked for, since no edit of these files does;
        as the end of a clause, "" where edits can."""
        if self.parts.manifests is None:
            return ""
        from litellm_harden.deployment.writing.kubernetes import by_hand

        return by_hand(self, changes, inputs)

    def interpolate(self, text: str) -> tuple[str, str]:
        """A text of a compose file or manifest as the container gets it and, where that cannot be told, the reason."""
        if self.parts.project is not None:
            return interpolate(text, self.parts.project.variables.get)
        if self.parts.manifests is not None:
            from litellm_harden.deployment.kubernetes.environment import expanded

            return expanded(text, self.parts.environment)
        return text, f"{text} is expanded by a shell when the proxy starts" if "$" in text else ""

    # Behind the addresses

    def _config_setting(self, address: str, path: DocumentPath) -> Setting:
        config = self.parts.config
        if config is None:
            if self.parts.config_unknown:
                return Setting(address, State.UNKNOWN, reason=self.parts.config_unknown)
            return Setting(address, State.ABSENT, origin=places.first_place(self))
        stated = list(config.statements(path))
        if not stated:
            manifests = self.parts.manifests
            unknown = self.parts.config_unknown or (manifests.decided.get(address, "") if manifests else "")
            if unknown:
                return Setting(address, State.UNKNOWN, reason=unknown)
            return Setting(address, State.ABSENT, origin=places.of_config(config, path))
        origin, *shadows = stated
        return self._resolved(Setting(address, State.KNOWN, origin.value, origin, tuple(shadows)))

    def _resolved(self, setting: Setting) -> Setting:
        """The setting with an `os.environ/NAME` looked up as LiteLLM does: booleans by word, numbers stay text."""
        if not isinstance(setting.value, str) or not setting.value.startswith(REFERENCE):
            return setting
        variable = self.parts.environment.at_start(setting.value.removeprefix(REFERENCE))
        if variable.known:
            words = {"true": True, "false": False}
            value = words.get(str(variable.value).strip().lower(), variable.value)
            return Setting(setting.address, State.KNOWN, value, setting.origin, setting.shadows)
        return Setting(setting.address, variable.state, None, setting.origin, setting.shadows, variable.reason)

    def _proxy_setting(self, address: str, rest: str) -> Setting:
        key, _, inner = rest.partition(".")
        if key == "healthcheck":
            from litellm_harden.deployment import health

            return health.setting(self, inner)
        if key == "ports" and inner:
            from litellm_harden.deployment import ports

            return ports.setting(self, inner)
        return self.service_setting(address, tuple(rest.split(".")))

    def service_setting(self, address: str, path: tuple[str, ...]) -> Setting:
        """What the compose service says at `path`; absent where there is no service."""
        return self._service_setting(address, self.parts.service, path)

    def _service_setting(self, address: str, service: Service | None, path: tuple[str, ...]) -> Setting:
        if service is None:
            return Setting(address, State.ABSENT)
        if self.parts.project is not None and self.parts.project.incomplete:
            return Setting(address, State.UNKNOWN, reason=self.parts.project.incomplete)
        if reason := service.elsewhere(*path):
            return Setting(address, State.UNKNOWN, reason=reason)
        node = service.node.get(*path)
        if node is None or node.value is None:
            return Setting(address, State.ABSENT, origin=places.of_service(self.workspace, service))
        origin = node.origin(self.workspace)
        shadows = tuple(shadow.origin(self.workspace) for shadow in node.shadows)
        if node.unknown:
            return Setting(address, State.UNKNOWN, None, origin, shadows, node.unknown)
        return Setting(address, State.KNOWN, node.plain(), origin, shadows)

    def _prometheus_setting(self, address: str, rest: str) -> Setting:
        if self.parts.prometheus is None:
            return Setting(address, State.ABSENT)
        path = tuple(int(key) if key.isdigit() else key for key in rest.split("."))
        return self.parts.prometheus.setting(self.workspace, address, path)


def _at(setting: Setting, place: Origin | None) -> Setting:
    return Setting(setting.address, setting.state, setting.value, place, setting.shadows, setting.reason)
