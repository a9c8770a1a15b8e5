"""Runs `lh` in this process, away from everything that is not its own."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from litellm_harden.cli.main import main

COLUMNS = "96"
"""The width of what is shown."""


class Said(NamedTuple):
    """What a command wrote and how it ended."""

    out: str
    err: str
    status: int


@contextlib.contextmanager
def folder(files: Mapping[str, str], variables: Mapping[str, str]) -> Iterator[None]:
    """Work in a fresh folder with these files, in an environment of these variables and little else."""
    before, here = dict(os.environ), Path.cwd()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "example"
        for name, text in files.items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8", newline="")
        os.environ.clear()
        os.environ.update(
            PATH=before.get("PATH", ""), HOME=scratch, XDG_STATE_HOME=f"{scratch}/state", COLUMNS=COLUMNS, **variables
        )
        os.chdir(place)
        try:
            yield
        finally:
            os.chdir(here)
            os.environ.clear()
            os.environ.update(before)


def lh(*arguments: str) -> Said:
    """Run `lh` here. Raises AssertionError where it is used wrongly, or ends in an error of its own."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    said = Said(_written(out), _written(err), status)
    assert status in {0, 1} and "unexpected" not in said.err, (arguments, said)
    return said


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
