"""The file that a write would really replace, and whether it may."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def unwritable(file: Path, root: Path) -> str | None:
    """Why `file` cannot be replaced (a clause), or None where it can. `root` is resolved."""
    real = Path(os.path.realpath(file))
    if not real.is_relative_to(root):
        return f"{file.name} lies outside {root.name or root}"
    try:
        info = os.stat(real)
    except OSError as error:
        return f"{file.name} cannot be read: {error.strerror}"
    if info.st_nlink > 1:
        return f"{file.name} has {info.st_nlink} hard links, and replacing it would part it from the others"
    if sys.platform != "win32" and os.geteuid() not in (0, info.st_uid):
        return f"{file.name} belongs to another user, and a replacement would not"
    if not os.access(real, os.W_OK):
        return f"{file.name} is not writable"
    if not os.access(real.parent, os.W_OK | os.X_OK):
        return f"the folder of {file.name} is not writable"
    return None
