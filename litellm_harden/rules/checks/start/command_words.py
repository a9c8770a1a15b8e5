"""What reaches the `litellm` command: its arguments, one by one, and who hands them over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.command import Line, is_litellm, program
from litellm_harden.deployment.model import Origin
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_BARE_BASE = pattern(r"(?:docker\.io/)?(?:library/)?(?:python|debian|ubuntu|alpine)(?=[:@]|$)")
"""Images that have no ENTRYPOINT, so that the first word of the command is the program."""

_EXPANDABLE = pattern(r"\$\(|\$\{?[A-Za-z_]|`")


class Argument(Record):
    """A word of the command line. `text` is what the program gets; `unknown` says why that cannot be told."""

    text: str
    unknown: str
    origin: Origin

    @property
    def unexpanded(self) -> bool:
        """Whether it holds what only a shell would put something else for."""
        return not self.unknown and bool(_EXPANDABLE.search(self.text))


class Started(Record):
    """The command line of a proxy.

    `by_image` says that the entrypoint of an official image gets the arguments, `by_program` that they have no program
    before them to get them, `in_shell` that Docker puts them behind `/bin/sh -c`, where that is not the program.
    """

    arguments: tuple[Argument, ...]
    by_image: bool = False
    by_program: bool = True
    in_shell: bool = False


def started(deployment: Deployment) -> Started | str:
    """How the proxy is started, or why that cannot be told."""
    command = deployment.parts.command
    lines = command.written
    if command.official:
        shell = any(_shell_form(line) for line in lines)
        return Started(tuple(_arguments(deployment, lines)), by_image=True, in_shell=shell)
    if not lines:
        return command.unknown
    first, last = lines[0], lines[-1]
    has_entrypoint = first.path[-1] in ("entrypoint", "ENTRYPOINT")
    if has_entrypoint and _shell_form(first):
        lines, last = (first,), first  # a shell runs it, and drops what follows
    words = [word.text for line in lines for word in line.words.words]
    if not has_entrypoint and words[0].startswith("-"):
        if not _without_entrypoint(deployment):
            return "what its image starts is not described here"
        return Started(tuple(_arguments(deployment, lines)), by_program=False)
    at = program(words)
    starting = lines[: 1 if at < len(first.words.words) else 2]
    if any(line.words.script for line in starting) or not is_litellm(words[at]):
        return command.unknown or "it is not started by LiteLLM's own command"
    arguments = tuple(_arguments(deployment, lines))[at + 1 :]
    return Started(arguments, in_shell=last is not first and _shell_form(last))


def _without_entrypoint(deployment: Deployment) -> bool:
    """Whether the image has no ENTRYPOINT, or an empty one was put in its place."""
    service, image = deployment.parts.service, deployment.parts.image
    if service is not None and service.entrypoint is not None and service.entrypoint.value is not None:
        return True
    return image is not None and (image.own_entrypoint or _BARE_BASE.match(image.base.lower()) is not None)


def _shell_form(line: Line) -> bool:
    """Whether Docker hands the line to a shell. Compose cuts a string into words itself."""
    return line.path[-1] in ("CMD", "ENTRYPOINT") and line.words.form == "shell"


def _arguments(deployment: Deployment, lines: tuple[Line, ...]) -> Iterator[Argument]:
    for line in lines:
        for word in line.words.words:
            text, unknown = word.text, "a shell expands it" if word.expands else ""
            if line.file != deployment.files.dockerfile:
                text, unknown = deployment.interpolate(text)
            yield Argument(text, unknown, Origin(line.file, word.span, line.path, word.text))
