"""A run that was cut short: the next one says so."""

from __future__ import annotations

import os
from pathlib import Path

from litellm_harden.cli.output import say


def say_pending(root: Path) -> None:
    """Tell of a run in `root` that ended before all of its files were written."""
    from litellm_harden.fix.where import pending

    if not pending(root):
        return
    from litellm_harden.cli.options import quoted
    from litellm_harden.deployment.folders import common_root
    from litellm_harden.report.model import shown_path

    here = Path(os.getcwd())
    undo = "lh undo" if common_root([here]) == root else f"lh undo {quoted(shown_path(root, here))}"
    say(f"an earlier run was cut short here; each file is whole: {undo} brings the old ones back, lh fix goes on")
