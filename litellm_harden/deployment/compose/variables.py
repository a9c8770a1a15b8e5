"""What interpolation may know: the variables of env files, themselves interpolated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from litellm_harden.deployment.compose.interpolation import Interpolated, Interpolator
from litellm_harden.deployment.workspace import Unreadable, Workspace

Variables = Mapping[str, Interpolated]


def read_variables(
    workspace: Workspace, files: Iterable[Path], outer: Variables
) -> tuple[dict[str, Interpolated], list[Unreadable]]:
    """The variables of the env files, a later file before an earlier one, and what could not be read.

    As in Compose, values may name variables of `outer` and of the lines before; single-quoted values stay as they are.
    """
    found: dict[str, Interpolated] = {}
    problems: list[Unreadable] = []

    def lookup(name: str) -> Interpolated | None:
        return outer.get(name) or found.get(name)

    interpolate = Interpolator(lookup)
    for file in files:
        try:
            bindings = workspace.dotenv(file).bindings
        except Unreadable as error:
            problems.append(error)
            continue
        for binding in bindings:
            if binding.value is not None:
                value = binding.value
                found[binding.name] = Interpolated(value) if binding.literal else interpolate(value)
    return found, problems
