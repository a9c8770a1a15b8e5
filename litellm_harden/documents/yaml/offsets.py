"""Where each character of a string is written, through quotes, escapes and folds."""

from __future__ import annotations

import re

from litellm_harden.documents.yaml.layout import BREAK, Layout
from litellm_harden.documents.yaml.nodes import Scalar
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

_SPACE = pattern("[ \t\n\r\x85\u2028\u2029]+")
_ESCAPES = {
    **{"0": "\0", "a": "\a", "b": "\b", "t": "\t", "\t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "e": "\x1b"},
    **{" ": " ", '"': '"', "/": "/", "\\": "\\", "N": "\x85", "_": "\xa0", "L": "\u2028", "P": "\u2029"},
}
_HEX = {"x": 2, "u": 4, "U": 8}

Written = list[tuple[str, int]]
"""Characters of the value, each with the offset at which it is written."""


def offsets(layout: Layout, scalar: Scalar) -> list[int] | None:
    """The offset of each character of the value, and behind the last one the offset at which the value ends.

    None where the text does not map to the value character by character.
    """
    if scalar.style in {"|", ">"}:
        end = layout.content_end(scalar)
        written = _block(layout, scalar)[: len(scalar.value)]
    else:
        quoted = 1 if scalar.style else 0
        end = scalar.end - quoted
        written = _flow(layout.text, scalar.open + quoted, end, scalar.style)
    if "".join(char for char, _ in written) != scalar.value:
        return None
    return [*(offset for _, offset in written), end]


def _flow(text: str, at: int, end: int, style: str) -> Written:
    written: Written = []
    while at < end:
        char = text[at]
        if (blank := _SPACE.match(text, at, end)) is not None:
            written += _fold(text, at, blank.end())
            at = blank.end()
        elif style == '"' and char == "\\":
            found, width = _escape(text, at, end)
            written += [(found, at)] if found else []
            at += width
        else:
            written.append((char, at))
            at += 2 if style == "'" and char == "'" else 1
    return written


def _fold(text: str, start: int, end: int) -> Written:
    """Blanks: as they are within a line; over lines, one line end is a space, and more are one fewer."""
    breaks = [found.start() for found in re.compile(BREAK).finditer(text, start, end)]
    if not breaks:
        return [(text[at], at) for at in range(start, end)]
    return [("\n", at) for at in breaks[1:]] or [(" ", start)]


def _escape(text: str, at: int, end: int) -> tuple[str, int]:
    """What an escape stands for (nothing, for an escaped line end) and its width."""
    letter = text[at + 1]
    if letter in _HEX:
        digits = text[at + 2 : at + 2 + _HEX[letter]]
        return chr(int(digits, 16)), 2 + len(digits)
    if (blank := _SPACE.match(text, at + 1, end)) is not None and re.compile(BREAK).match(text, at + 1):
        return "", blank.end() - at
    return _ESCAPES.get(letter, letter), 2


class _Line(Record):
    start: int
    text: str
    end: int

    @property
    def folds(self) -> bool:
        """Whether the line may be joined with its neighbours."""
        return bool(self.text) and self.text[0] not in " \t"


def _block(layout: Layout, scalar: Scalar) -> Written:
    lines = _body(layout, scalar)
    written: Written = []
    for index, line in enumerate(lines):
        written += [(char, line.start + at) for at, char in enumerate(line.text)]
        following = next((later for later in lines[index + 1 :] if later.text), None)
        if scalar.style == ">" and line.folds and following is not None and following.folds:
            written += [(" ", line.end)] if lines[index + 1].text else []
        else:
            written.append(("\n", line.end))
    return written


def _body(layout: Layout, scalar: Scalar) -> list[_Line]:
    """The lines of a block scalar without their indentation."""
    text, start = layout.text, layout.next_line(scalar.open)
    indent = layout.block_indentation(scalar)
    lines = []
    while start < scalar.end:
        end = min(layout.line_end(start), scalar.end)
        lines.append(_Line(min(start + indent, end), text[start + indent : end], end))
        start = layout.next_line(start)
    return lines
