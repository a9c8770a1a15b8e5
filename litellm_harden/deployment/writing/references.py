"""Values of compose files that are references: `${NAME}`, `${NAME:-default}`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.documents.base import Refusal
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


_REFERENCE = pattern(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?::?-(?P<default>[^${}]*)|:?\?[^${}]*)?\}|(?P<plain>[A-Za-z_]\w*))", re.ASCII
)


def referred(written: str) -> str | None:
    """The variable that a value is a reference to and nothing else, or None."""
    match = _REFERENCE.fullmatch(written)
    return (match["braced"] or match["plain"]) if match else None


def through_reference(deployment: Deployment, written: str, text: str) -> str | list[Site] | Refusal:
    """A value that is a reference: its default, if that decides, else the project's `.env` where it is set."""
    match = _REFERENCE.fullmatch(written)
    project = deployment.parts.project
    if match is None or project is None:
        return Refusal(f"its value {written} is put together from variables")
    name = match["braced"] or match["plain"]
    file = _dotenv_that_sets(deployment, name)
    if file is None and match["default"] is not None:
        start, end = match.span("default")
        return written[:start] + text + written[end:]
    if file is None:
        return Refusal(f"${{{name}}} is set outside of these files")
    if _references(deployment, name) > 1:
        return Refusal(f"${{{name}}} of {file.name} is used in more than one place")
    return [(file, (name,), deployment.workspace.dotenv(file).update((), {name: text}))]


def _dotenv_that_sets(deployment: Deployment, name: str) -> Path | None:
    project = deployment.parts.project
    file = project.directory / ".env" if project is not None else None
    if file is None or not deployment.workspace.exists(file):
        return None
    return file if deployment.workspace.dotenv(file).find((name,)) is not None else None


def _references(deployment: Deployment, name: str) -> int:
    pattern = re.compile(rf"(?<!\$)\$(?:\{{{name}\b|{name}\b)")
    return sum(len(pattern.findall(deployment.workspace.source(file).text)) for file in deployment.files.compose)
