"""From a seed to a deployment on Kubernetes: a workload with what it mounts, values of a chart, or a config alone."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from litellm_harden.deployment import layers
from litellm_harden.deployment.command import Command, read_command
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.config import Config, ConfigFile, load_config
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.environment import Environment
from litellm_harden.deployment.kubernetes import kustomize, values
from litellm_harden.deployment.kubernetes.environment import ContainerEnvironment, expanded
from litellm_harden.deployment.kubernetes.objects import Object, find_object, items, mapping, objects_in, pod_path
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.deployment.kubernetes.service import Reader, service_of
from litellm_harden.deployment.kubernetes.volumes import Mounted, config_maps, mounted_file
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.parts import Files, Parts, Seed
from litellm_harden.deployment.version import detect_version
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.litellm.images import is_official

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.node import Node
    from litellm_harden.documents.yaml.stream import Stream
    from litellm_harden.litellm.versions import Version

ALONE = "nothing here says what runs the proxy of this config"
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


def assemble(seed: Seed, workspace: Workspace, owner: Owner) -> Deployment:
    """The deployment that a seed with manifests describes, over the workspace's current texts. Bad files become
    problems."""
    assert seed.manifest is not None
    assembly = _KINDS[seed.manifest.form](seed, workspace, owner)
    try:
        return assembly.deployment()
    except Unreadable as error:
        return _Broken(seed, workspace, owner, Problem(error.file, error.line, error.message)).deployment()


class _Assembly:
    """What all forms have in common."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner) -> None:
        assert seed.manifest is not None
        self.seed, self.workspace, self.owner = seed, workspace, owner
        self.manifest, self.files = seed.manifest, seed.kubernetes
        self.problems: list[Problem] = []
        self.environment = Environment()
        self.env_files: tuple[Path, ...] = ()
        self.secrets: frozenset[str] = frozenset()

    def deployment(self) -> Deployment:
        self._read_environment()
        config, unknown = self._config()
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
            manifests=self._manifests(),
        )
        return Deployment(self.seed, self.workspace, self.owner, parts)

    @cached_property
    def service(self) -> Service | None:
        return None

    @cached_property
    def command(self) -> Command:
        named = self.service is not None and self.service.image is not None and self.service.image.text()
        official = True if named and is_official(str(named)) else None
        return read_command(self.workspace, self.service, None, official)

    @property
    def stream(self) -> Stream:
        return self.workspace.manifest(self.manifest.file)

    def _manifests(self) -> Manifests:
        return self.manifest._replace(secrets=self.secrets)

    def _read_environment(self) -> None:
        self.environment.miss(ALONE)

    def _config(self) -> tuple[Config | None, str]:
        return None, ""

    def _version(self) -> tuple[Version | None, str | None]:
        image = self.service.image if self.service is not None else None
        named = image.text() if image is not None and not image.unknown else ""
        return detect_version(self.owner.litellm_version, named, "")

    def _embedded(self, file: Path, path: DocumentPath, name: str) -> tuple[Config | None, str]:
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
        named = [str(one) for one in included] if isinstance(included, list) else []
        missing = "; ".join(f"{one}, which {name} includes, is not read" for one in named)
        return Config((ConfigFile(file, inside, path),), (), missing), missing

    def _interpolate(self, text: str) -> tuple[str, str]:
        return expanded(text, self.environment)


