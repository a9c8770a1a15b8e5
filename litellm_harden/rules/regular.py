"""Regular expressions that cannot be made to take forever: whatever the expression, time is linear in the text.

Python's own matcher tries one way after another, and `(a+)+b` makes it try 2^60 of them on sixty times `a`. Here all
ways are followed at once, a character at a time (Glushkov's automaton, its states sets of places in the expression).
What this cannot do is refused: references back, and lookarounds but for a `(?!…)` in front.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import Any

from litellm_harden.record import Record

LONGEST = 1000
"""Characters of an expression."""
MOST_PLACES = 1000
"""Places for a character, after `{m,n}` is written out."""
_MOST_STEPS = 10_000
"""Parts of an expression that are looked at, after `{m,n}` is written out."""
_MOST_KEPT = 10_000
"""Transitions that are kept for the texts to come."""

_ANYTHING = r"[\s\S]*"
_STARTS, _ENDS = ("AT_BEGINNING", "AT_BEGINNING_STRING"), ("AT_END", "AT_END_STRING")
_CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}


class Unsupported(ValueError):
    """An expression that is none, or that cannot be matched in linear time."""


class Expression:
    """A regular expression, for whole texts. Raises Unsupported."""

    def __init__(self, text: str) -> None:
        tree, flags = _parsed(text)
        tree = _without_anchors(tree)
        self._excluded: _Automaton | None = None
        if tree and tree[0][0].name == "ASSERT_NOT" and tree[0][1][0] == 1:
            excluded = list(tree.pop(0)[1][1])
            whole = excluded != _without_anchors(excluded)
            rest = [] if whole else _parsed(_ANYTHING)[0]
            self._excluded = _Automaton([*_without_anchors(excluded), *rest], flags)
        self._automaton = _Automaton(tree, flags)

    def matches(self, text: str) -> bool:
        """Whether the whole text is of this form."""
        excluded = self._excluded is not None and self._excluded.accepts(text)
        return not excluded and self._automaton.accepts(text)


@lru_cache(maxsize=256)
def expression(text: str) -> Expression:
    """The expression, made once. Raises Unsupported."""
    return Expression(text)


def _parsed(text: str) -> tuple[list[Any], int]:
    """Python's own tree of the expression, pairs of an operation and what it is about; and the flags of all of it."""
    if len(text) > LONGEST:
        raise Unsupported(f"is longer than {LONGEST} characters")
    parser = import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")
    try:
        tree = parser.parse(text)
    except (re.error, OverflowError) as error:
        raise Unsupported(f"is no regular expression: {error}") from None
    except RecursionError:
        raise Unsupported("nests too deeply") from None
    return list(tree), tree.state.flags


class _Part(Record):
    """A part of an expression: whether it may be empty, and the places at which it may start and end, as bits."""

    empty: bool
    first: int
    last: int


_EMPTY = _Part(True, 0, 0)


class _Automaton:
    """Place 0 stands before the text; the others each stand for one character that the expression asks for."""

    def __init__(self, tree: Iterable[Any], flags: int) -> None:
        self._holds: list[Callable[[str], object]] = [lambda _: False]
        self._next = [0]
        self._steps = 0
        whole = self._sequence(tree, flags)
        self._next[0] = whole.first
        self._accepting = whole.last | whole.empty
        self._kept: dict[tuple[int, str], int] = {}

    def accepts(self, text: str) -> bool:
        """Whether the whole text leads to an end."""
        state, kept = 1, self._kept
        for character in text:
            known = kept.get((state, character))
            state = self._after(state, character) if known is None else known
            if not state:
                return False
        return bool(state & self._accepting)

    def _after(self, state: int, character: str) -> int:
        reached = 0
        for place in _places(state):
            reached |= self._next[place]
        found = sum(1 << place for place in _places(reached) if self._holds[place](character))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[state, character] = found
        return found

    def _sequence(self, items: Iterable[Any], flags: int) -> _Part:
        self._steps += 1
        if self._steps > _MOST_STEPS:
            raise Unsupported("is too large")
        whole = _EMPTY
        for operation, about in items:
            whole = self._joined(whole, self._part(operation.name, about, flags))
        return whole

    def _part(self, operation: str, about: Any, flags: int) -> _Part:
        if operation in ("LITERAL", "NOT_LITERAL", "ANY", "IN"):
            return self._place(_source(operation, about), flags)
        if operation == "BRANCH":
            return _either(*(self._sequence(branch, flags) for branch in about[1]))
        if operation == "SUBPATTERN":
            _, added, removed, items = about
            return self._sequence(items, (flags | added) & ~removed)
        if operation in ("MAX_REPEAT", "MIN_REPEAT"):
            least, most, items = about
            return self._repeat(least, most, items, flags)
        kinds = {"AT": "^, $ or \\b in the middle", "GROUPREF": "a reference back"}
        raise Unsupported(f"holds {kinds.get(operation, 'a lookaround, or another construct')}, which is not supported")

    def _repeat(self, least: int, most: Any, items: Any, flags: int) -> _Part:
        whole = _EMPTY
        for _ in range(least):
            whole = self._joined(whole, self._sequence(items, flags))
        if isinstance(most, int) and str(most) != "MAXREPEAT":
            for _ in range(most - least):
                whole = self._joined(whole, _either(_EMPTY, self._sequence(items, flags)))
            return whole
        again = self._sequence(items, flags)
        self._join(again.last, again.first)
        return self._joined(whole, _either(_EMPTY, again))

    def _place(self, source: str, flags: int) -> _Part:
        if len(self._holds) > MOST_PLACES:
            raise Unsupported(f"asks for more than {MOST_PLACES} characters in all")
        place = 1 << len(self._holds)
        self._holds.append(re.compile(source, flags & (re.I | re.S | re.A)).match)
        self._next.append(0)
        return _Part(False, place, place)

    def _joined(self, left: _Part, right: _Part) -> _Part:
        self._join(left.last, right.first)
        return _Part(
            left.empty and right.empty,
            left.first | right.first if left.empty else left.first,
            left.last | right.last if right.empty else right.last,
        )

    def _join(self, ends: int, starts: int) -> None:
        for place in _places(ends):
            self._next[place] |= starts


def _either(*parts: _Part) -> _Part:
    first = last = 0
    for part in parts:
        first, last = first | part.first, last | part.last
    return _Part(any(part.empty for part in parts), first, last)


def _places(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _without_anchors(items: list[Any]) -> list[Any]:
    """Without a `^` at the start and a `$` at the end: it is about the whole text anyhow."""
    if items and items[0][0].name == "AT" and items[0][1].name in _STARTS:
        items = items[1:]
    if items and items[-1][0].name == "AT" and items[-1][1].name in _ENDS:
        items = items[:-1]
    return items


def _source(operation: str, about: Any) -> str:
    """An expression for one character, as Python writes it."""
    if operation == "ANY":
        return "."
    if operation in ("LITERAL", "NOT_LITERAL"):
        return f"[{'^' if operation == 'NOT_LITERAL' else ''}{_escaped(about)}]"
    return "[" + "".join(_member(kind.name, value) for kind, value in about) + "]"


def _member(kind: str, value: Any) -> str:
    if kind == "NEGATE":
        return "^"
    if kind == "RANGE":
        return f"{_escaped(value[0])}-{_escaped(value[1])}"
    if kind == "CATEGORY":
        _, _, name = value.name.partition("_")
        plain = _CATEGORIES[name.removeprefix("NOT_")]
        return plain.upper() if name.startswith("NOT_") else plain
    return _escaped(value)


def _escaped(code: int) -> str:
    return f"\\U{code:08x}"
