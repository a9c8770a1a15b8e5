"""How text looks on a terminal: colour, width, and nothing that the terminal could take for a command."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from litellm_harden.record import Record
from litellm_harden.rules.model import Severity
from litellm_harden.text.patterns import pattern

BOLD, DIM, RED, GREEN, YELLOW, BLUE, CYAN = "1", "2", "31", "32", "33", "34", "36"
COLORS = {Severity.CRITICAL: "1;31", Severity.HIGH: RED, Severity.MEDIUM: YELLOW, Severity.LOW: CYAN}

_UNSAFE = pattern(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"  # controls, other ends of a line, halves of a pair
    r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions
    r"\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    r"\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"  # what is not to be seen
)
"""All but those that make emoji what they are: U+FE0E and U+FE0F."""
NO_BREAK = "\u00a0"
"""A space at which no line is broken; shown as a plain space."""

_ASCII = str.maketrans(
    {
        "→": "->",
        "…": "...",
        "│": "|",
        "–": "-",
        "—": "-",
        "×": "x",
        "’": "'",
        "“": '"',
        "”": '"',
        "≥": ">=",
        "≤": "<=",
        NO_BREAK: " ",
    }
)

_TOGETHER = pattern(r"(?<=\d) (?=(?:%|[KMGT]i?B|m?s|min|h)(?!\w))|(?<=[a-z]Error) (?=\d)")
"""A space before a unit, or between a kind of error and its number."""

Words = Sequence[tuple[str, str]]
"""Texts, each with the colour it is shown in (empty: none)."""


class Style(Record):
    """What the output can show. `width` None: lines are not wrapped. `unicode` False: ASCII alone. `runner`: a runner
    of GitHub Actions reads along, and would take some lines for commands."""

    color: bool = False
    unicode: bool = True
    width: int | None = None
    runner: bool = False

    def paint(self, text: str, color: str) -> str:
        """The text in a colour, where there is colour."""
        return f"\x1b[{color}m{text}\x1b[0m" if self.color and color and text else text

    def plain(self, text: str) -> str:
        """The text on one line, with what could steer a terminal made visible, in characters that can be shown."""
        text = _UNSAFE.sub(_escaped, text)
        if self.runner:
            text = commandless(text)
        if self.unicode or text.isascii():
            return text
        return text.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")

    def wrap(self, head: Words, body: Words, tail: Words = (), hanging: int = 0) -> str:
        """A head and then a body, wrapped under its first word (and `hanging`) where the line would get too wide.

        A tail follows on the same line where all fits on one, else on a line of its own.
        """
        margin = sum(shown_width(text) for text, _ in head)
        most = max(self.width or 0, margin + 24)
        whole = [*_words(body), *_words(tail)]
        fits = not self.width or margin + sum(shown_width(word) + 1 for word, _ in whole) - 1 <= most
        parts = [whole] if fits else [part for part in (_words(body), _words(tail)) if part]
        lines = [
            line for number, part in enumerate(parts) for line in self._lines(part, margin, most, 2 * number or hanging)
        ]
        first = "".join(self.paint(text, color) for text, color in head) + (lines[0] if lines else "")
        return "\n".join([first, *(" " * margin + line for line in lines[1:])]).replace(NO_BREAK, " ")

    def _lines(self, words: Words, margin: int, most: int, hanging: int) -> Iterator[str]:
        """The words in lines of at most `most` columns, of which `margin` are taken; all but the first hang in."""
        line: list[tuple[str, str]] = []
        used = margin
        for word, color in words:
            wide = shown_width(word)
            if self.width and line and used + 1 + wide > most:
                yield self._painted(line)
                line, used = [(" " * hanging, "")] if hanging else [], margin + hanging
            elif line:
                word, used = f" {word}", used + 1  # noqa: PLW2901
            if line and line[-1][1] == color:
                line[-1] = line[-1][0] + word, color
            else:
                line.append((word, color))
            used += wide
        if line:
            yield self._painted(line)

    def _painted(self, pieces: Words) -> str:
        return "".join(self.paint(text, color) for text, color in pieces)


def _words(texts: Words) -> list[tuple[str, str]]:
    return [(word, color) for text, color in texts for word in _TOGETHER.sub(NO_BREAK, text).split(" ") if word]


def commandless(text: str) -> str:
    """The text with nothing that a runner of GitHub Actions takes for a command.

    Those of the old form count anywhere in a line: https://github.com/actions/runner, ActionCommand.cs.
    """
    return text.replace("##[", "## [").replace("::", ": :")


def shown_width(text: str) -> int:
    """The columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(match[0]) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )
