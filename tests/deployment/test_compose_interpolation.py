"""`${NAME}` in all its forms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.compose.interpolation import Interpolated, interpolate

VALUES = {"SET": Interpolated("v"), "EMPTY": Interpolated(""), "OPEN": Interpolated("", "${X} is set nowhere here")}


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("plain", "plain"),
        ("a $SET b", "a v b"),
        ("${SET}${SET}", "vv"),
        ("$SETTER-${SET}", None),
        ("${EMPTY}", ""),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${SET:-d}", "v"),
        ("${UNSET:-d}", "d"),
        ("${UNSET-d}", "d"),
        ("${UNSET:-}", ""),
        ("${UNSET:-a:b-c?d}", "a:b-c?d"),
        ("${UNSET:-${EMPTY:-${SET}}}/x", "v/x"),
        ("${UNSET:-{}}", "{}"),
        ("${SET:?no}", "v"),
        ("${EMPTY?no}", ""),
        ("${EMPTY:?no}", None),
        ("${UNSET?no}", None),
        ("${SET:+r}", "r"),
        ("${EMPTY:+r}", ""),
        ("${EMPTY+r}", "r"),
        ("${UNSET:+--flag ${UNSET}}", ""),
        ("${OPEN:-d}", None),
        ("pa$$word", "pa$word"),
        ("$${SET}", "${SET}"),
        ("$$$SET", "$v"),
        ("$(date) $1 $", "$(date) $1 $"),
        ("${", None),
        ("${SET", None),
        ("${}", None),
        ("${SET:x}", None),
        ("${1A}", None),
        ("a\n${SET}\nb", "a\nv\nb"),
    ],
)
def test_forms(text: str, result: str | None) -> None:
    found = interpolate(text, VALUES.get)
    assert (None if found.unknown else found.text) == result


def test_the_reason_names_each_variable_once() -> None:
    found = interpolate("${A}:${B}@${A}", VALUES.get)
    assert found == ("${A}:${B}@${A}", "${A} is set nowhere here; ${B} is set nowhere here")


def test_a_reason_never_holds_a_default() -> None:
    assert "hunter2" not in "".join(interpolate("${KEY:hunter2} ${KEY:?hunter2} ${KEY!hunter2", VALUES.get))


def test_defaults_nested_without_end_are_unknown() -> None:
    assert (
        interpolate("${A:-" * 20_000 + "}" * 20_000, VALUES.get).unknown == "the default of ${A} is nested too deeply"
    )


@given(st.text(alphabet="${}:-?+SETUN x"))
def test_any_text_gives_an_answer_and_escaped_text_comes_back(text: str) -> None:
    interpolate(text, VALUES.get)
    assert interpolate(text.replace("$", "$$"), VALUES.get) == Interpolated(text)
