"""Arguments: the line that has them, or a command of the service's own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT, Renamed
from litellm_harden.deployment.writing.references import through_reference
from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.litellm.images import DEFAULT_ARGUMENTS
from litellm_harden.litellm.options import option

if TYPE_CHECKING:
    from litellm_harden.deployment.command import Line
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_command(deployment: Deployment, flag: str, value: object) -> Sequence[Site] | Refusal:
    """An argument, in the line that has it, else the one that ends the command, else a new `command:` or CMD."""
    command = deployment.parts.command
    if command.unknown:
        return Refusal(command.unknown)
    stated = command.setting(flag, deployment.interpolate)
    lines = [line for line in command.lines if stated.origin and line.path == stated.origin.path] or command.lines
    if not lines:
        return _own_command(deployment, [*DEFAULT_ARGUMENTS, *_words(flag, value)])
    line = lines[-1]
    if _borrowed(deployment, line):
        if value is ABSENT or isinstance(value, Renamed):
            return Refusal("its command serves others too")
        words = [word.text for word in command.lines[-1].words.words] if command.lines else []
        return _own_command(deployment, [*words, *_words(flag, value)])
    if isinstance(value, Renamed):
        return [(line.file, line.path, _renamed(line, flag, value.key))]
    if value is ABSENT:
        return [(line.file, line.path, line.words.remove(flag, takes_value=_takes_value(flag)))]
    if isinstance(stated.origin and stated.origin.value, str) and "$" in str(stated.origin and stated.origin.value):
        replacement = through_reference(deployment, str(stated.origin and stated.origin.value), str(value))
        if not isinstance(replacement, str):
            return replacement
        value = replacement
    return [(line.file, line.path, line.words.set(flag, True if value is True else str(value)))]


def _renamed(line: Line, flag: str, name: str) -> Proposal:
    for index, word in enumerate(line.words.words):
        spelled, equals, value = word.text.partition("=")
        if spelled == flag:
            return line.words.replace(index, f"{name}{equals}{value}")
    return Refusal(f"{flag} is not among the arguments")


def _takes_value(flag: str) -> bool:
    known = option(flag)
    return known is not None and known.takes_value


def _borrowed(deployment: Deployment, line: Line) -> bool:
    """Whether a line serves others too: a shared Dockerfile, or the service that this one extends."""
    if deployment.parts.manifests is not None:
        return False
    if line.file not in deployment.files.compose:
        return deployment.parts.service is not None and line.file in deployment.seed.shared
    name = deployment.service
    found = deployment.workspace.compose(line.file).find(line.path)
    return line.path[:2] != ("services", name) or found is None or found.inherited


def _own_command(deployment: Deployment, words: list[str]) -> Sequence[Site] | Refusal:
    project, service, image = deployment.parts.project, deployment.parts.service, deployment.parts.image
    if deployment.parts.manifests is not None:
        from litellm_harden.deployment.writing.kubernetes import own_arguments

        return own_arguments(deployment, words)
    if project is not None and service is not None:
        file, path = service.home()
        return [(file, (*path, "command"), deployment.workspace.compose(file).update(path, {"command": words}))]
    if image is None:
        return Refusal("nothing here holds the arguments of the proxy")
    return [(image.file, image.path("CMD"), image.document.update(image.path(), {"CMD": words}))]


def _words(flag: str, value: object) -> list[str]:
    return [flag] if value is True else [flag, str(value)]
