"""Edits of YAML that would change what serves others, or cannot be made, and so are refused."""

from __future__ import annotations

import pytest

from litellm_harden.documents.base import Path
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.source import Source
from tests.documents.editing import document, made, reason, updated

ANCHORED = """base: &b
  k: 1
  n: {m: 1}
alias: *b
merged:
  <<: *b
  own: &o 1
list: &l [1]
other: *l
v: &v 1
w: *v
"""


@pytest.mark.parametrize(
    ("path", "values", "why"),
    [
        (("alias",), {"k": 2}, "it is the alias *b"),
        (("base",), {"k": 2}, "the anchor &b is used elsewhere too"),
        (("base", "n"), {"m": 2}, "the anchor &b is used elsewhere too"),
        ((), {"base": 1}, "the anchor &b is used elsewhere too"),
        ((), {"v": 2}, "the anchor &v is used elsewhere too"),
        (("merged", "n"), {"m": 2}, "its text belongs to the anchor &b, which serves others too"),
        (("alias", "n"), {"m": 2}, "its text belongs to the anchor &b, which serves others too"),
        (("base", "k"), {"m": 2}, "the anchor &b is used elsewhere too"),
        (("w",), {"m": 2}, "it is the alias *v"),
        (("merged", "own"), {"m": 2}, "its place holds a value that is not a mapping"),
    ],
)
def test_what_serves_others_is_not_edited(path: Path, values: dict[str | int, object], why: str) -> None:
    assert reason(document(ANCHORED).update(path, values)) == why


def test_lists_that_serve_others_are_not_appended_to() -> None:
    assert reason(document(ANCHORED).append(("list",), 2)) == "the anchor &l is used elsewhere too"
    assert reason(document(ANCHORED).append(("other",), 2)) == "it is the alias *l"


def test_anchors_that_are_used_elsewhere_are_not_removed() -> None:
    assert reason(document(ANCHORED).remove(("base",))) == "the anchor &b is used elsewhere too"
    assert reason(document(ANCHORED).remove(("merged", "k"))).startswith("its text belongs to the anchor &b")


def test_an_alias_or_a_merged_key_is_overridden_where_it_is_used() -> None:
    assert "alias: 1\n" in updated(ANCHORED, (), alias=1)
    assert "  own: &o 1\n  k: 2\nlist" in updated(ANCHORED, ("merged",), k=2)


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("? a\n: 1\n", (), "the key is written in the complex form (? key)"),
        ("?\n  a\n", ("a",), "the key is written in the complex form (? key)"),
        ("b: 1\n? a\n: {k: 1}\n", (), "the key is written in the complex form (? key)"),
        ("a:\n|\n\n", (), "its value does not stand to the right of its key"),
        ("s: [a: 1]\n", ("s", 0), "it is a single pair inside a list, without braces"),
        ("s: [\n{a: 1 # c\n}]\n", ("s",), "its place holds a list, not a mapping"),
        ("l: [x]\n", ("l", 1), "the list item it belongs to is not there"),
        ("b: |\n  x", (), "a block scalar without a final line end stands before its place"),
    ],
)
def test_shapes_that_are_refused(text: str, path: Path, why: str) -> None:
    assert reason(document(text).update(path, {"a": 2})) == why


def test_a_duplicate_key_is_not_removed() -> None:
    assert reason(document("a: 1\na: 2\n").remove(("a",))) == "the key is there twice"


def test_several_documents_are_not_edited() -> None:
    several = YamlDocument.compose(Source("a: 1\n---\nb: 1\n"))
    assert reason(several.update((), {"a": 2})) == "the file holds several documents"


def test_an_override_tag_stays_and_another_tag_goes_with_its_value() -> None:
    before = "a: !override [x]\nb: !reset null\n"
    edits = YamlDocument.compose(Source(before)).update((), {"a": ["y"], "b": {"k": 1}})
    assert made(before, edits) == 'a: !override ["y"]\nb:\n  k: 1\n'
