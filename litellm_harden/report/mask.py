"""Hides the secrets of a run wherever a report could repeat one."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from typing import TypeVar

from litellm_harden.report.secrets import MASK, hide, is_literal, masked, merged, referred, secret_spans
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_address, is_secret_name
from litellm_harden.text.source import Span

T = TypeVar("T")

_WORD = pattern(r"\w+")
_COMMON = pattern(r"[A-Za-z]?[a-z]{0,10}|[A-Z]{1,11}|\d{1,5}|.{1,3}|LiteLLM|OpenAI|PostgreSQL")
_TELLING = 12
"""So much of a long secret's start is the secret: values are cut short before they are told."""
_MOST_PARTS = 1000
_LONGEST_WAY = 4
"""Variables that refer to each other, which are followed."""
_LAST = pattern(r"[.:]")


class Masker:
    """Knows the secrets that stand in `texts`.

    A secret that is an ordinary word or a short number (a password `postgres`) is hidden where it is written as a
    secret, and in what is said about a secret's address; elsewhere the word is only a word.
    """

    def __init__(self, texts: Iterable[str], given: Iterable[str] = (), hidden: Collection[str] = ()) -> None:
        """`given` are secrets besides those that the texts show by themselves, and may be none (a reference, a flag);
        `hidden` are more addresses than those that are named so."""
        self._texts, self._given, self._hidden = texts, given, hidden

    @cached_property
    def _read(self) -> tuple[str, ...]:
        return tuple(self._texts)

    @cached_property
    def _names(self) -> frozenset[str]:
        """The variables that are secrets since something secret refers to them."""
        names: frozenset[str] = frozenset()
        for _ in range(_LONGEST_WAY):
            found = {name for text in self._read for name in referred(text, names)}
            more = {name for name in found - names if not is_secret_name(name)}
            if not more:
                break
            names |= more
        return names

    @cached_property
    def _known(self) -> dict[str, set[str]]:
        """The secrets by the start of their first word."""
        known: dict[str, set[str]] = {}
        written = (text[span.start : span.end].strip() for text in self._read for span in self.spans(text))
        for secret in dict.fromkeys((*written, *self._given)):
            word = _WORD.search(secret)
            if word and is_literal(secret):
                known.setdefault(word[0][:_TELLING], set()).add(secret)
        return known

    def say(self, text: str, address: str = "") -> str:
        """What is said, about the setting at `address`, without secrets."""
        return hide(masked(text, self.repeated(text, address)))

    def repeated(self, text: str, address: str = "") -> list[Span]:
        """The spans of a text, about the setting at `address`, that repeat a secret."""
        found = {secret for word in _WORD.findall(text) for secret in self._known.get(word[:_TELLING], ())}
        if not self._is_secret(address):
            found = {secret for secret in found if not _COMMON.fullmatch(secret)}
        return merged(span for secret in found for span in _places(text, secret))

    def text(self, text: str) -> str:
        """A whole text with the secrets in it hidden. It keeps its lines."""
        return masked(text, self.spans(text))

    def spans(self, text: str) -> list[Span]:
        """The spans of a text that hold secrets, each on one line."""
        return secret_spans(text, self._names)

    def value(self, address: str, value: object) -> object:
        """A setting's value as JSON can hold it, without secrets; long ones are cut short."""
        return self._value(address, value, [_MOST_PARTS])

    def redacts(self, text: str, edit: Edit) -> bool:
        """Whether an edit of `text` writes a secret."""
        if not edit.text.strip():
            return False
        start = text.rfind("\n", 0, edit.start) + 1
        end = text.find("\n", edit.end)
        before = text[start : edit.start]
        snippet = before + edit.text + text[edit.end : len(text) if end < 0 else end]
        inserted = range(len(before), len(before) + len(edit.text))
        if any(span.start < inserted.stop and inserted.start < span.end for span in self.spans(snippet)):
            return True
        return self.say(edit.text) != edit.text

    def _is_secret(self, address: str) -> bool:
        return address in self._hidden or is_secret_address(address) or _LAST.split(address)[-1] in self._names

    def _value(self, address: str, value: object, left: list[int]) -> object:
        left[0] -= 1
        if left[0] < 0:
            return "…"
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, dict):
            return {
                self.say(str(key)): self._value(f"{address}.{key}", one, left)
                for key, one in _first(value.items(), left)
            }
        if isinstance(value, (list, tuple)):
            return [self._value(address, one, left) for one in _first(value, left)]
        if isinstance(value, (int, float)):
            finite = value == value and value not in (float("inf"), float("-inf"))  # noqa: PLR0124
            return MASK if self._is_secret(address) else value if finite else str(value)
        text = str(value)
        if self._is_secret(address) and is_literal(text):
            return hide(f"SECRET={text}").partition("=")[2] if text.startswith("${") else MASK
        return self.say(text, address)


def _first(parts: Iterable[T], left: list[int]) -> Iterator[T]:
    for part in parts:
        if left[0] <= 0:
            return
        yield part


def _places(text: str, secret: str) -> Iterator[Span]:
    """Where a text repeats a secret; of a long one, also what was cut off behind its start."""
    start, rest = secret[:_TELLING], secret[_TELLING:]
    begun = re.escape(start)
    pattern = rf"(?<!\w){begun}" if rest else rf"(?<!\w){begun}(?!\w)"
    at = 0
    for match in re.finditer(pattern, text):
        if match.start() < at:
            continue
        same = next((n for n, (a, b) in enumerate(zip(rest, text[match.end() :], strict=False)) if a != b), None)
        at = match.end() + (min(len(rest), len(text) - match.end()) if same is None else same)
        yield Span(match.start(), at)
