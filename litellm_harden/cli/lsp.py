"""`lh lsp`: the language server."""

from __future__ import annotations

import click

_UNANNOUNCED = 1
"""LSP 3.17, "Exit Notification": the status where an editor leaves without a shutdown request before."""


@click.command()
@click.option("--stdio", is_flag=True, expose_value=False, help="What is done anyway; some editors say so.")
def lsp() -> int:
    """Talk to an editor over stdin and stdout: findings as you type, hovers and fixes. Editors start this themselves.

    docs/editor.md says how to set up an editor.
    """
    from litellm_harden.cli.exits import CLEAN, USAGE
    from litellm_harden.cli.output import say

    try:
        from litellm_harden.lsp.server import Server
    except ModuleNotFoundError as missing:
        if str(missing.name).partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        say("the language server needs pygls: pip install 'litellm-harden[lsp]'")
        return USAGE
    return CLEAN if Server().run() else _UNANNOUNCED
