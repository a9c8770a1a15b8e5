"""Edits of YAML by example: each shape of text that must come out with nothing but the edit."""

from __future__ import annotations

import pytest

from litellm_harden.documents.base import Path
from tests.documents.editing import appended, document, made, removed, updated


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a: 120  # two minutes\n", "a: 60  # two minutes\n"),
        ("a:   120\nb: 1\n", "a:   60\nb: 1\n"),
        ("a : 120\n", "a : 60\n"),
        ('a: "120"\n', "a: 60\n"),
        ("a: '120' # c\n", "a: 60 # c\n"),
        ("a:\n", "a: 60\n"),
        ("a:   # c\n", "a: 60   # c\n"),
        ("a: ~ # c\n", "a: 60 # c\n"),
        ("a: # c\n  120 # d\nb: 1\n", "a: # c\n  60 # d\nb: 1\n"),
        ("a: one\n  two\nb: 1\n", "a: 60\nb: 1\n"),
        ('a: "one\n  two" # c\nb: 1\n', "a: 60 # c\nb: 1\n"),
        ("a: |  # c\n  one\n\n  two\n\nb: 1\n", "a: 60  # c\n\nb: 1\n"),
        ("a: >-\n  one\n  two\n\n\nb: 1\n", "a: 60\n\n\nb: 1\n"),
        ("a: {x: 1}\n", "a: 60\n"),
        ("a: [\n  x, # c\n  y\n] # d\nb: 1\n", "a: 60 # d\n   # c\nb: 1\n"),
        ("a: # c\n  x: 1 # d\n  # e\n  y: 2\n# f\nb: 1\n", "a: 60 # c\n  # d\n  # e\n# f\nb: 1\n"),
        ("a: [x,#c\n  y]#d\n", "a: 60 #d\n   #c\n"),
        ("a:\n- x # c\n- y\nb: 1\n", "a: 60\n# c\nb: 1\n"),
        ("a: !!str 120\n", "a: 60\n"),
        ("a: &x 120\n", "a: &x 60\n"),
        ("b: &x 120\na: *x # c\n", "b: &x 120\na: 60 # c\n"),
        ("{a: 'x'#c\n}\n", "{a: 60 #c\n}\n"),
        ("  {}\n", "  a: 60\n"),
        ("{a: 120, b: '1'}\n", "{a: 60, b: '1'}\n"),
        ('{"a":120,"b":"1"}\n', '{"a":60,"b":"1"}\n'),
        ("{ b: '1',a: [x, y] }\n", "{ b: '1',a: 60 }\n"),
        ("{a, b}\n", "{a: 60, b}\n"),
        ("{a: , b}\n", "{a: 60 , b}\n"),
        ("größe: 😀\na: 120\n", "größe: 😀\na: 60\n"),
        ("%YAML 1.1\n---\na: 120\n...\n", "%YAML 1.1\n---\na: 60\n...\n"),
        ("a: 1\na: 120\n", "a: 1\na: 60\n"),
        ('"a": 120\n', '"a": 60\n'),
        ("b: 1\n# trailing", "b: 1\na: 60\n# trailing"),
        ("b: 1", "b: 1\na: 60"),
        ("b: 1 # c", "b: 1 # c\na: 60"),
        ("b: 1\r\n\r\n# next\r\n", "b: 1\r\na: 60\r\n\r\n# next\r\n"),
        ("b: 1\nc: 2\r\n", "b: 1\nc: 2\r\na: 60\r\n"),
        ("b:\n", "b:\na: 60\n"),
        ("b: |+\n  x\n\n", "b: |+\n  x\n\na: 60\n"),
        ("b: |\n  x\n   \n  \n\n# c\n", "b: |\n  x\n   \na: 60\n  \n\n# c\n"),
        ("", "a: 60\n"),
        ("# only\n\n# comments\n", "# only\n\n# comments\na: 60\n"),
        ("# only", "# only\na: 60"),
        ("---\n", "---\na: 60\n"),
        ("--- # c\n...\n", "--- # c\na: 60\n...\n"),
        ("{}\n", "a: 60\n"),
        ("null\n", "a: 60\n"),
        ("--- ~\n", "---\na: 60\n"),
        ("b: 1 # x\x85 \n", "b: 1 # x\na: 60\x85 \n"),
    ],
)
def test_setting_a_key_at_the_root(before: str, after: str) -> None:
    assert updated(before, (), a=60) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s:\n  x: 1\n\n# next section\nt: 1\n", "s:\n  x: 1\n  k: v\n\n# next section\nt: 1\n"),
        ("s:\n    x: 1\nt: 1\n", "s:\n    x: 1\n    k: v\nt: 1\n"),
        ("s:\n   x:\n     - 1\n     # c\n", "s:\n   x:\n     - 1\n   k: v\n     # c\n"),
        ("s: {x: '1',y: \"a b\"} # c\n", "s: {x: '1',y: \"a b\", k: v} # c\n"),
        ("s: {x: 1,}\n", "s: {x: 1, k: v,}\n"),
        ("s: {x: }\n", "s: {x: , k: v }\n"),
        ("s: { x: 1 }\n", "s: { x: 1, k: v }\n"),
        ("s: {\n  x: 1\n}\n", "s: {\n  x: 1,\n  k: v\n}\n"),
        ("s: {\n  x: 1, # c\n}\n", "s: {\n  x: 1, # c\n  k: v,\n}\n"),
        ("s: {\r\n    x: 1 # c\r\n  }\r\n", "s: {\r\n    x: 1, # c\r\n    k: v\r\n  }\r\n"),
        ("s: {x: 1,\n  y: 2}\n", "s: {x: 1,\n  y: 2, k: v}\n"),
        ('{"s": {"x": 1}}', '{"s": {"x": 1, "k": "v"}}'),
        ("s: {} # c\n", "s: # c\n  k: v\n"),
        ("s: { }\n", "s:\n  k: v\n"),
        ("{s: {}}\n", "{s: {k: v}}\n"),
        ("{s: }\n", "{s: {k: v} }\n"),
        ("{s}\n", "{s: {k: v}}\n"),
        ("s:\nt: 1\n", "s:\n  k: v\nt: 1\n"),
        ("s: ~\n", "s:\n  k: v\n"),
        ("s: null # c\n", "s: # c\n  k: v\n"),
        ("s: # c\n  # nothing yet\n\nt:\n    x: 1\n", "s: # c\n    k: v\n  # nothing yet\n\nt:\n    x: 1\n"),
        ("t:\n  x: 1", "t:\n  x: 1\ns:\n  k: v"),
        ("# c\n", "# c\ns:\n  k: v\n"),
        ("s: &s\n  x: 1\n", "s: &s\n  x: 1\n  k: v\n"),
        ("b: &b {k: w}\ns:\n  <<: *b\n", "b: &b {k: w}\ns:\n  <<: *b\n  k: v\n"),
        ("b: &b {k: w}\ns: {<<: *b}\n", "b: &b {k: w}\ns: {<<: *b, k: v}\n"),
        ("b: &b {k: v}\ns:\n  <<: *b\n", "b: &b {k: v}\ns:\n  <<: *b\n"),
        (
            "b: &b\n  k: w\nd: &d\n  k: z\ns:\n  <<: [*b, *d]\n",
            "b: &b\n  k: w\nd: &d\n  k: z\ns:\n  <<: [*b, *d]\n  k: v\n",
        ),
    ],
)
def test_setting_a_key_of_a_section(before: str, after: str) -> None:
    assert updated(before, ("s",), k="v") == after


