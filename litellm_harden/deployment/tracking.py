"""What git knows of a file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from litellm_harden.deployment.git import ask_git

Standing = Literal["tracked", "ignored", "neither"]


def in_repository(file: Path) -> bool:
    """Whether `file`, be it a link or not, lies in a folder that git looks after."""
    folder = file.parent.resolve()
    return any((above / ".git").exists() for above in (folder, *folder.parents))


def is_tracked(file: Path) -> bool | None:
    """Whether git tracks `file` or, where that is a link, what it leads to; None where git cannot tell of one of them.

    Who writes to a link writes to what it leads to, and git may ignore the one and track the other.
    """
    answers = {_is_tracked(name) for name in (file, file.resolve())}
    return True if True in answers else None if None in answers else False


def _is_tracked(file: Path) -> bool | None:
    if not in_repository(file):
        return False
    return {0: True, 1: False}.get(_git(file, "ls-files", "--error-unmatch"))


def is_ignored(file: Path) -> bool | None:
    """Whether git ignores `file`; None where git cannot tell."""
    return {0: True, 1: False}.get(_git(file, "check-ignore", "-q"))


def standing(files: Iterable[Path]) -> dict[Path, Standing | None]:
    """How git stands to each of the files, all in repositories, asked once per folder; None where it cannot tell.

    A link stands as the worse of itself and what it leads to.
    """
    names = {file: (file, file.resolve()) for file in files}
    folders: dict[Path, list[Path]] = {}
    for name in dict.fromkeys(one for both in names.values() for one in both):
        folders.setdefault(name.parent, []).append(name)
    known: dict[Path, Standing | None] = {}
    for folder, inside in folders.items():
        known.update(_listed(folder, inside))
    worst: tuple[Standing | None, ...] = ("tracked", "neither", None, "ignored")
    return {file: min((known[name] for name in both), key=worst.index) for file, both in names.items()}


def _listed(folder: Path, files: Iterable[Path]) -> dict[Path, Standing | None]:
    names = [file.name for file in files]
    listing = ("ls-files", "-z", "-t", "--cached", "--others", "--exclude-standard", "--")
    code, output = ask_git(folder, "--literal-pathspecs", *listing, *names)
    if code != 0:
        return dict.fromkeys(files)
    tags = {name: tag for tag, _, name in (line.partition(" ") for line in output.split("\0"))}
    return {
        file: "ignored" if file.name not in tags else "neither" if tags[file.name] == "?" else "tracked"
        for file in files
    }


def _git(file: Path, *arguments: str) -> int:
    """The exit status of a git command on the file; -1 where there is none."""
    return ask_git(file.parent, *arguments, "--", file.name)[0]
