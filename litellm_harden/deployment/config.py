"""LiteLLM's config with its includes: which file owns a section, and what a setting in it comes to.

Includes as in proxy/proxy_server.py of 1.81.0 and proxy/common_utils/config_includes.py of 1.109.1: lists are extended,
a mapping section of an included file replaces the whole section of the main one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from litellm_harden.deployment.model import Origin, Problem
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Key
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.documents.yaml import YamlDocument
    from litellm_harden.documents.yaml.stream import Inside

SECTIONS = ("model_list", "litellm_settings", "router_settings", "general_settings", "environment_variables")
REFERENCE = "os.environ/"
DEEPEST_INCLUDE = 20


class ConfigFile(Record):
    """One file of the config. Where another file embeds it, `at` is its place there."""

    file: Path
    document: YamlDocument | Inside
    at: DocumentPath = ()

    def origin(self, path: DocumentPath) -> Origin | None:
        """Where the value at `path` is written, or None where it is not stated."""
        found = self.document.find(path)
        return Origin(self.file, found.span, path, found.value) if found is not None else None


class Config(Record):
    """The main config file, then what it includes in the order in which LiteLLM merges them.

    `files` is empty where the main file cannot be read. `incomplete` names an included file that is not here.
    """

    files: tuple[ConfigFile, ...]
    problems: tuple[Problem, ...] = ()
    incomplete: str = ""

    def owner(self, section: str) -> ConfigFile:
        """The file whose mapping `section` the proxy uses; the main file where none has it."""
        holding = [file for file in self.files if isinstance(_top(file).get(section), (dict, list))]
        return holding[-1] if holding else self.files[0]

    def locate(self, path: DocumentPath) -> tuple[ConfigFile, DocumentPath]:
        """The file that decides what stands at `path`, and the path in that file: the two differ where a list is put
        together from several files."""
        if len(path) > 1 and isinstance(path[1], int) and len(self.files) > 1:
            at = path[1]
            for file in self.files:
                items = _top(file).get(path[0])
                count = len(items) if isinstance(items, list) else 0
                if at < count:
                    return file, (path[0], at, *path[2:])
                at -= count
        return self.owner(str(path[0])), path

    def statements(self, path: DocumentPath) -> Iterator[Origin]:
        """Where the setting is stated, the deciding place first, then those that lose to it."""
        owner, local = self.locate(path)
        origin = owner.origin(local)
        if origin is not None:
            yield origin
        others = () if len(path) > 1 and isinstance(path[1], int) else reversed(self.files)
        for file in others:
            origin = file.origin(path) if file is not owner else None
            if origin is not None:
                yield origin

    def key(self, path: DocumentPath) -> Origin | None:
        """Where the key at `path` is written (the item, where it is one of a list); None where it is not stated."""
        file, local = self.locate(path)
        found = file.document.find(local)
        return Origin(file.file, found.key or found.span, local, local[-1]) if found is not None else None

    def walk(self, section: str = "") -> Iterator[tuple[DocumentPath, object]]:
        """Every key and list item that the proxy sees (of one section, if named), with its path and value as written,
        outer ones first. What several anchors share is visited once."""
        top: dict[object, object] = {}
        for file in self.files:
            for key, value in _top(file).items():
                before = top.get(key)
                extends = isinstance(before, list) and isinstance(value, list)
                top[key] = [*before, *value] if extends else value  # type: ignore[misc]
        pending: list[tuple[DocumentPath, object]] = [((), {section: top[section]} if section in top else top)]
        if section and section not in top:
            return
        seen: set[int] = set()
        while pending:
            path, value = pending.pop()
            if path:
                yield path, value
            if not isinstance(value, (dict, list)) or id(value) in seen:
                continue
            seen.add(id(value))
            inner = value.items() if isinstance(value, dict) else enumerate(value)
            pending += reversed([((*path, cast("Key", key)), item) for key, item in inner])

    def value(self, *path: str) -> object:
        """What stands at `path` in the file that owns its section, references unresolved; None where absent."""
        found = self.owner(path[0]).document.find(path)
        return found.value if found is not None else None

    def models(self) -> list[dict[str, object]]:
        """The entries of all `model_list`s."""
        found: list[dict[str, object]] = []
        for file in self.files:
            entries = _top(file).get("model_list")
            found += [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []
        return found

    def variables(self) -> Iterator[tuple[str, Origin]]:
        """The entries of `environment_variables`, which LiteLLM writes over the process environment."""
        owner = self.owner("environment_variables")
        stated = _top(owner).get("environment_variables")
        for name in stated if isinstance(stated, dict) else ():
            origin = owner.origin(("environment_variables", name))
            if origin is not None:
                yield str(name), origin


def load_config(workspace: Workspace, main: Path) -> Config:
    """The config that starts at `main`, which is there. Files that cannot be read become problems."""
    loader = _Loader(workspace, main.parent)
    loader.load(main, 0)
    return Config(tuple(loader.files), tuple(loader.problems), "; ".join(dict.fromkeys(loader.missing)))


def is_config(data: object) -> bool:
    """Whether parsed YAML is a LiteLLM proxy config: it has a model list or a settings section of its own."""
    return isinstance(data, dict) and any(
        isinstance(data.get(section), list if section == "model_list" else dict) for section in SECTIONS[:4]
    )


class _Loader:
    """Follows `include:`, each file once."""

    def __init__(self, workspace: Workspace, root: Path) -> None:
        self.workspace, self.root = workspace, root
        self.files: list[ConfigFile] = []
        self.problems: list[Problem] = []
        self.missing: list[str] = []

    def load(self, path: Path, depth: int) -> None:
        if any(file.file == path for file in self.files) or depth > DEEPEST_INCLUDE:
            return
        try:
            config = ConfigFile(path, self.workspace.config(path))
        except Unreadable as error:
            self.problems.append(Problem(error.file, error.line, error.message))
            return
        if not isinstance(config.document.data, (dict, type(None))):
            self.problems.append(Problem(path, 1, "is not a mapping, so LiteLLM cannot read it as a config"))
            return
        self.files.append(config)
        included = _top(config).get("include")
        for name in included if isinstance(included, list) else ():
            file = self._included(path, str(name))
            if file is None:
                self.missing.append(f"{name}, which {path.name} includes, is not here")
            else:
                self.load(file, depth + 1)

    def _included(self, by: Path, name: str) -> Path | None:
        """Beside the file that names it (1.109.1), else beside the main file (1.81.0)."""
        places = [Path(os.path.normpath(folder / name)) for folder in (by.parent, self.root)]
        return next((place for place in places if self.workspace.exists(place)), None)


def _top(file: ConfigFile) -> dict[object, object]:
    data = file.document.data
    return data if isinstance(data, dict) else {}
