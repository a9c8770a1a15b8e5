"""Positions in every encoding, against encoding the text itself."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from litellm_harden.lsp.lines import Lines, changed
from tests.lsp.editor import ENCODINGS, units

TEXTS = st.text(st.sampled_from("ab :\t\n\rä€𝄞😀\u2028\x0b\x85\x1c"), max_size=30)


def expected(text: str, offset: int, encoding: str) -> types.Position:
    """Line by line, as the protocol describes it."""
    before = text[:offset]
    ends = list(re.finditer(r"\r\n|\r|\n", before))
    return types.Position(len(ends), units(before[ends[-1].end() :] if ends else before, encoding))


def splits_line_end(text: str, offset: int) -> bool:
    return text[max(offset - 1, 0) : offset + 1] == "\r\n"


@given(TEXTS, st.data(), st.sampled_from(ENCODINGS))
def test_a_position_is_where_the_encoded_text_has_it(text: str, data: st.DataObject, encoding: str) -> None:
    offset = data.draw(st.integers(0, len(text)).filter(lambda one: not splits_line_end(text, one)))
    lines = Lines(text, encoding)
    assert lines.position(offset) == expected(text, offset, encoding)
    assert lines.offset(lines.position(offset)) == offset


@given(TEXTS, st.integers(0, 40), st.integers(0, 60), st.sampled_from(ENCODINGS))
def test_any_position_is_somewhere_in_the_text(text: str, line: int, character: int, encoding: str) -> None:
    assert 0 <= Lines(text, encoding).offset(types.Position(line, character)) <= len(text)


@given(TEXTS, TEXTS, st.data(), st.sampled_from(ENCODINGS))
def test_a_change_is_a_splice(text: str, new: str, data: st.DataObject, encoding: str) -> None:
    offsets = st.integers(0, len(text)).filter(lambda one: not splits_line_end(text, one))
    start, end = sorted((data.draw(offsets), data.draw(offsets)))
    place = types.Range(expected(text, start, encoding), expected(text, end, encoding))
    change = types.TextDocumentContentChangePartial(place, new)
    assert changed(text, [change], encoding) == text[:start] + new + text[end:]


def test_changes_count_from_what_the_one_before_left() -> None:
    first = types.TextDocumentContentChangePartial(types.Range(types.Position(0, 0), types.Position(0, 1)), "xy\n")
    second = types.TextDocumentContentChangePartial(types.Range(types.Position(1, 0), types.Position(1, 1)), "")
    assert changed("ab", [first, second], "utf-16") == "xy\n"
    assert changed("ab", [first, types.TextDocumentContentChangeWholeDocument("c")], "utf-16") == "c"


def test_offsets_do_not_count_a_byte_order_mark() -> None:
    lines = Lines("\ufeffab\ncd", "utf-8")
    assert lines.position(0) == types.Position(0, 3)
    assert lines.offset(types.Position(0, 4)) == 1
    assert lines.position(4) == types.Position(1, 1)
    assert lines.offset(types.Position(0, 0)) == 0
