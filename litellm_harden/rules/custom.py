"""An owner's own rules: folders of rule files, in the format of the pack. Nothing in them is ever executed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from litellm_harden.rules.compile import compile_rule
from litellm_harden.rules.model import Rule
from litellm_harden.rules.pack import Pack, Prose, rule
from litellm_harden.rules.rule_file import read
from litellm_harden.rules.table import WrongRule
from litellm_harden.rules.words import nearest

__all__ = ["WrongRule", "load_files", "load_rules", "rule_files"]

_REFUSED = {
    "check": "a rule of your own has none of lh's Python checks: state what must be true by 'expect'",
    "checklist": "a rule of your own is beyond the checklist",
    "departs": "a rule of your own is beyond the checklist",
    "inputs": "a rule of your own cannot ask for values",
}
"""Keys that only the built-in rules have, and why."""


def load_rules(folder: Path, known: Pack) -> dict[str, tuple[Rule, Prose]]:
    """The rules of a folder, by id; none where `known` has them already. Raises WrongRule."""
    real = Path(os.path.realpath(folder))
    if any(prose.file is not None and prose.file.parent == real for prose in known.proses.values()):
        return {}
    return load_files(rule_files(real), known)


def rule_files(folder: Path) -> list[Path]:
    """The rule files of a folder, sorted: `*.yaml` and `*.yml`, not in folders below it. Raises WrongRule."""
    try:
        return sorted(file for file in folder.iterdir() if file.suffix in (".yaml", ".yml"))
    except OSError as error:
        raise WrongRule(f"{_shown(folder)}: cannot be read: {error.strerror}") from None


def load_files(files: Iterable[Path], known: Pack) -> dict[str, tuple[Rule, Prose]]:
    """The rules of files, by id. Raises WrongRule: also for an id or name that another rule or `known` has."""
    found: dict[str, tuple[Rule, Prose]] = {}
    names = {rule.name: rule.id for rule in known.rules}
    for file in files:
        one, prose = _load(file)
        if one.id in found or known.get(one.id) is not None:
            other = found[one.id][1] if one.id in found else known.prose(one)
            raise WrongRule(f"{_shown(file)}: {one.id} is the id of {_shown(other.file)} too")
        if one.name in names:
            raise WrongRule(f"{_shown(file)}: {one.name} is the name of {names[one.name]} too")
        names[one.name] = one.id
        found[one.id] = one, prose
    _check_companions(found, known)
    return found


def _load(file: Path) -> tuple[Rule, Prose]:
    where = _shown(file)
    data = read(file, where)
    for table in _tables(data):
        for key, reason in _REFUSED.items():
            if key in table:
                raise WrongRule(f"{where}: {key!r} is refused: {reason}")
    compiled, prose = compile_rule(where, data, custom=True)
    return rule(compiled), Prose(prose["why"], tuple(prose["sources"]), tuple(prose["examples"]), file=file)


def _tables(data: object) -> Iterator[Mapping[Any, object]]:
    """The rule, its parts and their variants, as far as they have their form."""
    if isinstance(data, dict):
        yield data
        for key in ("parts", "variants"):
            items = data.get(key)
            for item in items if isinstance(items, list) else []:
                yield from _tables(item)


def _check_companions(found: Mapping[str, tuple[Rule, Prose]], known: Pack) -> None:
    ids = {*found, *(rule.id for rule in known.rules)}
    for one, prose in found.values():
        for companion in one.companions:
            if companion not in ids:
                raise WrongRule(f"{_shown(prose.file)}: its companion {companion} is no rule{nearest(companion, ids)}")


def _shown(path: Path | None) -> str:
    """A path as short as it can be told here."""
    if path is None:
        return "a built-in rule"
    relative = os.path.relpath(path)
    return str(path) if relative.startswith("..") else relative
