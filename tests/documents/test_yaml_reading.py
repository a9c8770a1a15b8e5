"""YAML as its readers see it, and where it is written."""

from __future__ import annotations

import datetime
import math

import pytest
import yaml

from litellm_harden.documents.base import Path, Unparsable
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.source import Source


def litellm(text: str) -> YamlDocument:
    return YamlDocument.litellm(Source(text))


def compose(text: str) -> YamlDocument:
    return YamlDocument.compose(Source(text))


def written(document: YamlDocument, *path: str | int) -> str:
    located = document.find(path)
    assert located is not None
    return document.source.text[located.span.start : located.span.end]


@pytest.mark.parametrize(
    "scalar",
    [
        "yes",
        "on",
        "Off",
        "012",
        "0o17",
        "1e3",
        "1.e+3",
        "22:22",
        "1:30.5",
        "1_000",
        "0x_1F",
        "~",
        "NULL",
        ".inf",
        "-.INF",
        "2024-01-02",
        "2024-1-2 3:04:05.6789",
        "2024-01-02T03:04:05+01:30",
        "2024-01-02t03:04:05 Z",
        "08",
        "+1",
        ".5",
        ".",
    ],
)
def test_litellm_reads_plain_scalars_as_safe_load(scalar: str) -> None:
    assert litellm(f"a: {scalar}").data == yaml.safe_load(f"a: {scalar}")


@pytest.mark.parametrize(
    ("scalar", "value"),
    [
        *[("yes", "yes"), ("on", "on"), ("True", True), ("22:22", "22:22"), ("0o17", 15), ("0755", 493), ("08", 8.0)],
        *[
            ("1e3", 1000.0),
            ("0x1F", 31),
            ("-0b11", -3),
            ("1_000", 1000),
            ("~", None),
            (".inf", math.inf),
            ("-.Inf", -math.inf),
        ],
        *[
            ("18446744073709551616", 18446744073709551616.0),
            ("2024-1-2", datetime.date(2024, 1, 2)),
            ("2024-13-01", "2024-13-01"),
        ],
        *[("1.2.3", "1.2.3"), ("=", "="), ("5m", "5m"), ("+.nan", "+.nan")],
    ],
)
def test_compose_reads_plain_scalars_as_go_yaml(scalar: str, value: object) -> None:
    data = compose(f"a: {scalar}").data
    assert data == {"a": value}
    assert isinstance(data, dict)
    assert type(data["a"]) is type(value)


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\na: 2\n",
        "b: &b {x: 1, y: 2}\na: {<<: *b, x: 3}\n",
        "b: &b {x: 1}\nc: &c {x: 2, z: 1}\na: {<<: [*b, *c], <<: {z: 9}}\n",
        "a: !!str 1\nb: !!int '3'\nc: !!float 1\nd: !!binary aGk=\ne: !!null x\nf: !!bool 'yes'\n",
        "? a\n: 1\n? b\n",
        "1: a\nyes: b\n~: c\n2024-01-01: d\n",
        "&x a: *x\n",
        "- &x [1]\n- *x\n- {=: 1}\n",
        "--- >\n folded\n text\n",
        "# only a comment\n",
        "",
        "---\n...\n",
        "a: !\nb: ! x\n",
    ],
)
def test_litellm_reads_documents_as_safe_load(text: str) -> None:
    assert litellm(text).data == yaml.safe_load(text)


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("a: 1\n b: 2\n", "is not valid YAML: a second ': ' in one value, or a line that is indented too far", 2),
        ("a: [1\n", "is not valid YAML: a bracket that is not closed, or a comma that is missing", 2),
        ("a: 'x\n", "is not valid YAML: a quote that is not closed", 2),
        ("a: 1\n---\nb: 1\n", "holds several YAML documents; LiteLLM reads a config of one", None),
        ("\na: *x\n", "an alias stands for no anchor", 2),
        ("a: &x [*x]\n", "the anchor &x contains itself", 1),
        ("a: &x 1\nb: &x 2\n", "an anchor is there twice", 2),
        ("a: !foo 1\n", "holds a tag that LiteLLM's YAML reader does not know", 1),
        ("a: 1\nb: 2024-13-01\n", "holds a value that its reader cannot convert", 2),
        ("a: =\n", "holds a value that its reader cannot convert", 1),
        ("? [a]\n: 1\n", "holds a list or mapping as a key", 1),
        ("a: {<<: 1}\n", "holds a merge (<<) of something that is no mapping", 1),
        ("a: 1 \t# c\n", "holds a tab outside of quotes, which LiteLLM's YAML reader rejects", 1),
        ("a: 1 # \x07\n", "is not valid YAML: a control character", 1),
        ("[" * 500 + "]" * 500, "nests deeper than 100 levels", 1),
    ],
)
def test_what_litellm_cannot_read_is_unparsable(text: str, message: str, line: int | None) -> None:
    with (
        pytest.raises((yaml.YAMLError, ValueError, RecursionError))
        if "itself" not in message
        else pytest.raises(Unparsable)
    ):
        litellm(text)
        yaml.safe_load(text)
    with pytest.raises(Unparsable) as caught:
        litellm(text)
    assert (str(caught.value), caught.value.line) == (message, line)


def test_compose_rejects_duplicate_keys_and_reads_the_first_of_several_documents() -> None:
    with pytest.raises(Unparsable, match="a key is there twice"):
        compose("a: 1\na: 2\n")
    assert compose("a: 1\n---\nb: 2\n").data == {"a": 1}
    assert compose("a: 1\t# c\n").data == {"a": 1}


