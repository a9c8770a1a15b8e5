from __future__ import annotations

import math

from hypothesis import example, given
from hypothesis import strategies as st

from litellm_harden.probe.histogram import Histogram

durations = st.lists(st.floats(0, 7200), min_size=1, max_size=300)


def recorded(seconds: list[float]) -> Histogram:
    histogram = Histogram()
    for one in seconds:
        histogram.record(one)
    return histogram


@given(durations, st.floats(0, 100))
@example([0.1] * 99 + [5.0], 99)
@example([0.1] * 98 + [5.0] * 2, 99)
def test_percentiles_are_those_of_the_sorted_durations(seconds: list[float], percent: float) -> None:
    rank = max(1, math.ceil(len(seconds) * percent / 100 - 1e-9))
    exact = sorted(seconds)[rank - 1]
    found = recorded(seconds).percentile(percent)
    assert found is not None
    assert exact - 1e-6 <= found <= exact * 1.001 + 1e-6


@given(durations)
def test_every_duration_lies_in_one_bucket(seconds: list[float]) -> None:
    buckets = recorded(seconds).buckets()
    assert sum(count for _, count in buckets) == len(seconds)
    assert [upper for upper, _ in buckets] == sorted({upper for upper, _ in buckets})


@given(durations)
def test_what_is_saved_comes_back(seconds: list[float]) -> None:
    histogram = recorded(seconds)
    again = Histogram.of(histogram.buckets(), histogram.maximum)
    for percent in (0, 50, 99, 100):
        assert again.percentile(percent) == histogram.percentile(percent)
    assert (again.total, again.maximum, again.buckets()) == (histogram.total, histogram.maximum, histogram.buckets())


@given(durations, st.floats(0, 7200))
def test_what_lies_between_adds_up(seconds: list[float], edge: float) -> None:
    histogram = recorded(seconds)
    assert histogram.between(-1, edge) + histogram.between(edge, 1e9) == len(seconds)


def test_memory_does_not_grow_with_the_number_of_durations() -> None:
    assert len(recorded([number / 1000 for number in range(100_000)]).buckets()) < 12_000


def test_an_empty_one_has_no_percentiles() -> None:
    assert Histogram().percentile(99) is None
