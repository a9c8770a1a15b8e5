"""Write a plan: all of its files or none, with a journal that can bring them back."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from litellm_harden.fix.files import ReplaceFailed, Replacement, replace_all
from litellm_harden.fix.journal import Busy, Journal, Run
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.target import unwritable
from litellm_harden.fix.where import STATE_VARIABLE, pending


class WriteFailed(Exception):
    """Why the plan was not written; says so too where files could not be brought back."""


def write(plan: Plan, root: Path) -> Run | None:
    """Write the files that `plan` edits, all below `root`, and return the run recorded for an undo.

    None where no byte changes; nothing is recorded then. A run that was cut short before is settled: its files count
    as they are. Raises WriteFailed.
    """
    root = root.resolve()
    replacements = _replacements(plan, root)
    if not replacements and not pending(root):
        return None
    kept = ""
    try:
        journal = Journal(root)
        kept = f" in {journal.folder.parent}"
        with journal.locked():
            journal.settle()
            return _write(journal, root, replacements) if replacements else None
    except Busy as busy:
        raise WriteFailed(f"{busy}; nothing was written") from None
    except OSError as error:
        reason = f"{error.strerror or error}; {STATE_VARIABLE} chooses another place"
        raise WriteFailed(f"no journal could be kept{kept}, so nothing was written: {reason}") from None


def _replacements(plan: Plan, root: Path) -> list[Replacement]:
    """What to replace, symbolic links followed. Raises WriteFailed."""
    result: dict[tuple[int, int], Replacement] = {}
    names: dict[tuple[int, int], Path] = {}
    for file in sorted(plan.edits):
        reason = unwritable(file, root)
        if reason:
            raise WriteFailed(f"{reason}; nothing was written")
        real = Path(os.path.realpath(file))
        try:
            info = os.stat(real)
        except OSError as error:
            raise WriteFailed(f"{file.name} cannot be read: {error.strerror}; nothing was written") from None
        old, new = plan.workspace.read(file), plan.workspace.source(file).encode()
        identity = info.st_dev, info.st_ino  # one file may go by several names: links, or letters of either case
        if identity in result and result[identity].new != new:
            both = f"{_relative(names[identity], root)} and {_relative(file, root)}"
            raise WriteFailed(f"{both} are the same file, and their edits differ; nothing was written")
        if old != new:
            result[identity], names[identity] = Replacement(real, old, new), file
    return list(result.values())


def _write(journal: Journal, root: Path, replacements: list[Replacement]) -> Run:
    run = journal.begin([(_relative(one.file, root), one.old, one.new) for one in replacements])
    try:
        replace_all(replacements, root, run.name)
    except ReplaceFailed as failed:
        if failed.stuck:
            names = ", ".join(file.name for file in failed.stuck)
            raise WriteFailed(f"{failed}; {names} may hold new text, and lh undo brings the old back") from None
        journal.forget(run)
        raise WriteFailed(f"{failed}; nothing was written") from None
    with suppress(OSError):  # the files are written; at worst the run goes on saying that it was cut short
        journal.finish(run)
    return run


def _relative(file: Path, root: Path) -> str:
    return Path(os.path.relpath(file, root)).as_posix()
