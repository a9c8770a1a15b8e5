"""When what is judged: soon after the last key, at once when asked, and never twice for the same texts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Generic, TypeVar

T = TypeVar("T")

DELAY = 0.2
"""Seconds from the last key to the judgement."""

Stop = Callable[[], bool]
"""Whether nobody waits any more for what is being worked out."""


class Watch(Generic[T]):
    """One root and its newest judgement. To be used from the event loop alone.

    It is judged in one task, for whoever waits for it: those who give up leave it running, and changes while it runs
    come to one more judgement, however many they are.
    """

    def __init__(
        self, thread: ThreadPoolExecutor, start: Callable[[], Callable[[Stop], T | None]], tell: Callable[[T], None]
    ) -> None:
        """`start` takes the texts as they are and gives what judges them in the `thread`: None where it was told to
        stop before its end. `tell` passes on what was judged."""
        self._thread, self._start, self._tell = thread, start, tell
        self._now, self._judged = 1, 0
        self._newest: T | None = None
        self._stop = Event()
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def changed(self, delay: float = DELAY) -> None:
        """The texts have changed: judge them after the delay, and stop all work on what they were."""
        self._now += 1
        self._stop.set()
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(delay, self._judging)

    async def newest(self) -> T:
        """The judgement of the texts as they are."""
        while self._newest is None or self._judged != self._now:
            await asyncio.shield(self._judging())
        return self._newest

    def _judging(self) -> asyncio.Task[None]:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._judge())
        return self._task

    async def _judge(self) -> None:
        while self._judged != self._now:
            this, self._stop = self._now, Event()
            work = self._start()
            try:
                found = await asyncio.get_running_loop().run_in_executor(self._thread, work, self._stop.is_set)
            except asyncio.CancelledError:  # the session is over
                self._stop.set()
                raise
            if found is not None and this == self._now:
                self._newest, self._judged = found, this
                self._tell(found)
