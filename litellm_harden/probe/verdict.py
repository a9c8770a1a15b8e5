"""Whether what was measured meets the targets; and what one should know of the figures."""

from __future__ import annotations

import math
from collections.abc import Iterator

from litellm_harden.probe.health import milliseconds
from litellm_harden.probe.model import Measured
from litellm_harden.record import Record

_FEW = 500
"""Calls of whose p99 one cannot be sure."""


class Targets(Record):
    """The checklist's: p99 below so many seconds, so many answers a second, errors below a share from 0 to 1."""

    p99: float = 0.5
    throughput: float = 100.0
    errors: float = 0.005


class Verdict(Record):
    """A target, what was measured, and whether that meets it; `met` is None where the run cannot tell, with `words`."""

    name: str
    wanted: str
    measured: str
    met: bool | None
    words: str = ""


def verdicts(measured: Measured, targets: Targets) -> tuple[Verdict, ...]:
    """One for each target."""
    return (_latency(measured, targets), _throughput(measured, targets), _errors(measured, targets))


def _latency(measured: Measured, targets: Targets) -> Verdict:
    p99 = measured.latency.percentile(99)
    wanted = f"below {milliseconds(targets.p99)}"
    if p99 is None:
        return Verdict("p99", wanted, "none", False if measured.ended else None, "no call was answered")
    return Verdict("p99", wanted, milliseconds(p99), p99 < targets.p99)


def _throughput(measured: Measured, targets: Targets) -> Verdict:
    rate, found = measured.load.rate, measured.throughput
    wanted, got = f"at least {targets.throughput:g}/s", f"{found:.1f}/s"
    if found >= targets.throughput:
        return Verdict("throughput", wanted, got, True)
    if rate is not None and rate <= targets.throughput * 1.02:
        return Verdict("throughput", wanted, got, None, f"the run asked for no more than {rate:g}/s")
    return Verdict("throughput", wanted, got, False, _too_few_at_once(measured, targets))


def _too_few_at_once(measured: Measured, targets: Targets) -> str:
    """What to try, where so few callers could not have had more answers even if each took no longer than the fastest.

    In `concurrency / latency`, Little's law.
    """
    fastest, concurrency = measured.unqueued.minimum, measured.load.concurrency
    if not fastest or concurrency / fastest >= targets.throughput:
        return ""
    enough = math.ceil(1.5 * targets.throughput * fastest)
    best = f"the fastest call took {milliseconds(fastest)}, so {concurrency} at once give {concurrency / fastest:.0f}/s"
    return f"{best} at best: try --concurrency {enough}"


def _errors(measured: Measured, targets: Targets) -> Verdict:
    wanted, rate = f"below {targets.errors:.2%}".replace(".00%", "%"), measured.error_rate
    if not measured.ended:
        return Verdict("errors", wanted, "none", None, "no call has ended")
    return Verdict("errors", wanted, f"{rate:.2%}", rate < targets.errors or rate == 0)


def notes(measured: Measured) -> Iterator[str]:
    """What the figures are to be read with."""
    if measured.interrupted:
        yield f"interrupted: {measured.abandoned} calls on their way were abandoned"
    if measured.cached and not measured.load.asking.cached:
        yield f"{measured.cached} answers came from a cache all the same: the figures look better than they are"
    elif measured.load.asking.cached:
        yield f"{measured.cached} of {measured.answered} answers came from LiteLLM's cache"
    total = measured.latency.total
    if 0 < total < _FEW:
        slowest = total - math.ceil(total * 0.99) + 1
        yield f"p99 rests on {slowest} of {total} calls: --requests 1000 is surer"
    late = measured.latency.percentile(99) or 0
    sent = measured.unqueued.percentile(99) or 0
    if measured.load.rate and late > 1.1 * sent + 0.01:
        yield f"calls had to wait for their turn: from when they were sent, p99 is {milliseconds(sent)}"
    if measured.busy > 0.85:
        yield "lh itself was busy all the time: the proxy may be faster than this"
