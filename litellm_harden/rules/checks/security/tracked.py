"""LH306: env files with secrets in them stay out of git."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.rules.checks.context import Context, manual
from litellm_harden.rules.credentials import is_credential
from litellm_harden.rules.model import Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import counted

if TYPE_CHECKING:
    from litellm_harden.documents.dotenv import Binding


def tracked_secrets(context: Context) -> Iterator[Outcome]:
    """LH306: git tracks no env file that holds secrets, and ignores those that do."""
    deployment = context.deployment
    from litellm_harden.deployment.tracking import in_repository

    files = dict.fromkeys((*deployment.files.env, *deployment.files.interpolated))
    watched = [file for file in files if in_repository(file)]
    if files and not watched:
        yield Inapplicable("the env files lie in no git repository")
    holding = {file: found for file in watched if (found := _secrets(context, file))}
    if not holding:
        return
    known = deployment.workspace.standing(holding)
    told: set[str] = set()
    for file, bindings in holding.items():
        first = next((one for one in bindings if one.name not in told), bindings[0])
        told.add(first.name)
        outcome = _outcome(file, f"env:{first.name}", [one.name for one in bindings], known[file])
        if isinstance(outcome, Violation):
            outcome = outcome._replace(origin=Origin(file, first.span, (first.name,)))
        if outcome is not None:
            yield outcome


def _secrets(context: Context, file: Path) -> list[Binding]:
    try:
        bindings = context.deployment.workspace.dotenv(file).bindings
    except Unreadable:
        return []
    return [one for one in bindings if one.value is not None and is_credential(one.name, one.value)]


def _outcome(file: Path, address: str, names: list[str], standing: str | None) -> Outcome | None:
    if standing is None:
        return Unclear(address, f"git does not tell whether it tracks {file.name}")
    if standing == "ignored":
        return None
    some = f"{names[0]}, …" if len(names) > 1 else names[0]
    secrets = f"{counted(len(names), 'secret')} ({some})"
    if standing == "tracked":
        message = f"git tracks {file.name} with {secrets} in it: whoever gets the repository has them"
        steps = f"git rm --cached {file.name}, add it to .gitignore, and replace the secrets: the history keeps them"
        return Violation(address, message, None, "not tracked by git", manual(steps))
    message = f"git does not ignore {file.name} with {secrets} in it: the next `git add .` takes them along"
    return Violation(address, message, None, "ignored by git", manual(f"add {file.name} to .gitignore"), Severity.HIGH)
