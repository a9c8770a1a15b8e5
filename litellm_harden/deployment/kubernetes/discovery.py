"""Finding proxies in manifests and Helm values, by the files that speak of LiteLLM."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from litellm_harden.deployment.kubernetes.kustomize import NAMES
from litellm_harden.deployment.kubernetes.objects import WORKLOADS, Object, items, mapping, objects_in, pod_path
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.deployment.kubernetes.service import service_of
from litellm_harden.deployment.kubernetes.values import Keys, values_in
from litellm_harden.deployment.kubernetes.volumes import config_maps
from litellm_harden.deployment.model import Problem
from litellm_harden.deployment.parts import Seed
from litellm_harden.deployment.recognition import runs_litellm
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

_TEMPLATE = pattern(
    r"\{\{-?\s*(?:[.$(/]|(?:if|else|end|range|with|include|template|define|tpl|toYaml|lookup)\b)|\{%-?\s"
)
_REFERRING = frozenset({"configMapRef", "secretRef", "configMapKeyRef", "secretKeyRef", "configMap", "secret"})
_OFFICIAL = pattern(r"^name:[ \t]*[\"']?litellm(?:-helm)?[\"']?[ \t\r]*$", re.MULTILINE)
_OPENING = pattern(r"\{\{|\{%|<%")
_KIND = pattern(rf"^[ \t]*(?:- )?kind:[ \t]*[\"']?(?:{'|'.join(WORKLOADS)}|ConfigMap|\w*List)\b", re.MULTILINE)
_HOLDERS = ("ConfigMap", "Secret")
_HOLDER = pattern(r"\bkind:[ \t]*[\"']?(?:ConfigMap|Secret|HorizontalPodAutoscaler|ScaledObject)\b")
_NAMED = pattern(r"\bname:[ \t]*[\"']?([\w.-]+)")
_VALUES = pattern(r"^\s*proxy_config:", re.MULTILINE)

TEMPLATE = "is a template, which only Helm or another tool can fill in, so it is not judged"


class Found(Record):
    """What a search gave. `templates` are files that might describe a proxy, if they were filled in."""

    seeds: list[Seed]
    problems: list[Problem]
    templates: list[Path]


def may_be_manifest(text: str) -> bool:
    """Whether a text may be a manifest or the values of a chart that describe a proxy; a matter of words."""
    if "proxy_config:" in text:
        return _VALUES.search(text) is not None
    return "kind:" in text and "litellm" in text.lower() and _KIND.search(text) is not None


def search(workspace: Workspace, files: Sequence[Path], folder: Path, text_of: Callable[[Path], str | None]) -> Found:
    """The proxies that the YAML `files` describe."""
    return _Search(workspace, files, folder, text_of).found()


class _Search:
    def __init__(
        self, workspace: Workspace, files: Sequence[Path], folder: Path, text_of: Callable[[Path], str | None]
    ) -> None:
        self.workspace, self.files, self.folder, self.text_of = workspace, files, folder, text_of
        self.problems: list[Problem] = []
        self.templates: list[Path] = []
        self._defined: dict[Path, set[str]] = {}

    def found(self) -> Found:
        mounting: list[tuple[Seed, list[str]]] = []
        alone: list[Seed] = []
        for file in self.files:
            text = self.text_of(file)
            if text is None or not may_be_manifest(text):
                continue
            if self._is_template(file, text):
                self.templates.append(file)
                continue
            try:
                for seed, names in self._in_file(file):
                    if seed.manifest is not None and seed.manifest.form is Form.CONFIG:
                        alone.append(seed)
                    else:
                        mounting.append((seed, names))
            except Unreadable as error:
                self.problems.append(Problem(error.file, error.line, error.message))
        configs = {seed.manifest.name for seed in alone if seed.manifest is not None}
        seeds = [_with_sharer(seed, configs.intersection(names), mounting) for seed, names in mounting]
        mounted = {name for _, names in mounting for name in names}
        seeds += [seed for seed in alone if seed.manifest is not None and seed.manifest.name not in mounted]
        return Found(seeds, self.problems, self.templates)

    def _is_template(self, file: Path, text: str) -> bool:
        """Whether Helm, Ansible or their like have to fill in the file before it is a manifest."""
        return _TEMPLATE.search(text) is not None or (_OPENING.search(text) is not None and not self._parses(file))

    def _parses(self, file: Path) -> bool:
        try:
            self.workspace.manifest(file)
        except Unreadable:
            return False
        return True

    def _in_file(self, file: Path) -> Iterator[tuple[Seed, list[str]]]:
        """The seeds of a file, each with the names of the ConfigMaps that it uses. Raises Unreadable."""
        stream = self.workspace.manifest(file)
        for one in objects_in(self.workspace, file):
            if one.kind in WORKLOADS:
                yield from self._workload(one)
            elif one.kind == "ConfigMap":
                for path in stream.embedded():
                    if path[: len(one.path)] == one.path:
                        form = Manifests(Form.CONFIG, file, path, name=one.name, kind=one.kind)
                        yield Seed(file.parent, self.folder, manifest=form, kubernetes=(file,)), []
        for number, data in enumerate(stream.data):
            for values in values_in(data):
                config, root = (number, *values.config), (number, *values.root)
                if not values.root and self._of_own_chart(file):
                    form = Manifests(Form.CONFIG, file, config, name="proxy_config")
                    yield Seed(file.parent, self.folder, manifest=form, kubernetes=(file,)), []
                    continue
                name = _release(data, values.root)
                manifest = Manifests(Form.VALUES, file, config, root, root, name=name, component=values.component)
                stated = mapping(stream.inside(root).data)
                files = self._related(file, _references(stated) | _names(stated, values.keys))
                files += tuple(other for other in self.files if _is_beside(other, file) and other not in files)
                yield Seed(file.parent, self.folder, service=name, manifest=manifest, kubernetes=files), []

    def _of_own_chart(self, file: Path) -> bool:
        """Whether a file holds the values of a chart that is here and none of LiteLLM's: what that makes of any but the
        config, its templates say."""
        if not (file.parent / "templates").is_dir():
            return False
        try:
            chart = self.workspace.source(file.parent / "Chart.yaml").text
        except Unreadable:
            return False
        return not _OFFICIAL.search(chart)

    def _workload(self, one: Object) -> Iterator[tuple[Seed, list[str]]]:
        pod = (*one.path, *pod_path(one.kind))
        spec = mapping(one.data, *map(str, pod_path(one.kind)))
        for index, container in enumerate(items(spec, "containers")):
            where = (*pod, "containers", index)
            service = service_of(one.file, one.name, where, pod, spec, container)
            if not runs_litellm(self.workspace, service):
                continue
            manifest = Manifests(
                Form.WORKLOAD, one.file, one.path, where, pod, one.name, kind=one.kind, namespace=one.namespace
            )
            files = self._related(one.file, {one.name, *_references(spec)})
            seed = Seed(one.file.parent, self.folder, service=one.name, manifest=manifest, kubernetes=files)
            yield seed, config_maps(spec, container)
            return

    def _related(self, own: Path, names: set[str]) -> tuple[Path, ...]:
        """The manifest itself, and those that may hold what it refers to: they have a kind and one of the names."""
        named = [file for file, held in self._holders.items() if held is None or not names.isdisjoint(held)]
        return (own, *(file for file in named if file != own and self._serves(file, names)))

    def _serves(self, file: Path, names: set[str]) -> bool:
        """Whether a file that has one of the names in it is a kustomization, or has what bears the name."""
        if file not in self._defined:
            try:
                found = objects_in(self.workspace, file)
            except Unreadable:
                found = []
            targets = (mapping(one.data, "spec", "scaleTargetRef").get("name") for one in found)
            self._defined[file] = {*(one.name for one in found if one.kind in _HOLDERS), *map(str, targets)}
        return file.name in NAMES or not names.isdisjoint(self._defined[file])

    @cached_property
    def _holders(self) -> dict[Path, frozenset[str] | None]:
        """The files that hold what others refer to, with the names in them; None for a kustomization."""
        found: dict[Path, frozenset[str] | None] = {}
        for file in self.files:
            text = self.text_of(file)
            if text is None or _TEMPLATE.search(text):
                continue
            if file.name in NAMES:
                found[file] = None
            elif _HOLDER.search(text):
                found[file] = frozenset(_NAMED.findall(text))
        return found


def _with_sharer(seed: Seed, configs: set[str], mounting: Sequence[tuple[Seed, list[str]]]) -> Seed:
    """The seed, and who else mounts a config that it mounts."""
    one = seed.manifest
    assert one is not None
    for other, names in mounting:
        found = other.manifest
        if found is not None and found != one and found.namespace == one.namespace and configs.intersection(names):
            return seed._replace(manifest=one._replace(shares=found.name))
    return seed


def _is_beside(other: Path, file: Path) -> bool:
    """Whether a file gives values beside those of another one."""
    return other != file and other.parent == file.parent and "values" in other.name and "values" in file.name


def _release(data: object, root: Sequence[object]) -> str:
    """What the proxy of some values is called: as its object, as its part of an umbrella chart, else `litellm`."""
    if isinstance(data, dict) and "kind" in data and mapping(data, "metadata").get("name"):
        return str(mapping(data, "metadata")["name"])
    return str(root[-1]) if root else "litellm"


def _references(data: object) -> set[str]:
    """The names of the ConfigMaps and Secrets that some data refers to."""
    found: set[str] = set()
    pending = [data]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            for key in _REFERRING.intersection(value):
                stated = mapping(value, key)
                found.update(str(stated[name]) for name in ("name", "secretName") if name in stated)
            pending += value.values()
        elif isinstance(value, list):
            pending += value
    return found


def _names(stated: dict[str, object], keys: Keys) -> set[str]:
    """The names of the ConfigMaps and Secrets that values list."""
    lists = (stated.get(key) for key in (keys.secrets, keys.config_maps))
    return {str(name) for names in lists if isinstance(names, list) for name in names}
