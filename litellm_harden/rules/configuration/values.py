"""The values of keys and options: what fits, and what to say of what does not."""

from __future__ import annotations

from typing import Any

from litellm_harden.litellm.versions import parse
from litellm_harden.rules.configuration.keys import MOST, NEVER, SEVERITIES, SEVERITY, Key
from litellm_harden.rules.model import Option, Severity
from litellm_harden.text.patterns import pattern

_PLAIN = pattern(r"[\w.*/+<>=~^@ -]{0,40}", flags=256)
_TOKEN = pattern(r"(?=\S*\d)\S{20,}|sk-|gh[pousr]_|hf_|gsk_|xox|AKIA|AIza|glpat|pplx|Bearer")
"""How a text looks that may be a secret, put where it does not belong."""
_LONGEST_VERSION = 80


class Wrong(ValueError):
    """A value that does not fit: a clause that can follow the key. It repeats nothing that may be a secret."""


def key_value(key: Key, value: object) -> Any:
    """The value of a key of lh.toml, as TOML gives it, checked: lists as tuples, severities as such. Raises Wrong."""
    if key.kind == "version":
        fits = isinstance(value, str) and len(value) <= _LONGEST_VERSION and parse(value) is not None
        return _checked(fits, value, 'a version such as "1.81.0"')
    if key.kind in ("count", "number"):
        whole = key.kind == "count"
        fits = _is_within(value, whole, key.minimum, key.maximum) and not (key.above and value == key.minimum)
        return _checked(fits, value, _number(whole, key.minimum, key.maximum, key.above))
    if key.kind == "flag":
        return _checked(isinstance(value, bool), value, "true or false")
    if key.kind == "severity":
        words = SEVERITIES if key is SEVERITY else (*SEVERITIES, NEVER)
        word = _checked(isinstance(value, str) and value in words, value, f"one of {', '.join(words)}")
        return None if word == NEVER else Severity[word.upper()]
    if key.kind == "file":
        return _checked(isinstance(value, str) and _is_path(value), value, "the name of a file")
    fits = isinstance(value, list) and all(isinstance(item, str) for item in value)
    texts: tuple[str, ...] = tuple(_checked(fits, value, "a list of strings"))
    if key.kind == "rules" and not all(map(_is_plain, texts)):
        raise Wrong("names what is no rule")
    if key.kind in ("files", "folders") and not all(map(_is_path, texts)):
        raise Wrong("names no file")
    return texts


def option_value(option: Option, value: object) -> object:
    """The value of a rule's option, checked. Raises Wrong."""
    if option.type == "string":
        return _checked(isinstance(value, str), value, "a string")
    whole = option.type == "integer"
    least, most = option.minimum, option.maximum
    return _checked(_is_within(value, whole, least, most), value, _number(whole, least, most))


def name(text: str) -> str:
    """A key as it may be told."""
    return text if _is_plain(text) else f"a key of {len(text)} characters"


def _checked(fits: bool, value: Any, wanted: str) -> Any:
    if not fits:
        raise Wrong(f"must be {wanted}, not {_told(value)}")
    return value


def _told(value: object) -> str:
    """A value that does not fit."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"{value:g}" if isinstance(value, float) else str(value) if abs(value) <= MOST else "so large a number"
    if isinstance(value, str):
        return f'"{value}"' if _is_plain(value) else "such a text"
    return "such a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else "a date or time"


def _is_plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None and _TOKEN.search(text) is None


def _is_path(text: str) -> bool:
    return bool(text) and "\0" not in text


def _is_within(value: object, whole: bool, least: float | None, most: float | None) -> bool:
    if not isinstance(value, int if whole else int | float) or isinstance(value, bool):
        return False
    return (-MOST if least is None else least) <= value <= (MOST if most is None else most)


def _number(whole: bool, least: float | None, most: float | None, above: bool = False) -> str:
    kind = "a whole number" if whole else "a number"
    limits = [] if least is None else [f"above {least:g}" if above else f"of at least {least:g}"]
    limits += [] if most is None else [f"{'at' if limits else 'of at'} most {most:.10g}"]
    return " ".join([kind, *([" and ".join(limits)] if limits else [])])
