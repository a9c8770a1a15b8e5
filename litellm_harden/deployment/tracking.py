"""Whether git tracks a file."""

from __future__ import annotations

import os
from pathlib import Path

TIMEOUT = 10
"""Seconds that git may take."""


def is_tracked(file: Path) -> bool | None:
    """Whether git tracks `file`; None where it lies in a repository and git cannot tell."""
    if not any((folder / ".git").exists() for folder in file.resolve().parents):
        return False
    import subprocess

    # A hook sets variables that point git at the repository it runs for.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", str(file.parent), "ls-files", "--error-unmatch", "--", file.name]
    try:
        done = subprocess.run(command, env=environment, capture_output=True, timeout=TIMEOUT, check=False)
    except (OSError, subprocess.SubprocessError):
        return None
    return {0: True, 1: False}.get(done.returncode)
