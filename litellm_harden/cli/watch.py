"""`lh lint --watch`: judge again whenever a file changes that the verdict rests on, or that could become part of it."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import click

from litellm_harden.cli.exits import INTERRUPTED
from litellm_harden.cli.known import stated
from litellm_harden.cli.options import Common
from litellm_harden.cli.output import refuse, say
from litellm_harden.cli.session import Session
from litellm_harden.deployment.folders import common_root, walk

PAUSE = 0.4
"""Seconds between two looks at the files, and more where a look takes long."""
SHARE = 0.04
"""How much of the time looking may take."""
SETTLED = 0.1
"""Seconds in which nothing more must change: an editor that replaces a file does so in steps."""
RESTLESS = 20
"""Looks after which it is judged even though something goes on changing."""

_CLEAR = "\x1b[2J\x1b[H"
_CONFIGURATIONS = ("lh.toml", "pyproject.toml")

Stamp = tuple[int, int, int, int]
Stamps = dict[Path, "Stamp | None"]
"""What tells that a file changed, by file; None where it is not there."""


def watch(options: Common, judge: Callable[[Session], int]) -> int:
    """Judge now and after every change, until Ctrl-C. The exit code of the last verdict.

    `judge` reports on a new session and returns its exit code. Raises click.UsageError for options that make no sense
    with it.
    """
    if options.format != "text" or options.output is not None:
        raise click.UsageError("--watch shows text on the terminal: it goes with neither --format nor --output")
    status, watched = INTERRUPTED, set[Path]()
    try:
        while True:
            before = _stamps(options, watched)
            session = Session(options)
            status = _judged(session, judge)
            asked = _asked(session)
            watched |= asked
            before |= {file: _stamp(file) for file in asked - before.keys()}
            del session
            gc.collect()  # which `cli` has all but switched off, for runs that end
            _wait(options, watched, before)
    except KeyboardInterrupt:
        return status


def _judged(session: Session, judge: Callable[[Session], int]) -> int:
    """The exit code of a run. What is wrong with a configuration ends nothing: its owner is about to mend it."""
    if sys.stdout.isatty():
        sys.stdout.write(_CLEAR)
    say(f"{time.strftime('%H:%M:%S')}, watching; Ctrl-C ends it")
    try:
        return judge(session)
    except click.ClickException as error:
        return refuse(error)


def _asked(session: Session) -> set[Path]:
    """The files that a run asked for, there or not, with its baselines, its own rules and their folders."""
    try:
        found = {*session.discovered.workspace.asked(), *stated(session), session.options.baseline}
        for prose in session.pack.proses.values():
            found |= {prose.file, prose.file.parent} if prose.file is not None else set()
    except click.ClickException:
        return set()
    return {file for file in found if file is not None}


def _wait(options: Common, watched: Iterable[Path], before: Stamps) -> None:
    """Return when something has changed and then stayed as it is."""
    while True:
        started = time.monotonic()
        now = _stamps(options, watched)
        if now != before:
            break
        time.sleep(max(PAUSE, (time.monotonic() - started) / SHARE))
    for _ in range(RESTLESS):
        time.sleep(SETTLED)
        before, now = now, _stamps(options, watched)
        if now == before:
            return


def _stamps(options: Common, watched: Iterable[Path]) -> Stamps:
    return {file: _stamp(file) for file in {*_candidates(options), *watched}}


def _candidates(options: Common) -> Iterator[Path]:
    """The files that a run could read: those that could describe a deployment, and those that configure it."""
    yield from options.env_file
    if options.config is not None:
        yield options.config
    given = [Path(os.path.abspath(path)) for path in options.paths or (".",)]
    folders: set[Path] = set()
    root = common_root(given)
    for path in given:
        top = path if path.is_dir() else root
        folders.update((top, *top.parents))
        for file in walk(top):
            folders.add(file.parent)
            yield file
    yield from (folder / name for folder in folders for name in _CONFIGURATIONS)


def _stamp(file: Path) -> Stamp | None:
    try:
        info = os.stat(file)
    except OSError:
        return None
    return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns
