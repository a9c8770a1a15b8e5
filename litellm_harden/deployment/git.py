"""Asking git, which may be missing, hang, or be something else that is called so."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

TIMEOUT = 10
"""Seconds that git may take. Where it took longer, it is not asked again for as long as `PAUSE`."""
PAUSE = 60
MOST_OUTPUT = 64 * 1024 * 1024
"""Bytes; more is no answer."""


def ask_git(folder: Path, *arguments: str, given: str = "") -> tuple[int, str]:
    """The exit status of a git command in the folder, -1 where there is none, and what it printed."""
    import subprocess
    import tempfile
    from threading import Timer

    if _hung and time.monotonic() - _hung[-1] < PAUSE:
        return -1, ""
    # A hook sets variables that point git at the repository it runs for.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(folder), *arguments]
    try:
        with tempfile.TemporaryFile() as stdin:
            stdin.write(os.fsencode(given))
            stdin.seek(0)
            process = subprocess.Popen(
                command,
                env=environment,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            timer = Timer(TIMEOUT, _give_up, [process])
            timer.start()
            try:
                assert process.stdout is not None
                with process.stdout as stdout:
                    output = stdout.read(MOST_OUTPUT + 1)
                if len(output) > MOST_OUTPUT:
                    _kill(process)
                    output = b""
                status = process.wait()
            finally:
                timer.cancel()
    except (OSError, ValueError):
        return -1, ""
    return status if status >= 0 else -1, os.fsdecode(output)


_hung: list[float] = []


def _give_up(process: Popen[bytes]) -> None:
    _hung.append(time.monotonic())
    _kill(process)


def _kill(process: Popen[bytes]) -> None:
    """End it and what it started, which may hold its output open."""
    import signal

    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except OSError:
        pass
