"""Runs a probe in the terminal: how far it is, and Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
from collections.abc import Iterator

from litellm_harden.cli.output import say
from litellm_harden.probe.everything import Told, Wanted, probe
from litellm_harden.probe.model import Probed
from litellm_harden.probe.target import Target

_BAR = 30
_PAUSE = 0.1
"""Seconds between two drawings."""


def run(target: Target, wanted: Wanted, quiet: bool) -> Probed:
    """Probe it. Ctrl-C ends the probe, and gives what was found until then. Raises OSError for a bad `target.ca`."""
    told = _Spoken(wanted) if not quiet else Told()
    try:
        return asyncio.run(_run(target, wanted, told))
    finally:
        told.end()


async def _run(target: Target, wanted: Wanted, told: Told) -> Probed:
    stop = asyncio.Event()
    with _interruptible(stop):
        return await probe(target, wanted, told, stop)


@contextlib.contextmanager
def _interruptible(stop: asyncio.Event) -> Iterator[None]:
    """While this lasts, Ctrl-C sets `stop`."""
    loop = asyncio.get_running_loop()
    try:
        before = signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop.set))
    except ValueError:  # in a thread: it is for the main one to be interrupted
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Spoken(Told):
    """Says what is about to be called, and on a terminal draws how much of it is done."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.drawing = wanted, sys.stderr.isatty()
        self.of: int | None = None
        self.start = self.drawn = 0.0

    def phase(self, what: str, of: int | None) -> None:
        """One line before the calls are made: they cost money."""
        self.end()
        asking = self.wanted.load.asking
        if what == "models":
            say(f"calling {of} model{'' if of == 1 else 's'} once (max_tokens {asking.max_tokens})")
        else:
            load = self.wanted.load
            many = f"{of} calls" if of is not None else f"calls for {load.duration:g} s"
            say(f"making {many}, {load.concurrency} at once (Ctrl-C ends it)")
        self.of, self.start = of, time.monotonic()

    def calls(self, ended: int, wrong: int) -> None:
        """Draw, but not more often than one can see."""
        now = time.monotonic()
        if not self.drawing or now - self.drawn < _PAUSE:
            return
        self.drawn = now
        done = ended / self.of if self.of else min(1, (now - self.start) / (self.wanted.load.duration or 1))
        filled = int(done * _BAR)
        of = f"/{self.of}" if self.of else ""
        failed = f", {wrong} failed" if wrong else ""
        bar = "#" * filled + "." * (_BAR - filled)
        print(f"\r\x1b[2K[{bar}] {ended}{of}{failed}", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Take back what is drawn."""
        if self.drawn:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
            self.drawn = 0.0
