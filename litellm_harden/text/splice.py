"""The smallest splice that makes one string of another."""

from __future__ import annotations

from litellm_harden.record import Record


class Splice(Record):
    """`old[start:end]` is to be `text`."""

    start: int
    end: int
    text: str


def difference(old: str, new: str) -> Splice:
    """What is left of two strings without the beginning and the end that they share."""
    most = min(len(old), len(new))
    start = next((at for at in range(most) if old[at] != new[at]), most)
    back = next((at for at in range(most - start) if old[-1 - at] != new[-1 - at]), most - start)
    return Splice(start, len(old) - back, new[start : len(new) - back])
