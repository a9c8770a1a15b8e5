"""What git knows of a file."""

from __future__ import annotations

import os
from pathlib import Path

TIMEOUT = 10
"""Seconds that git may take."""


def in_repository(file: Path) -> bool:
    """Whether `file`, be it a link or not, lies in a folder that git looks after."""
    folder = file.parent.resolve()
    return any((above / ".git").exists() for above in (folder, *folder.parents))


def is_tracked(file: Path) -> bool | None:
    """Whether git tracks `file` or, where that is a link, what it leads to; None where git cannot tell of one of them.

    Who writes to a link writes to what it leads to, and git may ignore the one and track the other.
    """
    answers = {_is_tracked(name) for name in (file, file.resolve())}
    return True if True in answers else None if None in answers else False


def _is_tracked(file: Path) -> bool | None:
    if not in_repository(file):
        return False
    return {0: True, 1: False}.get(_git(file, "ls-files", "--error-unmatch"))


def is_ignored(file: Path) -> bool | None:
    """Whether git ignores `file`; None where git cannot tell."""
    return {0: True, 1: False}.get(_git(file, "check-ignore", "-q"))


def _git(file: Path, *arguments: str) -> int:
    """The exit status of a git command on the file; -1 where there is none."""
    import subprocess

    # A hook sets variables that point git at the repository it runs for.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(file.parent), *arguments, "--", file.name]
    try:
        return subprocess.run(command, env=environment, capture_output=True, timeout=TIMEOUT, check=False).returncode
    except (OSError, subprocess.SubprocessError):
        return -1
