"""Random documents in mixed styles, random edits: only the addressed data changes, and no other byte or comment."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from litellm_harden.documents.base import Path, Refusal
from litellm_harden.documents.yaml import YamlDocument
from litellm_harden.text.edits import Edit, apply, reverse
from litellm_harden.text.source import Source

KEYS = st.sampled_from(["a", "b", "timeout", "model list", "größe", "x-y", "n1", "on", "12"])
WORDS = st.sampled_from(
    ["x", "os.environ/KEY", "größe 😀", "yes", "012", "1:30", "", "a: b", "a #b", " pad ", "it's", 'a "q"']
)
LINES = st.sampled_from(["two\nlines", "end\n", "tab\there", "\u2028sep"])
SCALARS = st.none() | st.booleans() | st.integers(-999, 99999) | st.floats(allow_nan=False) | WORDS | LINES
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=6,
)
TREES = st.dictionaries(KEYS, VALUES, max_size=5)


class Writer:
    """Writes data as YAML in styles that hypothesis draws, with comments and blank lines between."""

    def __init__(self, draw: Any, shared: bool = False) -> None:
        self.draw = draw
        self.shared = shared
        self.comments = 0
        self.anchors = 0

    def choose(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def comment(self) -> str:
        self.comments += 1
        return f"# note {self.comments} é"

    def tail(self) -> str:
        return f"{self.choose(' ', '   ')}{self.comment()}" if self.choose(False, False, True) else ""

    def between(self, column: int) -> list[str]:
        kind = self.choose("", "", "", "blank", "comment", "both")
        return [
            *([""] if kind in {"blank", "both"} else []),
            *([" " * column + self.comment()] if kind in {"comment", "both"} else []),
        ]

    def scalar(self, value: Any) -> str:
        if value is None:
            return str(self.choose("null", "~"))
        if isinstance(value, str):
            if re.search(r"[\n\t\u2028]", value) or self.choose(True, False):
                return str(yaml.dump(value, default_style='"', allow_unicode=True, width=9999)).strip()
            return str(yaml.dump(value, default_style="'", allow_unicode=True, width=9999)).strip()
        return re.sub(r"\n\.\.\.\n$", "", yaml.dump(value)).strip()

    def flow(self, value: Any) -> str:
        pad = self.choose("", " ")
        comma = self.choose(", ", ",", " , ")
        last = self.choose("", "", ",")
        if isinstance(value, dict):
            parts = [f"{self.scalar(key)}: {self.flow(item)}" for key, item in value.items()]
            return f"{{{pad}{comma.join(parts)}{last if parts else ''}{pad}}}"
        if isinstance(value, list):
            return f"[{pad}{comma.join(map(self.flow, value))}{last if value else ''}{pad}]"
        return self.scalar(value)

    def long_flow(self, value: Any, column: int) -> list[str]:
        """Over several lines, with comments."""
        pairs = isinstance(value, dict)
        parts = (
            [f"{self.scalar(k)}: {self.flow(v)}" for k, v in value.items()] if pairs else list(map(self.flow, value))
        )
        opening, closing = "{}" if pairs else "[]"
        final = self.choose("", ",")
        lines = [
            f"{' ' * (column + 2)}{part}{',' if at < len(parts) - 1 else final}{self.tail()}"
            for at, part in enumerate(parts)
        ]
        return [opening + self.tail(), *lines, " " * (column + 1) + closing]

    def entry(self, lead: str, value: Any, column: int) -> list[str]:
        """`lead` is `key:` or `-`, at `column`."""
        pad = " " * column
        anchor = ""
        if self.shared and self.choose(*[False] * 5, True):
            return [f"{pad}{lead} *shared{self.tail()}"]
        if self.choose(*[False] * 9, True):
            self.anchors += 1
            anchor = f" &a{self.anchors}"
        if value is None and self.choose(True, False):
            return [f"{pad}{lead}{anchor}{self.tail()}"]
        if isinstance(value, str) and value.endswith("s") and "\n" in value and not value.startswith(" "):
            body = [f"{pad}   {line}" for line in value.split("\n")]
            return [f"{pad}{lead}{anchor} |-{self.tail()}", *body, *self.choose([], [""])]
        if not isinstance(value, (dict, list)):
            if self.choose(*[False] * 5, True):
                return [f"{pad}{lead}{anchor}{self.tail()}", f"{pad}  {self.scalar(value)}{self.tail()}"]
            return [f"{pad}{lead}{anchor} {self.scalar(value)}{self.tail()}"]
        style = self.choose("block", "block", "block", "flow", "long")
        if not value or style == "flow":
            return [f"{pad}{lead}{anchor} {self.flow(value)}{self.tail()}"]
        if style == "long":
            first, *rest = self.long_flow(value, column)
            return [f"{pad}{lead}{anchor} {first}", *rest]
        step = self.choose(2, 2, 4, 3)
        if lead == "-" and not anchor and self.choose(True, True, False):
            first, *rest = self.block(value, column + 2, False)
            return [f"{pad}- {first.lstrip()}", *rest]
        inner = column + (0 if isinstance(value, list) and lead != "-" and self.choose(True, False) else step)
        return [f"{pad}{lead}{anchor}{self.tail()}", *self.block(value, inner, True)]

    def block(self, value: Any, column: int, spaced: bool) -> list[str]:
        lines: list[str] = []
        pairs = (
            [(f"{self.scalar(k)}:", v) for k, v in value.items()]
            if isinstance(value, dict)
            else [("-", v) for v in value]
        )
        for at, (lead, item) in enumerate(pairs):
            lines += self.between(column) if at or spaced else []
            lines += self.entry(lead, item, column)
        if self.shared and isinstance(value, dict) and self.choose(False, True):
            lines.append(f"{' ' * column}<<: *shared{self.tail()}")
        return lines


@st.composite
def documents(draw: Any, shared: bool = False) -> str:
    """With `shared`, one with an anchor that aliases and merges use."""
    writer = Writer(draw, shared)
    data = draw(TREES)
    lines = writer.choose([], ["# top"], ["---"], ["# top", "", "---  # start"])
    lines = [
        *lines,
        *(["base: &shared {a: 1, n1: {b: 2}}"] if shared else []),
        *(writer.block(data, 0, True) if data else draw(st.sampled_from([[], [] if shared else ["{}"]]))),
        *writer.between(0),
    ]
    newline = writer.choose("\n", "\n", "\r\n")
    return str(newline.join(lines) + writer.choose(newline, ""))


def places(data: Any, path: Path = ()) -> list[tuple[Path, Any]]:
    """Every path with its value."""
    found = [(path, data)]
    for key, value in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        found += places(value, (*path, key))
    return found


def at(data: Any, path: Path) -> Any:
    for key in path:
        data = data[key]
    return data


def parsed(text: str) -> YamlDocument:
    return YamlDocument.litellm(Source(text))


def notes(text: str) -> Counter[str]:
    return Counter(re.findall(r"# (?:note \d+|top|start)", text))


def check(text: str, edits: tuple[Edit, ...], expected: Any) -> str:
    result = apply(text, edits)
    assert parsed(result).data == expected
    assert apply(result, reverse(text, edits)) == text
    assert notes(result) == notes(text)
    if "\r\n" in text:
        assert not re.search(r"(?<!\r)\n", result)
    if text and not re.match(r"(#.*|---.*|\s)*\Z", text):
        assert result.endswith("\n") == text.endswith("\n")
    return result


@given(documents())
def test_data_is_what_safe_load_gives_and_every_value_is_found_where_it_is_written(text: str) -> None:
    document = parsed(text)
    assert document.data == yaml.safe_load(text)
    for path, value in places(document.data):
        located = document.find(path)
        if document.data is None:
            continue
        assert located is not None
        assert located.value == value
        written = text[located.span.start : located.span.end]
        if document.style(path) not in {"block", "literal", "folded"}:
            assert yaml.safe_load(written) == value
        if isinstance(value, str):
            offsets = document.offsets(path)
            assert offsets is not None
            assert len(offsets) == len(value) + 1


def unshared(data: Any) -> Any:
    """A copy in which nothing is the same object twice."""
    if isinstance(data, dict):
        return {key: unshared(value) for key, value in data.items()}
    return [unshared(value) for value in data] if isinstance(data, list) else data


@settings(max_examples=200)
@given(documents() | documents(shared=True), st.data())
def test_update_changes_what_it_is_told_and_nothing_else(text: str, data: Any) -> None:
    document = parsed(text)
    old = document.data or {}
    path, place = data.draw(st.sampled_from([p for p in places(old) if isinstance(p[1], dict) or p[1] is None]))
    keys = KEYS | st.sampled_from(list(place)) if place else KEYS
    values = data.draw(st.dictionaries(keys, VALUES, min_size=1, max_size=3))
    edits = document.update(path, values)
    if isinstance(edits, Refusal):
        assert re.search("comments|block scalar|&shared|\\*shared", edits.reason), edits.reason
        return
    expected: Any = unshared(old)
    if path and at(expected, path) is None:
        at(expected, path[:-1])[path[-1]] = {}
    at(expected, path).update(values)
    result = check(text, edits, expected)
    assert parsed(result).update(path, values) == ()


@settings(max_examples=200)
@given(documents(), VALUES, st.data())
def test_append_adds_one_item(text: str, value: Any, data: Any) -> None:
    document = parsed(text)
    lists = [path for path, place in places(document.data) if isinstance(place, list)]
    assume(lists)
    path = data.draw(st.sampled_from(lists))
    edits = document.append(path, value)
    if isinstance(edits, Refusal):
        assert re.search("block scalar", edits.reason), edits.reason
        return
    expected: Any = unshared(document.data)
    at(expected, path).append(value)
    check(text, edits, expected)


@settings(max_examples=200)
@given(documents(), st.data())
def test_remove_takes_out_one_value(text: str, data: Any) -> None:
    document = parsed(text)
    paths = [path for path, _ in places(document.data) if path]
    assume(paths)
    path = data.draw(st.sampled_from(paths))
    edits = document.remove(path)
    if isinstance(edits, Refusal):
        assert re.search("comments|block scalar", edits.reason), edits.reason
        return
    expected: Any = unshared(document.data)
    del at(expected, path[:-1])[path[-1]]
    check(text, edits, expected)


@settings(max_examples=200)
@given(st.text("yesnoYNtrueTFalf0123456789.:-+_eExob~ntTZ<=", max_size=12))
def test_plain_scalars_mean_what_safe_load_says(text: str) -> None:
    assume(not re.search(r"(^|[:-])$", text))
    source = f"k: {text}"
    try:
        expected = yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, OverflowError):
        with pytest.raises(ValueError):
            parsed(source)
        return
    assert repr(parsed(source).data) == repr(expected)


@settings(max_examples=200)
@given(VALUES | st.text(max_size=8), KEYS)
def test_values_that_are_written_are_read_back_by_both_readers(value: Any, key: str) -> None:
    assume(not isinstance(value, str) or value.isprintable() or value.isascii())
    for text in ("", "k: 1\n", "{}", "{k: 1}"):
        for read in (YamlDocument.litellm, YamlDocument.compose):
            edits = read(Source(text)).update((), {key: value})
            assert not isinstance(edits, Refusal)
            found = read(Source(apply(text, edits))).find((key,))
            assert found is not None
            assert repr(found.value) == repr(value)
