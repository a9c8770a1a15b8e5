"""How rules speak of values, changes and near misses: one line, plain, never longer than a line can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including, Renamed, Secret

LONGEST = 60
_LONGEST_CONTAINER = 400


def shown(value: object) -> str:
    """A value as its owner would recognise it."""
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | dict):
        return _cut(_pieces(value))
    if isinstance(value, int | float):
        return f"{value:g}" if abs(value) < 1e6 and isinstance(value, float) else str(value)
    text = str(value)
    plain = text.isprintable() and text == text.strip() and text
    if text.lower() in ("true", "false", "null", "none"):
        return f'"{text}"'
    return (text if plain else repr(text))[:LONGEST]


def _pieces(value: object) -> Iterator[str]:
    """The text of a container in pieces; one that holds itself, or much by few anchors, never ends."""
    if isinstance(value, list):
        yield "["
        for number, item in enumerate(value):
            yield ", " if number else ""
            yield from _pieces(item)
        yield "]"
    elif isinstance(value, dict):
        yield "{"
        for number, (key, item) in enumerate(value.items()):
            yield f"{', ' if number else ''}{key}: "
            yield from _pieces(item)
        yield "}"
    else:
        yield shown(value)


def _cut(pieces: Iterable[str]) -> str:
    text = ""
    for piece in pieces:
        text += piece
        if len(text) > _LONGEST_CONTAINER:
            return f"{text[:_LONGEST_CONTAINER]}…"
    return text


def counted(number: int, noun: str) -> str:
    """ "1 worker", "4 workers"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def describe(changes: Iterable[Change]) -> str:
    """The changes as an imperative clause."""
    return ", ".join(_describe(change) for change in changes)


def _describe(change: Change) -> str:
    kind, _, name = change.address.partition(":")
    key = config_path(change.address)[-1] if '"' in name else name.rpartition(".")[2] or kind
    if change.value is ABSENT:
        return f"remove {key}"
    if isinstance(change.value, Including):
        return f"add {shown(change.value.item)} to {key}"
    if isinstance(change.value, Excluding):
        return f"take {shown(change.value.item)} out of {key}"
    if isinstance(change.value, Renamed):
        return f"rename {key} to {change.value.key}"
    if isinstance(change.value, Secret):
        return f"set {name}"
    if kind == "env":
        return f"set {name}={change.value}"
    if kind == "arg":
        return f"pass {name}" if change.value is True else f"pass {name} {shown(change.value)}"
    return f"set {key} to {shown(change.value)}"


def nearest(word: str, known: Iterable[str]) -> str:
    """ ", did you mean X?" for the known word most like `word`, or nothing."""
    import difflib

    found = difflib.get_close_matches(word, list(known), 1, 0.5)
    return f", did you mean {found[0]}?" if found else ""
