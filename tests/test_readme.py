"""The README says what the rules say. After a change: `python -m tests.readme`."""

from litellm_harden.rules.pack import load
from tests.readme import README, with_table


def test_the_table_of_departures_is_in_step() -> None:
    text = README.read_text("utf-8")
    assert with_table(text) == text


def test_each_departing_rule_has_a_row() -> None:
    text = README.read_text("utf-8")
    for rule in load().rules:
        assert (load().prose(rule).departs is not None) == (f"| {rule.id}: " in text), rule.id
