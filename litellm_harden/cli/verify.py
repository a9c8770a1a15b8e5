"""`lh verify`: ask LiteLLM and Compose themselves."""

from __future__ import annotations

import os
from typing import Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common


def _interpreter(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    import shutil

    found = shutil.which(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is no program")
    return os.path.abspath(found)


@click.command()
@options.paths
@click.option("--python", metavar="PATH", callback=_interpreter, help="An interpreter that has LiteLLM.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=1),
    default=60,
    metavar="SECONDS",
    show_default=True,
    help="The most that a config or project may take.",
)
@options.deployment
@options.output("text", "json")
def verify(python: str | None, timeout: float, **given: Any) -> int:
    """Ask LiteLLM and Compose, where installed, what they make of PATH's deployments (default: the current folder).

    LiteLLM loads each config in a process that can connect to nothing, with the environment that the files state; lh
    tells what LiteLLM accepted, ignored and refused, and where that is not what lh says. Docker Compose checks the
    compose files. Your own code that a config names is not run.
    """
    from litellm_harden.cli.output import emit, say, say_problems, style
    from litellm_harden.cli.pending import say_pending
    from litellm_harden.cli.progress import working
    from litellm_harden.cli.session import Session
    from litellm_harden.verify.everything import verify as verified_by
    from litellm_harden.verify.interpreter import find_interpreter

    common = Common.take(given)
    session = Session(common)
    say_pending(session.discovered.root)
    deployments = session.discovered.deployments
    with working("asking LiteLLM and Compose"):
        interpreter = python or find_interpreter()
        verified = verified_by(deployments, interpreter, session.pack.rules, timeout)
    report = session.overview()
    if common.format == "json":
        from litellm_harden.report import verify_json

        text = verify_json.render(report, verified)
    else:
        from litellm_harden.report import verify_text

        text = verify_text.render(report, verified, style(common), common.verbose, common.quiet)
    say_problems(report)
    if deployments and not verified.interpreter:
        say("no LiteLLM is installed here, so no config was loaded (--python PATH names an interpreter that has one)")
    if verified.composed and not verified.compose:
        say("Docker Compose is not installed here, so no compose file was checked")
    emit(text, common)
    return _status(verified.refused, verified.told and not report.problems)


def _status(refused: bool, told: bool) -> int:
    from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE, FOUND

    if refused:
        return FOUND
    return CLEAN if told else COULD_NOT_JUDGE
