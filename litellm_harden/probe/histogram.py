"""Latencies in buckets that widen with the value: little memory, and every percentile exact to 0.1 %.

The buckets are those of HdrHistogram with three significant digits. Its Python package has no wheels for Linux on ARM.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

_EXACT = 2048
"""Microseconds below which every value has a bucket of its own."""
_HALF = _EXACT // 2


class Histogram:
    """Durations, given and taken in seconds, kept in whole microseconds."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self.total = 0
        self.maximum = 0.0
        """The longest duration, exactly (to the microsecond)."""

    @classmethod
    def of(cls, buckets: Iterable[tuple[float, int]], maximum: float) -> Histogram:
        """What `buckets()` and `maximum` of another one say."""
        made = cls()
        for seconds, count in buckets:
            made.record(seconds, count)
        made.maximum = maximum
        return made

    def record(self, seconds: float, count: int = 1) -> None:
        """Add a duration; a negative one counts as none."""
        value = max(0, round(seconds * 1e6))
        index = _index(value)
        self._counts[index] = self._counts.get(index, 0) + count
        self.total += count
        self.maximum = max(self.maximum, value / 1e6)

    @property
    def minimum(self) -> float:
        """The shortest duration, to 0.1 %; 0 where there is none."""
        return self.percentile(0) or 0.0

    def percentile(self, percent: float) -> float | None:
        """The duration that `percent` of all do not exceed, by nearest rank; None where nothing was recorded.

        At most 0.1 % above the exact one, never below it.
        """
        rank = max(1, math.ceil(self.total * percent / 100 - 1e-9))
        seen = 0
        for seconds, count in self.buckets():
            seen += count
            if seen >= rank:
                return min(seconds, self.maximum)
        return None

    def buckets(self) -> list[tuple[float, int]]:
        """The longest duration of each bucket in use, with the count of its durations, in order."""
        return [(_highest(index) / 1e6, count) for index, count in sorted(self._counts.items())]

    def between(self, low: float, high: float) -> int:
        """How many durations lie above `low` and not above `high`."""
        return sum(count for seconds, count in self.buckets() if low < min(seconds, self.maximum) <= high)


def _index(value: int) -> int:
    shift = max(0, value.bit_length() - _EXACT.bit_length() + 1)
    return shift * _HALF + (value >> shift)


def _highest(index: int) -> int:
    """The highest value of the bucket."""
    if index < _EXACT:
        return index
    shift = index // _HALF - 1
    return ((index - shift * _HALF + 1) << shift) - 1
