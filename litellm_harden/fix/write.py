"""Write a plan: all of its files or none, with a journal that can bring them back."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from litellm_harden.fix.files import ReplaceFailed, Replacement, replace_all
from litellm_harden.fix.journal import Busy, Journal, Run
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.target import unwritable


class WriteFailed(Exception):
    """Why the plan was not written; says so too where files could not be brought back."""


def write(plan: Plan, root: Path) -> Run | None:
    """Write the files that `plan` edits, all below `root`, and return the run recorded for an undo.

    None where no byte changes; nothing is recorded then. Raises WriteFailed.
    """
    root = root.resolve()
    replacements = _replacements(plan, root)
    if not replacements:
        return None
    try:
        journal = Journal(root)
        with journal.locked():
            return _write(journal, root, replacements)
    except Busy as busy:
        raise WriteFailed(str(busy)) from None
    except OSError as error:
        raise WriteFailed(f"no journal could be kept, so nothing was written: {error.strerror or error}") from None


def _replacements(plan: Plan, root: Path) -> list[Replacement]:
    """What to replace, symbolic links followed. Raises WriteFailed."""
    result: dict[Path, Replacement] = {}
    for file in sorted(plan.edits):
        real = Path(os.path.realpath(file))
        reason = unwritable(file, root)
        if real in result:
            reason = f"{file.name} and {result[real].file.name} are the same file"
        if reason:
            raise WriteFailed(f"{reason}; nothing was written")
        old, new = plan.workspace.read(file), plan.workspace.source(file).encode()
        if old != new:
            result[real] = Replacement(real, old, new)
    return list(result.values())


def _write(journal: Journal, root: Path, replacements: list[Replacement]) -> Run:
    run = journal.begin([(one.file.relative_to(root).as_posix(), one.old, one.new) for one in replacements])
    try:
        replace_all(replacements, run.name)
    except ReplaceFailed as failed:
        if failed.stuck:
            names = ", ".join(file.name for file in failed.stuck)
            raise WriteFailed(f"{failed}; {names} may hold new text, and lh undo brings the old back") from None
        journal.forget(run)
        raise WriteFailed(f"{failed}; nothing was written") from None
    with suppress(OSError):  # the files are written; at worst the run goes on saying that it was cut short
        journal.finish(run)
    return run
