"""`lh`: finds the command, runs it, and turns whatever goes wrong into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from litellm_harden import __version__
from litellm_harden.cli.exits import COULD_NOT_JUDGE, INTERRUPTED, USAGE

COMMANDS = {
    "lint": "Judge the deployments and say what to change.",
    "fix": "Edit the files in place, proven and reversible.",
    "baseline": "Record what is found now, so that only new findings count.",
    "suppress": "Write beside a finding that it is meant so, and why.",
    "undo": "Bring back what the last fix changed.",
    "checklist": "Show where the deployments stand on the checklist, week by week.",
    "show": "Show the effective settings and where they are decided.",
    "config": "Show the settings of lh.toml that hold here, and where each comes from.",
    "verify": "Ask LiteLLM and Docker Compose, where installed, what they make of the files.",
    "rules": "List the rules; lh rules test tries those of your own.",
    "explain": "Explain one rule: why, for which versions, with examples.",
    "completion": "Print what makes bash, zsh or fish complete lh.",
    "lsp": "Talk to an editor: findings as you type, hovers and fixes.",
}
"""The commands, each in its module `cli/<name>.py` as the function `<name>`, with its line of help."""


class _Commands(click.Group):
    """Imports a command's module only when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"litellm_harden.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        command.help = command.help or COMMANDS[cmd_name]  # python -OO drops docstrings
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(
    cls=_Commands,
    help="Lint and harden a LiteLLM proxy deployment: config.yaml, .env, Dockerfile and compose files.",
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="lh", message="%(prog)s %(version)s")
def lh() -> None:
    """`lh`, without a command."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `lh` and return its exit code; never raises."""
    try:
        status = lh.main(arguments, "lh", standalone_mode=False)
        return status if isinstance(status, int) else 0
    except click.ClickException as error:
        _show(error)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        _close_stdout()
        return 0
    except ModuleNotFoundError as error:
        _say(
            f"the Python module {error.name} is missing: install litellm-harden together with the packages it asks for"
        )
        return COULD_NOT_JUDGE
    except Exception as error:
        if os.environ.get("LH_DEBUG"):
            raise
        from litellm_harden.text.trace import place_of

        place = place_of(error)
        _say(f"unexpected {type(error).__name__} {place}: this is a bug in lh (LH_DEBUG=1 shows the traceback)")
        return COULD_NOT_JUDGE


def _show(error: click.ClickException) -> None:
    """Tell it in one line: it may repeat the name of a file, which may hold anything."""
    from litellm_harden.report.style import Style

    message = Style().plain(" ".join(error.format_message().split()))
    click.UsageError(message, getattr(error, "ctx", None)).show()


def run() -> NoReturn:
    """`lh` as a program. It leaves without taking the interpreter apart first, which would cost a tenth of its time."""
    if sys.stdin is None or sys.stdout is None or sys.stderr is None:
        _reopen_closed()
    status = main()
    with suppress(OSError):  # told already, where it can be
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(status)


def _reopen_closed() -> None:
    """Give a standard stream that was closed before the start a place to go, and its number to no other file."""
    descriptor = os.open(os.devnull, os.O_RDWR)
    while descriptor <= 2:
        descriptor = os.dup(descriptor)
    os.close(descriptor)
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _say(text: str) -> None:
    print(f"lh: {text}", file=sys.stderr)


def _close_stdout() -> None:
    """Nobody reads any more: let the interpreter's last flush go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
