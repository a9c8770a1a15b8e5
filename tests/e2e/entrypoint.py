"""A deployment started the way the entrypoint of LiteLLM's image starts it, without the image.

With SEPARATE_HEALTH_APP=1 that entrypoint hands over to supervisord, which runs the proxy and the health app side by
side; otherwise it becomes `litellm` with the arguments of the container.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.installed import BOOT, Installed, stop

PROXY_PORT, HEALTH_PORT = 4000, 4001

_SUPERVISED = """\
[supervisord]
nodaemon = true
logfile = {folder}/supervisord.log
pidfile = {folder}/supervisord.pid

[program:main]
command = python -m litellm.proxy.proxy_cli --host 0.0.0.0 --port={proxy} {arguments}
stopasgroup = true
killasgroup = true
stopwaitsecs = 5

[program:health]
command = uvicorn litellm.proxy.health_endpoints.health_app_factory:build_health_app --factory --port {health}
stopasgroup = true
killasgroup = true
stopwaitsecs = 5
"""


@contextmanager
def container(
    litellm: Installed, arguments: Sequence[str], environment: Mapping[str, str], folder: Path
) -> Iterator[dict[str, str]]:
    """Start the proxy on the ports that an image has, wait until it listens, and stop it with all that it started.

    Gives the environment in which a health check inside the container runs. Raises AssertionError where a port is
    taken or the proxy does not come up.
    """
    separate = environment.get("SEPARATE_HEALTH_APP") == "1"
    ports = (PROXY_PORT, HEALTH_PORT) if separate else (PROXY_PORT,)
    taken = [port for port in (PROXY_PORT, HEALTH_PORT) if listens(port)]
    assert not taken, f"something else listens on {taken}"
    command = _supervised(arguments, folder) if separate else ["litellm", *arguments]
    inside = litellm.environment(environment)
    output = folder / "container.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [str(litellm.folder / "bin" / command[0]), *command[1:]],
            env=inside,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + BOOT
        while not all(listens(port) for port in ports):
            assert process.poll() is None and time.monotonic() < end, output.read_text(errors="replace")
            time.sleep(0.2)
        yield inside
    finally:
        stop(process)


def listens(port: int) -> bool:
    """Whether something answers on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def check(test: Sequence[str], inside: Mapping[str, str], timeout: float) -> int:
    """The exit status of a compose health check in its list form, run in the container's environment."""
    kind, *words = test
    assert kind == "CMD", test
    found = next(folder for folder in inside["PATH"].split(os.pathsep) if (Path(folder) / words[0]).exists())
    command = [str(Path(found) / words[0]), *words[1:]]
    return subprocess.run(command, env=dict(inside), capture_output=True, timeout=timeout, check=False).returncode


def _supervised(arguments: Sequence[str], folder: Path) -> list[str]:
    settings = folder / "supervisord.conf"
    text = _SUPERVISED.format(
        folder=folder, proxy=PROXY_PORT, health=HEALTH_PORT, arguments=" ".join(arguments).replace("%", "%%")
    )
    settings.write_text(text, "utf-8")
    return ["supervisord", "-c", str(settings)]
