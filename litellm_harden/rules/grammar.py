"""The grammar of rule files: which keys they have, of which type; anything else is an error that names file and key."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from litellm_harden.litellm.versions import parse
from litellm_harden.rules.expect import TYPES, WORDS
from litellm_harden.rules.facts import FACTS
from litellm_harden.rules.model import Applicability, Severity
from litellm_harden.rules.words import nearest
from litellm_harden.text.patterns import pattern

CLAUSE_KEYS: tuple[str, ...] = (
    *("address", "expect", "check", "default", "default_from", "stated_only"),
    *("when", "severity", "message", "absent_message", "fix"),
)
GATED_KEYS = (*CLAUSE_KEYS, "since", "until")
RULE_KEYS = (
    *("id", "name", "title", "checklist", "options", "companions", "inputs", "parts", "variants"),
    *("why", "departs", "sources", "examples"),
    *GATED_KEYS,
)
REQUIRED = ("id", "name", "title", "severity", "address", "why", "sources", "examples")
FIX_KEYS = ("set", "remove", "include", "exclude", "applicability", "description")
DEPARTS_KEYS = ("letter", "litellm", "lh")
OPTION_KEYS = ("type", "default", "minimum", "maximum", "description")
EXAMPLE_KEYS = ("files", "flags", "passes", "fixed", "options", "owner", "set", "version", "unsafe")

_ADDRESS = pattern(r"(?:config|env|arg|proxy|postgres|redis|prometheus|comment):\S+|image:")
_ID = pattern(r"LH\d{3}")
_NAME = pattern(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


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

    def version(self, key: str) -> list[int] | None:
        """A LiteLLM version as a list of its three numbers, if the key is there."""
        if key not in self.data:
            return None
        version = parse(self.of(key, str))
        if version is None:
            raise WrongRule(f"{self.where}: {key!r} must be a full version such as '1.81.0'")
        return list(version)


def head(where: str, data: object) -> tuple[Table, dict[str, Any]]:
    """The table of a rule file, and the compiled keys that name and rank the rule."""
    table = Table(where, data, RULE_KEYS, REQUIRED)
    compiled: dict[str, Any] = {
        "id": table.like("id", _ID),
        "name": table.like("name", _NAME),
        "title": table.of("title", str),
        "severity": severity(table),
        "address": table.like("address", _ADDRESS),
        "companions": table.texts("companions"),
        "inputs": table.texts("inputs"),
        "options": options(where, table.of("options", dict, {})),
    }
    if "checklist" in table:
        place = Table(f"{where}: checklist", table.data["checklist"], ("item", "week"), ("item", "week"))
        compiled |= {"item": place.of("item", int), "week": place.of("week", int)}
    for key in ("since", "until"):
        if key in table:
            compiled[key] = table.version(key)
    return table, compiled


def severity(table: Table) -> int:
    """The severity of a rule or clause, as its number."""
    return int(Severity[table.word("severity", [severity.word for severity in Severity]).upper()])


def options(where: str, data: Mapping[str, object]) -> dict[str, Any]:
    """The options of a rule."""
    for name, option in data.items():
        table = Table(f"{where}: options.{name}", option, OPTION_KEYS, ("type", "default"))
        if table.word("type", ["integer", "number", "string"]) == "string":
            table.of("default", str)
        else:
            table.of("default", (int, float))
        table.of("description", str)
    return dict(data)


def clause(where: str, data: object, known: Mapping[str, object], checks: Mapping[str, object]) -> dict[str, Any]:
    """A clause in its compiled form; `known` are the rule's options, `checks` the named checks."""
    table = Table(where, data, GATED_KEYS)
    if ("expect" in table) == ("check" in table):
        raise WrongRule(f"{where}: needs either 'expect' or 'check'")
    if "expect" in table and "message" not in table:
        raise WrongRule(f"{where}: 'message' is missing")
    readers: dict[str, Callable[[str], object]] = {
        "address": lambda key: table.like(key, _ADDRESS),
        "check": lambda key: table.word(key, checks),
        "expect": lambda key: expectation(where, table.of(key, dict), known),
        "message": lambda key: _message(table, key, known),
        "absent_message": lambda key: _message(table, key, known),
        "severity": lambda _: severity(table),
        "fix": lambda key: _fix(where, table.data[key], known),
        "default": lambda key: table.data[key],
        "default_from": lambda key: table.like(key, _ADDRESS),
        "stated_only": lambda key: table.of(key, bool),
        "since": table.version,
        "until": table.version,
        "when": lambda key: _facts(table, key),
    }
    return {key: read(key) for key, read in readers.items() if key in table}


def _facts(table: Table, key: str) -> list[str]:
    facts = table.texts(key)
    for fact in facts:
        if fact not in FACTS:
            raise WrongRule(f"{table.where}: {key!r} has the unknown fact {fact!r}{nearest(fact, FACTS)}")
    return facts


def expectation(where: str, data: Mapping[str, object], known: Mapping[str, object]) -> dict[str, Any]:
    """The words of an `expect`, with their arguments."""
    table = Table(f"{where}: expect", data, tuple(WORDS))
    if not table.data:
        raise WrongRule(f"{where}: 'expect' is empty")
    if "type" in table:
        table.word("type", TYPES)
    if "matches" in table:
        _regex(table)
    if "each" in table:
        expectation(f"{where}: expect.each", table.of("each", dict), known)
    for argument in table.data.values():
        _reference(where, argument, known)
    return dict(table.data)


def _regex(table: Table) -> None:
    try:
        re.compile(table.of("matches", str))
    except re.error as error:
        raise WrongRule(f"{table.where}: 'matches' is no regular expression: {error}") from None


def _reference(where: str, argument: object, known: Mapping[str, object]) -> None:
    for item in argument if isinstance(argument, list) else [argument]:
        if isinstance(item, str) and item.startswith("$") and item[1:] not in known:
            raise WrongRule(f"{where}: {item!r} refers to no option{nearest(item[1:], known)}")


def _message(table: Table, key: str, known: Mapping[str, object]) -> str:
    text: str = table.of(key, str, "")
    try:
        filled = text.format(value="", expected="", **dict.fromkeys(known, ""))
    except (KeyError, IndexError, ValueError) as error:
        raise WrongRule(f"{table.where}: {key!r} has a wrong placeholder: {error}") from None
    if not filled.strip() or "\n" in filled:
        raise WrongRule(f"{table.where}: {key!r} must be one line")
    return text


def _fix(where: str, data: object, known: Mapping[str, object]) -> dict[str, Any]:
    table = Table(f"{where}: fix", data, FIX_KEYS, ("applicability",))
    kind = table.word("applicability", [applicability.value for applicability in Applicability])
    changes = sum(key in table for key in ("set", "include", "exclude")) + table.of("remove", bool, False)
    if changes != (kind != "manual"):
        raise WrongRule(
            f"{table.where}: needs exactly one of 'set', 'include', 'exclude' and 'remove', or to be manual"
        )
    if "description" in table:
        _message(table, "description", known)
    for key in ("set", "include", "exclude"):
        _reference(where, table.data.get(key), known)
    return dict(table.data)
