"""Programs that are started, and their end: also where they take too long, or left others behind."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

_running: set[subprocess.Popen[bytes]] = set()


def start(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    stdin: int,
    stdout: IO[bytes] | int,
    stderr: IO[bytes] | int,
) -> subprocess.Popen[bytes]:
    """A program in a folder and a session of its own, so that it can be ended with all that it starts. Raises
    OSError."""
    process = subprocess.Popen(
        command, stdin=stdin, stdout=stdout, stderr=stderr, cwd=folder, env=environment, start_new_session=True
    )
    _running.add(process)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that `start` gave, if it has not ended, and all that it started."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass  # all have ended
    process.wait()
    _running.discard(process)


def end_all() -> None:
    """End every program that is running, for a run that is interrupted."""
    for process in list(_running):
        end(process)
