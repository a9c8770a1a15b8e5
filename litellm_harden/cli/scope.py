"""What a run has looked at: only of that can a baseline's entry be gone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from litellm_harden.cli.session import Session
from litellm_harden.deployment.exclusion import is_excluded
from litellm_harden.deployment.tracking import is_ignored
from litellm_harden.rules.baseline import Scope
from litellm_harden.rules.fingerprint import home, home_of
from litellm_harden.rules.model import Verdict


def scope(session: Session, verdict: Verdict, places: Iterable[int]) -> Scope:
    """The scope of a run with this verdict, for a baseline that the deployments at `places` go by."""
    root = session.discovered.workspace.root
    homes = {home_of(verdict.deployments[place]) for place in places} or {home(root, root)}
    about = [place for place, one in enumerate(verdict.deployments) if home_of(one) in homes]
    rules = frozenset(rule.id for rule in session.pack.rules)
    in_each = [_search(session, one) for one in homes]
    return Scope.of(verdict, about, rules, session.selected, lambda name: all(search(name) for search in in_each))


def _search(session: Session, root: Path) -> Callable[[str], bool]:
    """Whether a deployment that a file describes, told from its home, would have been found, had it been there."""
    given = [Path(os.path.realpath(path)) for path in session.paths]
    skipped = {one.file for one in session.discovered.templates}

    def searched(name: str) -> bool:
        file = root / name
        if not any(file.is_relative_to(path) for path in given):
            return False
        if not os.path.lexists(file):
            return True
        if session.discovered.problems or file in skipped:
            return False
        return not is_excluded(file, session.configured(file.parent).owner.exclude) and not is_ignored(file)

    return searched
