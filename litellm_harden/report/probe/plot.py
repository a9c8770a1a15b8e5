"""How latencies are spread, in bins that grow with the latency, as bars."""

from __future__ import annotations

from collections.abc import Sequence

from litellm_harden.probe.health import milliseconds
from litellm_harden.probe.histogram import Histogram
from litellm_harden.record import Record

_COARSE, _FINE = (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0)
_MOST = 14
"""Bins of which one does not lose sight."""
_WIDTH = 40
_EIGHTHS = " ▏▎▍▌▋▊▉"


class Bin(Record):
    """The latencies above `low` and not above `high`, in seconds, with the share of each histogram, from 0 to 1."""

    low: float
    high: float
    shares: tuple[float, ...]


def bins(histograms: Sequence[Histogram]) -> list[Bin]:
    """All latencies of the histograms in bins with round edges, without the empty ones at the ends."""
    fine = _bins(histograms, _FINE)
    return fine if len(fine) <= _MOST else _bins(histograms, _COARSE)


def _bins(histograms: Sequence[Histogram], steps: Sequence[float]) -> list[Bin]:
    edges = (0.0, *(step * 10.0**power for power in range(-4, 5) for step in steps), float("inf"))
    found = [
        Bin(low, high, tuple(one.between(low, high) / one.total if one.total else 0.0 for one in histograms))
        for low, high in zip(edges, edges[1:], strict=False)
    ]
    used = [number for number, one in enumerate(found) if any(one.shares)]
    return found[used[0] : used[-1] + 1] if used else []


def label(one: Bin) -> str:
    """A bin in words."""
    if one.high == float("inf"):
        return f"> {milliseconds(one.low)}"
    return f"≤ {_round(one.high)}"


def _round(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 1 else f"{seconds * 1000:g} ms"


def bar(share: float, unicode: bool, earlier: bool = False) -> str:
    """A bar as long as the share, in another way for an earlier run."""
    if earlier or not unicode:
        mark = ("▒" if unicode else "-") if earlier else "#"
        return mark * max(round(share * _WIDTH), 1 if share else 0)
    whole, rest = divmod(max(round(share * _WIDTH * 8), 1 if share else 0), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")
