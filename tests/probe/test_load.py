"""The load run, with a proxy that behaves as set."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from litellm_harden.probe.calls import Asking, Model
from litellm_harden.probe.load import run
from litellm_harden.probe.model import Load, Measured
from tests.probe.stub import Body, Stub, completion, serving

CHAT = (Model("chat"),)


def measured(stub: Stub, load: Load, stop_after: float | None = None, timeout: float = 5) -> Measured:
    async def main() -> Measured:
        stop = asyncio.Event()
        if stop_after is not None:
            asyncio.get_running_loop().call_later(stop_after, stop.set)
        return await run(stub.target._replace(timeout=timeout), load, stop=stop)

    with serving(stub):
        return asyncio.run(main())


def p99(of: Measured) -> tuple[float, float]:
    """Of the latency from when calls were due, and from when they were sent."""
    due, sent = of.latency.percentile(99), of.unqueued.percentile(99)
    assert due is not None and sent is not None
    return due, sent


def test_calls_are_spread_over_the_models_and_counted() -> None:
    stub = Stub({"a": completion, "b": completion}, delay=0.01)
    found = measured(stub, Load((Model("a"), Model("b")), requests=40, concurrency=8))
    assert (found.answered, found.errors, found.latency.total) == (40, {}, 40)
    assert stub.calls == {"a": 20, "b": 20}
    assert {name: one.total for name, one in found.by_model.items()} == {"a": 20, "b": 20}
    assert found.throughput == pytest.approx(40 / found.seconds)


def test_no_more_calls_at_once_than_asked() -> None:
    found = measured(Stub(delay=0.1), Load(CHAT, requests=12, concurrency=4))
    assert 0.3 <= found.seconds < 0.6


def test_a_stall_shows_at_a_fixed_rate_and_hides_without_one() -> None:
    """Coordinated omission: a second of nothing keeps few calls on their way, but many that were due."""
    load = Load(CHAT, requests=300, concurrency=2, rate=200)
    due, sent = p99(measured(Stub(stall=(50, 1.0)), load))
    assert due > 0.9
    assert sent < 0.3
    closed = measured(Stub(stall=(50, 1.0)), load._replace(rate=None))
    assert p99(closed)[0] < 0.3


def test_a_fixed_rate_is_kept() -> None:
    found = measured(Stub(), Load(CHAT, requests=50, rate=100))
    assert 0.45 < found.seconds < 0.8


def test_errors_are_counted_by_kind() -> None:
    answers = iter([(200, {}), (429, {}), (500, {}), (500, {}), (503, {}), (404, {}), (302, {}), (200, "<html>")])

    def model(_: Body) -> tuple[int, Any]:
        return next(answers)

    found = measured(Stub({"chat": model}), Load(CHAT, requests=8, concurrency=1))
    assert found.errors == {
        "no answer of a model": 2,
        "server error (500)": 2,
        "rate limited (429)": 1,
        "not available (503)": 1,
        "not found (404)": 1,
        "redirected (302)": 1,
    }
    assert (found.answered, found.error_rate, found.latency.total) == (0, 1, 0)


def test_what_times_out_counts_with_the_time_it_took() -> None:
    found = measured(Stub(delay=9), Load(CHAT, requests=2, concurrency=2), timeout=0.3)
    assert found.errors == {"timed out": 2}
    assert p99(found)[0] >= 0.3


def test_broken_connections_are_told() -> None:
    found = measured(Stub(hang_up=True), Load(CHAT, requests=3, concurrency=1))
    assert found.errors == {"connection broken": 3}


def test_when_stopped_it_gives_what_it_has() -> None:
    found = measured(Stub(delay=0.1), Load(CHAT, requests=10_000, concurrency=5), stop_after=0.35)
    assert found.interrupted
    assert 0 < found.answered <= 15
    assert 0 < found.abandoned <= 5
    assert found.seconds < 1


def test_a_duration_bounds_it_and_waits_for_those_on_their_way() -> None:
    found = measured(Stub(delay=0.1), Load(CHAT, requests=None, concurrency=2, duration=0.25))
    assert (found.answered, found.interrupted) == (6, False)


def test_what_was_due_and_never_begun_went_wrong() -> None:
    found = measured(Stub(delay=0.2), Load(CHAT, requests=None, concurrency=1, rate=50, duration=0.5))
    assert found.errors["not begun in time"] == 25 - found.answered > 15


def test_no_cache_can_answer_unless_it_may() -> None:
    stub = Stub()
    measured(stub, Load(CHAT, requests=5))
    bodies = [body for _, body, _ in stub.seen]
    assert len({str(body["messages"]) for body in bodies}) == 5
    assert all(body["cache"] == {"no-cache": True, "no-store": True} for body in bodies)
    stub = Stub(headers={"x-litellm-cache-key": "1"})
    found = measured(stub, Load(CHAT, requests=5, asking=Asking(cached=True)))
    assert len({str(body) for _, body, _ in stub.seen}) == 1
    assert found.cached == 5


def test_litellms_own_time_is_kept() -> None:
    found = measured(Stub(headers={"x-litellm-overhead-duration-ms": "3.5"}), Load(CHAT, requests=4))
    assert found.overhead.percentile(50) == pytest.approx(0.0035, rel=0.002)
    odd = measured(Stub(headers={"x-litellm-overhead-duration-ms": "nan"}), Load(CHAT, requests=4))
    assert (odd.answered, odd.overhead.total) == (4, 0)


def test_it_is_fast_enough_to_measure_what_the_checklist_asks_for() -> None:
    start = time.perf_counter()
    assert measured(Stub(), Load(CHAT, requests=300)).answered == 300
    assert time.perf_counter() - start < 3


def test_a_load_without_a_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a model"):
        asyncio.run(run(Stub().target, Load(CHAT, requests=None)))
