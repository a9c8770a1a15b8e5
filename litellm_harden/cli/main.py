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
from litellm_harden.cli.exits import COULD_NOT_JUDGE, INTERRUPTED

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
    "probe": "Ask a running proxy: its health, each model, and how it stands a load.",
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
        from litellm_harden.cli.output import refuse

        return refuse(error)
    except (KeyboardInterrupt, click.Abort):
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        from litellm_harden.cli.output import abandon_stdout

        abandon_stdout()
        return 0
    except ModuleNotFoundError as error:
        _say(
            f"the Python module {error.name} is missing: install litellm-harden together with the packages it asks for"
        )
        return COULD_NOT_JUDGE
    except Exception as error:
        if os.environ.get("LH_DEBUG"):
            raise
        _say(_trouble(error))
        return COULD_NOT_JUDGE


def _trouble(error: Exception) -> str:
    """What to say of an error that nothing has expected."""
    if isinstance(error, OSError) and _is_of_click(error):
        return f"stdout cannot be written: {error.strerror}"
    from litellm_harden.text.trace import place_of

    return f"unexpected {type(error).__name__} {place_of(error)}: this is a bug in lh (LH_DEBUG=1 shows the traceback)"


def _is_of_click(error: OSError) -> bool:
    """Whether it came up where click prints the help or the version."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and at.tb_frame.f_code is click.echo.__code__


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
    from litellm_harden.cli.output import say

    say(text)
