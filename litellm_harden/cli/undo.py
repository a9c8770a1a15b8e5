"""`lh undo`: bring back what the last fix changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common


@click.command()
@click.argument("path", default=".", metavar="[PATH]", type=click.Path(exists=True))
@options.output("text")
def undo(path: str, **given: Any) -> int:
    """Bring back the files that the last `lh fix` changed in PATH (default: the current folder).

    Again goes one fix further back. A file that changed since the fix is left as it is, and so are the others.
    """
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE
    from litellm_harden.cli.output import emit, say, style
    from litellm_harden.deployment.folders import common_root
    from litellm_harden.fix.undo import NothingToUndo, UndoRefused
    from litellm_harden.fix.undo import undo as bring_back
    from litellm_harden.report.model import shown_path

    common = Common.take(given)
    try:
        undone = bring_back(common_root([Path(os.path.abspath(path))]))
    except (NothingToUndo, UndoRefused) as error:
        say(str(error))
        return COULD_NOT_JUDGE
    if not common.quiet:
        names = [style(common).plain(shown_path(file, Path.cwd())) for file in undone.files]
        emit("".join(f"brought back {name}\n" for name in names) or "the files were as before already\n", common)
    return CLEAN