@pytest.mark.parametrize(
    ("before", "value", "after"),
    [
        ("a: 'x'\n", "y", "a: 'y'\n"),
        ("a: 'x'\n", "it's", "a: 'it''s'\n"),
        ("a: 'x'\n", "two\nlines", 'a: "two\\nlines"\n'),
        ('a: "x"\n', "y", 'a: "y"\n'),
        ("a: x\n", "yes", 'a: "yes"\n'),
        ("a: x\n", "1:30", 'a: "1:30"\n'),
        ("a: x\n", "012", 'a: "012"\n'),
        ("a: x\n", "0o17", 'a: "0o17"\n'),
        ("a: x\n", "1e3", 'a: "1e3"\n'),
        ("a: x\n", "2024-01-01", 'a: "2024-01-01"\n'),
        ("a: x\n", "", 'a: ""\n'),
        ("a: x\n", "b: c", 'a: "b: c"\n'),
        ("a: x\n", "b #c", 'a: "b #c"\n'),
        ("a: x\n", "b#c:d", "a: b#c:d\n"),
        ("a: x\n", "os.environ/KEY", "a: os.environ/KEY\n"),
        ("a: x\n", "${KEY:?set it}", "a: ${KEY:?set it}\n"),
        ("a: x\n", "--flag", "a: --flag\n"),
        ("a: x\n", "- b", 'a: "- b"\n'),
        ("a: x\n", "*b", 'a: "*b"\n'),
        ("a: x\n", "größe 😀", "a: größe 😀\n"),
        ("a: x\n", "sep\u2028", 'a: "sep\\u2028"\n'),
        ("a: x\n", 1e20, "a: 1.0e+20\n"),
        ("a: x\n", True, "a: true\n"),
        ("a: 1\n", True, "a: true\n"),
        ("a: 1\n", 1.0, "a: 1.0\n"),
        ("a: x\n", None, "a: null\n"),
        ("a: x\n", [], "a: []\n"),
        ("a: x # c\n", {"k": "v"}, "a: # c\n  k: v\n"),
        ("a: x # c\n", ["k", {"l": [1]}], "a: # c\n  - k\n  - l:\n      - 1\n"),
        ("a: [x]\n", ["k", "l"], 'a: ["k", "l"]\n'),
        ("a:\n    - x # c\n", ["k"], "a:\n    # c\n    - k\n"),
        ("a:\n- x # c\n- y\n", {"k": "v"}, "a:\n# c\n  k: v\n"),
        ("a: |\n  x\n", {"k": "v"}, "a:\n  k: v\n"),
        ("a:\n  k: 1 # c\n  l: 2\n", {"k": 3, "l": 2}, "a:\n  k: 3 # c\n  l: 2\n"),
        ("a:\n  x\nb: 1\n", {"k": [1]}, "a:\n  k:\n    - 1\nb: 1\n"),
        ("a: {x: 1}\n", {"k": ["v"]}, "a:\n  k:\n    - v\n"),
        ("b: {a: 1}\n", {"k": [1]}, "b: {a: 1}\na:\n  k:\n    - 1\n"),
    ],
)
def test_replacing_a_value(before: str, value: object, after: str) -> None:
    assert updated(before, (), a=value) == after


