"""What an owner states in lh.toml, or under [tool.lh] in pyproject.toml: for a folder, by the files in it and above it.

The nearest file that states a key decides it; what several state of `exclude` and of folders with rules adds up.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litellm_harden.deployment.model import Owner
from litellm_harden.record import Record
from litellm_harden.rules import pack
from litellm_harden.rules.configuration.errors import WrongConfiguration
from litellm_harden.rules.model import Rule, Severity

if TYPE_CHECKING:
    from litellm_harden.rules.configuration.files import Found
    from litellm_harden.rules.pack import Pack, Prose

__all__ = ["Configuration", "Configurations", "Custom", "Stated", "WrongConfiguration", "load"]

Custom = Mapping[str, "tuple[Rule, Prose]"]
"""An owner's own rules, by id."""

_NOTHING_UNSAVED: Mapping[Path, bytes] = {}
_NO_RULES: Custom = {}
_NAMES = ("lh.toml", "pyproject.toml")
_ADD_UP = ("exclude", "rules.dirs")


class Stated(Record):
    """The value of a key, and the file that states it.

    `written` is the value as TOML has it, `path` the key as the file spells it. `outer` is what a file further up
    states for the same key.
    """

    value: object
    file: Path
    written: object = None
    path: tuple[str, ...] = ()
    outer: Stated | None = None


class Configuration(Record):
    """What holds for a folder.

    `stated` are all keys that a file states, rules' options as `rules.LH042.seconds`, each with the file that decides
    it; `files` are all that were read, the nearest first. `fail_on` is the least severity that fails a run, None for
    none at all; `strict` says that what cannot be judged fails it too. `baseline` is the file with the findings that
    were there before. `custom` are the owner's own rules that hold here.
    """

    stated: Mapping[str, Stated] = {}
    owner: Owner = Owner()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: Severity | None = Severity.CRITICAL
    strict: bool = False
    baseline: Path | None = None
    custom: Custom = _NO_RULES
    files: tuple[Path, ...] = ()

    @property
    def pack(self) -> Pack:
        """The rules that hold here."""
        return pack.load().extended(self.custom)


class Configurations:
    """The configurations of a run's folders, each file read once. Every method raises WrongConfiguration."""

    def __init__(self, unsaved: Mapping[Path, bytes] = _NOTHING_UNSAVED) -> None:
        """`unsaved` is what counts instead of files on disk, by absolute path."""
        self._unsaved = unsaved
        self._found: dict[Path, Found] = {}
        self._known: dict[Path, Configuration] = {}
        self._custom: dict[Path, Custom] = {}

    @property
    def custom(self) -> Custom:
        """The rules of the folders that the files read so far name."""
        return {id_: rule for rules in self._custom.values() for id_, rule in rules.items()}

    @property
    def pack(self) -> Pack:
        """The built-in rules, and an owner's own that are known so far."""
        return pack.load().extended(self.custom)

    def at(self, folder: Path) -> Configuration:
        """What holds for a folder (absolute), by what is stated in it and above it, no further up than the root of
        its repository."""
        waiting = []
        while folder not in self._known:
            waiting.append(folder)
            if _is_top(folder):
                break
            folder = folder.parent
        found = self._known.get(folder, Configuration())
        for inner in reversed(waiting):
            found = self._known[inner] = self._within(found, inner)
        return found

    def line(self, stated: Stated) -> int | None:
        """The line, from 1, on which a file states something; None where its spelling hides it."""
        from litellm_harden.rules.configuration.lines import line_of

        found = self._found[stated.file]
        return line_of(found.text, (*found.prefix, *stated.path))

    def _within(self, outer: Configuration, folder: Path) -> Configuration:
        if not any(folder / name in self._unsaved or os.path.lexists(folder / name) for name in _NAMES):
            return outer
        from litellm_harden.rules.configuration.files import find

        found = find(folder, self._unsaved)
        if found is None:
            return outer
        from litellm_harden.rules.configuration.reading import Reader

        self._found[found.file] = found
        reader = Reader(found, pack.load().extended(outer.custom), self._load)
        stated = {**outer.stated}
        for key, one in reader.settings().items():
            further = outer.stated.get(key)
            if further is not None and key in _ADD_UP:
                one = one._replace(value=(*_members(further), *_members(one)))  # noqa: PLW2901
            stated[key] = one._replace(outer=further)
        custom = {**outer.custom, **reader.custom}
        return _configuration(stated)._replace(custom=custom, files=(found.file, *outer.files))

    def _load(self, folder: Path) -> Custom:
        """The rules of a folder, read once. Raises WrongRule."""
        place = Path(os.path.realpath(folder))
        if place not in self._custom:
            from litellm_harden.rules.custom import load_rules

            self._custom[place] = load_rules(folder, self.pack)
        return self._custom[place]


def load(start: Path) -> Configuration:
    """What holds for `start`, or for the folder of that file. Raises WrongConfiguration."""
    folder = Path(os.path.abspath(start))
    return Configurations().at(folder if folder.is_dir() else folder.parent)


def _is_top(folder: Path) -> bool:
    return folder.parent == folder or os.path.exists(folder / ".git")


def _configuration(stated: Mapping[str, Stated]) -> Configuration:
    own: dict[str, Any] = {key: stated[key].value for key in _OWN if key in stated}
    owners: dict[str, Any] = {key: one.value for key, one in stated.items() if key in Owner._fields}
    options: dict[str, dict[str, object]] = {}
    severities: dict[str, int] = {}
    for key, one in stated.items():
        table, _, name = key.partition(".")
        rule, _, option = name.partition(".")
        if table != "rules" or not option:
            continue
        if isinstance(one.value, Severity):
            severities[rule] = one.value
        else:
            options.setdefault(rule, {})[option] = one.value
    return Configuration(stated=stated, owner=Owner(**owners, options=options, severities=severities), **own)


_OWN = ("select", "ignore", "fail_on", "strict", "baseline")
"""Keys that are the configuration's own; the others are the owner's."""


def _members(stated: Stated) -> tuple[object, ...]:
    return stated.value if isinstance(stated.value, tuple) else ()
