from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.report.style import NO_BREAK, Style, shown_width

WORDS = st.lists(st.tuples(st.text("ab ", max_size=30), st.sampled_from(["", "1"])), max_size=6)


@given(WORDS, WORDS, st.integers(40, 100))
def test_lines_keep_to_the_width_and_lose_no_word(
    body: list[tuple[str, str]], tail: list[tuple[str, str]], width: int
) -> None:
    head = [("  1:1  ", "")]
    shown = Style(width=width).wrap(head, body, tail)
    longest = max((len(word) for text, _ in [*body, *tail] for word in text.split()), default=0)
    assert all(shown_width(line) <= max(width, 7 + 2 + longest) for line in shown.split("\n"))
    assert shown.split()[1:] == [word for text, _ in [*body, *tail] for word in text.split()]


def test_a_command_is_never_broken() -> None:
    text = f"all can be fixed: lh{NO_BREAK}fix{NO_BREAK}--week{NO_BREAK}1"
    assert Style(width=30).wrap([], [(text, "")]) == "all can be fixed:\nlh fix --week 1"


def test_wide_characters_count_twice_and_marks_not_at_all() -> None:
    assert shown_width("漢字") == 4
    assert shown_width("e\u0301") == 1


@given(st.text())
def test_nothing_that_could_steer_a_terminal_comes_through(text: str) -> None:
    for style in (Style(), Style(unicode=False)):
        assert style.plain(text).isascii() or style.unicode
        assert not any(
            ord(char) < 32 or 127 <= ord(char) < 160 or char in "\u2028\u2029\u202e" for char in style.plain(text)
        )


def test_what_is_not_to_be_seen_is_shown() -> None:
    assert Style().plain("a\u200bb\u2060\ufeff\xad\u3164") == "a\\u200bb\\u2060\\ufeff\\xad\\u3164"
    assert Style().plain("\U000e0041") == "\\U000e0041"
    assert Style().plain("\u2026 caf\xe9 \u26a0\ufe0f") == "\u2026 caf\xe9 \u26a0\ufe0f"


@pytest.mark.parametrize("whole", ["60 s", "512 MiB", "99 %", "TimeoutError 3"])
def test_a_number_stays_with_its_unit_or_its_kind_of_error(whole: str) -> None:
    shown = [Style(width=30).wrap([], [(f"{'x' * pad} {whole} and more", "")]) for pad in range(1, 29)]
    assert all(whole in text for text in shown)
    assert any(f"\n{whole}" in text for text in shown)