def test_a_command_is_written_on_one_line() -> None:
    assert updated("image: x\n", (), command=["postgres", "-c"]) == 'image: x\ncommand: ["postgres", "-c"]\n'


def test_lists_are_written_as_the_last_list_beside_them() -> None:
    assert updated("s:\n  x: [1]\n", ("s",), k=[2]) == "s:\n  x: [1]\n  k: [2]\n"
    assert updated("s:\n  x:\n  - 1\nt:\n    x:\n      - 1\n", ("s",), k=[2]).startswith(
        "s:\n  x:\n  - 1\n  k:\n  - 2\n"
    )


def test_missing_sections_are_created_on_the_way() -> None:
    assert updated("a:\n    b: 1\n", ("c", "d"), k=1) == "a:\n    b: 1\nc:\n    d:\n        k: 1\n"


def test_new_and_old_keys_go_in_one_proposal() -> None:
    before = "s:\n  x: 1 # c\n  y:\nt: 1\n"
    assert updated(before, ("s",), y={"z": 1}, k=2, x=3) == "s:\n  x: 3 # c\n  y:\n    z: 1\n  k: 2\nt: 1\n"


def test_items_of_a_list_are_replaced_by_index() -> None:
    before = "- a: 1 # c\n  b: 2 # d\n- 'x' # e\n"
    edits = document(before).update((), {0: "y", 1: "z"})
    assert made(before, edits) == "- y # d\n  # c\n- 'z' # e\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("l:\n- x # c\n# d\nm: 1\n", "l:\n- x # c\n- v\n# d\nm: 1\n"),
        ("l:\n  -   'x'\n", "l:\n  -   'x'\n  -   'v'\n"),
        ("l:\r\n  - x", "l:\r\n  - x\r\n  - v"),
        ("l:\n  -\n    x: 1\n", "l:\n  -\n    x: 1\n  - v\n"),
        ("l:\n  - >\n    x\n\n\nm: 1\n", "l:\n  - >\n    x\n  - v\n\n\nm: 1\n"),
        ("l: [x]\n", "l: [x, v]\n"),
        ("l: [ 'x' ,]\n", "l: [ 'x', 'v' ,]\n"),
        ("l: [\n  x, # c\n  # d\n]\n", "l: [\n  x, # c\n  v,\n  # d\n]\n"),
        ("l: [\n  x # c\n]\n", "l: [\n  x, # c\n  v\n]\n"),
        ("l: [] # c\n", 'l: ["v"] # c\n'),
        ("l: [ # c\n]\n", 'l: [ # c\n"v"]\n'),
        ("l: # c\nm:\n- 1\n", "l: # c\n- v\nm:\n- 1\n"),
        ("l: ~\n", "l:\n  - v\n"),
        ("m: 1\n", "m: 1\nl:\n  - v\n"),
    ],
)
def test_appending(before: str, after: str) -> None:
    assert appended(before, ("l",), "v") == after


