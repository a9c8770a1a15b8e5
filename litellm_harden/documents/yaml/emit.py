"""New text for new values. Strings are quoted where either YAML 1.1 or Compose would read them as something else."""

from __future__ import annotations

from math import isnan

from litellm_harden.documents.yaml.schema import means_itself
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

_PLAIN = pattern(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`=<~]|-(?=[^\s,\[\]{}])")
_NOT_PLAIN = pattern(r":(?:\s|$)|\s#|\s$|^---|^\.\.\.")
_NOT_PLAIN_IN_FLOW = pattern(r"[,\[\]{}:?]")
_UNPRINTABLE = pattern("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_LONG_FLOAT = pattern(r"^(-?\d+)(e.*)$")


class Shape(Record):
    """How new block text is laid out: columns per level, and columns of a list from its key."""

    step: int
    offset: int


def scalar(value: object, flow: bool = False, quote: str = "") -> str:
    """A single value. `quote` is the quoting to keep for a string: `'`, `"` or empty for as little as needed."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if not isinstance(value, str):
        return str(value)
    if not _is_simple(value) and _UNPRINTABLE.search(value):
        return _double(value)
    if quote == "'":
        return "'" + value.replace("'", "''") + "'"
    return value if not quote and _plain(value, flow) else _double(value)


def inline(value: object, quote: str = "") -> str:
    """Any value on one line; strings in lists and mappings take `quote`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(k, True)}: {inline(v, quote)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(inline(item, quote) for item in value) + "]"
    return scalar(value, True, quote)


def single(value: object, quote: str = "") -> str:
    """A value without lines of its own: a scalar, `[]` or `{}`."""
    return inline(value) if isinstance(value, (dict, list)) else scalar(value, quote=quote)


def is_block(value: object) -> bool:
    """Whether the value takes lines of its own in block style."""
    return isinstance(value, (dict, list)) and bool(value)


def entry(key: object, value: object, column: int, shape: Shape, flow_list: bool = False) -> list[str]:
    """The lines of `key: value` with the key at `column`. A list is written on one line where `flow_list`."""
    head = f"{' ' * column}{scalar(key)}:"
    if flow_list and isinstance(value, list):
        return [f"{head} {inline(value, chr(34))}"]
    if not is_block(value):
        return [f"{head} {single(value)}"]
    return [head, *body(value, column + (shape.offset if isinstance(value, list) else shape.step), shape)]


def body(value: object, column: int, shape: Shape) -> list[str]:
    """The lines of a list or mapping at `column`."""
    if isinstance(value, dict):
        return [line for k, v in value.items() for line in entry(k, v, column, shape, suits_one_line(k, v))]
    assert isinstance(value, list)
    return [line for member in value for line in item(member, column, shape)]


def item(value: object, column: int, shape: Shape, gap: int = 1, quote: str = "") -> list[str]:
    """The lines of `- value` with the dash at `column` and `gap` blanks behind it."""
    if not is_block(value):
        return [f"{' ' * column}-{' ' * gap}{single(value, quote)}"]
    first, *rest = body(value, column + 1 + gap, shape)
    return [f"{' ' * column}-{' ' * gap}{first.lstrip(' ')}", *rest]


def suits_one_line(key: object, value: object) -> bool:
    """Whether people write this list on one line: an argument vector such as `command: ["postgres", "-c"]`, and the
    `targets` of a Prometheus job."""
    if key not in {"command", "entrypoint", "test", "targets"} or not isinstance(value, list):
        return False
    return not any(isinstance(member, (dict, list)) for member in value)


def _plain(value: str, flow: bool) -> bool:
    if not _PLAIN.match(value) or _NOT_PLAIN.search(value) or not means_itself(value):
        return False
    return not (flow and _NOT_PLAIN_IN_FLOW.search(value))


def _is_simple(value: str) -> bool:
    """Spares most strings the search for unprintable characters, which takes long to compile."""
    return value.isascii() and value.isprintable()


def _double(value: str) -> str:
    if _is_simple(value):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    import json

    text = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: _escape(ord(found.group())), text)


def _escape(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _float(value: float) -> str:
    if isnan(value):
        return ".nan"
    if value in {float("inf"), float("-inf")}:
        return ".inf" if value > 0 else "-.inf"
    return _LONG_FLOAT.sub(r"\1.0\2", repr(value))  # 1e+20 is a string to YAML 1.1, 1.0e+20 is not
