"""One compose file at a time: reading it, and what its `include` and `extends` bring in."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from litellm_harden.deployment.compose.merge import merge_service, merge_tree, without_resets
from litellm_harden.deployment.compose.node import RESET, ComposeFile, Node, read
from litellm_harden.deployment.compose.variables import Variables, read_variables
from litellm_harden.deployment.model import Problem
from litellm_harden.deployment.workspace import Unreadable, Workspace

DEEPEST = 32
"""Includes inside includes, or services that extend services that extend ..."""

DEEPEST_NESTING = 100
MOST_VALUES = 500_000
"""How much a file may come to once its aliases are followed."""

RESOURCES = ("configs", "secrets", "volumes", "networks")


class Parts(NamedTuple):
    """Compose files put together: services by name, and the other resources by kind and name."""

    services: dict[str, Node]
    resources: dict[str, dict[str, Node]]


class Loader:
    """Reads the files of one project and gathers what went wrong, and what is not here."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.problems: list[Problem] = []
        self.missing: list[str] = []
        self.read: dict[Path, None] = {}
        self._files: dict[tuple[Path, Path], tuple[ComposeFile, Mapping[object, object]] | None] = {}
        self._extended: dict[tuple[Path, str], Node | None] = {}

    def load(self, files: Sequence[Path], directory: Path, variables: Variables, including: tuple[Path, ...]) -> Parts:
        """The files merged in order, each with what it includes and extends."""
        parts = Parts({}, {kind: {} for kind in RESOURCES})
        for file in files:
            if (opened := self._open(file, directory, variables)) is not None:
                self._add(parts, *opened, (*including, file))
        return parts

    def _add(
        self, parts: Parts, place: ComposeFile, data: Mapping[object, object], including: tuple[Path, ...]
    ) -> None:
        included = self._included(place, data.get("include"), including)
        services = self._mapping(place, data, "services")
        own: dict[str, Node] = {}
        for name in services:
            service = self._extend(place, services, name, (), included.services)
            if service is not None:
                own[name] = service
        for name, service in {**included.services, **own}.items():
            _join(parts.services, name, service, is_service=True)
        for kind in RESOURCES:
            written = {
                name: read(value, place, (kind, name)) for name, value in self._mapping(place, data, kind).items()
            }
            for name, node in {**included.resources[kind], **written}.items():
                _join(parts.resources[kind], name, node, is_service=False)

    def _included(self, place: ComposeFile, data: object, including: tuple[Path, ...]) -> Parts:
        parts = Parts({}, {kind: {} for kind in RESOURCES})
        entries = read(data, place, ("include",))
        for entry in [entries] if isinstance(entries.value, dict) else entries.items():
            loaded = self._include(place, entry, including)
            for name, service in loaded.services.items():
                parts.services.setdefault(name, service)
            for kind in RESOURCES:
                for name, node in loaded.resources[kind].items():
                    parts.resources[kind].setdefault(name, node)
        return parts

    def _include(self, place: ComposeFile, entry: Node, including: tuple[Path, ...]) -> Parts:
        """The project that one entry of `include` names: with its own folder, and its own `.env` as defaults."""
        path = entry.get("path") if isinstance(entry.value, dict) else entry
        files = [self._named(place, item, "includes") for item in (path.items() if path else [])]
        here = [file for file in files if file is not None]
        if not here or len(here) < len(files):
            return self.load([], place.directory, {}, including)
        if any(file in including for file in here) or len(including) > DEEPEST:
            self._problem(
                place.path, "its includes lead back to itself" if here[0] in including else "includes too deeply"
            )
            return self.load([], place.directory, {}, including)
        folder = entry.get("project_directory")
        directory = _resolve(place, folder.text()) if folder else here[0].parent
        named = entry.get("env_file")
        env_files = [_resolve(place, item.text()) for item in named.items()] if named else [directory / ".env"]
        variables, problems = read_variables(self.workspace, filter(self.workspace.exists, env_files), place.variables)
        self.problems += [Problem(error.file, error.line, error.message) for error in problems]
        return self.load(here, directory, {**variables, **place.variables}, including)

    def _extend(
        self,
        place: ComposeFile,
        services: Mapping[str, object],
        name: str,
        chain: tuple[tuple[Path, str], ...],
        others: Mapping[str, Node],
    ) -> Node | None:
        """The service with what it extends merged below it; `others` are services of included files."""
        data = services[name]
        if not isinstance(data, dict):
            if data is not None:
                self._problem(place.path, f"services.{name} is not a mapping")
            return None
        service = read(data, place, ("services", name))
        extends = service.get("extends")
        if extends is None:
            return service
        base = self._base(place, services, extends, (*chain, (place.path, name)), others)
        return merge_service(base, service, at_over=True) if base else service

    def _base(
        self,
        place: ComposeFile,
        services: Mapping[str, object],
        extends: Node,
        chain: tuple[tuple[Path, str], ...],
        others: Mapping[str, Node],
    ) -> Node | None:
        file, name = extends.get("file"), (extends.get("service") or extends).text()
        if file is not None:
            path = self._named(place, file, "extends")
            opened = self._open(path, path.parent, place.variables) if path else None
            if opened is None:
                return None
            place, others = opened[0], {}
            services = self._mapping(place, opened[1], "services")
        if (place.path, name) in chain or len(chain) > DEEPEST:
            self._problem(chain[0][0], f"services.{chain[0][1]} extends itself in the end, or too deeply")
            return None
        if name not in services:
            if name not in others:
                self._problem(chain[-1][0], f"services.{chain[-1][1]} extends {name}, which is not there")
            return others.get(name)
        key = (place.path, name)
        if key not in self._extended:
            self._extended[key] = self._extend(place, services, name, chain, others)
        return self._extended[key]

    def _open(
        self, file: Path, directory: Path, variables: Variables
    ) -> tuple[ComposeFile, Mapping[object, object]] | None:
        key = (file, directory)
        if key not in self._files:
            self._files[key] = self._parse(file, directory, variables)
        return self._files[key]

    def _parse(
        self, file: Path, directory: Path, variables: Variables
    ) -> tuple[ComposeFile, Mapping[object, object]] | None:
        try:
            document = self.workspace.compose(file)
        except Unreadable as error:
            self.problems.append(Problem(error.file, error.line, error.message))
            return None
        self.read[file] = None
        data = document.data
        if data is None:
            return None
        if not isinstance(data, dict):
            self._problem(file, "is not a compose file: it holds no mapping")
            return None
        if not _bounded(data):
            self._problem(file, "is nested too deeply, or its aliases expand to too much")
            return None
        return ComposeFile(file, directory, variables, document), data

    def _mapping(self, place: ComposeFile, data: Mapping[object, object], key: str) -> dict[str, object]:
        found = data.get(key)
        if isinstance(found, dict):
            return {str(name): value for name, value in found.items()}
        if found is not None:
            self._problem(place.path, f"{key} is not a mapping")
        return {}

    def _named(self, place: ComposeFile, node: Node, verb: str) -> Path | None:
        """The compose file that an `include` or `extends` names, if it is here."""
        path = _resolve(place, node.text())
        if node.unknown:
            self.missing.append(f"{place.path.name} {verb} a file that cannot be told: {node.unknown}")
        elif not self.workspace.exists(path):
            self.missing.append(f"{place.path.name} {verb} {node.text()}, which is not here")
        else:
            return path
        return None

    def _problem(self, file: Path, message: str) -> None:
        problem = Problem(file, None, message)
        if problem not in self.problems:
            self.problems.append(problem)


