"""`lh rules`: the rules in a table."""

from __future__ import annotations

from typing import Any

import click

from litellm_harden.cli import options
from litellm_harden.cli.options import Common


@click.command()
@options.selection
@options.output("text", "json")
def rules(**given: Any) -> int:
    """List the rules, by id."""
    from litellm_harden.cli.choosing import selected
    from litellm_harden.cli.output import emit, style
    from litellm_harden.report import rules as listing
    from litellm_harden.rules.pack import load

    common = Common.take(given)
    pack = load()
    chosen = selected(pack, common)
    members = [rule for rule in pack.rules if rule.id in chosen]
    emit(listing.as_json(members) if common.format == "json" else listing.table(members, style(common)), common)
    return 0
