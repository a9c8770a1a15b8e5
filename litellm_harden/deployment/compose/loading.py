"""One compose file at a time: reading it, and what its `include` and `extends` bring in."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from litellm_harden.deployment.compose.merge import merge_service, merge_tree, without_resets
from litellm_harden.deployment.compose.node import RESET, ComposeFile, Node, read
from litellm_harden.deployment.compose.variables import Variables, read_variables
from litellm_harden.deployment.model import Problem
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.yaml.bounds import is_bounded
from litellm_harden.record import Record

DEEPEST = 32
"""Includes inside includes, or services that extend services that extend ..."""

Chain = tuple[tuple[Path, str], ...]
"""The file and name of each service that extends the next."""


class Parts(Record):
    """Compose files put together: their services and configs by name."""

    services: dict[str, Node]
    configs: dict[str, Node]


class _Opened(Record):
    place: ComposeFile
    data: Mapping[object, object]
    services: dict[str, object]
    configs: dict[str, object]


class Loader:
    """Reads the files of one project and gathers what went wrong, and what is not here."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.problems: dict[Problem, None] = {}
        self.missing: list[str] = []
        self.name: Node | None = None
        self._files: dict[tuple[Path, Path], _Opened | None] = {}
        self._included: dict[tuple[Path, ...], Parts] = {}
        self._services: dict[tuple[Path, Path, str], Node | None] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that were read, in the order of reading."""
        return tuple(dict.fromkeys(path for (path, _), opened in self._files.items() if opened))

    def load(self, files: Sequence[Path], directory: Path, variables: Variables, including: tuple[Path, ...]) -> Parts:
        """The files merged in order, each with what it includes and extends; `including` led to them."""
        parts = Parts({}, {})
        for file in files:
            opened = self._open(file, directory, variables)
            if opened is None:
                continue
            place = opened.place
            if not including and "name" in opened.data:
                self.name = read(opened.data["name"], place, ("name",))
            included = self._include_all(place, opened.data.get("include"), (*including, file))
            own = {name: self._service(opened, name, (), included.services) for name in opened.services}
            configs = {name: read(value, place, ("configs", name)) for name, value in opened.configs.items()}
            for name, node in {**included.services, **own}.items():
                if node is not None:
                    _join(parts.services, name, node, merge_service)
            for name, node in {**included.configs, **configs}.items():
                _join(parts.configs, name, node, merge_tree)
        return parts

    def _include_all(self, place: ComposeFile, data: object, including: tuple[Path, ...]) -> Parts:
        parts = Parts({}, {})
        entries = read(data, place, ("include",))
        for entry in [entries] if isinstance(entries.value, dict) else entries.items():
            included = self._include(place, entry, including)
            parts.services.update({**included.services, **parts.services})
            parts.configs.update({**included.configs, **parts.configs})
        return parts

    def _include(self, place: ComposeFile, entry: Node, including: tuple[Path, ...]) -> Parts:
        """The project that one entry of `include` names: with its own folder, and its own `.env` as defaults."""
        path = entry.get("path") if isinstance(entry.value, dict) else entry
        named = [self._named(place, item, "includes") for item in (path.items() if path else [])]
        files = tuple(file for file in named if file is not None)
        if not files or len(files) < len(named):
            return Parts({}, {})
        if not set(files).isdisjoint(including) or len(including) > DEEPEST:
            self._problem(place.path, "its includes lead back to itself, or too deeply")
            return Parts({}, {})
        if files not in self._included:
            folder, env_file = entry.get("project_directory"), entry.get("env_file")
            directory = _resolve(place, folder.text()) if folder else files[0].parent
            env_files = (
                [_resolve(place, item.text()) for item in env_file.items()] if env_file else [directory / ".env"]
            )
            here = filter(self.workspace.exists, env_files)
            variables, problems = read_variables(self.workspace, here, place.variables)
            for problem in problems:
                self.report(problem)
            self._included[files] = self.load(files, directory, {**variables, **place.variables}, including)
        return self._included[files]

    def _service(self, opened: _Opened, name: str, chain: Chain, others: Mapping[str, Node]) -> Node | None:
        """The service with what it extends merged below it; `others` are services of included files."""
        place = opened.place
        key = (place.path, place.directory, name)
        if key not in self._services:
            data = opened.services[name]
            if data is not None and not isinstance(data, dict):
                self._problem(place.path, f"services.{name} is not a mapping")
            service = read(data, place, ("services", name)) if isinstance(data, dict) else None
            extends = service.get("extends") if service else None
            base = self._base(opened, extends, (*chain, (place.path, name)), others) if extends else None
            self._services[key] = merge_service(base, service, at_over=True) if base and service else service
        return self._services[key]

    def _base(self, opened: _Opened, extends: Node, chain: Chain, others: Mapping[str, Node]) -> Node | None:
        """The service that the last one of `chain` extends."""
        file, name = extends.get("file"), (extends.get("service") or extends).text()
        if file is not None:
            path = self._named(opened.place, file, "extends a service of")
            other = self._open(path, path.parent, opened.place.variables) if path else None
            if other is None:
                return None
            opened, others = other, {}
        if (opened.place.path, name) in chain or len(chain) > DEEPEST:
            self._problem(chain[0][0], f"services.{chain[0][1]} extends itself in the end, or too deeply")
            return None
        if name in opened.services:
            return self._service(opened, name, chain, others)
        if name not in others:
            self._problem(chain[-1][0], f"services.{chain[-1][1]} extends {name}, which is not there")
        return others.get(name)

    def _open(self, file: Path, directory: Path, variables: Variables) -> _Opened | None:
        key = (file, directory)
        if key not in self._files:
            self._files[key] = self._parse(file, directory, variables)
        return self._files[key]

    def _parse(self, file: Path, directory: Path, variables: Variables) -> _Opened | None:
        try:
            document = self.workspace.compose(file)
        except Unreadable as error:
            self.report(error)
            return None
        data = document.data
        if data is not None and not isinstance(data, dict):
            self._problem(file, "is not a compose file: it holds no mapping")
        elif not is_bounded(data, len(document.source.text)):
            self._problem(file, "is nested too deeply, or its aliases expand to too much")
        else:
            data = data or {}
            place = ComposeFile(file, directory, variables, document)
            return _Opened(place, data, self._mapping(file, data, "services"), self._mapping(file, data, "configs"))
        return None

    def _mapping(self, file: Path, data: Mapping[object, object], key: str) -> dict[str, object]:
        found = data.get(key)
        if isinstance(found, dict):
            return {str(name): value for name, value in found.items()}
        if found is not None:
            self._problem(file, f"{key} is not a mapping")
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

    def report(self, error: Unreadable) -> None:
        """Take note of a file that cannot be read."""
        self.problems[Problem(error.file, error.line, error.message)] = None

    def _problem(self, file: Path, message: str) -> None:
        self.problems[Problem(file, None, message)] = None


def _join(into: dict[str, Node], name: str, node: Node, merge: Callable[[Node, Node], Node]) -> None:
    if node.tag == RESET:
        into.pop(name, None)
    else:
        into[name] = merge(into[name], node) if name in into else without_resets(node)


def _resolve(place: ComposeFile, text: str) -> Path:
    return Path(os.path.normpath(place.directory / text))
