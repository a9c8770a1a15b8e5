"""What a shell may complete an option or argument with. Nothing here runs but when a shell asks."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from click.shell_completion import CompletionItem

    from litellm_harden.rules.model import Rule


def number(_: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The numbers of a range."""
    from click.shell_completion import CompletionItem

    within = parameter.type
    assert isinstance(within, click.IntRange), "no other parameter asks for this"
    numbers = map(str, range(int(within.min or 0), int(within.max or 0) + 1))
    return [CompletionItem(text) for text in numbers if text.startswith(incomplete)]


def rule(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Ids of rules; their names as soon as what is typed begins one."""
    return _completed(_rules(), incomplete)


def rules(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The same behind the last comma, without those before it."""
    before, comma, last = incomplete.rpartition(",")
    chosen = {word.strip() for word in before.split(",")}
    found = _completed([one for one in _rules() if chosen.isdisjoint((one.id, one.name))], last)
    for one in found:
        one.value = before + comma + one.value
    return found


def _completed(known: Iterable[Rule], incomplete: str) -> list[CompletionItem]:
    from click.shell_completion import CompletionItem

    ids = [CompletionItem(one.id, help=one.title) for one in known if one.id.startswith(incomplete.upper())]
    names = [CompletionItem(one.name, help=one.title) for one in known if one.name.startswith(incomplete)]
    return [*ids, *names] if incomplete else ids


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
