"""From a seed to a deployment on Kubernetes: a workload with what it mounts, values of a chart, or a config alone."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.config import Config
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.kubernetes import values
from litellm_harden.deployment.kubernetes.environment import ContainerEnvironment
from litellm_harden.deployment.kubernetes.objects import Object, find_object, mapping
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.deployment.kubernetes.reading import Reading
from litellm_harden.deployment.kubernetes.service import Reader
from litellm_harden.deployment.kubernetes.workload import Workload
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.parts import Seed
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Path as DocumentPath

if TYPE_CHECKING:
    pass


def assemble(seed: Seed, workspace: Workspace, owner: Owner) -> Deployment:
    """The deployment that a seed with manifests describes, over the workspace's current texts. Bad files become
    problems."""
    assert seed.manifest is not None
    assembly = _KINDS[seed.manifest.form](seed, workspace, owner)
    try:
        return assembly.deployment()
    except Unreadable as error:
        return _Broken(seed, workspace, owner, Problem(error.file, error.line, error.message)).deployment()


class _Values(Reading):
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

    def described(self) -> Manifests:
        return super().described()._replace(decided=values.DECIDED)

    def _at(self, path: DocumentPath) -> dict[str, object]:
        found = self.stream.inside(path).data
        return found if isinstance(found, dict) else {}

    def read_environment(self) -> None:
        reader = Reader(self.manifest.file)
        into = ContainerEnvironment(self.environment, self.workspace, self._find, self.owner.env_files, reader)
        root, own = self.values.root, self.manifest.file
        listed = any(isinstance(key, int) for key in root[1:])
        if listed or any(file.parent == own.parent and "values" in file.name for file in self.files if file != own):
            self.environment.miss("the values beside these may say more")
        chart = self._at(root[:-1]) if self.values.component else self.stated
        values.add_variables(into, self.values, self.stated, chart)
        self.env_files = tuple(dict.fromkeys(into.files))
        self.secrets = frozenset(f"env:{name}" for name in into.secrets)

    def _find(self, kind: str, name: str) -> Object | None:
        return find_object(self.workspace, self.files, (kind,), name, "")

    def read_config(self) -> tuple[Config | None, str]:
        created = mapping(self.stated, "config" if self.values.component else "proxyConfigMap").get("create")
        if created is False:
            return None, "its Helm chart is told to make no config of proxy_config"
        return self.embedded(self.manifest.file, self.values.config, "proxy_config")


class _Alone(Reading):
    """A config in a ConfigMap that nothing here mounts."""

    def read_config(self) -> tuple[Config | None, str]:
        path = self.manifest.workload
        return self.embedded(self.manifest.file, path, str(path[-1]))


class _Broken(Reading):
    """What is left of a deployment whose manifest cannot be read any more."""

    def __init__(self, seed: Seed, workspace: Workspace, owner: Owner, problem: Problem) -> None:
        super().__init__(seed, workspace, owner)
        self.problems.append(problem)


_KINDS = {Form.WORKLOAD: Workload, Form.VALUES: _Values, Form.CONFIG: _Alone}
