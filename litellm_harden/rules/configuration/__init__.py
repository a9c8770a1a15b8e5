"""What an owner states in lh.toml, or under [tool.lh] in pyproject.toml: for a folder, by the files in it and above it.

The nearest file that states a key decides it; `exclude` adds up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litellm_harden.deployment.model import Owner
from litellm_harden.record import Record
from litellm_harden.rules import pack
from litellm_harden.rules.model import Rule, Severity

if TYPE_CHECKING:
    from litellm_harden.rules.pack import Pack, Prose

Custom = dict[str, "tuple[Rule, Prose]"]
"""An owner's own rules, by id."""


class WrongConfiguration(ValueError):
    """A configuration that cannot be used; the message names the file and the key."""


class Stated(Record):
    """The value of a key, and the file that states it."""

    value: object
    file: Path


class Configuration(Record):
    """What holds for a folder.

    `stated` are all keys that a file states, rules' options as `rules.LH042.seconds`, each with the file that decides
    it. `fail_on` is the least severity that fails a run, None for none at all. `baseline` is the file with the findings
    that were there before.
    """

    stated: Mapping[str, Stated] = {}
    owner: Owner = Owner()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.CRITICAL
    baseline: Path | None = None


class Configurations:
    """The configurations of a run's folders, each file read once. Every method raises WrongConfiguration."""

    def __init__(self) -> None:
        self._stated: dict[Path, Mapping[str, Stated]] = {}
        self._known: dict[Path, Configuration] = {}
        self._custom: Custom = {}

    @property
    def pack(self) -> Pack:
        """The built-in rules, and those of the folders that the files read so far name."""
        return pack.load().extended(self._custom)

    def at(self, folder: Path) -> Configuration:
        """What holds for a folder (absolute)."""
        if folder not in self._known:
            self._known[folder] = _configuration(self._settings(folder))
        return self._known[folder]

    def _settings(self, folder: Path) -> Mapping[str, Stated]:
        """What is stated in the folder and above it, no further up than the repository's root."""
        if folder not in self._stated:
            outer = self._settings(folder.parent) if not _is_top(folder) else {}
            self._stated[folder] = self._merged(outer, folder)
        return self._stated[folder]

    def _merged(self, outer: Mapping[str, Stated], folder: Path) -> Mapping[str, Stated]:
        file, data = _found(folder)
        if file is None:
            return outer
        from litellm_harden.rules.configuration.reading import Reader

        reader = Reader(file, self.pack, self._custom)
        own = {key: Stated(value, file) for key, value in reader.settings(data).items()}
        if "exclude" in outer and "exclude" in own:
            both = (*_texts(outer["exclude"].value), *_texts(own["exclude"].value))
            own["exclude"] = Stated(both, file)
        return {**outer, **own}


def load(start: Path) -> Configuration:
    """What holds for `start`, or for the folder of that file. Raises WrongConfiguration."""
    folder = Path(os.path.abspath(start))
    return Configurations().at(folder if folder.is_dir() else folder.parent)


def _is_top(folder: Path) -> bool:
    return folder.parent == folder or (folder / ".git").exists()


def _found(folder: Path) -> tuple[Path | None, Mapping[str, object]]:
    """The file of this very folder that configures it, and what it says."""
    for name in ("lh.toml", "pyproject.toml"):
        file = folder / name
        if file.is_file():
            from litellm_harden.rules.configuration.reading import table

            data = table(file)
            if data is not None:
                return file, data
    return None, {}


def _configuration(stated: Mapping[str, Stated]) -> Configuration:
    own: dict[str, Any] = {key: stated[key].value for key in _OWN if key in stated}
    owners: dict[str, Any] = {key: one.value for key, one in stated.items() if key in Owner._fields}
    options: dict[str, dict[str, object]] = {}
    for key, one in stated.items():
        if key.startswith("rules.") and key.count(".") == 2:
            _, rule, option = key.split(".")
            options.setdefault(rule, {})[option] = one.value
    return Configuration(stated=stated, owner=Owner(**owners, options=options), **own)


_OWN = ("select", "ignore", "fail_on", "baseline")
"""Keys that are the configuration's own; the others are the owner's."""


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()
