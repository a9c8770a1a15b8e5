"""Which rules a run is about."""

from __future__ import annotations

from collections.abc import Iterable

from litellm_harden.rules.pack import Pack
from litellm_harden.rules.words import nearest


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
    chosen = _named(pack, select) if select else {rule.id for rule in pack.rules}
    ignored = _named(pack, ignore)
    return frozenset(
        rule.id
        for rule in pack.rules
        if rule.id in chosen - ignored and (not weeks or rule.week in weeks) and (not items or rule.item in items)
    )


def _named(pack: Pack, texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        rules = pack.matching(text)
        if not rules:
            known = [word for rule in pack.rules for word in (rule.id, rule.name)]
            raise UnknownRule(f"there is no rule {text!r}{nearest(text, known)}")
        found.update(rule.id for rule in rules)
    return found
