"""Which rules a run is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from litellm_harden.rules.pack import Pack
from litellm_harden.rules.words import nearest

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class UnknownRule(ValueError):
    """A selection that names no rule."""


def select(
    pack: Pack,
    weeks: Iterable[int] = (),
    items: Iterable[int] = (),
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
) -> frozenset[str]:
    """The ids of the selected rules: values of one option unite, options intersect, `ignore` subtracts.

    An option without values selects all. `select` and `ignore` take ids, prefixes of ids, and names.
    Raises UnknownRule.
    """
    weeks, items, select = set(weeks), set(items), list(select)
    chosen = named(pack, select) if select else {rule.id for rule in pack.rules}
    ignored = named(pack, ignore)
    return frozenset(
        rule.id
        for rule in pack.rules
        if rule.id in chosen - ignored and (not weeks or rule.week in weeks) and (not items or rule.item in items)
    )


def selects(deployment: Deployment, selected: Collection[str], rule: str) -> bool:
    """Whether a run about the `selected` rules is about one of them for a deployment, whose owner may narrow it."""
    here = deployment.owner.selected
    return rule in (selected if here is None else here)


def named(pack: Pack, texts: Iterable[str]) -> frozenset[str]:
    """The ids of the rules that ids, prefixes of ids, or names name. Raises UnknownRule."""
    found: set[str] = set()
    for text in texts:
        rules = pack.matching(text)
        if not rules:
            known = [word for rule in pack.rules for word in (rule.id, rule.name)]
            raise UnknownRule(f"there is no rule {text!r}{nearest(text, known)}")
        found.update(rule.id for rule in rules)
    return frozenset(found)