class _Workload(_Assembly):
    """A container of a pod."""

    @cached_property
    def workload(self) -> Object:
        found = objects_in(self.workspace, self.manifest.file)
        return next((one for one in found if one.path == self.manifest.workload), Object(self.manifest.file, (), {}))

    @cached_property
    def spec(self) -> dict[str, object]:
        return mapping(self.workload.data, *(str(key) for key in pod_path(self.workload.kind)))

    @cached_property
    def container(self) -> dict[str, object]:
        index = cast("int", self.manifest.container[-1])
        found = items(self.spec, "containers")
        return found[index] if index < len(found) else {}

    @cached_property
    def overlays(self) -> list[kustomize.Kustomization]:
        return kustomize.around(kustomize.kustomizations(self.workspace, self.files), self.workload)

    @cached_property
    def service(self) -> Service | None:
        one = self.manifest
        service = service_of(one.file, self.workload.name, one.container, one.pod, self.spec, self.container)
        members = service.node.value
        assert isinstance(members, dict)
        image = members.get("image")
        if image is not None:
            names = kustomize.images(self.overlays, image.text())
            unknown = "" if len(names) == 1 else "its kustomizations give it several images"
            members["image"] = image.replaced(min(names), unknown=unknown)
        replicas = self._replicas()
        if replicas is not None:
            deploy = members.setdefault("deploy", replicas.replaced({}))
            assert isinstance(deploy.value, dict)
            deploy.value["replicas"] = replicas
        patched = next((overlay.patches for overlay in self.overlays if overlay.patches), "")
        if patched:
            self.patched = patched
            for key, node in members.items():
                members[key] = node.replaced(node.value, unknown=node.unknown or patched)
        return service

    patched = ""

    def _manifests(self) -> Manifests:
        return super()._manifests()._replace(alone=len(items(self.spec, "containers")) == 1)

    def _replicas(self) -> Node | None:
        """As many pods as what scales them allows, else as many as the workload says."""
        for file in self.files:
            try:
                found = objects_in(self.workspace, file)
            except Unreadable:
                continue
            for scaler in found:
                target = mapping(scaler.data, "spec", "scaleTargetRef")
                if scaler.kind in SCALERS and target.get("name") == self.workload.name:
                    most = "maxReplicas" if scaler.kind == SCALERS[0] else "maxReplicaCount"
                    stated = mapping(scaler.data, "spec").get(most)
                    if stated is not None:
                        return Reader(file).scalar((*scaler.path, "spec", most), stated)
        stated = mapping(self.workload.data, "spec").get("replicas")
        path = (*self.workload.path, "spec", "replicas")
        return Reader(self.manifest.file).scalar(path, stated) if stated is not None else None

    def _find(self, kind: str, name: str) -> Object | None:
        return find_object(self.workspace, self.files, (kind,), name, self.workload.namespace)

    def _read_environment(self) -> None:
        reader = Reader(self.manifest.file)
        into = ContainerEnvironment(self.environment, self.workspace, self._find, self.owner.env_files, reader)
        into.add_sources(items(self.container, "envFrom"))
        into.add_entries((*self.manifest.container, "env"), items(self.container, "env"))
        assert self.service is not None
        if self.patched:
            self.environment.miss(self.patched)
        self.env_files = tuple(dict.fromkeys(into.files))
        self.secrets = frozenset(f"env:{name}" for name in into.secrets)

    def _config(self) -> tuple[Config | None, str]:
        if self.owner.config is not None:
            return load_config(self.workspace, self.owner.config), ""
        stated = self.command.setting("--config", self._interpolate)
        if stated.absent:
            stated = self.environment.setting("CONFIG_FILE_PATH")
        if stated.known and isinstance(stated.value, str) and stated.value:
            found = mounted_file(self.spec, self.container, stated.value, "/app")
            if found is None:
                return None, f"{stated.value}, the config it is started with, is not mounted from a ConfigMap"
            return self._mounted(found)
        held = [one for name in config_maps(self.spec, self.container) for one in self._configs_of(name)]
        if stated.unknown:
            return self._mounted(held[0]) if len(held) == 1 else (None, stated.reason)
        if held:
            return None, f"the proxy does not load {held[0].key}: neither --config nor CONFIG_FILE_PATH names it"
        return None, ""

    def _mounted(self, found: Mounted) -> tuple[Config | None, str]:
        kind = "Secret" if found.secret else "ConfigMap"
        for overlay in self.overlays if not found.secret else ():
            file = overlay.generated(found.holder, found.key)
            if file is not None and self.workspace.exists(file):
                return load_config(self.workspace, file), ""
        holder = self._find(kind, found.holder)
        if holder is None:
            return None, f"the {kind} {found.holder}, which holds its config, is not here"
        part = "stringData" if found.secret else "data"
        if found.key not in mapping(holder.data, part):
            return None, f"the {kind} {found.holder} has no {found.key} that can be read here"
        if found.secret:
            return None, f"its config is in the Secret {found.holder}, which is not read"
        return self._embedded(holder.file, (*holder.path, part, found.key), found.key)

    def _configs_of(self, name: str) -> list[Mounted]:
        holder = self._find("ConfigMap", name)
        if holder is None:
            return []
        stream = self.workspace.manifest(holder.file)
        keys = [str(key) for key in mapping(holder.data, "data")]
        known = {path[-1] for path in stream.embedded() if path[: len(holder.path)] == holder.path}
        return [Mounted("", name, key) for key in keys if key in known]


class _Values(_Assembly):
    """Values of a Helm chart."""

    @cached_property
    def values(self) -> values.Values:
        config, one = self.manifest.workload, self.manifest
        return values.Values(config, one.container, one.component)

    @cached_property
    def stated(self) -> dict[str, object]:
        return self._at(self.values.root)

    @cached_property
    def service(self) -> Service | None:
        return values.service_of(self.manifest.file, self.seed.service or "", self.values, self.stated)

    def _manifests(self) -> Manifests:
        return super()._manifests()._replace(decided=values.DECIDED)

    def _at(self, path: DocumentPath) -> dict[str, object]:
        found = self.stream.inside(path).data
        return found if isinstance(found, dict) else {}

    def _read_environment(self) -> None:
        reader = Reader(self.manifest.file)
        into = ContainerEnvironment(self.environment, self.workspace, self._find, self.owner.env_files, reader)
        root, own = self.values.root, self.manifest.file
        if any(file.parent == own.parent and "values" in file.name for file in self.files if file != own):
            self.environment.miss("the values files beside it may say more")
        chart = self._at(root[:-1]) if self.values.component else self.stated
        values.add_variables(into, self.values, self.stated, chart)
        self.env_files = tuple(dict.fromkeys(into.files))
        self.secrets = frozenset(f"env:{name}" for name in into.secrets)

    def _find(self, kind: str, name: str) -> Object | None:
        return find_object(self.workspace, self.files, (kind,), name, "")

    def _config(self) -> tuple[Config | None, str]:
        created = mapping(self.stated, "config" if self.values.component else "proxyConfigMap").get("create")
        if created is False:
            return None, "its Helm chart is told to make no config of proxy_config"
        return self._embedded(self.manifest.file, self.values.config, "proxy_config")


class _Alone(_Assembly):
    """A config in a ConfigMap that nothing here mounts."""

    def _config(self) -> tuple[Config | None, str]:
        path = self.manifest.workload
        return self._embedded(self.manifest.file, path, str(path[-1]))


class _Broken(_Assembly):
    """What is left of a deployment whose manifest cannot be read any more."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner, problem: Problem) -> None:
        super().__init__(seed, workspace, owner)
        self.problems.append(problem)


_KINDS = {Form.WORKLOAD: _Workload, Form.VALUES: _Values, Form.CONFIG: _Alone}
