"""A run that was cut short: the next one says so, and one that writes takes it back first."""

from __future__ import annotations

import os
from pathlib import Path

from litellm_harden.cli.output import say


def say_pending(root: Path) -> None:
    """Tell of a run in `root` that ended before all of its files were written."""
    from litellm_harden.fix.where import pending

    if pending(root) and not _is_at_work(root):
        from litellm_harden.cli.options import quoted
        from litellm_harden.deployment.folders import common_root
        from litellm_harden.report.model import shown_path

        here = Path(os.getcwd())
        undo = "lh undo" if common_root([here]) == root else f"lh undo {quoted(shown_path(root, here))}"
        say(f"an earlier run was cut short here; {undo} brings its files back")


def took_back(root: Path) -> bool:
    """Bring back the files of a run in `root` that was cut short, since only all of its edits together are proven.

    True where that was done, so that what was read before does not count.
    """
    from litellm_harden.fix.where import pending

    if not pending(root) or _is_at_work(root):
        return False
    from litellm_harden.fix.undo import UndoRefused, take_back

    try:
        undone = take_back(root)
    except UndoRefused as refused:
        say(f"an earlier run was cut short here, and is not taken back: {refused}")
        return False
    if undone is not None:
        say("an earlier run was cut short here; its files were brought back first")
    return undone is not None


def _is_at_work(root: Path) -> bool:
    from litellm_harden.fix.journal import Journal

    return Journal(root).is_held()
