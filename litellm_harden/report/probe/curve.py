"""Latency by percentile as a drawing: to the right the rarer calls, each step ten times as rare."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from litellm_harden.probe.histogram import Histogram
from litellm_harden.report.html.steps import said

_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 620, 16, 260
_MARKS = (0, 50, 90, 99, 99.9, 99.99)


def curve(named: Sequence[tuple[str, Histogram]]) -> str:
    """An SVG of the histograms that have anything in them, or nothing."""
    drawn = [(name, one) for name, one in named if one.total]
    if not drawn:
        return ""
    rarest = max(one.total for _, one in drawn)
    highest = _nice(max(one.maximum for _, one in drawn))
    words = "; ".join(f"{name}: p50 {_time(one, 50)}, p99 {_time(one, 99)}" for name, one in drawn)
    lines = [
        f'<svg class="curve" viewBox="0 0 640 300" role="img" aria-label="Latency by percentile. {said(words)}">',
        *_grid(rarest, highest),
    ]
    for number, (name, one) in enumerate(drawn):
        css = f"line{number if len(drawn) > 1 else 1}"
        lines.append(f'<path class="{css}" d="{_path(one, rarest, highest)}"/>')
        lines.append(f'<text class="{css}" x="{_LEFT + 10}" y="{_TOP + 14 + 18 * number}">{said(name)}</text>')
    return "\n".join([*lines, "</svg>"])


def _grid(rarest: int, highest: float) -> Iterator[str]:
    for step in range(5):
        value = highest * step / 4
        y = _y(value, highest)
        text = f"{value:g} s" if highest >= 1 else f"{value * 1000:g} ms"
        yield f'<path class="grid" d="M{_LEFT} {y:.1f}H{_RIGHT}"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
    for percent in _MARKS:
        if percent == 0 or 100 / (100 - percent) <= rarest:
            x = _x(percent, rarest)
            yield f'<path class="grid" d="M{x:.1f} {_TOP}V{_BOTTOM}"/>'
            yield f'<text x="{x:.1f}" y="{_BOTTOM + 20}" text-anchor="middle">p{percent:g}</text>'


def _path(histogram: Histogram, rarest: int, highest: float) -> str:
    seen, points = 0, []
    for seconds, count in histogram.buckets():
        y = _y(min(seconds, histogram.maximum), highest)
        points.append(f"{_x(100 * seen / histogram.total, rarest):.1f} {y:.1f}")
        seen += count
        points.append(f"{_x(100 * seen / histogram.total, rarest):.1f} {y:.1f}")
    return "M" + "L".join(points)


def _x(percent: float, rarest: int) -> float:
    most = math.log10(max(rarest, 10))
    rarity = most if percent >= 100 else min(most, math.log10(100 / (100 - percent)))
    return _LEFT + (_RIGHT - _LEFT) * rarity / most


def _y(seconds: float, highest: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * seconds / highest


def _nice(seconds: float) -> float:
    """The next round figure above, which quarters leave round."""
    power = 10.0 ** math.floor(math.log10(max(seconds, 1e-4)))
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= seconds * 0.999999)


def _time(histogram: Histogram, percent: float) -> str:
    return f"{1000 * (histogram.percentile(percent) or 0):.0f} ms"
