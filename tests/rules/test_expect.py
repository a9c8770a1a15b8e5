"""The words of `expect`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.rules.expect import meets, reads

HOLDS = [
    ({"equals": True}, True),
    ({"equals": "PRODUCTION"}, "PRODUCTION"),
    ({"one_of": [False, None]}, None),
    ({"at_least": 60}, 60),
    ({"at_least": 60}, "61"),
    ({"at_most": 60}, 5),
    ({"at_most": 60, "not": 0}, 60),
    ({"type": "integer"}, 7),
    ({"includes": "slack"}, ["email", "slack"]),
    ({"excludes": "slack"}, ["email"]),
    ({"excludes": "slack"}, None),
    ({"matches": "[a-z]+"}, "abc"),
    ({"present": True}, 0),
    ({"absent": True}, None),
    ({"each": {"one_of": ["a", "b"]}}, ["a", "b", "a"]),
]
DOES_NOT = [
    ({"equals": True}, "true"),
    ({"equals": 1}, True),
    ({"one_of": [0]}, False),
    ({"at_least": 60}, None),
    ({"at_least": 60}, "sixty"),
    ({"at_least": 1}, True),
    ({"at_most": 60}, "nan"),
    ({"at_most": 60, "not": 0}, 0),
    ({"type": "integer"}, "7"),
    ({"type": "integer"}, True),
    ({"includes": "slack"}, "slack"),
    ({"excludes": "slack"}, ["slack"]),
    ({"matches": "[a-z]+"}, "abc1"),
    ({"present": True}, None),
    ({"absent": True}, ""),
    ({"each": {"at_least": 1}}, [1, 0]),
]


@pytest.mark.parametrize(("expect", "value"), HOLDS)
def test_holds(expect: dict[str, object], value: object) -> None:
    assert meets(value, expect)


@pytest.mark.parametrize(("expect", "value"), DOES_NOT)
def test_does_not_hold(expect: dict[str, object], value: object) -> None:
    assert not meets(value, expect)


def test_reads_as_words() -> None:
    assert reads({"at_most": 60, "not": 0}) == "at most 60 and not 0"
    assert reads({"each": {"one_of": ["a", "b"]}}) == "each one of a, b"


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(ANY, st.sampled_from([expect for expect, _ in HOLDS]))
def test_any_value_can_be_judged(value: object, expect: dict[str, object]) -> None:
    assert meets(value, expect) in (True, False)
