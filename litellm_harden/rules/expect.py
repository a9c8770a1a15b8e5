"""The words of `expect`: whether a value meets them, and how they read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from litellm_harden.record import Record
from litellm_harden.rules.words import shown


def number(value: object) -> int | float | None:
    """The number that `value` is or spells (an environment variable is always text); None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    if not isinstance(value, str):
        return None
    for read in (int, float):
        try:
            return read(value)
        except ValueError:
            continue
    return None


def same(value: object, wanted: object) -> bool:
    """Equality without Python's `True == 1`."""
    return value == wanted and isinstance(value, bool) == isinstance(wanted, bool)


def integer(value: object) -> bool:
    """Whether `value` is a whole number and not the text of one."""
    return isinstance(value, int) and not isinstance(value, bool)


TYPES: dict[str, Callable[[object], bool]] = {
    "integer": integer,
    "boolean": lambda value: isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "list": lambda value: isinstance(value, list),
}


def _among(value: object, wanted: object) -> bool:
    return isinstance(wanted, list) and any(same(value, item) for item in wanted)


def _contains(value: object, wanted: object) -> bool:
    return isinstance(value, list) and any(same(item, wanted) for item in value)


def _compared(value: object, bound: object, holds: Callable[[float, float], bool]) -> bool:
    left, right = number(value), number(bound)
    return left is not None and right is not None and holds(left, right)


def _is_of_form(value: str, form: str) -> bool:
    from litellm_harden.rules.regular import expression

    return expression(form).matches(value)


class _Word(Record):
    holds: Callable[[object, object], bool]
    reads: Callable[[object], str]


def _list(values: object) -> str:
    return ", ".join(shown(value) for value in values) if isinstance(values, list) else shown(values)


WORDS: dict[str, _Word] = {
    "type": _Word(lambda v, a: TYPES[str(a)](v), lambda a: f"{'an' if a == 'integer' else 'a'} {a}"),
    "equals": _Word(same, shown),
    "one_of": _Word(_among, lambda a: f"one of {_list(a)}"),
    "at_least": _Word(lambda v, a: _compared(v, a, lambda x, y: x >= y), lambda a: f"at least {shown(a)}"),
    "at_most": _Word(lambda v, a: _compared(v, a, lambda x, y: x <= y), lambda a: f"at most {shown(a)}"),
    "not": _Word(lambda v, a: not same(v, a), lambda a: f"not {shown(a)}"),
    "includes": _Word(_contains, lambda a: f"a list with {shown(a)}"),
    "excludes": _Word(lambda v, a: not _contains(v, a), lambda a: f"without {shown(a)}"),
    "matches": _Word(lambda v, a: isinstance(v, str) and _is_of_form(v, str(a)), lambda a: f"of the form {shown(a)}"),
    "present": _Word(lambda v, _: v is not None, lambda _: "set"),
    "absent": _Word(lambda v, _: v is None, lambda _: "not set"),
    "each": _Word(
        lambda v, a: isinstance(v, list) and isinstance(a, dict) and all(meets(item, a) for item in v),
        lambda a: f"each {reads(a)}" if isinstance(a, dict) else "",
    ),
}


def meets(value: object, expect: Mapping[str, object]) -> bool:
    """Whether every word holds of the value; None stands for a setting that is absent and has no default."""
    return all(WORDS[word].holds(value, argument) for word, argument in expect.items())


def reads(expect: Mapping[str, object]) -> str:
    """The expectation in words: "at most 60 and not 0"."""
    return " and ".join(WORDS[word].reads(argument) for word, argument in expect.items())
