"""`lh completion`: what makes a shell complete `lh`."""

from __future__ import annotations

import click

SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that makes SHELL complete commands, options, rules and paths.

    \b
    bash: lh completion bash >> ~/.bashrc                                (bash 4.4 or later)
    zsh:  lh completion zsh >> ~/.zshrc                                  (after compinit)
    fish: lh completion fish > ~/.config/fish/completions/lh.fish
    """
    from click.shell_completion import get_completion_class

    from litellm_harden.cli.main import lh

    kind = get_completion_class(shell)
    assert kind is not None, "click knows the shells above"
    script = kind.source_template % kind(lh, {}, "lh", "_LH_COMPLETE").source_vars()
    # click's script for fish takes a comma in what it completes (LH011,LH012) for the end of it.
    click.echo(script.replace('string split ","', 'string split --max 1 ","'))
