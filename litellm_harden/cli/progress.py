"""A word on stderr when something takes longer than a second, for a person at a terminal alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 1.0
"""Seconds before anything is said."""


@contextmanager
def working(what: str) -> Iterator[None]:
    """While this lasts, say `what` is going on if it takes long; take it back at the end."""
    if not sys.stderr.isatty():
        yield
        return
    from threading import Timer

    said: list[str] = []

    def say() -> None:
        said.append(what)
        print(f"lh: {what} …", end="", file=sys.stderr, flush=True)

    timer = Timer(PATIENCE, say)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if said:
            print("\r\x1b[2K", end="", file=sys.stderr, flush=True)
