"""The rule pack as compiled from `rules/`: one compact file to judge by, and one with the prose to explain by."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.rules.model import Clause, Option, Rule, Severity
from litellm_harden.shipped import read

PACK = Path(__file__).with_name("pack.json")
PROSE = Path(__file__).with_name("prose.json")


class Prose(Record):
    """What explains a rule: why it is, what it rests on, and examples as the rule file has them.

    `departs` says, where the rule does not follow the checklist's letter, that letter, what LiteLLM does with it, and
    what `lh` does instead, by the keys `letter`, `litellm` and `lh`. `file` is where an owner's own rule stands.
    """

    why: str
    sources: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    departs: Mapping[str, str] | None = None
    file: Path | None = None


class Pack(Record):
    """All rules, sorted by id. `proses` explain those that are not built in, by id."""

    rules: tuple[Rule, ...]
    proses: Mapping[str, Prose] = {}

    def extended(self, custom: Mapping[str, tuple[Rule, Prose]]) -> Pack:
        """These rules and an owner's own."""
        if not custom:
            return self
        rules = sorted((*self.rules, *(rule for rule, _ in custom.values())), key=lambda rule: rule.id)
        return Pack(tuple(rules), {**self.proses, **{id_: prose for id_, (_, prose) in custom.items()}})

    def get(self, id_or_name: str) -> Rule | None:
        """The rule of that id (in any case) or name."""
        return next((rule for rule in self.rules if id_or_name.upper() == rule.id or id_or_name == rule.name), None)

    def matching(self, text: str) -> tuple[Rule, ...]:
        """The rules whose id or name `text` is, or whose id starts with it, if it is two letters or more."""
        exact = self.get(text)
        if exact is not None:
            return (exact,)
        prefix = text.upper()
        return tuple(rule for rule in self.rules if len(prefix) > 1 and rule.id.startswith(prefix))

    def prose(self, rule: Rule) -> Prose:
        """What `lh explain` tells of a rule; that of the built-in ones is read from disk only now."""
        if rule.id in self.proses:
            return self.proses[rule.id]
        data = _built_in()[rule.id]
        return Prose(data["why"], tuple(data["sources"]), tuple(data["examples"]), data.get("departs"))


@lru_cache(maxsize=1)
def _built_in() -> dict[str, Any]:
    """What explains the built-in rules; read from disk once."""
    data: dict[str, Any] = json.loads(read(PROSE))
    return data


@lru_cache(maxsize=1)
def load() -> Pack:
    """The built-in rules; read from disk once."""
    return Pack(tuple(rule(data) for data in json.loads(read(PACK))))


def rule(data: Mapping[str, Any]) -> Rule:
    """A rule from its compiled form."""
    return Rule(
        id=data["id"],
        name=data["name"],
        title=data["title"],
        severity=Severity(data["severity"]),
        address=data["address"],
        week=data.get("week"),
        item=data.get("item"),
        since=_version(data.get("since")),
        until=_version(data.get("until")),
        companions=tuple(data.get("companions", ())),
        inputs=tuple(data.get("inputs", ())),
        options={name: Option(**option) for name, option in data.get("options", {}).items()},
        parts=tuple(_part(clauses) for clauses in data["parts"]),
    )


def _part(clauses: Iterable[Mapping[str, Any]]) -> tuple[Clause, ...]:
    return tuple(_clause(dict(clause)) for clause in clauses)


def _clause(data: dict[str, Any]) -> Clause:
    for key in ("since", "until"):
        if key in data:
            data[key] = _version(data[key])
    if "severity" in data:
        data["severity"] = Severity(data["severity"])
    if "when" in data:
        data["when"] = tuple(data["when"])
    return Clause(**data)


def _version(parts: Iterable[int] | None) -> Version | None:
    return Version(*parts) if parts is not None else None
