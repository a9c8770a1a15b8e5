"""Decoding, lines and positions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.text.source import BOM, Position, Source, Span, Undecodable

texts = st.text("ab\r\n\u2028\x85\x0cé😀")
NO_LINE_ENDS = "a\rb\u2028c\u2029d\x85e\x0cf\x0bg\x1ch"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\n", ["a\n"]),
        ("a\n\r\nb\r\n", ["a\n", "\r\n", "b\r\n"]),
        ("a\r\r\nb", ["a\r\r\n", "b"]),
        (NO_LINE_ENDS, [NO_LINE_ENDS]),
        ("\n\r", ["\n", "\r"]),
    ],
)
def test_only_a_newline_with_or_without_return_ends_a_line(text: str, lines: list[str]) -> None:
    assert Source(text).lines() == lines


@given(texts)
def test_the_lines_joined_are_the_text_and_start_where_the_table_says(text: str) -> None:
    source = Source(text)
    lines = source.lines()
    assert "".join(lines) == text
    assert all(line.endswith("\n") for line in lines[:-1])
    assert source.line_starts[: len(lines)] == [len("".join(lines[:index])) for index in range(len(lines))]


def test_the_return_of_another_line_is_not_that_of_an_empty_one() -> None:
    assert Source("\n\r").line_span(0) == Span(0, 0)


@given(texts, st.data())
def test_an_offset_lies_in_its_line(text: str, data: st.DataObject) -> None:
    source = Source(text)
    offset = data.draw(st.integers(0, len(text)))
    line, column = source.position(offset)
    span, following = source.line_span(offset), source.next_line(offset)
    assert line == text.count("\n", 0, offset) + 1
    assert source.line_starts[line - 1] == span.start == offset - column + 1 <= span.end
    assert text[span.end : following] in ("", "\n", "\r\n")
    assert "\n" not in text[slice(*span)]
    assert following == len(text) or text[following - 1] == "\n"
    assert offset < following or offset == len(text)


def test_positions_count_from_one_in_code_points() -> None:
    source = Source("é😀x\r\n\nlast")
    assert [source.position(offset) for offset in (0, 2, 4, 5, 6, 10)] == [
        Position(1, 1),
        Position(1, 3),
        Position(1, 5),
        Position(2, 1),
        Position(3, 1),
        Position(3, 5),
    ]


@pytest.mark.parametrize(
    ("offset", "span", "following"),
    [(0, (0, 1), 3), (1, (0, 1), 3), (2, (0, 1), 3), (3, (3, 3), 4), (4, (4, 6), 6), (6, (4, 6), 6)],
)
def test_a_line_span_leaves_out_the_line_end(offset: int, span: tuple[int, int], following: int) -> None:
    source = Source("a\r\n\nb\r")
    assert source.line_span(offset) == Span(*span)
    assert source.next_line(offset) == following


@pytest.mark.parametrize(
    ("text", "offset", "newline"),
    [
        ("", 0, "\n"),
        ("a", 0, "\n"),
        ("a\r\nb\nc", 0, "\r\n"),
        ("a\r\nb\nc", 2, "\r\n"),
        ("a\r\nb\nc", 3, "\n"),
        ("a\r\nb\nc", 5, "\n"),
        ("a\r\nb", 4, "\r\n"),
        ("\n", 0, "\n"),
        ("\r\n", 2, "\r\n"),
    ],
)
def test_the_newline_is_that_of_the_line_or_of_the_line_before(text: str, offset: int, newline: str) -> None:
    assert Source(text).newline(offset) == newline


@given(texts, st.booleans())
def test_decoding_and_encoding_give_back_the_bytes(text: str, bom: bool) -> None:
    data = (BOM if bom else b"") + text.encode()
    source = Source.decode(data)
    assert (source.text, source.bom, source.encode()) == (text, bom, data)


def test_only_the_first_byte_order_mark_is_set_aside() -> None:
    source = Source.decode(BOM + BOM + b"a")
    assert (source.text, source.encode()) == ("\ufeffa", BOM + BOM + b"a")


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        (b"\xff", 1, "UTF-8"),
        (b"a\r\nb\n\xe9t\xe9\n", 3, "UTF-8"),
        (BOM + b"\n\xc3", 2, "UTF-8"),
        (b"a\n\xed\xa0\x80", 2, "UTF-8"),
        (b"a\nb\0\n", 2, "NUL"),
        ("a\nb".encode("utf-16-le"), 1, "NUL"),
    ],
)
def test_what_is_not_utf_8_text_is_refused_with_its_line(data: bytes, line: int, message: str) -> None:
    with pytest.raises(Undecodable, match=message) as caught:
        Source.decode(data)
    assert caught.value.line == line
