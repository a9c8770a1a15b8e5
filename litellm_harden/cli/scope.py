"""What a run has looked at: only of that can a baseline's entry be gone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from litellm_harden.cli.session import Session
from litellm_harden.deployment.exclusion import is_excluded
from litellm_harden.deployment.tracking import is_ignored
from litellm_harden.rules.baseline import Scope
from litellm_harden.rules.fingerprint import home
from litellm_harden.rules.model import Verdict


def scope(session: Session, verdict: Verdict) -> Scope:
    """The scope of a run with this verdict."""
    rules = frozenset(rule.id for rule in session.pack.rules)
    return Scope.of(verdict, rules, session.selected, _search(session))


def _search(session: Session) -> Callable[[str], bool]:
    """Whether a deployment that a file describes would have been found, had it been there."""
    root = home(session.discovered.workspace.root)
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
