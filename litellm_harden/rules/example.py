"""The grammar of the examples in rule files: files, what is flagged in them, and what the fix makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litellm_harden.rules.table import KINDS, Table, WrongRule

EXAMPLE_KEYS = ("files", "flags", "passes", "fixed", "options", "owner", "set", "version", "unsafe")
OWNER = {
    "instances": "integer",
    "max_db_connections": "integer",
    "expected_rps": "number",
    "tolerated_error_rate": "number",
}
"""What lh.toml may state in an example."""
_LONGEST_NAME = 200


def examples(where: str, data: list[object], options: Mapping[str, Mapping[str, Any]], custom: bool) -> list[object]:
    """The examples of a rule with these options, checked: one at least flags, one passes. Raises WrongRule.

    Those of `custom` rules have no file that git would take orders from.
    """
    kinds = {_example(f"{where}: examples[{number}]", example, options, custom) for number, example in enumerate(data)}
    if kinds != {True, False}:
        raise WrongRule(f"{where}: 'examples' needs one that flags and one that passes")
    return data


def _example(where: str, data: object, options: Mapping[str, Mapping[str, Any]], custom: bool) -> bool:
    """Whether the example is one that flags."""
    table = Table(where, data, EXAMPLE_KEYS, ("files",))
    if ("flags" in table) == ("passes" in table):
        raise WrongRule(f"{where}: needs either 'flags' or 'passes'")
    if "passes" in table and table.of("passes", bool) is not True:
        raise WrongRule(f"{where}: 'passes' must be true")
    files = _texts(table, "files")
    for name in [*files, *_texts(table, "fixed")]:
        if not _is_inside(name) or (custom and _is_of_git(name)):
            raise WrongRule(f"{where}: {name!r} cannot be the name of a file in an example")
    table.texts("flags")
    table.of("unsafe", bool)
    table.version("version")
    _texts(table, "set")
    owner = Table(f"{where}: owner", table.of("owner", dict, {}), tuple(OWNER))
    for key, kind in OWNER.items():
        owner.of(key, KINDS[kind])
    stated = Table(f"{where}: options", table.of("options", dict, {}), tuple(options))
    for key, option in options.items():
        stated.of(key, KINDS[option["type"]])
    return "flags" in table


def _texts(table: Table, key: str) -> dict[str, str]:
    found: dict[str, str] = table.of(key, dict, {})
    if not all(isinstance(text, str) for pair in found.items() for text in pair):
        raise WrongRule(f"{table.where}: {key!r} must hold texts by name")
    return found


def _is_inside(name: str) -> bool:
    """Whether a name leads to a plain file below the folder, on every system."""
    odd = any(part in ("", ".", "..") for part in name.split("/")) or set(name) & set('\\:*?"<>|~')
    return name.isprintable() and len(name) <= _LONGEST_NAME and not odd


def _is_of_git(name: str) -> bool:
    return any(part.lower().startswith(".git") for part in name.split("/"))
