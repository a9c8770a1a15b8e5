"""What a plain scalar means to its reader: PyYAML's safe_load (YAML 1.1) or Compose's go yaml.v3."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, timedelta

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = dict.fromkeys(("true", "True", "TRUE"), True) | dict.fromkeys(("false", "False", "FALSE"), False)
_TRUTHS_11 = (
    _TRUTHS
    | dict.fromkeys(("yes", "Yes", "YES", "on", "On", "ON"), True)
    | dict.fromkeys(("no", "No", "NO", "off", "Off", "OFF"), False)
)
_MOST_DIGITS = 4300
"""Decimal digits of a whole number: Python, and with it PyYAML, makes no longer ones of decimals. What others it might
make of other bases and of `1:59:59…` is no number that LiteLLM could use."""
_NUMERIC = frozenset("+-.0123456789")

# Compiled by re at first use, and kept there: most files need few of them.
_FLOAT_11 = (
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
    r"|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_INT_11 = (
    r"[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+"
)
_TIME_11 = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)
_TIME_PARTS = (
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?"
    r"(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?)?"
)
_TIME_GO = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:[Tt][0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})"
    r"| [0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?)?"
)
_FLOAT_GO = r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
_INT_GO = r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"


def yaml11(text: str) -> object:
    """A plain scalar as PyYAML's safe_load reads it. Raises ValueError for one that makes it fail."""
    if text[:1] in _NUMERIC:
        return _number_11(text)
    if text in _TRUTHS_11:
        return _TRUTHS_11[text]
    if text in _NULLS:
        return None
    if text in {"=", "<<"}:
        raise ValueError
    return text


def compose(text: str) -> object:
    """A plain scalar as Compose reads it. Raises ValueError for a date that is none."""
    if text[:1] in _NUMERIC:
        return _number_go(text)
    if text in _TRUTHS:
        return _TRUTHS[text]
    return None if text in _NULLS else text


def means_itself(text: str) -> bool:
    """Whether a plain scalar is this very string to both readers."""
    try:
        return yaml11(text) == text and compose(text) == text
    except ValueError:
        return False


def int11(text: str) -> int:
    """The int that PyYAML makes of `text`. Raises ValueError."""
    if len(text) > _MOST_DIGITS:
        raise ValueError
    digits = text.replace("_", "")
    sign = -1 if digits[:1] == "-" else 1
    digits = digits[1:] if digits[:1] in {"+", "-"} else digits
    if digits.startswith("0b"):
        return sign * int(digits[2:], 2)
    if digits.startswith("0x"):
        return sign * int(digits[2:], 16)
    if digits[:1] == "0" and digits != "0":
        return sign * int(digits, 8)
    value = 0
    for part in digits.split(":"):
        value = value * 60 + int(part)
    return sign * value


def float11(text: str) -> float:
    """The float that PyYAML makes of `text`. Raises ValueError."""
    if len(text) > _MOST_DIGITS:
        raise ValueError
    digits = text.replace("_", "").lower()
    sign = -1 if digits[:1] == "-" else 1
    digits = digits[1:] if digits[:1] in {"+", "-"} else digits
    if digits in {".inf", ".nan"}:
        return sign * float(digits[1:])
    if ":" not in digits:
        return sign * float(digits)
    value, base = 0.0, 1.0
    for part in reversed(digits.split(":")):
        value += float(part) * base  # which PyYAML computes with whole numbers, until they are too large for that
        base *= 60.0
    return sign * value


def bool11(text: str) -> bool:
    """The bool that PyYAML makes of `text`. Raises ValueError."""
    known = {word.lower(): truth for word, truth in _TRUTHS_11.items()}
    if text.lower() not in known:
        raise ValueError
    return known[text.lower()]


def timestamp(text: str) -> date:
    """The date or datetime that is written. Raises ValueError for one that does not exist."""
    from datetime import date, datetime, timezone

    found = re.fullmatch(_TIME_PARTS, text)
    if found is None:
        raise ValueError
    year, month, day = (int(part) for part in found.group(1, 2, 3))
    if found[4] is None:
        return date(year, month, day)
    hour, minute, second = (int(part) for part in found.group(4, 5, 6))
    zone = None
    if found[9]:
        zone = timezone(_offset(found[9], int(found[10]), int(found[11] or 0)))
    elif found[8]:
        zone = timezone.utc
    return datetime(year, month, day, hour, minute, second, int((found[7] or "")[:6].ljust(6, "0")), zone)


def _offset(sign: str, hours: int, minutes: int) -> timedelta:
    from datetime import timedelta

    offset = timedelta(hours=hours, minutes=minutes)
    return -offset if sign == "-" else offset


def _number_11(text: str) -> object:
    if re.fullmatch(_FLOAT_11, text):
        return float11(text)
    if re.fullmatch(_INT_11, text):
        return int11(text)
    return timestamp(text) if re.fullmatch(_TIME_11, text) else text


def _number_go(text: str) -> object:
    if re.fullmatch(_TIME_GO, text):
        try:
            return timestamp(text)
        except ValueError:
            return text
    lower = text.lower()
    if lower.lstrip("+-") in {".inf", ".nan"}:
        words = {".inf", ".Inf", ".INF"} | {".nan", ".NaN", ".NAN"}
        known = text in words or (text[:1] in "+-" and text[1:] in words and lower.endswith("inf"))
        return float(lower.replace(".", "")) if known else text
    plain = text.replace("_", "")
    if len(plain) <= _MOST_DIGITS and (found := re.fullmatch(_INT_GO, plain)) is not None:
        value = _integer(*found.groups())
        if -(2**63) <= value < 2**64:
            return value
    return float(plain) if re.fullmatch(_FLOAT_GO, plain) else text


def _integer(sign: str, hexadecimal: str | None, binary: str | None, octal: str | None, decimal: str | None) -> int:
    for digits, base in ((hexadecimal, 16), (binary, 2), (octal, 8)):
        if digits is not None:
            value = int(digits, base)
            break
    else:
        value = int(decimal or "0")
    return -value if sign == "-" else value