def _join(into: dict[str, Node], name: str, node: Node, is_service: bool) -> None:
    if name not in into:
        if node.tag != RESET:
            into[name] = without_resets(node)
    elif node.tag == RESET:
        del into[name]
    else:
        into[name] = (merge_service if is_service else merge_tree)(into[name], node)


def _resolve(place: ComposeFile, text: str) -> Path:
    return Path(os.path.normpath(place.directory / text))


def _bounded(data: object) -> bool:
    """Whether the data, with its shared parts counted at every place, is small and shallow enough to walk."""
    sizes: dict[int, tuple[int, int]] = {}
    too_much = (MOST_VALUES, DEEPEST_NESTING)

    def measure(value: object, depth: int) -> tuple[int, int]:
        if not isinstance(value, (dict, list)):
            return 1, 0
        if depth > DEEPEST_NESTING:
            return too_much
        if id(value) not in sizes:
            sizes[id(value)] = too_much
            inner = [measure(child, depth + 1) for child in (value.values() if isinstance(value, dict) else value)]
            sizes[id(value)] = 1 + sum(size for size, _ in inner), 1 + max((height for _, height in inner), default=0)
        return sizes[id(value)]

    size, height = measure(data, 0)
    return size < MOST_VALUES and height < DEEPEST_NESTING
