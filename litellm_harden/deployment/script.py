"""How a shell script ends, given how each of its commands does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

from litellm_harden.documents.argv_shell import Token, shell_words
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

Lookup = Callable[[str], "str | None"]
"""The value of a variable in the container: "" where it is not set, None where that cannot be told."""

_REDIRECTION = pattern(r"&?[<>]+&?|#[^\n]*")
"""What stands between words and ends no command: the signs of a redirection, and comments."""
_OPERATOR = pattern(r"\|\||&&|[|&;\n()]")
_VARIABLE = pattern(r"\$(?:\{(?P<name>\w+)(?:(?P<operator>:?-)(?P<default>[^{}$]*))?\}|(?P<plain>[A-Za-z_]\w*))")
_DEEPEST = 20
_OPEN = "'"
"""Stands behind a quote that is never closed, as an operator that no script has."""


class Command(Record):
    """The words of a simple command, where its redirections lead, and whether its output goes to another command."""

    words: list[Token]
    targets: list[str]
    piped: bool


class Ending(Record):
    """The status of a command (None: that of the command before) and whether it ends the shell."""

    status: int | None
    exits: bool = False


def split(text: str) -> list[Command | str]:
    """The simple commands of a script and, as texts, the operators around them."""
    parts: list[Command | str] = []
    for words, targets, operators in _pieces(text):
        if words or targets:
            parts.append(Command(words, targets, operators[:1] == ["|"]))
        for operator in operators:
            # A line that ends behind an operator goes on.
            if operator != "\n" or (parts and (not isinstance(parts[-1], str) or parts[-1] == ")")):
                parts.append(";" if operator == "\n" else operator)
    return parts


def expanded(token: Token, lookup: Lookup) -> str | None:
    """A word with the container's variables filled in and its quotes gone; None where one cannot be told."""
    if not token.expands:
        return token.text
    text = token.text.strip("'\"")
    pieces, at = [], 0
    for match in _VARIABLE.finditer(text):
        value = lookup(match["name"] or match["plain"])
        if value is None:
            return None
        pieces += [text[at : match.start()], value or match["default"] or ""]
        at = match.end()
    return "".join([*pieces, text[at:]])


def ending(parts: Sequence[Ending | str]) -> int | None:
    """The status with which a script ends, its commands replaced by their endings; None where it is not understood."""
    if parts.count("(") > _DEEPEST:
        return None
    run = _Run(parts)
    try:
        found = run.sequence(0)
    except ValueError:
        return None
    return found.status if run.next is None else None


def _pieces(text: str) -> Iterator[tuple[list[Token], list[str], list[str]]]:
    tokens = shell_words(text, expanding=True).tokens
    yield [], [], _OPERATOR.findall(_REDIRECTION.sub("", text[: tokens[0].start] if tokens else text))
    words: list[Token] = []
    targets: list[str] = []
    target = "<" in text[: tokens[0].start] or ">" in text[: tokens[0].start] if tokens else False
    for token, following in zip_longest(tokens, tokens[1:]):
        gap = text[token.end : following.start if following is not None else len(text)]
        plain = _REDIRECTION.sub("", gap)
        descriptor = gap[:1] in ("<", ">") and token.text.isdigit()
        if target:
            targets.append(token.text)
        elif not descriptor:
            words.append(token)
        target = any(sign in gap.partition("#")[0] for sign in "<>")
        operators = _OPERATOR.findall(plain)
        if operators or following is None:
            yield words, targets, operators
            words, targets = [], []
    if tokens and shell_words(text[tokens[-1].start : tokens[-1].end], expanding=True).script:
        yield [], [], [_OPEN]


class _Run:
    """A shell that goes through a script once. Its methods raise ValueError for what is no script."""

    def __init__(self, parts: Sequence[Ending | str]) -> None:
        self.parts, self.at = parts, 0

    @property
    def next(self) -> Ending | str | None:
        return self.parts[self.at] if self.at < len(self.parts) else None

    def sequence(self, before: int) -> Ending:
        """Commands one after the other: the last one counts, or the first that ends the shell."""
        last = Ending(before)
        while self.next not in (None, ")"):
            found = self._choice(last)
            if self.next == "&":
                found = Ending(0)
            if self.next in (";", "&"):
                self.at += 1
            elif self.next not in (None, ")"):
                raise ValueError
            last = last if last.exits else found
        return last

    def _choice(self, before: Ending) -> Ending:
        result = self._pipe(before)
        while self.next in ("&&", "||"):
            after_failure = self.next == "||"
            self.at += 1
            following = self._pipe(result)
            if not result.exits and (result.status != 0) is after_failure:
                result = following
        return result

    def _pipe(self, before: Ending) -> Ending:
        result = self._unit(before)
        while self.next == "|":
            self.at += 1
            result = Ending(self._unit(Ending(0)).status)
        return result

    def _unit(self, before: Ending) -> Ending:
        part = self.next
        self.at += 1
        if part == "(":
            inner = self.sequence(before.status or 0)
            if self.next != ")":
                raise ValueError
            self.at += 1
            return Ending(inner.status)
        if part is None or isinstance(part, str):
            raise ValueError
        return Ending(before.status, part.exits) if part.status is None else part
