"""The grammar of rule files: which keys they have, of which type; anything else is an error that names file and key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from litellm_harden.rules.addresses import wrong_address
from litellm_harden.rules.expect import TYPES, WORDS
from litellm_harden.rules.facts import FACTS
from litellm_harden.rules.model import Severity
from litellm_harden.rules.remedy import fix
from litellm_harden.rules.table import KINDS, Table, WrongRule, check_references, message, refers
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
DEPARTS_KEYS = ("letter", "litellm", "lh")
OPTION_KEYS = ("type", "default", "minimum", "maximum", "description")

_ID = pattern(r"LH\d{3}")
_CUSTOM_ID = pattern(r"(?!LH\d+$)[A-Z][A-Z0-9]{1,20}\d{3}")
_OPTION = pattern(r"(?!(?:value|expected|severity)$)[a-z][a-z0-9_]*")
_NAME = pattern(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def head(where: str, data: object, custom: bool) -> tuple[Table, dict[str, Any]]:
    """The table of a rule file, and the compiled keys that name and rank the rule."""
    table = Table(where, data, RULE_KEYS, REQUIRED)
    compiled: dict[str, Any] = {
        "id": table.like("id", _CUSTOM_ID if custom else _ID),
        "name": table.like("name", _NAME),
        "title": table.line("title"),
        "severity": severity(table),
        "address": address(table, "address"),
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


def address(table: Table, key: str) -> str:
    """The address of a setting. Raises WrongRule for one that nothing could stand at."""
    text: str = table.of(key, str, "")
    if fault := wrong_address(text):
        raise WrongRule(f"{table.where}: {key!r} has the wrong form, {text!r}: an address {fault}")
    return text


def severity(table: Table) -> int:
    """The severity of a rule or clause, as its number."""
    return int(Severity[table.word("severity", [severity.word for severity in Severity]).upper()])


def options(where: str, data: Mapping[str, object]) -> dict[str, Any]:
    """The options of a rule."""
    for name, option in data.items():
        if not isinstance(name, str) or not _OPTION.fullmatch(name):
            raise WrongRule(f"{where}: {name!r} cannot be the name of an option")
        table = Table(f"{where}: options.{name}", option, OPTION_KEYS, ("type", "default"))
        table.of("default", KINDS[table.word("type", KINDS)])
        for key in ("minimum", "maximum"):
            table.of(key, (int, float))
        table.of("description", str)
    return dict(data)


def clause(where: str, data: object, known: Mapping[str, object], checks: Mapping[str, object]) -> dict[str, Any]:
    """A clause in its compiled form; `known` are the rule's options, `checks` the named checks."""
    table = Table(where, data, GATED_KEYS)
    if ("expect" in table) == ("check" in table):
        raise WrongRule(f"{where}: needs either 'expect' or 'check'")
    if "expect" in table and "message" not in table:
        raise WrongRule(f"{where}: 'message' is missing")
    about = address(table, "address")
    readers: dict[str, Callable[[str], object]] = {
        "address": lambda _: about,
        "check": lambda key: table.word(key, checks),
        "expect": lambda key: expectation(where, table.of(key, dict), known),
        "message": lambda key: message(table, key, ("value", "expected", *known)),
        "absent_message": lambda key: message(table, key, ("value", "expected", *known)),
        "severity": lambda _: severity(table),
        "fix": lambda key: fix(where, table.data[key], about, known),
        "default": lambda key: table.data[key],
        "default_from": lambda key: address(table, key),
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
    check_references(where, table.data, known)
    if "type" in table:
        table.word("type", TYPES)
    if "matches" in table:
        _regex(table)
    if "each" in table:
        expectation(f"{where}: expect.each", table.of("each", dict), known)
    for word in ("at_least", "at_most"):
        if word in table and not refers(table.data[word], known):
            table.of(word, (int, float))
    for word in ("present", "absent"):
        if table.of(word, bool, True) is not True:
            raise WrongRule(f"{table.where}: {word!r} must be true")
    table.of("one_of", list)
    return dict(table.data)


def _regex(table: Table) -> None:
    from litellm_harden.rules.regular import Expression, Unsupported

    try:
        Expression(table.of("matches", str))
    except Unsupported as error:
        raise WrongRule(f"{table.where}: 'matches' {error}") from None
