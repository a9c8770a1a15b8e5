"""The words of a Dockerfile line: `ENV` assignments and exec form, quoted and unquoted as Docker does it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern


class Word(Record):
    """A word of a line, quotes and escapes as written: its start and end in that line."""

    start: int
    end: int


def split_words(text: str, escape: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Cut at white space that is neither quoted nor escaped; a quote left open runs to the end."""
    escaped = re.escape(escape)
    double = rf'"(?:{escaped}.|[^"{escaped}])*(?:"|{escaped}?\Z)'
    single = r"'[^']*(?:'|\Z)"
    pattern = re.compile(rf"(?:{escaped}.|{double}|{single}|[^\s'\"{escaped}]|{escaped}\Z)+", re.DOTALL)
    stop = len(text) if end is None else end
    return [Word(*match.span()) for match in pattern.finditer(text, start, stop)]


def unquoted(raw: str, escape: str) -> str:
    """The text that Docker makes of a word, with variables left as written."""
    return _decode(raw, escape)[0]


def expands(raw: str, escape: str) -> bool:
    """Whether Docker would substitute a variable in the word."""
    return _decode(raw, escape)[1]


def _decode(raw: str, escape: str) -> tuple[str, bool]:
    """A word without its quotes and escapes, and whether a `$` in it starts a variable."""
    result: list[str] = []
    variable, quote, at = False, "", 0
    while at < len(raw):
        char = raw[at]
        following = raw[at + 1 : at + 2]
        if char == quote or (not quote and char in "'\""):
            quote = "" if quote else char
        elif char == escape and following and (not quote or (quote == '"' and following in ('"', "$", escape))):
            result.append(following)
            at += 1
        else:
            variable = variable or (
                char == "$" and quote != "'" and re.match(r"[A-Za-z0-9_{@*#]", following) is not None
            )
            result.append(char)
        at += 1
    return "".join(result), variable


_BARE = pattern(r"[\w./:@%+,=~\-]*")
_BARE_LEGACY = pattern(r"[\w./:@%+,=~\-][\w./:@%+,=~\- ]*(?<! )")


def quoted(value: str, escape: str, like: str = "", legacy: bool = False) -> str:
    """`value` as a word that Docker reads back as `value`, in the quotes of the word `like` where they fit."""
    quote = like[:1] if like[:1] in ("'", '"') and like[-1:] == like[:1] and len(like) > 1 else ""
    if quote == "'" and "'" not in value:
        return f"'{value}'"
    if not quote and (_BARE_LEGACY if legacy else _BARE).fullmatch(value):
        return value
    return '"' + re.sub(rf'(["${re.escape(escape)}])', lambda match: escape + match[1], value) + '"'


class Assignment(Record):
    """`NAME=value` in an ENV or ARG: offsets in the line, the value as Docker reads it, variables as written."""

    name: str
    value: str
    expands: bool
    word: Word
    raw: Word
    legacy: bool = False


def assignments(text: str, start: int, end: int, escape: str) -> list[Assignment] | None:
    """The variables that an ENV sets, in order; None where Docker would reject the line."""
    words = split_words(text, escape, start, end)
    if not words:
        return None
    if "=" not in text[words[0].start : words[0].end]:
        return _legacy(text, start, end, escape)
    found = []
    for word in words:
        name, equals, raw = text[word.start : word.end].partition("=")
        if not equals or not name:
            return None
        at = Word(word.end - len(raw), word.end)
        found.append(Assignment(unquoted(name, escape), *_decode(raw, escape), word, at))
    return found


def _legacy(text: str, start: int, end: int, escape: str) -> list[Assignment] | None:
    match = re.compile(r"(\S+)\s+").match(text, start, end)
    if not match or match.end() >= end:
        return None
    raw = Word(match.end(), end)
    value = _decode(text[raw.start : raw.end], escape)
    return [Assignment(match[1], *value, Word(start, end), raw, legacy=True)]


_STRING = pattern(r'"(?:[^"\\]|\\.)*"')


def exec_form(text: str, start: int, end: int) -> list[tuple[str, Word]] | None:
    """The strings of a JSON array with their places, quotes included; None where Docker would take the shell form."""
    import json

    if text[start : start + 1] != "[":
        return None
    try:
        values = json.loads(text[start:end])
    except (ValueError, RecursionError):
        return None
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        return None
    places = [Word(*match.span()) for match in _STRING.finditer(text, start, end)]
    return list(zip(values, places, strict=True))


_VARIABLE = pattern(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^{}]*))?\})")


MOST_ADDED = 4096
"""Characters by which the variables in a text may lengthen it, beyond doubling it: they may grow with every line."""


def substituted(text: str, variables: Mapping[str, str]) -> str:
    """`text` with `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}` replaced; unknown variables stay, and
    all where the text would get too long."""
    left = len(text) + MOST_ADDED

    def replace(match: re.Match[str]) -> str:
        nonlocal left
        left -= len(found := replacement(match))
        return found if left >= 0 else ""

    def replacement(match: re.Match[str]) -> str:
        name, operator, word = match[1] or match[2], match[3] or "", match[4] or ""
        known = variables.get(name)
        given = known is not None and (known != "" or ":" not in operator)
        if operator.endswith("+"):
            return word if given else ""
        if given and known is not None:
            return known
        return word if operator else match[0]

    found = _VARIABLE.sub(replace, text)
    return found if left >= 0 else text
