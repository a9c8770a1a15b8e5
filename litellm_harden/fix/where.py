"""Where the journal of a root lies, and whether a run in it was cut short: cheap enough to ask at every start."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

MANIFEST = "manifest.json"
ROOT = "root"
UNFINISHED = "unfinished"
"""Names a file in a run's folder while its files may be partly old and partly new."""

STATE_VARIABLE = "LOCALAPPDATA" if sys.platform == "win32" else "XDG_STATE_HOME"

_BY_CONVENTION = {"darwin": "Library/Application Support", "win32": "AppData/Local"}


def state_folder() -> Path:
    """The folder for state that outlives a run, by the platform's convention. Raises OSError where there is none."""
    stated = os.environ.get(STATE_VARIABLE, "")
    if stated and Path(stated).is_absolute():
        return Path(stated, "litellm-harden")
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    if not home.is_absolute():  # the journal would lie in the tree
        raise FileNotFoundError(errno.ENOENT, "there is no home folder")
    return home / _BY_CONVENTION.get(sys.platform, ".local/state") / "litellm-harden"


def journal_folder(root: Path) -> Path:
    """The folder that holds the runs of one root. Raises OSError where there is no state folder."""
    from hashlib import sha256

    return state_folder() / sha256(os.fsencode(root.resolve())).hexdigest()[:32]


def pending(root: Path) -> bool:
    """Whether a run on `root` was cut short and waits for an undo."""
    try:
        # Hashing the root costs a twentieth of a whole lint, so first: is any run unfinished at all?
        return _any_unfinished(state_folder()) and any(
            (run / UNFINISHED).exists() and (run / MANIFEST).exists() for run in journal_folder(root).iterdir()
        )
    except OSError:
        return False


def _any_unfinished(state: Path) -> bool:
    return any(os.path.exists(f"{run}/{UNFINISHED}") for root in _folders(state) for run in _folders(root))


def _folders(parent: str | Path) -> list[str]:
    with os.scandir(parent) as entries:
        return [entry.path for entry in entries if entry.is_dir()]
