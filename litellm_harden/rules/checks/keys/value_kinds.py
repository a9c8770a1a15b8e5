"""The kinds of values: whether one is of a kind, how it is called, and what was meant by one of another kind."""

from __future__ import annotations

from collections.abc import Callable

from litellm_harden.litellm.values import (
    BOOLEAN,
    COUNT,
    LIST,
    MAPPING,
    NUMBER,
    NUMERAL,
    SWITCH_OFF,
    SWITCH_ON,
    TEXT,
    WHOLE,
)
from litellm_harden.rules.expect import number
from litellm_harden.rules.words import shown

_YES = ("true", "yes", "on", "1")
_NO = ("false", "no", "off", "0")


def fits(value: object, kind: str) -> bool:
    """Whether LiteLLM can use the value as what it wants, or takes it for what it says; what is empty fits all."""
    return _FITS[kind](value)


def named(value: object, hidden: bool = False) -> str:
    """A value with what it is; `hidden` leaves out the value itself."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "a text" if hidden else f"the text {shown(value)}"
    if isinstance(value, bool):
        return "a boolean" if hidden else shown(value)
    if isinstance(value, int | float):
        return "a number" if hidden else f"the number {value}"  # 3.0 is not 3
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return "a date"


def repaired(value: object, kind: str) -> object | None:
    """The value of that kind that was meant; None where only its owner knows."""
    if kind in (SWITCH_ON, SWITCH_OFF, BOOLEAN):
        return _word(value) in _YES if _word(value) in (*_YES, *_NO) else None
    if kind not in (WHOLE, NUMBER):
        return None
    found = number(value)
    if found is None:
        return None
    return int(found) if float(found).is_integer() else found if kind == NUMBER else None


def _word(value: object) -> str:
    return str(value).strip().lower()


def _whole(value: object) -> bool:
    return isinstance(value, int)


def _numeral(value: object) -> bool:
    found = number(value)
    return found is not None and float(found).is_integer()


_FITS: dict[str, Callable[[object], bool]] = {
    WHOLE: _whole,
    NUMBER: lambda value: isinstance(value, int | float),
    NUMERAL: lambda value: isinstance(value, bool) or number(value) is not None,
    COUNT: lambda value: isinstance(value, bool) or _numeral(value),
    SWITCH_ON: lambda value: isinstance(value, bool) or _word(value) not in _YES,
    SWITCH_OFF: lambda value: not isinstance(value, str) or _word(value) not in _NO,
    BOOLEAN: lambda value: isinstance(value, bool),
    MAPPING: lambda value: isinstance(value, dict) or value in ("", 0, []),
    LIST: lambda value: isinstance(value, list) or value in ("", 0, {}),
    TEXT: lambda value: isinstance(value, str),
}
