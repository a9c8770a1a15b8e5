"""`lh explain`: one rule, in full."""

from __future__ import annotations

from typing import Any

import click

from litellm_harden.cli import candidates, options
from litellm_harden.cli.options import Common


@click.command()
@click.argument("rule", shell_complete=candidates.rule)
@options.output("text", "json")
def explain(rule: str, **given: Any) -> int:
    """Explain RULE (an id or a name): why it is, for which versions, what its fix does, with examples and sources."""
    from litellm_harden.cli.output import emit, style
    from litellm_harden.cli.session import Session
    from litellm_harden.report import rules as listing
    from litellm_harden.rules.words import nearest

    common = Common.take(given)
    rules = Session(common).known
    found = rules.get(rule)
    if found is None:
        known = [word for one in rules.rules for word in (one.id, one.name)]
        raise click.UsageError(f"there is no rule {rule!r}{nearest(rule, known)}")
    prose = rules.prose(found)
    as_json = common.format == "json"
    emit(listing.explained_json(found, prose) if as_json else listing.explained(found, prose, style(common)), common)
    return 0
