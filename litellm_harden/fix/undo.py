"""Undo: bring back what the last run changed; undoing again goes one run further back."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from litellm_harden.deployment.workspace import LARGEST_FILE
from litellm_harden.fix.files import ReplaceFailed, Replacement, remove_temporaries, replace_all
from litellm_harden.fix.folder import held
from litellm_harden.fix.journal import Busy, Damaged, Entry, Journal, Run, digest
from litellm_harden.fix.target import unwritable


class NothingToUndo(Exception):
    """No run is recorded for the root."""


class UndoRefused(Exception):
    """Why nothing was brought back; names the file in the way, if one is."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The run that was taken back, and the files whose bytes that changed. `unfinished`: the run was cut short."""

    run: str
    files: tuple[Path, ...]
    unfinished: bool


def undo(root: Path) -> Undone:
    """Bring back the files of the last run on `root`, all or none. Raises NothingToUndo or UndoRefused."""
    journal = _journal(root)
    with _runs_held(journal) as runs:
        if not runs:
            raise NothingToUndo(_nothing(journal))
        return _undo(journal, runs[-1])


def take_back(root: Path) -> Undone | None:
    """Undo the last run on `root` if it was cut short, else nothing. Raises UndoRefused."""
    journal = _journal(root)
    with _runs_held(journal) as runs:
        return _undo(journal, runs[-1]) if runs and runs[-1].unfinished else None


def _journal(root: Path) -> Journal:
    try:
        return Journal(root)
    except OSError as error:
        raise UndoRefused(_unusable(error)) from None


@contextmanager
def _runs_held(journal: Journal) -> Iterator[Sequence[Run]]:
    """The runs, with the root held for one writer; where there are none, nothing is made to hold it."""
    try:
        if not journal.runs():
            yield ()
            return
        with journal.locked():
            yield journal.runs()
    except (Busy, Damaged) as error:
        raise UndoRefused(str(error)) from None
    except OSError as error:
        raise UndoRefused(_unusable(error)) from None


def _unusable(error: OSError) -> str:
    return f"the journal cannot be used: {error.strerror or error}; nothing was brought back"


def _nothing(journal: Journal) -> str:
    elsewhere = " or ".join(str(root) for root in journal.relatives())
    return f"nothing to undo in {journal.root}" + (f"; there is in {elsewhere}" if elsewhere else "")


def _undo(journal: Journal, run: Run) -> Undone:
    root = journal.root
    files = [root / entry.path for entry in run.entries]
    found = [_replacement(run, entry, file, root) for entry, file in zip(run.entries, files, strict=True)]
    replacements = [one for one in found if one is not None]
    unfinished = run.unfinished
    remove_temporaries(files, root, run.name)
    journal.reopen(run)
    try:
        replace_all(replacements, root, run.name)
    except ReplaceFailed as failed:
        if failed.stuck:
            raise UndoRefused(f"{failed}; not all files are back, and lh undo can be tried again") from None
        if not unfinished:
            journal.finish(run)
        raise UndoRefused(f"{failed}; nothing was brought back") from None
    with suppress(OSError):  # the files are back; at worst the next undo finds them so
        journal.forget(run)
    return Undone(run.name, tuple(one.file for one in replacements), unfinished)


def _replacement(run: Run, entry: Entry, file: Path, root: Path) -> Replacement | None:
    """What brings back one file; None where it holds its old bytes. Raises UndoRefused or Damaged."""
    if Path(os.path.realpath(file)) != file or not file.is_relative_to(root):
        raise UndoRefused(f"{entry.path} is no longer where it was; nothing was brought back")
    try:
        with held(file.parent, root) as folder:
            now = folder.read(file.name, LARGEST_FILE + 1)
    except OSError as error:
        raise UndoRefused(f"{entry.path} cannot be read: {error.strerror}; nothing was brought back") from None
    if digest(now) == entry.old:
        return None
    if digest(now) != entry.new:
        raise UndoRefused(f"{entry.path} changed since; nothing was brought back")
    reason = unwritable(file, root)
    if reason:
        raise UndoRefused(f"{reason}; nothing was brought back")
    return Replacement(file, now, run.old_bytes(entry))
