"""Where reports go: the terminal with what it can show, a pipe, or a file; and where everything else goes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

import click

from litellm_harden.cli.exits import COULD_NOT_JUDGE, USAGE
from litellm_harden.cli.options import Common
from litellm_harden.report.model import Report, grouped
from litellm_harden.report.secrets import hide_tokens
from litellm_harden.report.style import Style


def style(options: Common) -> Style:
    """What the place that the report goes to can show."""
    if options.output is not None:
        return Style(color=options.color == "always")
    return Style(_colored(options.color), _unicode(sys.stdout), _width(), _runner_reads())


def emit(text: str, options: Common) -> None:
    """Write a report to --output or stdout. A reader that has gone away is no error; a full disk ends `lh` with 3."""
    data = text.encode("utf-8", "surrogateescape")
    try:
        if options.output is not None:
            options.output.write_bytes(data)
            return
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        abandon_stdout()
    except OSError as error:
        say(f"{options.output or 'stdout'}: the report cannot be written: {error.strerror}")
        raise click.exceptions.Exit(COULD_NOT_JUDGE) from error


def abandon_stdout() -> None:
    """Nobody reads any more: let what is still to be written go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def say(text: str) -> None:
    """Tell something that is no part of the report."""
    with suppress(OSError):  # there is no other place to tell it
        print(f"lh: {_on_stderr().plain(hide_tokens(text))}", file=sys.stderr)


def refuse(error: click.ClickException) -> int:
    """Tell what is wrong with what was typed or configured, in one line; the exit code."""
    message = _on_stderr().plain(hide_tokens(" ".join(error.format_message().split())))
    with suppress(OSError):
        click.UsageError(message, getattr(error, "ctx", None)).show()
    return USAGE


def say_problems(report: Report) -> None:
    """Tell what could not be read or judged, one line each."""
    for problem in report.problems:
        line = f":{problem.line}" if problem.line else ""
        say(f"{report.path(problem.file)}{line}: {report.masker.say(problem.message)}")


def say_refused(report: Report) -> None:
    """Tell which fixes a diff leaves out, and why, each reason once."""
    refused = report.plan.refused if report.plan else ()
    for reason, rules in grouped((report.masker.say(one.reason, one.address), one.rule.id) for one in refused).items():
        say(f"not fixed ({', '.join(rules)}): {reason}")


def to_terminal(options: Common) -> bool:
    """Whether a person looks at the report on a terminal."""
    return options.output is None and sys.stdout.isatty()


def _on_stderr() -> Style:
    return Style(unicode=_unicode(sys.stderr), runner=_runner_reads())


def _runner_reads() -> bool:
    """Whether what is printed becomes the log of a job, whose lines may be commands."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


def _colored(choice: str) -> bool:
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _width() -> int | None:
    """The columns to wrap at: those stated or those of the terminal; a pipe gets one line for each finding."""
    stated = os.environ.get("COLUMNS", "")
    if stated.isdecimal() and int(stated) > 0:
        return int(stated)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (OSError, ValueError):
        return None


def _unicode(stream: TextIO) -> bool:
    return (stream.encoding or "ascii").lower().replace("-", "").startswith("utf")
