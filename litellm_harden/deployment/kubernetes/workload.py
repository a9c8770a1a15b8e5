"""A container of a pod, with what it mounts and what its variables come from."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.config import Config, load_config
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.kubernetes import kustomize
from litellm_harden.deployment.kubernetes.environment import ContainerEnvironment
from litellm_harden.deployment.kubernetes.objects import Object, find_object, items, mapping, objects_in, pod_path
from litellm_harden.deployment.kubernetes.parts import Manifests
from litellm_harden.deployment.kubernetes.reading import Reading
from litellm_harden.deployment.kubernetes.service import Reader, service_of
from litellm_harden.deployment.kubernetes.volumes import Mounted, config_maps, mounted_file
from litellm_harden.deployment.workspace import Unreadable

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.node import Node

SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")


class Workload(Reading):
    """A container of a pod."""

    @cached_property
    def workload(self) -> Object:
        """The object that makes the pods."""
        found = objects_in(self.workspace, self.manifest.file)
        return next((one for one in found if one.path == self.manifest.workload), Object(self.manifest.file, (), {}))

    @cached_property
    def spec(self) -> dict[str, object]:
        """What a pod is to be."""
        return mapping(self.workload.data, *(str(key) for key in pod_path(self.workload.kind)))

    @cached_property
    def container(self) -> dict[str, object]:
        """The one of the pod that runs the proxy."""
        index = cast("int", self.manifest.container[-1])
        found = items(self.spec, "containers")
        return found[index] if index < len(found) else {}

    @cached_property
    def overlays(self) -> list[kustomize.Kustomization]:
        """The kustomizations that it goes through."""
        return kustomize.around(kustomize.kustomizations(self.workspace, self.files), self.workload)

    @cached_property
    def service(self) -> Service | None:
        """The container in the words of a compose service."""
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
        for key, node in members.items() if self.patched else ():
            members[key] = node.replaced(node.value, unknown=node.unknown or self.patched)
        return service

    @cached_property
    def patched(self) -> str:
        """Why what is written may not be what is applied, or ""."""
        return next((overlay.patches for overlay in self.overlays if overlay.patches), "")

    def described(self) -> Manifests:
        """How it is written, and whether its pod has other containers."""
        return super().described()._replace(alone=len(items(self.spec, "containers")) == 1)

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

    def read_environment(self) -> None:
        """State every variable of `envFrom` and `env`."""
        reader = Reader(self.manifest.file)
        into = ContainerEnvironment(self.environment, self.workspace, self._find, self.owner.env_files, reader)
        into.add_sources(items(self.container, "envFrom"))
        into.add_entries((*self.manifest.container, "env"), items(self.container, "env"))
        if self.patched:
            self.environment.miss(self.patched)
        self.env_files = tuple(dict.fromkeys(into.files))
        self.secrets = frozenset(f"env:{name}" for name in into.secrets)

    def read_config(self) -> tuple[Config | None, str]:
        """The config that is mounted where the proxy is told to find it."""
        if self.owner.config is not None:
            return load_config(self.workspace, self.owner.config), ""
        stated = self.command.setting("--config", self.interpolate)
        if stated.absent:
            stated = self.environment.setting("CONFIG_FILE_PATH")
        if stated.known and isinstance(stated.value, str) and stated.value:
            found = mounted_file(self.spec, self.container, stated.value, Container(self.service, None).workdir)
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
        return self.embedded(holder.file, (*holder.path, part, found.key), found.key)

    def _configs_of(self, name: str) -> list[Mounted]:
        holder = self._find("ConfigMap", name)
        if holder is None:
            return []
        stream = self.workspace.manifest(holder.file)
        keys = [str(key) for key in mapping(holder.data, "data")]
        known = {path[-1] for path in stream.embedded() if path[: len(holder.path)] == holder.path}
        return [Mounted("", name, key) for key in keys if key in known]
