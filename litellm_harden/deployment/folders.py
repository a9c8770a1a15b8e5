"""The files of a folder that could describe a deployment."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from litellm_harden.text.patterns import pattern

_SKIPPED = {".git", ".hg", ".svn", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".nox", "site-packages"}
DOCKERFILE = pattern(r"(?:Dockerfile|Containerfile)(?:\..+)?|.+\.(?:dockerfile|containerfile)", re.IGNORECASE)
"""How a Dockerfile is called."""


def is_env_file(file: Path) -> bool:
    """Whether a file is called as env files are: `.env`, `.env.local`, `proxy.env`."""
    return file.name.startswith(".env") or file.name.endswith(".env")


def walk(folder: Path) -> Iterator[Path]:
    """The YAML files, Dockerfiles and env files below `folder`, by name; not those of what is installed there."""
    waiting = [os.fspath(folder)]
    while waiting:  # os.walk before Python 3.12 calls itself for each level
        parent = waiting.pop()
        folders, names = _listed(parent)
        waiting += reversed(folders)
        base = Path(parent)
        for name in names:
            file = base / name
            if name.lower().endswith((".yaml", ".yml")) or is_env_file(file) or DOCKERFILE.fullmatch(name):
                yield file


def _listed(parent: str) -> tuple[list[str], list[str]]:
    """The folders to look into, whole, and the names of everything else, sorted; nothing where they cannot be told."""
    folders: list[str] = []
    names: list[str] = []
    try:
        with os.scandir(parent) as entries:
            for entry in entries:
                if not _is_folder(entry):
                    names.append(entry.name)
                elif entry.name not in _SKIPPED and not os.path.exists(f"{entry.path}/pyvenv.cfg"):
                    folders.append(entry.path)
    except OSError:
        return [], []
    return sorted(folders), sorted(names)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def git_ignored(root: Path, files: Sequence[Path]) -> set[Path]:
    """The files that git ignores; none outside a repository or without git."""
    if not files or not (root / ".git").exists():
        return set()
    from litellm_harden.deployment.git import ask_git

    names = "\0".join(str(file.relative_to(root)) for file in files)
    _, output = ask_git(root, "check-ignore", "-z", "--stdin", given=names)
    return {root / name for name in output.split("\0") if name}


def shared_folder(paths: Sequence[Path]) -> Path:
    """The folder that (absolute) paths share; those that are no folders lie in theirs."""
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in paths]))


def common_root(paths: Sequence[Path]) -> Path:
    """The repository that the (existing, absolute) paths lie in, else the folder that they share."""
    common = shared_folder(paths)
    return next((folder for folder in (common, *common.parents) if (folder / ".git").exists()), common)
