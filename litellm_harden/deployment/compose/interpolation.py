"""`${NAME}` and its forms, as Compose substitutes them in values."""

from __future__ import annotations

import re
from collections.abc import Callable

from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

DEEPEST = 32
"""Defaults inside defaults; deeper ones are not followed."""

MOST_ADDED = 128 * 1024
"""Characters by which substitutions may lengthen one text: Linux passes no longer variable to a program (execve(2),
MAX_ARG_STRLEN)."""

MOST_ADDED_IN_ALL = 64 * MOST_ADDED
"""Characters by which they may lengthen all texts that one `Interpolator` is given."""

_MOST_REASONS = 5

_TOKEN = pattern(r"\$(?:(?P<escaped>\$)|(?P<name>[A-Za-z_]\w*)|(?P<brace>\{))", re.ASCII)
_BRACE = pattern(r"\$\{|\}")
_EXPRESSION = pattern(r"(?P<name>[A-Za-z_]\w*)(?:(?P<operator>:?[-?+])(?P<operand>.*))?", re.ASCII | re.DOTALL)
_NAME = pattern(r"[A-Za-z_]\w*", re.ASCII)


class Interpolated(Record):
    """A text after substitution. `unknown` says what could not be resolved, "" if all was; it stays `${NAME}`."""

    text: str
    unknown: str = ""


Lookup = Callable[[str], "Interpolated | None"]
"""The value of a name, or None where nothing here sets it."""


def interpolate(text: str, lookup: Lookup) -> Interpolated:
    """`text` with every `$NAME`, `${NAME}`, `${NAME:-default}`, … substituted and `$$` made `$`.

    A name that `lookup` does not know makes the whole text unknown, unless the expression says what is to stand there
    then (`${NAME-default}`, `${NAME+replacement}`), as does a `${` that is no valid expression. Any other `$`, as in
    `$(`, is kept.
    """
    return Interpolated(text) if "$" not in text else _interpolate(text, lookup, DEEPEST)


class Interpolator:
    """Substitutes in the texts of one file, which may say the same long value over and over."""

    __slots__ = ("_left", "_lookup")

    def __init__(self, lookup: Lookup) -> None:
        self._lookup, self._left = lookup, MOST_ADDED_IN_ALL

    def __call__(self, text: str) -> Interpolated:
        """As `interpolate`; unknown once all the texts have grown by too much."""
        found = interpolate(text, self._lookup)
        self._left -= max(len(found.text) - len(text), 0)
        return found if self._left >= 0 else _TOO_LONG


def _interpolate(text: str, lookup: Lookup, depth: int) -> Interpolated:
    pieces: list[str] = []
    reasons: dict[str, None] = {}
    at, length = 0, 0
    while match := _TOKEN.search(text, at):
        pieces.append(text[at : match.start()])
        at = match.end()
        if match["escaped"]:
            found = Interpolated("$")
        elif match["name"]:
            found = lookup(match["name"]) or _unset(match["name"])
        else:
            end = _closing_brace(text, at)
            found = _expression(text[at:end], lookup, depth) if end < len(text) else _malformed(text[at:])
            at = end + 1
        pieces.append(found.text)
        length += len(found.text)
        if length > len(text) + MOST_ADDED:
            return _TOO_LONG
        if found.unknown and len(reasons) < _MOST_REASONS:
            reasons[found.unknown] = None
    pieces.append(text[at:])
    return Interpolated("".join(pieces), "; ".join(reasons))


_TOO_LONG = Interpolated("${…}", "its substitutions come to too much text")


def _closing_brace(text: str, at: int) -> int:
    """The offset of the brace that closes the one before `at`, or the length of the text."""
    opened = 1
    for brace in _BRACE.finditer(text, at):
        opened += 1 if brace[0] == "${" else -1
        if not opened:
            return brace.start()
    return len(text)


def _expression(body: str, lookup: Lookup, depth: int) -> Interpolated:
    match = _EXPRESSION.fullmatch(body)
    if match is None:
        return _malformed(body)
    name, operator, operand = match["name"], match["operator"] or "", match["operand"] or ""
    found = lookup(name)
    if found is not None and found.unknown:
        return Interpolated(f"${{{name}}}", found.unknown)
    given = found is not None and bool(found.text or not operator.startswith(":"))
    kind = operator[-1:]
    if (kind == "-" and not given) or (kind == "+" and given):
        if not depth:
            return Interpolated(f"${{{name}}}", f"the default of ${{{name}}} is nested too deeply")
        return _interpolate(operand, lookup, depth - 1)
    if kind == "+":
        return Interpolated("")
    if found is None:
        return _unset(name)
    if kind == "?" and not given:
        return Interpolated(f"${{{name}}}", f"${{{name}}} is required and empty")
    return found


def _unset(name: str) -> Interpolated:
    return Interpolated(f"${{{name}}}", f"${{{name}}} is set nowhere here")


def _malformed(body: str) -> Interpolated:
    """Names the variable at most: the rest of the expression may be a secret."""
    match = _NAME.match(body)
    shown = f"${{{match[0]}…" if match else "${…"
    return Interpolated(shown, f"{shown} is no valid substitution")
