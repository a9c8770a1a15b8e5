"""Regular expressions of rules: what Python's matcher says, in linear time, or a reason."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.rules.regular import Expression, Unsupported

_ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\W", "a|b", "ab|a", "", "(?i:A)", r"[a-c\d]", r"[^\s]"]
)
_REPEATS = st.sampled_from(["", "*", "+", "?", "{2}", "{1,3}", "*?", "{0}", "{,2}"])
_EXPRESSIONS = st.recursive(
    _ATOMS,
    lambda inner: st.lists(st.tuples(inner, _REPEATS).map(lambda pair: f"(?:{pair[0]}){pair[1]}"), max_size=3).map(
        "".join
    ),
    max_leaves=5,
)


@given(_EXPRESSIONS, st.sampled_from(["", "(?i)"]), st.text("abA1\nc", max_size=8))
def test_it_says_what_python_says(expression: str, flag: str, text: str) -> None:
    assert Expression(flag + expression).matches(text) == bool(re.fullmatch(flag + expression, text))


@pytest.mark.parametrize("text", ["", "x", "latest", "ghcr.io/x:latest", "latest1"])
@pytest.mark.parametrize("expression", [r"(?!.*latest$).*", r"(?!lat).*", r"^(?!\s*(?i:x|LATEST)\s*$)[\s\S]*$"])
def test_a_lookahead_in_front_excludes(expression: str, text: str) -> None:
    assert Expression(expression).matches(text) == bool(re.fullmatch(expression, text))


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(a+)+$", "a" * 60 + "b"),
        ("(a|a)*b", "a" * 10_000),
        ("(a?){300}a{300}", "a" * 299),
        ("(.*a){20}", "a" * 10_000 + "b"),
        ("(a|b)*a(a|b){400}", "ab" * 5_000),
    ],
)
def test_no_expression_takes_forever(expression: str, text: str) -> None:
    Expression(expression).matches(text)  # Python's own matcher would not come back


@pytest.mark.parametrize(
    ("expression", "says"),
    [
        ("(", "is no regular expression"),
        (r"(a)\1", "a reference back"),
        ("(?=a)a", "a lookaround"),
        ("a(?!b)", "a lookaround"),
        (r"\bfoo", "in the middle"),
        ("a^b", "in the middle"),
        ("a" * 1001, "longer than 1000 characters"),
        ("(a{100}){100}", "more than 1000 characters in all"),
        ("((){65535}){65535}", "is too large"),
    ],
)
def test_what_it_cannot_do_it_refuses(expression: str, says: str) -> None:
    with pytest.raises(Unsupported) as caught:
        Expression(expression)
    assert says in str(caught.value)
