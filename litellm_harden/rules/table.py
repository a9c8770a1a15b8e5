"""The tables of rule files, read key by key; what is not as it should be is an error that names file and key."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from string import Formatter
from typing import Any

from litellm_harden.litellm.versions import parse
from litellm_harden.rules.words import nearest
from litellm_harden.text.patterns import pattern

KINDS: dict[str, type | tuple[type, ...]] = {"integer": int, "number": (int, float), "string": str}
"""The types of options."""

_REFERENCE = pattern(r"\$[A-Za-z_]\w*")
_LONGEST_LINE = 1000


class WrongRule(ValueError):
    """A rule file that is not one; the message names the file and the key."""


class Table:
    """A mapping of a rule file, read key by key; `where` names it in errors."""

    def __init__(self, where: str, data: object, allowed: tuple[str, ...], required: tuple[str, ...] = ()) -> None:
        if not isinstance(data, dict):
            raise WrongRule(f"{where}: must be a mapping")
        for key in data:
            if key not in allowed:
                raise WrongRule(f"{where}: unknown key {key!r}{nearest(str(key), allowed)}")
        for key in required:
            if key not in data:
                raise WrongRule(f"{where}: {key!r} is missing")
        self.where, self.data = where, data

    def __contains__(self, key: str) -> bool:
        return key in self.data

    def of(self, key: str, kind: type | tuple[type, ...], default: Any = None) -> Any:
        """The value of a key, checked to be of a type."""
        value = self.data.get(key, default)
        if key in self.data and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
            raise WrongRule(f"{self.where}: {key!r} is of the wrong type")
        return value

    def texts(self, key: str) -> list[str]:
        """A list of strings, or one string as a list of one."""
        value = self.of(key, (str, list), [])
        items = [value] if isinstance(value, str) else value
        if not all(isinstance(item, str) for item in items):
            raise WrongRule(f"{self.where}: {key!r} must hold strings")
        return items

    def word(self, key: str, known: Mapping[str, object] | list[str]) -> str:
        """A string that is one of the known ones."""
        value: str = self.of(key, str, "")
        if value not in known:
            raise WrongRule(f"{self.where}: {key!r} has the unknown value {value!r}{nearest(value, known)}")
        return value

    def like(self, key: str, pattern: re.Pattern[str]) -> str:
        """A string that the pattern matches as a whole."""
        value: str = self.of(key, str, "")
        if not pattern.fullmatch(value):
            raise WrongRule(f"{self.where}: {key!r} has the wrong form: {value!r}")
        return value

    def line(self, key: str) -> str:
        """A string of one line that can be printed."""
        text: str = self.of(key, str, "")
        if not text.strip() or not text.isprintable() or len(text) > _LONGEST_LINE:
            raise WrongRule(f"{self.where}: {key!r} must be one line of at most {_LONGEST_LINE} characters")
        return text

    def version(self, key: str) -> list[int] | None:
        """A LiteLLM version as a list of its three numbers, if the key is there."""
        if key not in self.data:
            return None
        version = parse(self.of(key, str))
        if version is None:
            raise WrongRule(f"{self.where}: {key!r} must be a full version such as '1.81.0'")
        return list(version)


def refers(argument: object, known: Mapping[str, object]) -> bool:
    """Whether an argument stands for an option."""
    return isinstance(argument, str) and argument.startswith("$") and argument[1:] in known


def check_references(where: str, argument: object, known: Mapping[str, object]) -> None:
    """Refuse a `$name`, at any depth, that names none of the `known` options."""
    if isinstance(argument, list | dict):
        for item in argument.values() if isinstance(argument, dict) else argument:
            check_references(where, item, known)
    elif isinstance(argument, str) and _REFERENCE.fullmatch(argument) and not refers(argument, known):
        raise WrongRule(f"{where}: {argument!r} refers to no option{nearest(argument[1:], known)}")


def message(table: Table, key: str, names: Collection[str]) -> str:
    """A text of one line with placeholders: each is one of the names in braces, without anything more."""
    text = table.line(key)
    try:
        fields = list(Formatter().parse(text))
    except ValueError as error:
        raise WrongRule(f"{table.where}: {key!r} has a wrong placeholder: {error}") from None
    for _, name, form, conversion in fields:
        if name is not None and (name not in names or form or conversion):
            more = f"{'!' + conversion if conversion else ''}{':' + form if form else ''}"
            known = ", ".join(f"{{{one}}}" for one in names)
            raise WrongRule(f"{table.where}: {key!r} has a wrong placeholder: {{{name}{more}}}; there are {known}")
    return text
