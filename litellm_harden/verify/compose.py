"""Compose's own check of the compose files: `docker compose config --quiet`, which asks no daemon."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from litellm_harden.deployment.compose.project import Project
from litellm_harden.text.patterns import pattern
from litellm_harden.verify.ending import end, start
from litellm_harden.verify.model import Composed

_NEEDED = ("PATH", "HOME", "SYSTEMROOT", "USERPROFILE", "DOCKER_CONFIG", "LANG", "LC_ALL")
"""What docker needs to start and to find its plugins. None of the owner's variables: they come from the files."""
_LET_NOTHING_OUT = {
    "DOCKER_HOST": "unix:///nonexistent/lh-verify.sock",
    "COMPOSE_EXPERIMENTAL_GIT_REMOTE": "0",
    "COMPOSE_EXPERIMENTAL_OCI_REMOTE": "0",
}
"""No daemon to ask, and no `include:` from a repository or a registry."""
_NOT_HERE = pattern(
    r"(?i)env file .* not found|required variable .* is missing|no such file or directory|cannot find the (?:file|path)"
    r"|variable is not set|remote .* (?:disabled|not supported)"
)
"""Errors that say this place lacks what the owner's has: a file, or a variable of the shell."""


def find_compose(timeout: float) -> tuple[str, ...]:
    """The words that start Compose: of Docker's plugin, else of the program of its own; none where neither is here."""
    docker, alone = shutil.which("docker"), shutil.which("docker-compose")
    for words in ((docker, "compose"), (alone,)):
        command = tuple(word for word in words if word)
        if len(command) == len(words) and _run((*command, "version"), Path.cwd(), timeout)[0] == 0:
            return command
    return ()


def check(
    command: Sequence[str], project: Project, stated: Sequence[Path], env_files: Sequence[Path], timeout: float
) -> Composed:
    """What Compose says of the project of the files `stated`; `env_files` give values beside its `.env`."""
    if project.incomplete:
        return Composed(tuple(stated), None, project.incomplete)
    files = [word for file in stated for word in ("-f", str(file))]
    values = [word for file in (*project.dotenv, *env_files) for word in ("--env-file", str(file))] if env_files else []
    status, words = _run((*command, *values, *files, "config", "--quiet"), project.directory, timeout)
    if status == 0:
        return Composed(tuple(stated), True)
    error = _told(words)
    return Composed(tuple(stated), None if status is None or _NOT_HERE.search(error) else False, error)


def _told(words: str) -> str:
    """The error among what was printed: warnings come before it."""
    lines = [line.strip() for line in words.splitlines() if line.strip() and "level=warning" not in line]
    return " ".join(lines) or "it says nothing about why"


def _run(command: Sequence[str], folder: Path, timeout: float) -> tuple[int | None, str]:
    """The exit status and what came on stderr; None and why, where it did not end by itself. stdout, which may hold
    secrets, goes nowhere."""
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ} | _LET_NOTHING_OUT
    with tempfile.TemporaryFile() as errors:
        try:
            nowhere = subprocess.DEVNULL
            process = start(command, folder, environment, stdin=nowhere, stdout=nowhere, stderr=errors)
        except OSError as error:
            return None, f"{command[0]} cannot be started: {error.strerror}"
        try:
            return process.wait(timeout), _read(errors)
        except subprocess.TimeoutExpired:
            return None, f"it did not come to an end within {timeout:g} s (--timeout allows more)"
        finally:
            end(process)


def _read(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read(100_000).decode("utf-8", "replace")
