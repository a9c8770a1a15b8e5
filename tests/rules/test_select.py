"""Which rules a run is about."""

from __future__ import annotations

import pytest

from litellm_harden.rules.pack import load
from litellm_harden.rules.select import UnknownRule, select

PACK = load()


def test_without_options_all_rules_are_selected() -> None:
    assert select(PACK) == {rule.id for rule in PACK.rules}


def test_values_of_one_option_unite() -> None:
    assert select(PACK, select=["LH042", "json-logs"]) == {"LH042", "LH034"}
    assert select(PACK, items=[1, 2]) == select(PACK, items=[1]) | select(PACK, items=[2])


def test_options_intersect() -> None:
    assert select(PACK, weeks=[1], items=[2]) == select(PACK, items=[2])
    assert select(PACK, items=[1], select=["LH04"]) == frozenset()


def test_ignore_subtracts() -> None:
    assert select(PACK, items=[4], ignore=["LH041", "cooldown-time"]) == {"LH043", "LH044"}


def test_a_prefix_selects_all_that_start_with_it() -> None:
    chosen = select(PACK, select=["lh03"])
    assert chosen == {rule.id for rule in PACK.rules if rule.id.startswith("LH03")}
    assert len(chosen) >= 4


def test_weeks_select_checklist_rules_only() -> None:
    assert "LH404" not in select(PACK, weeks=[1, 2, 3])


@pytest.mark.parametrize("text", ["LH999", "cooldown-tim", "", "X"])
def test_what_names_no_rule_is_an_error(text: str) -> None:
    with pytest.raises(UnknownRule):
        select(PACK, ignore=[text])


def test_the_error_suggests_what_was_meant() -> None:
    with pytest.raises(UnknownRule, match="did you mean cooldown-time"):
        select(PACK, select=["cooldown-tme"])
