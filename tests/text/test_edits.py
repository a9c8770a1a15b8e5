"""Edits: applied, reversed, and composed into one set."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.text.edits import Draft, Edit, Overlap, apply, ordered, reverse

texts = st.text("abc\r\né", max_size=12)


@st.composite
def edit_sets(draw: st.DrawFn, text: str) -> list[Edit]:
    """Edits that do not overlap, in any order; insertions may share an offset."""
    bounds = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    edits = [Edit(start, end, draw(st.text("abX", max_size=3))) for start, end in pairs]
    return draw(st.permutations(edits))


@st.composite
def edited_texts(draw: st.DrawFn) -> tuple[str, list[Edit]]:
    text = draw(texts)
    return text, draw(edit_sets(text))


def test_edits_are_made_at_once_in_coordinates_of_the_text() -> None:
    assert apply("one two three", [Edit(8, 13, "3"), Edit(0, 3, "1"), Edit(7, 7, ",")]) == "1 two, 3"


def test_no_edits_leave_the_text() -> None:
    assert apply("text", []) == "text"
    assert Draft("text").edits() == ()


def test_insertions_at_one_offset_keep_their_order_and_precede_a_replacement_there() -> None:
    edits = [Edit(1, 2, "B"), Edit(1, 1, "1"), Edit(1, 1, "2")]
    assert apply("abc", edits) == "a12Bc"
    assert Draft("abc").edited(edits).text == "a12Bc"


def test_edits_may_touch() -> None:
    assert apply("abcd", [Edit(0, 2, "x"), Edit(2, 4, "y"), Edit(4, 4, "z")]) == "xyz"


@pytest.mark.parametrize(
    ("first", "second"), [((0, 2), (1, 3)), ((0, 3), (1, 2)), ((0, 2), (1, 1)), ((0, 2), (0, 2)), ((0, 2), (0, 1))]
)
def test_edits_that_claim_the_same_text_are_an_error(first: tuple[int, int], second: tuple[int, int]) -> None:
    for edits in ([Edit(*first, "x"), Edit(*second, "y")], [Edit(*second, "y"), Edit(*first, "x")]):
        for consumer in (ordered, lambda e: apply("abc", e), lambda e: reverse("abc", e), Draft("abc").edited):
            with pytest.raises(Overlap):
                consumer(edits)


@given(edited_texts())
def test_the_reverse_brings_back_the_text(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    new, back = apply(text, edits), reverse(text, edits)
    assert apply(new, back) == text
    assert apply(text, reverse(new, back)) == new


@given(edited_texts())
def test_what_lies_between_edits_stays(case: tuple[str, list[Edit]]) -> None:
    text, edits = case
    new = apply(text, edits)
    for edit in ordered(edits):
        before = [other for other in edits if (other.start, other.end) < (edit.start, edit.end)]
        shift = sum(len(other.text) - (other.end - other.start) for other in before)
        rest = text[edit.end : min((other.start for other in edits if other.start >= edit.end), default=len(text))]
        same = [other for other in edits if (other.start, other.end) == (edit.start, edit.end)]
        inserted = "".join(other.text for other in same)
        assert new.startswith(inserted + (rest if edit.end > edit.start else ""), edit.start + shift)


@given(texts, st.data())
def test_a_draft_composes_any_edits_into_one_set(original: str, data: st.DataObject) -> None:
    draft, expected = Draft(original), original
    for _ in range(data.draw(st.integers(1, 4))):
        edits = data.draw(edit_sets(expected))
        draft, expected = draft.edited(edits), apply(expected, edits)
        assert draft.text == expected
    edits = list(draft.edits())
    assert apply(original, edits) == expected
    assert all(original[edit.start : edit.end] != edit.text for edit in edits)
    assert all(before.end < after.start for before, after in zip(edits, edits[1:], strict=False))


def test_a_draft_forgets_what_was_taken_back() -> None:
    draft = Draft("abc").edited([Edit(0, 3, "")]).edited([Edit(0, 0, "abc")])
    assert (draft.text, draft.edits()) == ("abc", ())


def test_a_draft_names_a_text_edited_twice_once() -> None:
    draft = Draft("time: 120 # s").edited([Edit(6, 9, "90")]).edited([Edit(6, 8, "60")])
    assert draft.edits() == (Edit(6, 9, "60"),)


def test_a_draft_is_not_changed_by_editing_it() -> None:
    first = Draft("abc")
    first.edited([Edit(0, 1, "x")])
    assert (first.text, first.original, first.edits()) == ("abc", "abc", ())
