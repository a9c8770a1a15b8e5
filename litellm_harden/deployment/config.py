"""LiteLLM's config with its includes: which file owns a section, and what a setting in it comes to.

Includes as in proxy/proxy_server.py of 1.81.0 and proxy/common_utils/config_includes.py of 1.109.1: lists are extended,
a mapping section of an included file replaces the whole section of the main one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from litellm_harden.deployment.model import Origin, Problem
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Path as DocumentPath

if TYPE_CHECKING:
    from litellm_harden.documents.yaml import YamlDocument

SECTIONS = ("model_list", "litellm_settings", "router_settings", "general_settings", "environment_variables")
REFERENCE = "os.environ/"
DEEPEST_INCLUDE = 20


class ConfigFile(NamedTuple):
    """One file of the config."""

    file: Path
    document: YamlDocument

    def origin(self, path: DocumentPath) -> Origin | None:
        """Where the value at `path` is written, or None where it is not stated."""
        found = self.document.find(path)
        return Origin(self.file, found.span, path, found.value) if found is not None else None


class Config(NamedTuple):
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

    def statements(self, path: DocumentPath) -> Iterator[Origin]:
        """Where the setting is stated, the deciding place first, then those that lose to it."""
        owner = self.owner(str(path[0]))
        for file in [owner, *(file for file in reversed(self.files) if file is not owner)]:
            origin = file.origin(path)
            if origin is not None:
                yield origin

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