def test_tags_are_read_and_passed_over_by_compose() -> None:
    document = compose("ports: !reset []\nenv: !override\n  A: 1\nx: !reset null\n")
    assert document.data == {"ports": [], "env": {"A": 1}, "x": None}
    assert [document.tag((key,)) for key in ("ports", "env", "x")] == ["!reset", "!override", "!reset"]
    assert document.tag(("env", "A")) is None
    assert written(document, "ports") == "[]"
    assert written(document, "env") == "A: 1"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("é: 😀\r\nb: 'x' # c\r\n", ("b",), "'x'"),
        ("a: x\rb: 'ü'\r", ("b",), "'ü'"),
        ('a: "x\u2028y"\nb: 1\n', ("b",), "1"),
        ('a: "x\x85y\rz"\nb: 1\n', ("b",), "1"),
        ("# é \u2028# c\nb: 1\n", ("b",), "1"),
        ("a:\n  b: 1 # c\n\n  # d\n\nx: 1\n", ("a",), "b: 1"),
        ("a:\n- x\n\n# c\nb: 1\n", ("a",), "- x"),
        ("a: >\n  x\n\n  \n# c\nb: 1\n", ("a",), ">\n  x"),
        ("a: |+\n  x\n\nb: 1\n", ("a",), "|+\n  x\n"),
        ("a: |\nb: 1\n", ("a",), "|"),
        ("a: &x\n  b: 1\nc: *x\n", ("c",), "*x"),
        ("a: &x !!str 1\n", ("a",), "1"),
        ("a: [1, 2] # c\n", ("a",), "[1, 2]"),
        ("a: # c\nb: 1\n", ("a",), ""),
        ("{a , b: }\n", ("b",), ""),
    ],
)
def test_spans_cover_the_value_as_written(text: str, path: Path, expected: str) -> None:
    assert written(compose(text), *path) == expected


def test_an_absent_value_stands_just_behind_its_key() -> None:
    located = litellm("a: # c\n").find(("a",))
    assert located is not None
    assert (located.span, located.key, located.value) == ((2, 2), (0, 1), None)
    flow = litellm("{a , b}\n").find(("a",))
    assert flow is not None
    assert flow.span == (2, 2)


def test_find_follows_aliases_and_merges_and_takes_the_last_duplicate() -> None:
    text = "b: &b {x: 1, n: {m: 2}}\na: *b\nc:\n  <<: *b\n  y: 3\nd: 4\nd: 5\n"
    document = litellm(text)
    found = {
        path: document.find(path) for path in [("a", "x"), ("c", "n", "m"), ("c", "y"), ("d",), ("b", "x"), ("a",)]
    }
    assert {path: (at.value, at.inherited) for path, at in found.items() if at is not None} == {
        ("a", "x"): (1, True),
        ("c", "n", "m"): (2, True),
        ("c", "y"): (3, False),
        ("d",): (5, False),
        ("b", "x"): (1, False),
        ("a",): ({"x": 1, "n": {"m": 2}}, True),
    }
    assert document.find(("c", "z")) is None
    assert document.find(("d", "e")) is None
    assert document.find(("b", 0)) is None
    assert [(path, text[span.start :][:4]) for path, span in document.duplicates()] == [(("d",), "d: 4")]


@pytest.mark.parametrize(
    ("written_as", "style"),
    [
        ("x", "plain"),
        ("'x'", "single"),
        ('"x"', "double"),
        (">\n x", "folded"),
        ("|\n x", "literal"),
        ("[x]", "flow"),
        ("{x: 1}", "flow"),
        ("\n  x: 1", "block"),
        ("\n- x", "block"),
        ("", "plain"),
    ],
)
def test_style(written_as: str, style: str) -> None:
    assert litellm(f"a: {written_as}\n").style(("a",)) == style


@pytest.mark.parametrize(
    "text",
    [
        "a: one two\n",
        "a: one\n  two\n\n  three # c\n",
        "a: 'it''s one\n\n  two'\n",
        'a: "\\u00e9 one\\ttwo \\\n   three\n  four \\x41"\n',
        "a: >\n  one\n  two\n\n   more\n   indented\n\n  last\n\nb: 1\n",
        "a: >-\r\n  one\r\n  two\r\nb: 1\r\n",
        "a: |\n\n  one\n    two\n\nb: 1\n",
        "a: |2-\n   one\n  two\n",
        "a: |+\n  one\n\n",
    ],
)
def test_offsets_lead_from_each_character_to_where_it_is_written(text: str) -> None:
    document = litellm(text)
    located, offsets = document.find(("a",)), document.offsets(("a",))
    assert located is not None
    assert offsets is not None
    value = located.value
    assert isinstance(value, str)
    assert len(offsets) == len(value) + 1
    for word in ("one", "two", "three", "last"):
        at = value.find(word)
        if at >= 0:
            assert text[offsets[at] : offsets[at + len(word)]].startswith(word)
            assert len(text[offsets[at] : offsets[at + len(word)]].rstrip(" \n\r\\")) == len(word)


def test_offsets_are_for_strings_alone() -> None:
    assert litellm("a: 1\nb: [x]\n").offsets(("a",)) is None
    assert litellm("a: 1\nb: [x]\n").offsets(("b",)) is None
