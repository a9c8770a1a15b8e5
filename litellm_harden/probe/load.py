"""The load run: many calls at once, spread over the models, measured as a caller feels them.

`run` stands on its own: `asyncio.run(run(Target(url, key), Load((Model("gpt-4o"),), requests=1000)))`.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

from litellm_harden.probe import words
from litellm_harden.probe.calls import call, wrong
from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.histogram import Histogram
from litellm_harden.probe.model import Load, Measured
from litellm_harden.probe.target import Target


async def run(
    target: Target,
    load: Load,
    tell: Callable[[int, int], object] = lambda _ended, _wrong: None,
    stop: asyncio.Event | None = None,
) -> Measured:
    """Make the calls. `tell` hears after each how many have ended and how many of them went wrong.

    When `stop` is set, the calls on their way are abandoned, and what was measured until then is given. At the end of
    `load.duration` no call is begun any more, and those on their way are waited for. Raises ValueError for a load
    without a model or without a bound.
    """
    if not load.models or (load.requests is None and load.duration is None):
        raise ValueError("a load run needs a model, and a number of requests or a duration")
    async with Client(target, load.concurrency) as client:
        return await _Run(client, load, tell).all(stop or asyncio.Event())


class _Run:
    def __init__(self, client: Client, load: Load, tell: Callable[[int, int], object]) -> None:
        self.client, self.load, self.tell = client, load, tell
        self.latency, self.unqueued, self.overhead = Histogram(), Histogram(), Histogram()
        self.by_model = {model.name: Histogram() for model in load.models}
        self.errors: Counter[str] = Counter()
        self.begun = self.answered = self.cached = self.abandoned = 0
        self.stopping = False
        self.start = self.last = time.perf_counter()

    async def all(self, stop: asyncio.Event) -> Measured:
        computed = time.process_time()
        wanted = self.load.concurrency
        if self.load.requests is not None:
            wanted = min(wanted, self.load.requests)
        callers = [asyncio.create_task(self._caller()) for _ in range(wanted)]
        stopped = asyncio.create_task(stop.wait())
        everything = asyncio.gather(*callers, return_exceptions=True)
        await asyncio.wait((everything, stopped), return_when=asyncio.FIRST_COMPLETED)
        interrupted = not everything.done()
        if interrupted:
            self.stopping = True  # before Python 3.12, wait_for may swallow a cancellation
            for caller in callers:
                caller.cancel()
        for failed in filter(None, await everything):
            if not interrupted:
                raise failed
        stopped.cancel()
        if not interrupted:
            self._not_begun()
        passed = (time.perf_counter() if interrupted else self.last) - self.start
        return Measured(
            self.load,
            passed,
            self.answered,
            dict(self.errors.most_common()),
            self.latency,
            self.unqueued,
            self.overhead,
            self.by_model,
            self.cached,
            self.abandoned,
            interrupted,
            (time.process_time() - computed) / passed if passed else 0.0,
        )

    def _not_begun(self) -> None:
        """Calls that were due before the end, while all callers were still waiting, went wrong too."""
        load = self.load
        if load.rate and load.duration:
            due = math.ceil(load.rate * load.duration)
            missing = min(due, load.requests or due) - self.begun
            if missing > 0:
                self.errors[words.NOT_BEGUN] += missing

    async def _caller(self) -> None:
        """Take the next call, wait until it is due, make it; until there is none."""
        load = self.load
        while not self.stopping and (load.requests is None or self.begun < load.requests):
            number = self.begun
            due = self.start + number / load.rate if load.rate else time.perf_counter()
            if load.duration is not None and max(due, time.perf_counter()) >= self.start + load.duration:
                return
            self.begun += 1
            if due > time.perf_counter():
                await asyncio.sleep(due - time.perf_counter())
            await self._call(number, due)

    async def _call(self, number: int, due: float) -> None:
        model = self.load.models[number % len(self.load.models)]
        sent = time.perf_counter()
        try:
            answer = await self.client.post(*call(model, self.load.asking))
        except asyncio.CancelledError:
            self.abandoned += 1
            raise
        self.last = time.perf_counter()
        kind = wrong(model, answer)
        if kind:
            self.errors[kind] += 1
        else:
            self._answered(answer)
        if not kind or kind == words.TIMED_OUT:
            took = self.last - (due if self.load.rate else sent)
            self.latency.record(took)
            self.unqueued.record(self.last - sent)
            self.by_model[model.name].record(took)
        self.tell(self.answered + sum(self.errors.values()), sum(self.errors.values()))

    def _answered(self, answer: Answer) -> None:
        self.answered += 1
        self.cached += "x-litellm-cache-key" in answer.headers
        with suppress(KeyError, ValueError, OverflowError):
            self.overhead.record(float(answer.headers["x-litellm-overhead-duration-ms"]) / 1000)
