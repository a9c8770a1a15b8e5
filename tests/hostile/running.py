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

_LH = """
import os, sys
from litellm_harden.cli.main import main
status = main(sys.argv[2:])
sys.stdout.flush()
if os.path.exists("/proc/self/status"):
    with open("/proc/self/status") as told, open(sys.argv[1], "w") as peak:
        peak.writelines(line.split()[1] for line in told if line.startswith("VmHWM"))
os._exit(status)
"""
"""What wait4 says of a program's memory counts that of the process which started it."""
ROOT = Path(__file__).parent.parent.parent


class Run(NamedTuple):
    """What a run gave and took. `status` is negative where a signal ended it."""

    status: int
    out: bytes
    err: bytes
    seconds: float
    peak: int
    """MiB of memory; 0 where the system does not say."""


def lh(folder: Path, *arguments: str, stdin: bytes = b"", limit: float = 120, env: dict[str, str] | None = None) -> Run:
    """Run `lh` in a folder; it is killed after `limit` seconds of wall clock."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": f"{folder}.state", **(env or {})}
    environment.pop("LH_DEBUG", None)
    with (
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
        tempfile.TemporaryFile() as given,
        tempfile.NamedTemporaryFile() as peak,
    ):
        given.write(stdin)
        given.seek(0)
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", _LH, peak.name, *arguments],
            cwd=folder,
            env=environment,
            stdin=given,
            stdout=out,
            stderr=err,
        )
        while (ended := os.wait4(process.pid, os.WNOHANG))[0] == 0:
            if time.monotonic() - start > limit:
                process.send_signal(signal.SIGKILL)
            time.sleep(0.005)
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        for file in (out, err):
            file.seek(0)
        usage = ended[2]
        seconds = usage.ru_utime + usage.ru_stime
        return Run(process.returncode, out.read(), err.read(), seconds, int(peak.read() or 0) // 1024)


def content(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