def test_appending_mappings_keeps_the_style_of_the_list() -> None:
    before = "l:\n    -   a: 1\n        b: 2\n\n# end\n"
    assert appended(before, ("l",), {"a": 3, "b": [4]}).startswith(
        "l:\n    -   a: 1\n        b: 2\n    -   a: 3\n        b:\n            - 4\n\n# end"
    )


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("# h\na: 1 # c\nb: 2\n", ("a",), "# h\n# c\nb: 2\n"),
        ("a: 1\n\n# h\nb: 2", ("b",), "a: 1\n\n# h"),
        ("a: 1\nb: 2", ("b",), "a: 1"),
        ("a: 1\r\nb:\r\n  c: 1 # d\r\nx: 1\r\n", ("b",), "a: 1\r\n# d\r\nx: 1\r\n"),
        ("a:\n  b: 1 # c\nd: 1\n", ("a", "b"), "a: {}\n  # c\nd: 1\n"),
        ("a: # h\n- 1 # c\n", ("a", 0), "a: [] # h\n# c\n"),
        ("a: 1 # c\n", ("a",), "{} # c\n"),
        ("- a: 1 # c\n  # d\n  b: 2\n- x\n", (0, "a"), "# c\n# d\n- b: 2\n- x\n"),
        ("- a: 1\n- x\n", (0, "a"), "- {}\n- x\n"),
        ("- - a\n  - b\n", (0, 0), "- - b\n"),
        ("- a\n- b # c\n", (1,), "- a\n# c\n"),
        ("{a: 1, b: 2, c: 3}\n", ("a",), "{b: 2, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", ("b",), "{a: 1, c: 3}\n"),
        ("{a: 1, b: 2, c: 3}\n", ("c",), "{a: 1, b: 2}\n"),
        ("{ a: 1 }\n", ("a",), "{}\n"),
        ("{a: 1,}\n", ("a",), "{}\n"),
        ("[a, {b: 1, c: 2}]\n", (1, "b"), "[a, {c: 2}]\n"),
        ("[\n  a, # c\n  b # d\n]\n", (0,), None),
        ("[\n  a,\n  b, # d\n  c\n]\n", (0,), "[\n  b, # d\n  c\n]\n"),
        ("[\n  a,\n  b,\n]\n", (1,), "[\n  a,\n]\n"),
        ("[\n  a,\n  b\n]\n", (1,), "[\n  a\n]\n"),
        ("a: &x 1\nb: *x\n", ("b",), "a: &x 1\n"),
        ("a: |\n  x\nb: 1", ("b",), "a: |\n  x\n"),
    ],
)
def test_removing(before: str, path: Path, after: str | None) -> None:
    if after is None:
        assert removed(before, *path).count("#") == before.count("#")
    else:
        assert removed(before, *path) == after


def test_removing_what_is_not_there_is_nothing() -> None:
    assert document("a: 1\n").remove(("b",)) == ()
