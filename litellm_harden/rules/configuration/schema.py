"""The JSON Schema of lh.toml, for editors: `lh config --schema`, and lh.schema.json beside this file.

`python -m litellm_harden.rules.configuration.schema` writes that file, after a key has changed; so does the
compiler of the rules.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from litellm_harden.rules.configuration.keys import GENERAL, MOST, NEVER, RULE_FOLDERS, SEVERITIES, SEVERITY, Key
from litellm_harden.rules.model import Option, Rule
from litellm_harden.rules.pack import Pack, load

SCHEMA = Path(__file__).with_name("lh.schema.json")

_ID = "^(?!LH[0-9])[A-Z][A-Z0-9]+[0-9]{3}$"
"""The id of a rule of an owner's own."""
_TYPES = {"count": "integer", "number": "number", "flag": "boolean"}
_LISTS = ("rules", "globs", "files", "folders")
_VERSION = r"(^|[^0-9.])[0-9]+\.[0-9]+\.[0-9]+($|[^0-9])"


def text(pack: Pack) -> str:
    """The schema as JSON."""
    return json.dumps(schema(pack), indent=2, ensure_ascii=False) + "\n"


def schema(pack: Pack) -> dict[str, Any]:
    """The schema of lh.toml with these rules, by id and by name."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "lh.toml",
        "description": "What the owner of a LiteLLM deployment states for lh.",
        "type": "object",
        "additionalProperties": False,
        "properties": {**{key.name: _key(key) for key in GENERAL if key is not RULE_FOLDERS}, "rules": _rules(pack)},
        "definitions": {rule.id: _rule(rule) for rule in pack.rules},
    }


def _key(key: Key) -> dict[str, Any]:
    found: dict[str, Any] = {"description": f"{_sentence(key.does)} Default: {key.default}."}
    if key.kind in _TYPES:
        found |= {"type": _TYPES[key.kind], **_limits(key.minimum, key.maximum, key.above)}
    elif key.kind in _LISTS:
        found |= {"type": "array", "items": {"type": "string"}}
    else:
        found["type"] = "string"
    if key.kind == "version":
        found |= {"pattern": _VERSION, "examples": ["1.81.0"]}
    if key.kind == "severity":
        found["enum"] = [*SEVERITIES, *([] if key is SEVERITY else [NEVER])]
    if key.kind == "file":
        found["minLength"] = 1
    if key.kind in ("globs", "files", "folders"):
        found["items"]["minLength"] = 1
    if key.value is not None:
        found["default"] = list(key.value) if isinstance(key.value, tuple) else key.value
    return found


def _rules(pack: Pack) -> dict[str, Any]:
    named: dict[str, Any] = {RULE_FOLDERS.name.rpartition(".")[2]: _key(RULE_FOLDERS)}
    for rule in pack.rules:
        named |= {key: {"$ref": f"#/definitions/{rule.id}"} for key in (rule.id, rule.name)}
    own = {"type": "object", "properties": {SEVERITY.name: _key(SEVERITY)}}
    return {  # a table or a list, without anyOf: of what does not fit one of several, editors say only that
        "description": "Options of rules, by id or name; or the folders with rule files of your own.",
        "type": ["object", "array"],
        "additionalProperties": False,
        "properties": named,
        "patternProperties": {_ID: own},
        "items": {"type": "string", "minLength": 1},
    }


def _rule(rule: Rule) -> dict[str, Any]:
    options = {name: _option(option) for name, option in rule.options.items()}
    severity = {**_key(SEVERITY), "default": rule.severity.word}
    return {
        "title": f"{rule.id} {rule.name}",
        "description": rule.title,
        "type": "object",
        "additionalProperties": False,
        "properties": {SEVERITY.name: severity, **options},
    }


def _option(option: Option) -> dict[str, Any]:
    found: dict[str, Any] = {"description": _sentence(option.description), "type": option.type}
    if option.type != "string":
        found |= _limits(option.minimum, option.maximum)
    return {**found, "default": option.default}


def _limits(least: float | None, most: float | None, above: bool = False) -> dict[str, Any]:
    lower = {("exclusiveMinimum" if above else "minimum"): -MOST if least is None else least}
    return {**lower, "maximum": MOST if most is None else most}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def write() -> None:
    """Write the schema of the built-in rules to its place."""
    SCHEMA.write_text(text(load()), "utf-8", newline="\n")


if __name__ == "__main__":
    write()
