"""Compile `rules/*.yaml` into the pack: `python -m litellm_harden.rules.compile`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from litellm_harden.rules.checks import CHECKS
from litellm_harden.rules.example import examples
from litellm_harden.rules.grammar import CLAUSE_KEYS, DEPARTS_KEYS, GATED_KEYS, clause, head
from litellm_harden.rules.pack import PACK, PROSE
from litellm_harden.rules.rule_file import read
from litellm_harden.rules.table import Table, WrongRule
from litellm_harden.rules.words import nearest

RULES = Path(__file__).parents[2] / "rules"


def compiled(folder: Path) -> tuple[str, str]:
    """The texts of the pack and of its prose, made from a folder of rule files. Raises WrongRule."""
    found = [_file(path) for path in sorted(folder.glob("*.yaml"))]
    if not found:
        raise WrongRule(f"*.yaml: there is none in {folder}")
    _companions([rule for rule, _ in found])
    rules = [json.dumps(_lean(rule), ensure_ascii=False, separators=(",", ":")) for rule, _ in found]
    prose = [f"{json.dumps(rule['id'])}:{json.dumps(text, ensure_ascii=False)}" for rule, text in found]
    return "[\n" + ",\n".join(rules) + "\n]\n", "{\n" + ",\n".join(prose) + "\n}\n"


def _file(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    rule, prose = compile_rule(path.name, read(path, path.name))
    if path.stem != f"{rule['id']}-{rule['name']}":
        raise WrongRule(f"{path.name}: must be called {rule['id']}-{rule['name']}.yaml")
    return rule, prose


def compile_rule(where: str, data: object, custom: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """A rule file's content as the compiled rule and its prose; `where` names it in errors. Raises WrongRule.

    The ids of built-in rules are LH and a number; those of `custom` ones are not.
    """
    table, rule = head(where, data, custom)
    base = {key: table.data[key] for key in CLAUSE_KEYS if key in table and key != "severity"}
    parts = table.of("parts", list, [{}])
    rule["parts"] = [
        _row(f"{where}: parts[{n}]." if "parts" in table else f"{where}: ", base, part, table, rule["options"])
        for n, part in enumerate(parts)
    ]
    return rule, _prose(where, table, rule["options"], custom)


def _row(
    prefix: str, base: dict[str, Any], part: object, table: Table, options: dict[str, Any]
) -> list[dict[str, Any]]:
    """A part as its clauses, the variants before the clause that they vary. `prefix` leads to what is in the part."""
    where = prefix.rstrip(".: ")
    own = Table(where, part, (*GATED_KEYS, "variants"))
    main = base | {key: value for key, value in own.data.items() if key != "variants"}
    variants = own.of("variants", list, table.of("variants", list, []))
    rows = [
        clause(at := f"{prefix}variants[{n}]", _varied(at, main, v), options, CHECKS) for n, v in enumerate(variants)
    ]
    return [*rows, clause(where, main, options, CHECKS)]


def _varied(where: str, main: dict[str, Any], variant: object) -> dict[str, Any]:
    changed = Table(where, variant, GATED_KEYS)
    plain = Table(where, main, GATED_KEYS)
    return main | changed.data | {"when": [*plain.texts("when"), *changed.texts("when")]}


def _prose(where: str, table: Table, options: dict[str, Any], custom: bool) -> dict[str, Any]:
    shown = examples(where, table.of("examples", list), options, custom)
    prose = {"why": table.of("why", str).strip(), "sources": table.texts("sources"), "examples": shown}
    if "departs" in table:
        departs = Table(f"{where}: departs", table.data["departs"], DEPARTS_KEYS, DEPARTS_KEYS)
        prose["departs"] = {key: " ".join(departs.of(key, str).split()) for key in DEPARTS_KEYS}
    return prose


def _companions(rules: Iterable[dict[str, Any]]) -> None:
    known = {rule["id"]: rule["companions"] for rule in rules}
    for id_, companions in known.items():
        for other in companions:
            if other not in known:
                raise WrongRule(f"{id_}: its companion {other} is no rule{nearest(other, known)}")


def _lean(rule: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in rule.items() if value not in ([], {})}


def main() -> int:
    """Write the pack, and the schema of lh.toml that follows from it; exit 2 and say why where a rule file is wrong."""
    try:
        pack, prose = compiled(RULES)
    except WrongRule as error:
        print(f"rules/{error}", file=sys.stderr)
        return 2
    PACK.write_text(pack, "utf-8", newline="\n")
    PROSE.write_text(prose, "utf-8", newline="\n")
    from litellm_harden.rules.configuration import schema

    schema.write()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
