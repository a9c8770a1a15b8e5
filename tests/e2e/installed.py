"""The real LiteLLM, installed by pip into a virtual environment of its own, once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

from tests.e2e.observe_config import LINE

CACHE = Path(os.environ.get("LH_E2E_CACHE") or Path.home() / ".cache" / "litellm-harden-e2e")
BOOT = 60
"""Seconds a proxy may take until it answers."""


@dataclass(frozen=True)
class Installed:
    """A LiteLLM release in the virtual environment `folder`."""

    version: str
    folder: Path

    def run(
        self, *command: str, environment: Mapping[str, str] | None = None, timeout: float = BOOT
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of that environment (`python`, `litellm`) to its end, in nothing but the given environment."""
        return subprocess.run(
            [str(self.folder / "bin" / command[0]), *command[1:]],
            env=self.environment(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )

    def observe(
        self, *configs: Path, environment: Mapping[str, str] | None = None, script: str = "observe_config.py"
    ) -> list[dict[str, Any]]:
        """What the proxy has in memory after loading each config, or its `error`."""
        path, limit = str(Path(__file__).with_name(script)), BOOT * len(configs)
        done = self.run("python", path, *map(str, configs), environment=environment, timeout=limit)
        observed = [json.loads(line[len(LINE) :]) for line in done.stdout.splitlines() if line.startswith(LINE)]
        assert len(observed) == len(configs), done.stdout
        return sorted(observed, key=lambda seen: configs.index(Path(seen["config"])))

    @contextmanager
    def serve(
        self, *arguments: str, output: Path, environment: Mapping[str, str] | None = None
    ) -> Iterator[RunningProxy]:
        """Start the proxy on a free port of 127.0.0.1, wait until it answers, and stop it with all its workers."""
        port = free_port()
        command = [str(self.folder / "bin" / "litellm"), *arguments, "--host", "127.0.0.1", "--port", str(port)]
        with output.open("wb") as log:
            process = subprocess.Popen(
                command,
                env=self.environment(environment),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            proxy = RunningProxy(process, port, output)
            proxy.wait_until_alive()
            yield proxy
        finally:
            stop(process)

    def environment(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a program of that environment is started with: nothing of our own but the PATH, and what is given."""
        path = f"{self.folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder), "PYTHONUNBUFFERED": "1", **(given or {})}


@dataclass(frozen=True)
class RunningProxy:
    """A proxy that answers on 127.0.0.1:`port`; `output` holds what it printed."""

    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def alive(self) -> bool:
        """Whether /health/liveliness answers; each call counts as a request."""
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/health/liveliness", timeout=5) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False

    def wait_until_alive(self) -> None:
        """Return once the proxy answers. Raises AssertionError with its output where it ends or takes too long."""
        end = time.monotonic() + BOOT
        while not self.alive():
            assert self.process.poll() is None and time.monotonic() < end, self.output.read_text(errors="replace")
            time.sleep(0.2)

    def workers(self) -> set[int]:
        """The processes that the started process has below it."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, check=False)
        return set(map(int, found.stdout.split()))


def install(version: str) -> Installed:
    """The release, from the cache or from pip. Raises AssertionError with pip's words where it cannot be installed."""
    folder = CACHE / f"litellm-{version}-py{sys.version_info[0]}.{sys.version_info[1]}"
    packages = [f"litellm[proxy]=={version}", "prometheus_client", "supervisor"]  # the official images bring these
    complete = folder / "complete"
    if not complete.exists() or complete.read_text(encoding="utf-8").split() != packages:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--disable-pip-version-check"]
        done = subprocess.run([*pip, *packages], capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, f"litellm {version} cannot be installed:\n{done.stderr[-3000:]}"
        complete.write_text("\n".join(packages), encoding="utf-8")
    return Installed(version, folder)


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes], patience: float = 10) -> None:
    """End the process and what it started: politely, then by force."""
    for signal_ in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, signal_)
            process.wait(patience)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def arguments_of(dockerfile: Path) -> Sequence[str]:
    """The arguments that the Dockerfile's exec-form CMD passes to the proxy."""
    line = next(line for line in dockerfile.read_text(encoding="utf-8").splitlines() if line.startswith("CMD "))
    return [str(word) for word in json.loads(line.removeprefix("CMD "))]
