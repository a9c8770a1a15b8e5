"""Every point where a run touches the disk, as Python makes the calls, and what may happen there."""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pytest

CALLS = "open write fsync replace rename unlink rmdir mkdir link truncate ftruncate utime"
MODES = "chmod fchmod chown fchown setxattr removexattr"
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT

Strike = Callable[[], None]


def at_point(number: int, strike: Strike, patch: pytest.MonkeyPatch, always: bool = False) -> list[int]:
    """Have `strike` called before the disk operation with this number, from 0 (`always`: and before each that
    follows); the list tells at which it was."""
    struck: list[int] = []
    count = iter(range(sys.maxsize))
    for name in (*CALLS.split(), *MODES.split()):
        real = getattr(os, name, None)
        if real is None:
            continue

        def operation(*arguments: Any, real: Any = real, name: str = name, **options: Any) -> Any:
            if name != "open" or arguments[1] & WRITING:
                point = next(count)
                if point == number or (always and point > number):
                    struck.append(point)
                    strike()
            return real(*arguments, **options)

        patch.setattr(os, name, operation)
    return struck


def killed(number: int, action: Callable[[], object]) -> bool:
    """Whether `action`, in a process of its own, came to its disk operation `number` and was killed there."""
    child = os.fork()
    if child == 0:
        try:
            at_point(number, kill, pytest.MonkeyPatch())
            action()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def full() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def interrupt() -> None:
    raise KeyboardInterrupt
