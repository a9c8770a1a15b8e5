"""What an owner leaves out of the search for deployments: globs, as a .gitignore has them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

Exclusion = tuple[Path, tuple[str, ...]]
"""A folder, and a glob of what lies in it, as its parts between the slashes."""

_ANY_DEPTH = "**"


def exclusion(folder: Path, glob: str) -> Exclusion:
    """The exclusion that a glob means which is stated for a folder.

    `*`, `?` and `[…]` stop at a `/`; `**` is any number of folders; a glob without a `/`, but for one at its end, means
    what is called so at any depth. Raises ValueError, with a clause that says why, for what can mean nothing.
    """
    if glob.startswith("!"):
        raise ValueError("cannot take back what another one excludes")
    parts = [part for part in glob.split("/") if part not in ("", ".")]
    if not parts or ".." in parts:
        raise ValueError("must name something inside the folder of the file that states it")
    if "/" not in glob.rstrip("/"):
        parts.insert(0, _ANY_DEPTH)
    try:
        for part in parts:
            fnmatchcase("", part)
    except re.error:
        raise ValueError("is no glob") from None
    return folder, tuple(parts)


def is_excluded(path: Path, exclusions: Iterable[Exclusion]) -> bool:
    """Whether one of the exclusions means the path, or a folder that it lies in."""
    for folder, glob in exclusions:
        if path.is_relative_to(folder) and _means(glob, path.relative_to(folder).parts):
            return True
    return False


def _means(glob: Sequence[str], parts: Iterable[str]) -> bool:
    """Whether the glob matches the first of the parts, however many."""
    reached = _passed(glob, {0})
    for part in parts:
        if len(glob) in reached:
            break
        stay = {n for n in reached if glob[n] == _ANY_DEPTH}
        reached = _passed(glob, stay | {n + 1 for n in reached - stay if fnmatchcase(part, glob[n])})
    return len(glob) in reached


def _passed(glob: Sequence[str], reached: set[int]) -> set[int]:
    """What is reached, and what is by taking `**` for no folder."""
    found = set(reached)
    for n, part in enumerate(glob):
        if n in found and part == _ANY_DEPTH:
            found.add(n + 1)
    return found
