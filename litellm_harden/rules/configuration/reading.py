"""Reads what one file says: its keys and the options of rules, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from litellm_harden.deployment.exclusion import exclusion
from litellm_harden.rules.configuration import Custom, Stated
from litellm_harden.rules.configuration.errors import WrongConfiguration
from litellm_harden.rules.configuration.files import Found
from litellm_harden.rules.configuration.keys import GENERAL, RULE_FOLDERS, SEVERITY, Key
from litellm_harden.rules.configuration.lines import line_of
from litellm_harden.rules.configuration.values import Wrong, key_value, name, option_value
from litellm_harden.rules.model import Rule
from litellm_harden.rules.pack import Pack, Prose
from litellm_harden.rules.select import UnknownRule, named
from litellm_harden.rules.words import nearest

_KEYS = {key.name: key for key in GENERAL if key is not RULE_FOLDERS}
_FOLDERS = "dirs"
"""The key beside the rules in the table `rules`."""


class Reader:
    """Reads one file. `custom` are the rules of the folders that it names."""

    def __init__(self, found: Found, known: Pack, load: Callable[[Path], Custom]) -> None:
        """`known` are the rules that it may name besides; `load` reads those of a folder, or raises WrongRule."""
        self._found, self._pack, self._load = found, known, load
        self.custom: dict[str, tuple[Rule, Prose]] = {}
        self._stated: dict[str, Stated] = {}

    def settings(self) -> Mapping[str, Stated]:
        """What is stated for each key, options of rules as `rules.LH042.seconds`. Raises WrongConfiguration."""
        data = self._found.data
        if "rules" in data:  # first, since the other keys may name an owner's own rules
            self._rules(data["rules"])
        for text, value in data.items():
            if text == "rules":
                continue
            if text not in _KEYS:
                raise self._wrong((text,), f"{name(text)} is unknown{nearest(text, [*_KEYS, 'rules'])}")
            self._state(_KEYS[text], (text,), value)
        return self._stated

    def _wrong(self, path: tuple[str, ...], message: str) -> WrongConfiguration:
        """What is wrong with the key of that path in the file."""
        key = (*self._found.prefix, *path)
        return WrongConfiguration(self._found.file, message, line_of(self._found.text, key))

    def _state(self, key: Key, path: tuple[str, ...], value: object) -> None:
        try:
            read = key_value(key, value)
            if key.kind == "rules":
                named(self._pack, read)
            elif key.kind in ("files", "folders"):
                read = tuple(self._folder / text for text in read)
            elif key.kind == "file":
                read = self._folder / read
            elif key.kind == "globs":
                read = tuple(exclusion(self._folder, text) for text in read)
        except UnknownRule as error:
            raise self._wrong(path, f"{key.name} is wrong: {error}") from None
        except ValueError as error:
            raise self._wrong(path, f"{key.name} {error}") from None
        self._stated[key.name] = Stated(read, self._found.file, value, path)

    @property
    def _folder(self) -> Path:
        return self._found.file.parent

    # Rules

    def _rules(self, value: object) -> None:
        """`rules` is a table of rules with their options, beside `dirs`; or, short, the list of folders itself."""
        if isinstance(value, list):
            self._own_rules(("rules",), value)
            return
        if not isinstance(value, dict):
            raise self._wrong(("rules",), "rules must be a table of rules, or a list of folders with rule files")
        if _FOLDERS in value:
            self._own_rules(("rules", _FOLDERS), value[_FOLDERS])
        for text, options in value.items():
            if text != _FOLDERS:
                self._options(text, options)

    def _own_rules(self, path: tuple[str, ...], value: object) -> None:
        from litellm_harden.rules.table import WrongRule

        self._state(RULE_FOLDERS, path, value)
        folders = self._stated[RULE_FOLDERS.name].value
        assert isinstance(folders, tuple)
        try:
            for folder in folders:
                self.custom.update(self._load(folder))
        except WrongRule as error:
            raise self._wrong(path, f"rules names a wrong rule file: {error}") from None
        self._pack = self._pack.extended({id_: one for id_, one in self.custom.items() if self._pack.get(id_) is None})

    def _options(self, text: str, table: object) -> None:
        where, rule = f"rules.{name(text)}", self._pack.get(text)
        if rule is None:
            known = [word for rule in self._pack.rules for word in (rule.id, rule.name)]
            raise self._wrong(("rules", text), f"{where} names no rule{nearest(text, known)}")
        if not isinstance(table, dict):
            raise self._wrong(("rules", text), f"{where} must be a table of options")
        for option, value in table.items():
            key, path = f"rules.{rule.id}.{option}", ("rules", text, option)
            if key in self._stated:
                before = ".".join(self._stated[key].path)
                raise self._wrong(path, f"{where}.{name(option)} is stated twice: as {before} too")
            self._stated[key] = Stated(self._option(rule, where, path, value), self._found.file, value, path)

    def _option(self, rule: Rule, where: str, path: tuple[str, ...], value: object) -> object:
        text = path[-1]
        try:
            if text == SEVERITY.name:
                return key_value(SEVERITY, value)
            if text in rule.options:
                return option_value(rule.options[text], value)
        except Wrong as error:
            raise self._wrong(path, f"{where}.{text} {error}") from None
        having = f"has no option {name(text)}{nearest(text, [*rule.options, SEVERITY.name])}"
        raise self._wrong(path, f"{where} {having}")
