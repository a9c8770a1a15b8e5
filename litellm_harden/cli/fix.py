"""`lh fix`: edit in place what can be proven, or show what would change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common
from litellm_harden.cli.rendering import FORMATS

if TYPE_CHECKING:
    from litellm_harden.cli.stdin import StdinSession


@click.command()
@options.paths
@options.selection
@options.deployment
@click.option("--diff", is_flag=True, help="Print the unified diff and write nothing.")
@click.option("--unsafe", is_flag=True, help="Make unsafe fixes too.")
@click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value that a fix asks for; also NAME=@FILE, NAME=env:VAR (repeatable).",
)
@click.option("--show-secrets", is_flag=True, help="With --diff: hide nothing, so that patch(1) can apply it.")
@options.baseline
@options.strictness
@options.fail_on
@options.stdin
@options.output(*FORMATS)
def fix(
    diff: bool,
    unsafe: bool,
    values: tuple[str, ...],
    show_secrets: bool,
    fail_on: str | None,
    stdin_filename: str | None,
    **given: Any,
) -> int:
    """Fix in place what can be fixed safely in PATH (default: the current folder).

    Every edit is proven before it is written, comments are kept, and `lh undo` brings everything back.
    """
    from litellm_harden.cli.exits import COULD_NOT_JUDGE
    from litellm_harden.cli.fixing import carry_out, preview
    from litellm_harden.cli.output import say, say_problems
    from litellm_harden.cli.pending import say_pending, took_back
    from litellm_harden.cli.session import Session
    from litellm_harden.cli.values import check_asked, given_values
    from litellm_harden.fix.write import WriteFailed

    if show_secrets and not diff:
        raise click.UsageError("--show-secrets goes with --diff")
    common = Common.take(given)
    on_stdin = None if stdin_filename is None else _stdin_session(common, stdin_filename)
    session = on_stdin or Session(common)
    session.values = given_values(values, session.known)
    check_asked(session.values, session.pack, session.selected)
    if diff or on_stdin is not None:
        say_pending(session.discovered.root)
    elif took_back(session.discovered.root):
        session, session.values = Session(common), session.values
    if diff:
        report, status = preview(session, unsafe, show_secrets)
    elif on_stdin is not None:
        from litellm_harden.cli.stdin import rewrite

        return rewrite(on_stdin, unsafe, fail_on)
    else:
        try:
            report = carry_out(session, unsafe)
        except WriteFailed as failed:
            say(str(failed))
            return COULD_NOT_JUDGE
        status = session.status(report, fail_on)
    say_problems(report)
    return status


def _stdin_session(common: Common, name: str) -> StdinSession:
    from litellm_harden.cli.stdin import StdinSession

    return StdinSession(common, name)
