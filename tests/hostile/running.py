"""Runs `lh` as a program of its own, with what it took."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

_LH = "import sys; from litellm_harden.cli.main import run; run()"
ROOT = Path(__file__).parent.parent.parent


class Run(NamedTuple):
    """What a run gave and took. `status` is negative where a signal ended it."""

    status: int
    out: bytes
    err: bytes
    seconds: float
    peak: int
    """MiB of memory."""


def lh(folder: Path, *arguments: str, stdin: bytes = b"", limit: float = 120, env: dict[str, str] | None = None) -> Run:
    """Run `lh` in a folder; it is killed after `limit` seconds of wall clock."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": f"{folder}.state", **(env or {})}
    environment.pop("LH_DEBUG", None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
        given.write(stdin)
        given.seek(0)
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", _LH, *arguments], cwd=folder, env=environment, stdin=given, stdout=out, stderr=err
        )
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() - start > limit:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        for file in (out, err):
            file.seek(0)
        usage = ended[2]
        return Run(process.returncode, out.read(), err.read(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
