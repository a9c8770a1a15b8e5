"""Texts as Markdown shows them as they are: nothing of what a report quotes is read as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable

from litellm_harden.report.style import Style

_WORD = re.compile(r"""([("'“]*)(.*?)([)"'”.,;:!?]*)""")
"""A word between its opening and closing marks."""
_PLAIN = re.compile(r"(?:[^\W_]|→|…)(?:[\w…→–./,'’%+-]*(?:[^\W_]|[%…→]))?|[–—=%]?")
"""What Markdown takes as it is, assignments aside."""
_VALUE = r"(?:\d|LH\d|[A-Za-z_]\w*=)\S*"
_WHOLE = re.compile(
    r"(?<!\S)\S*?\$\{(?:[^{}]|\{[^{}]*\})*\}\S*"
    r"|(?<![^\s(\"'“])(?:"
    rf"lh (?:checklist|explain|fix|lint|rules|show|undo)(?: LH\d+)?(?: --[\w-]+(?: {_VALUE})?)*"
    r"|(?:curl|python3|wget) https?://\S+"
    rf"|--[\w-]+ {_VALUE})"
)
"""One piece of code for all its blanks: a reference, a command of lh, a check by URL, an option with its value."""
_JOINED = "\0"
"""Stands for the blanks of such a piece while the words around it are told apart; texts hold no NUL by then."""
_LINKED = re.compile(r"(?i)gh-\d|www\.")
"""Of that, what GitHub would link."""
_NUMBERED = re.compile(r"\d+[.)]+|[=]+")
"""What would start a numbered list, or underline a heading, as the first word of a line."""


def safe(text: str) -> str:
    """A text on one line, read as itself: words that could mean something in Markdown become code."""
    return _safe(text, code)


def cell(text: str) -> str:
    """The same, to stand in a cell of a table."""
    return _safe(text, cell_code)


def cell_code(text: str) -> str:
    """A text as inline code, to stand in a cell of a table, which a `|` would end even in there."""
    if "|" not in text:
        return code(text)
    inert = "".join(
        f"&#{ord(char)};" if char.isascii() and char != " " and not char.isalnum() else char for char in text
    )
    return f"<code>{inert}</code>"


def code(text: str) -> str:
    """A text as inline code, whatever backticks it holds."""
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


def _safe(text: str, as_code: Callable[[str], str]) -> str:
    joined = _WHOLE.sub(lambda piece: piece[0].replace(" ", _JOINED), Style().plain(text))
    words = [word for word in joined.split(" ") if word]
    shown = [_word(word, as_code) for word in words]
    if words and _NUMBERED.fullmatch(words[0]):
        shown[0] = as_code(words[0])
    return " ".join(shown)


def _word(word: str, as_code: Callable[[str], str]) -> str:
    parts = _WORD.fullmatch(word)
    before, inner, after = parts.groups() if parts else ("", word, "")
    plain = _PLAIN.fullmatch(inner) and not _LINKED.search(inner)
    return before + (inner if plain else as_code(inner.replace(_JOINED, " "))) + after
