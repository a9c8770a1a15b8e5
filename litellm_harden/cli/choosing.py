"""Which rules a command is about."""

from __future__ import annotations

from collections.abc import Iterable

import click

from litellm_harden.cli.options import Common
from litellm_harden.rules.pack import Pack
from litellm_harden.rules.select import UnknownRule, select


def chosen(pack: Pack, options: Common) -> frozenset[str]:
    """The ids of the rules that the options choose, if any. Raises click.UsageError for what names no rule."""
    try:
        return select(pack, options.week, options.item, options.select, options.ignore)
    except UnknownRule as error:
        raise click.UsageError(str(error)) from None


def selected(pack: Pack, options: Common) -> frozenset[str]:
    """The ids of the rules that the options choose. Raises click.UsageError, where there is none too."""
    return some(chosen(pack, options))


def some(rules: frozenset[str], stating: Iterable[str] = ()) -> frozenset[str]:
    """The rules, of which there must be one. Raises click.UsageError, which names the places `stating` a choice."""
    if not rules:
        by = ", which is what is chosen in " + " and ".join(stating) if stating else ""
        raise click.UsageError(f"no rule is left to judge by{by}; lh rules lists what there is")
    return rules
