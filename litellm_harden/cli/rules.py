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
    from litellm_harden.cli.output import emit, style
    from litellm_harden.cli.session import selected
    from litellm_harden.report import rules as listing
    from litellm_harden.rules import pack

    common = Common.take(given)
    chosen = selected(common)
    members = [rule for rule in pack.load().rules if rule.id in chosen]
    emit(listing.as_json(members) if common.format == "json" else listing.table(members, style(common)), common)
    return 0
