"""What a shell may complete an option or argument with. Nothing here runs but when a shell asks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from litellm_harden.rules.model import Rule


def rule(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of rules; their names as soon as what is typed begins one."""
    from click.shell_completion import CompletionItem

    known = _rules()
    ids = [CompletionItem(one.id, help=one.title) for one in known if one.id.startswith(incomplete.upper())]
    names = [CompletionItem(one.name, help=one.title) for one in known if one.name.startswith(incomplete)]
    return [*ids, *names] if incomplete else ids


def rules(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same behind the last comma."""
    before, comma, last = incomplete.rpartition(",")
    found = rule(context, parameter, last)
    for one in found:
        one.value = before + comma + one.value
    return found


def path(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders: the shell itself knows them."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="file")]


def _rules() -> tuple[Rule, ...]:
    """The rules that hold for the working directory."""
    from litellm_harden.rules.configuration import Configurations, WrongConfiguration

    configurations = Configurations()
    with suppress(WrongConfiguration):
        configurations.at(Path.cwd())
    return configurations.pack.rules
