"""A run that was cut short: the next one says so."""

from __future__ import annotations

from pathlib import Path

from litellm_harden.cli.output import say


def say_pending(root: Path) -> None:
    """Tell of a fix in `root` that ended before all of its files were written."""
    from litellm_harden.fix.where import pending

    if pending(root):
        say("an earlier lh fix was interrupted here; lh undo brings its files back")
