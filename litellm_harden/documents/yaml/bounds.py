"""Whether data can be walked through, place by place."""

from __future__ import annotations

from litellm_harden.documents.yaml.parse import DEEPEST

FREE_VALUES = 100_000
"""How many more values than its text has characters a file may come to once its aliases are followed."""


def is_bounded(data: object, length: int) -> bool:
    """Whether the data of a text of this length, with what aliases share counted at every place, is small and shallow
    enough to walk."""
    most = length + FREE_VALUES
    measured: dict[int, tuple[int, int]] = {}
    too_much = (most + 1, DEEPEST + 1)

    def measure(value: object, depth: int) -> tuple[int, int]:
        if not isinstance(value, (dict, list)):
            return 1, 0
        if depth > DEEPEST:
            return too_much
        if id(value) not in measured:
            measured[id(value)] = too_much
            inner = [measure(child, depth + 1) for child in (value.values() if isinstance(value, dict) else value)]
            size, height = 1 + sum(size for size, _ in inner), 1 + max((height for _, height in inner), default=0)
            measured[id(value)] = min(size, most + 1), height
        return measured[id(value)]

    size, height = measure(data, 0)
    return size <= most and height <= DEEPEST
