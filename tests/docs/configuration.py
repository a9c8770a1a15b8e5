"""The tables of docs/configuration.md: the keys of lh.toml, and the options of the rules."""

from __future__ import annotations

import json
from collections.abc import Iterator

from litellm_harden.rules.configuration.keys import GENERAL, NEVER, SEVERITIES, SEVERITY, Key
from litellm_harden.rules.model import Option
from litellm_harden.rules.pack import Pack

BEGIN, END = "<!-- made of the rules: begin -->\n", "<!-- made of the rules: end -->\n"

_KINDS = {
    "version": "version",
    "flag": "true or false",
    "rules": "list of rules",
    "globs": "list of globs",
    "files": "list of files",
    "file": "file",
    "folders": "list of folders",
}


def with_tables(page: str, pack: Pack) -> str:
    """The page with its tables as the keys and rules are now. Raises ValueError where the page has no place for it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the tables")
    return f"{before}{BEGIN}{tables(pack)}{END}{after}"


def tables(pack: Pack) -> str:
    """Every key, and every option of every rule."""
    return "\n".join(["## Keys", "", *_keys(), "", "## Options of rules", "", *_options(pack), ""])


def _keys() -> Iterator[str]:
    yield "| key | holds | default | what it does |"
    yield "|---|---|---|---|"
    for key in GENERAL:
        yield f"| `{key.name}` | {_kind(key)} | {key.default} | {key.does} |"
    yield f"| `rules.RULE.{SEVERITY.name}` | {_kind(SEVERITY)} | {SEVERITY.default} | {SEVERITY.does} |"


def _kind(key: Key) -> str:
    if key.kind == "severity":
        return ", ".join(f"`{word}`" for word in (*SEVERITIES, *([] if key is SEVERITY else [NEVER])))
    if key.kind in _KINDS:
        return _KINDS[key.kind]
    return _number(key.kind == "count", key.minimum, key.maximum, key.above)


def _options(pack: Pack) -> Iterator[str]:
    yield "| rule | option | holds | default | what it is |"
    yield "|---|---|---|---|---|"
    for rule in pack.rules:
        for name, option in rule.options.items():
            head = f"{rule.id} {rule.name} | `{name}`"
            yield f"| {head} | {_held(option)} | {json.dumps(option.default)} | {option.description} |"


def _held(option: Option) -> str:
    return "text" if option.type == "string" else _number(option.type == "integer", option.minimum, option.maximum)


def _number(whole: bool, least: float | None, most: float | None, above: bool = False) -> str:
    limits = [] if least is None else [f"{'above' if above else 'from'} {least:g}"]
    limits += [] if most is None else [f"to {most:.10g}"]
    return " ".join(["whole number" if whole else "number", *limits])
