"""Renaming a key."""

from __future__ import annotations

import pytest

from litellm_harden.documents.base import Path
from tests.documents.editing import document, made, reason


@pytest.mark.parametrize(
    ("before", "path", "after"),
    [
        ("a:\n  old: [1, 2]  # two\n", ("a", "old"), "a:\n  new: [1, 2]  # two\n"),
        ("'old': 3\n", ("old",), "'new': 3\n"),
        ("a: {old: 1, b: 2}\n", ("a", "old"), "a: {new: 1, b: 2}\n"),
        ("- old:\n    x: 1\n", (0, "old"), "- new:\n    x: 1\n"),
    ],
)
def test_its_value_and_comments_stay(before: str, path: Path, after: str) -> None:
    assert made(before, document(before).rename(path, "new")) == after


@pytest.mark.parametrize(
    ("text", "path", "why"),
    [
        ("a: 1\nnew: 2\n", ("a",), "there already"),
        ("x: &x {a: 1}\ny: *x\n", ("y", "a"), "anchor"),
        ("x: &x {a: 1}\ny: *x\n", ("x", "a"), "anchor"),
        ("a: 1\na: 2\n", ("a",), "twice"),
        ("c: 1\n", ("a",), "no such key"),
    ],
)
def test_a_key_that_others_would_feel_is_refused(text: str, path: Path, why: str) -> None:
    assert why in reason(document(text).rename(path, "new"))
