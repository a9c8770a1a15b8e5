"""When what is judged: soon after the last key, at once when asked, and never twice for the same texts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")

DELAY = 0.2
"""Seconds from the last key to the judgement."""


class Watch(Generic[T]):
    """One root and its newest judgement. To be used from the event loop alone."""

    def __init__(
        self,
        thread: ThreadPoolExecutor,
        start: Callable[[], Callable[[Callable[[], bool]], T | None]],
        tell: Callable[[T], Awaitable[None]],
    ) -> None:
        """`start` takes the texts as they are and gives what judges them in the `thread`: None where it was told to
        stop before its end. `tell` passes on what was judged."""
        self._thread, self._start, self._tell = thread, start, tell
        self._now, self._judged = 1, 0
        self._newest: T | None = None
        self._stop = Event()
        self._one_at_a_time = asyncio.Lock()
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[T]] = set()

    def changed(self, delay: float = DELAY) -> None:
        """The texts have changed: judge them after the delay, and stop judging what they were."""
        self._now += 1
        self._stop.set()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._begin)

    async def newest(self) -> T:
        """The judgement of the texts as they are."""
        while True:
            async with self._one_at_a_time:
                if self._newest is not None and self._judged == self._now:
                    return self._newest
                this, self._stop = self._now, Event()
                work = self._start()
                found = await asyncio.get_running_loop().run_in_executor(self._thread, work, self._stop.is_set)
                if found is not None and this == self._now:
                    self._newest, self._judged = found, this
                    await self._tell(found)

    def _begin(self) -> None:
        task = asyncio.get_running_loop().create_task(self.newest())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
