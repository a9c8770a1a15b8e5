"""What a command takes: CPU, wall time and memory of a child of its own."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Taken(NamedTuple):
    """Milliseconds of CPU (user and system, children included), milliseconds on the wall, and MiB at the peak."""

    cpu: float
    wall: float
    memory: float
    status: int


def once(command: Sequence[str], folder: Path) -> Taken:
    """Run a command in a folder, its output thrown away."""
    quiet = [(os.POSIX_SPAWN_OPEN, stream, os.devnull, os.O_WRONLY, 0) for stream in (1, 2)]
    here = Path.cwd()
    os.chdir(folder)
    started = time.perf_counter()
    try:
        child = os.posix_spawn(command[0], list(command), os.environ, file_actions=quiet)
        _, status, used = os.wait4(child, 0)
    finally:
        os.chdir(here)
    wall = time.perf_counter() - started
    cpu = used.ru_utime + used.ru_stime
    return Taken(cpu * 1000, wall * 1000, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status))


def median(command: Sequence[str], folder: Path, runs: int) -> Taken:
    """The medians of some runs, after one that compiles and caches; the status is that of the last."""
    if runs > 1:
        once(command, folder)
    taken = [once(command, folder) for _ in range(runs)]
    cpu, wall, memory, _ = map(statistics.median, zip(*taken, strict=True))
    return Taken(cpu, wall, memory, taken[-1].status)
