"""Documents inside a file: one of several, and the text of a literal block scalar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_harden.documents.base import Path, Refusal, Unparsable
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.documents.yaml.stream import Stream
from litellm_harden.text.edits import apply
from litellm_harden.text.source import Source
from tests.documents.editing import made, reason
from tests.documents.test_yaml_properties import KEYS, VALUES, documents, places

HEAD = "kind: First\n---\n# the second\nkind: ConfigMap\ndata:\n"
CONFIG: Path = (1, "data", "config.yaml")


def texts(data: object) -> Iterator[Path]:
    if isinstance(data, dict) and isinstance(data.get("data"), dict):
        yield from (("data", key) for key in data["data"])


def stream(text: str) -> Stream:
    return Stream(Source(text), texts)


def holding(text: str, tail: str = "  other: x\n---\nkind: Third\n", newline: str = "\n") -> str:
    """A file of several documents, of which the second holds the text."""
    lines = "".join(f"    {line}" if line.strip() else line for line in Source(text).lines())
    if not lines.endswith("\n"):
        lines += newline
    return f"{HEAD}  config.yaml: |\n".replace("\n", newline) + lines + tail.replace("\n", newline)


def held(text: str) -> str:
    """The text that the second document holds."""
    body = re.search(r"  config\.yaml: \|\r?\n((?:    .*\r?\n|[ ]*\r?\n)*)", text)
    assert body is not None
    return "".join(line.removeprefix("    ") for line in Source(body[1]).lines())


def test_each_document_is_read_and_an_embedded_file_is_part_of_the_data() -> None:
    found = stream(holding("a: 1 # one\n"))
    assert found.data == [
        {"kind": "First"},
        {"kind": "ConfigMap", "data": {"config.yaml": {"a": 1}, "other": "x"}},
        {"kind": "Third"},
    ]


def test_spans_are_those_of_the_file() -> None:
    text = holding("# top\na:\n  b: [x, yz]\n")
    located = stream(text).find((*CONFIG, "a", "b", 1))
    assert located is not None
    assert text[located.span.start : located.span.end] == "yz"


def test_an_edit_in_another_document_is_made_there() -> None:
    text = holding("a: 1\n")
    assert made(text, stream(text).update((2,), {"kind": "Last"})) == text.replace("Third", "Last")


def test_a_new_section_is_indented_and_stands_before_what_follows() -> None:
    text = holding("a: 1\n", tail="\n  other: x\n")
    changed = made(text, stream(text).inside(CONFIG).update((), {"b": {"c": [1]}}))
    assert changed == text.replace("    a: 1\n", "    a: 1\n    b:\n      c:\n        - 1\n")


def test_a_file_that_ends_in_the_embedded_text_without_a_line_end_stays_so() -> None:
    text = f"{HEAD}  config.yaml: |\n    a: 1"
    assert made(text, stream(text).inside(CONFIG).update((), {"b": 2})) == f"{text}\n    b: 2"


def test_taking_out_the_last_line_leaves_the_next_key_on_its_own() -> None:
    text = holding("a: 1\nb: 2\n")
    assert made(text, stream(text).inside(CONFIG).remove(("b",))) == holding("a: 1\n")


@pytest.mark.parametrize(
    "written", ["|2\n    a: 1\n", ">\n    a: 1\n", '"a: 1\\n"\n', "!!str |\n    a: 1\n", "a\n", "|\n\n"]
)
def test_what_is_no_plain_literal_text_is_not_read_as_a_file(written: str) -> None:
    found = stream(f"{HEAD}  config.yaml: {written}")
    assert found.embedded() == ([CONFIG] if written.startswith("!!str") else [])
    if written.startswith("|\n"):
        assert reason(found.unreadable(CONFIG)) == "it is empty"


def test_a_text_that_is_no_yaml_is_told_with_its_line() -> None:
    wrong = stream(holding("a: 1\nb: [\n")).unreadable(CONFIG)
    assert isinstance(wrong, Unparsable)
    assert wrong.line == 9


def test_there_is_nothing_to_edit_in_a_document_that_is_not_there() -> None:
    assert "no such document" in reason(stream("a: 1\n").update((7,), {"b": 1}))


@settings(deadline=None)
@given(documents())
def test_every_value_is_found_where_it_is_written(text: str) -> None:
    newline = "\r\n" if "\r\n" in text else "\n"
    whole = holding(text, newline=newline)
    inner, outer = YamlDocument.litellm(Source(text)), stream(whole).inside(CONFIG)
    if not isinstance(inner.data, dict):
        return
    assert outer.data == inner.data
    for path, _ in places(inner.data)[1:]:
        here, there = inner.find(path), outer.find(path)
        assert here is not None
        assert there is not None
        written = whole[there.span.start : there.span.end].replace("\n    ", "\n")
        assert written == text[here.span.start : here.span.end]


@settings(max_examples=200, deadline=None)
@given(documents(), st.data())
def test_an_edit_does_to_the_embedded_text_what_it_does_to_a_file(text: str, data: Any) -> None:
    newline = "\r\n" if "\r\n" in text else "\n"
    if not text.endswith("\n"):
        text += newline
    whole = holding(text, newline=newline)
    inner, outer = YamlDocument.litellm(Source(text)), stream(whole).inside(CONFIG)
    if not isinstance(inner.data, dict):
        return
    path, place = data.draw(st.sampled_from(places(inner.data)))
    if isinstance(place, dict) and data.draw(st.booleans()):
        values = data.draw(st.dictionaries(KEYS, VALUES, min_size=1, max_size=2))
        one, other = inner.update(path, values), outer.update(path, values)
    elif isinstance(place, list):
        value = data.draw(VALUES)
        one, other = inner.append(path, value), outer.append(path, value)
    else:
        one, other = inner.remove(path), outer.remove(path)
    if isinstance(one, Refusal):
        assert isinstance(other, Refusal)
        return
    assert not isinstance(other, Refusal)
    changed = apply(whole, other)
    after = YamlDocument.litellm(Source(apply(text, one))).data
    expected = stream(changed).inside(CONFIG).data
    assert expected == after or after in ({}, None)
    assert held(changed).split() == apply(text, one).split()
    assert changed.startswith(whole[: whole.index("config.yaml")])
    assert changed.endswith(whole[whole.index("  other: x") :])
