"""Command lines written as one string: their words by the shell's rules, and edits inside the string."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern

_BLANK = " \t\r\n"
_OPERATORS = "&|;<>()"
_PIECE = pattern(r"'[^']*'|\\.|\$\{[^}]*\}|`(?:\\.|[^`\\])*`|[^\s'\"\\&|;<>()`$]+|\$(?![({])", re.DOTALL)
_DOUBLE = pattern(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_BARE = pattern(r"[\w./:@%+,=~^-]+")
_COMPOSE_ESCAPES = {"n": "\n", "t": "\t"}
_EXPANDED = pattern(r"[$`]")


class Token(Record):
    """A word of a string: its text without quotes, its place in the string, and whether a shell would expand it."""

    text: str
    start: int
    end: int
    expands: bool


class Line(Record):
    """The words of a string. `script` says that operators, or quotes never closed, make it more than one command."""

    tokens: list[Token]
    script: bool


def shell_words(text: str, expanding: bool) -> Line:
    """Cut a command line into words.

    With `expanding`, as a shell does: words that hold `$` or backquotes are kept as written and marked, a comment ends
    the line. Without, as Compose does (compose-go, with go-shellwords): nothing expands, a backslash makes any
    character literal, be it a line end, and the words end at the first operator.
    """
    tokens: list[Token] = []
    script, at = False, 0
    while at < len(text):
        if text[at] in _BLANK:
            at += 1
        elif text[at] in _OPERATORS:
            script = True
            if not expanding:
                break
            at += 1
        elif text[at] == "#" and expanding:
            at = found if (found := text.find("\n", at)) >= 0 else len(text)
        else:
            end, closed = _word_end(text, at)
            script = script or not closed
            tokens.append(_token(text, at, end, expanding))
            at = end
    return Line(tokens, script)


def _word_end(text: str, at: int) -> tuple[int, bool]:
    """Where the word that starts at `at` ends, and whether all its quotes are closed."""
    while at < len(text) and text[at] not in _BLANK and text[at] not in _OPERATORS:
        if text.startswith("$(", at):
            end = _substitution_end(text, at)
            if end is None:
                return len(text), False
            at = end
        elif match := (_DOUBLE if text[at] == '"' else _PIECE).match(text, at):
            at = match.end()
        else:
            return len(text), False
    return at, True


def _substitution_end(text: str, at: int) -> int | None:
    """Behind the parenthesis that closes the `$(` at `at`."""
    depth = 0
    for match in re.compile(r"'[^']*'|\\.|[()]", re.DOTALL).finditer(text, at):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0 and match[0] == ")":
            return match.end()
    return None


def _token(text: str, start: int, end: int, expanding: bool) -> Token:
    decoded: list[str] = []
    raw = text[start:end]
    quote, at, variable = "", 0, False
    while at < len(raw):
        char = raw[at]
        if char == quote or (not quote and char in "'\""):
            quote = "" if quote else char
        elif char == "\\" and quote != "'" and at + 1 < len(raw):
            following = raw[at + 1]
            if expanding and quote and following not in '"\\$`':
                decoded.append(char)
            decoded.append(following if expanding else _COMPOSE_ESCAPES.get(following, following))
            at += 1
        else:
            variable = variable or (quote != "'" and _EXPANDED.match(char) is not None)
            decoded.append(char)
        at += 1
    if expanding and variable:
        return Token(raw, start, end, True)
    return Token("".join(decoded), start, end, False)


def shell_quoted(text: str, like: str = "") -> str:
    """`text` as one word of a command line, in the quotes of the word `like` where they fit."""
    quote = like[:1] if len(like) > 1 and like[:1] == like[-1:] else ""
    if quote == '"' and not re.search(r'["\\$`]', text):
        return f'"{text}"'
    if (quote != "'" and _BARE.fullmatch(text)) or "'" in text:
        return text if _BARE.fullmatch(text) else '"' + re.sub(r'(["\\$`])', r"\\\1", text) + '"'
    return f"'{text}'"


class TextWriter:
    """Edits of a command line inside a string.

    `place` gives the offset in the file of a position in the string, `written` the text as the string's own quoting
    wants it (None where it cannot hold it).
    """

    def __init__(
        self,
        text: str,
        tokens: Sequence[Token],
        place: Callable[[int, int], tuple[int, int]],
        written: Callable[[str], str | None],
    ) -> None:
        self.text, self.tokens, self.place, self.written = text, tokens, place, written

    def replace(self, index: int, text: str) -> Proposal:
        """Keep the word's own quotes."""
        token = self.tokens[index]
        return self._edit(token.start, token.end, shell_quoted(text, self.text[token.start : token.end]))

    def add(self, words: Sequence[str]) -> Proposal:
        """Behind the last word, inside the string."""
        new = " ".join(shell_quoted(word) for word in words)
        if not self.tokens:
            return Refusal("the command is empty")
        end = self.tokens[-1].end
        return self._edit(end, end, f" {new}")

    def drop(self, first: int, last: int) -> Proposal:
        """With the blanks before them."""
        if last - first + 1 == len(self.tokens):
            return Refusal("nothing would be left of the command")
        if first > 0:
            return self._edit(self.tokens[first - 1].end, self.tokens[last].end, "")
        return self._edit(self.tokens[first].start, self.tokens[last + 1].start, "")

    def _edit(self, start: int, end: int, text: str) -> Proposal:
        written = self.written(text)
        if written is None:
            return Refusal("the value does not fit into the way the command is written")
        return (Edit(*self.place(start, end), written),)
