"""Whole deployments, mutated: no command fails of itself, says a secret, or loses a byte."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import NamedTuple

from litellm_harden.cli.main import main
from tests.hostile.mutate import mutated

CANARY = "sk-CANARY7f3a91d2c4"
_KEY = re.compile(r"\bsk-[A-Za-z0-9_-]{4,}")
Files = dict[str, bytes]


class Said(NamedTuple):
    """What a command gave."""

    status: int
    out: bytes
    err: bytes


def lh(*arguments: str) -> Said:
    """Run `lh` here, in this process; an error of its own is raised."""
    streams = sys.stdout, sys.stderr
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace") for _ in streams)
    sys.stdout, sys.stderr = out, err
    try:
        status = main(arguments)
    finally:
        sys.stdout, sys.stderr = streams
    return Said(status, out.detach().getvalue(), err.detach().getvalue())


def read_deployment(folder: Path) -> Files:
    """The files of a folder that could matter, with known keys in the place of whatever keys they hold."""
    found: Files = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and ".git" not in file.parts and file.stat().st_size < 100_000:
            text = file.read_bytes().decode("utf-8", "surrogateescape")
            found[str(file.relative_to(folder))] = _bytes(_KEY.sub(CANARY, text))
    return found


def mutate_deployment(files: Files, random: Random, others: list[str]) -> Files:
    """The deployment with one to three of its files made wrong."""
    changed = dict(files)
    for name in random.sample(sorted(files), min(random.choice((1, 1, 2, 3)), len(files))):
        text = files[name].decode("utf-8", "surrogateescape")
        changed[name] = _bytes(mutated(text, random, others))
    return changed


def try_deployment(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the deployment to the (empty) folder and run the commands. Any exception is a bug."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    before = _content(folder)
    with _within(folder):
        said = [lh("lint", "--format", "json"), lh("lint", "--format", "json")]
        assert said[0] == said[1], "lint twice says two things"
        said += [lh("lint", "-v"), lh("checklist"), lh("show"), lh("fix", "--diff", "--unsafe")]
        assert _content(folder) == before, "a command that only looks has written"
        said.append(lh("fix", "--unsafe"))
        fixed = _content(folder)
        said.append(lh("fix", "--unsafe"))
        assert _content(folder) == fixed, "fix twice is not fix once"
        if fixed != before:
            said.append(lh("undo"))
            assert said[-1].status == 0, "undo fails"
            assert _content(folder) == before, "undo gives back other bytes"
    for one in said:
        assert one.status in range(4), f"exit code {one.status}"
        assert CANARY.encode() not in one.out + one.err, "a secret is said"
        is_patch = one.out.startswith(b"--- a/")  # which must hold the bytes of the file
        assert b"\x1b" not in one.err + (b"" if is_patch else one.out), "an escape sequence is said"


@contextmanager
def _within(folder: Path) -> Iterator[None]:
    there = os.getcwd()
    state = {"XDG_STATE_HOME": f"{folder}.state", "LH_DEBUG": "1"}
    kept = {name: os.environ.get(name) for name in state}
    os.environ.update(state)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(there)
        for name, value in kept.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _content(folder: Path) -> Files:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
