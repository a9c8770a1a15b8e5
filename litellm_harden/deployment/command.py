"""The command line that starts LiteLLM: which words of which file it consists of, and where a new one would go."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.documents.argv import CommandLine
from litellm_harden.litellm.images import starts_litellm
from litellm_harden.litellm.options import letters, option
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.image import Image
    from litellm_harden.deployment.workspace import Workspace
    from litellm_harden.documents.base import Path as DocumentPath

_STARTED = pattern(r"(?:^|[\s;&|(/])litellm\s+-", re.MULTILINE)
_OTHER_PROGRAMS = (".py", "prisma", "alembic", "psql", "curl", "wget")
_RUNNERS = ("uv", "run", "poetry", "python", "python3", "-m", "ddtrace-run", "exec", "tini", "--", "dumb-init")


class Line(Record):
    """One written part of the command line: the file, the place of the whole in it, and its words."""

    file: Path
    path: DocumentPath
    words: CommandLine


class Command(Record):
    """The arguments that LiteLLM gets. `unknown` says why they cannot be told; then `lines` is empty.

    `official` says that an image's own entrypoint gets them. Without `lines` the image passes its defaults.
    `starts` says that LiteLLM is what they start, `other` that it is not: a migration, a script of the owner's.
    `written` are the lines as the files have them, understood or not.
    """

    lines: tuple[Line, ...] = ()
    unknown: str = ""
    official: bool = False
    starts: bool = False
    other: bool = False
    written: tuple[Line, ...] = ()

    def flags(self) -> list[str]:
        """The options that are stated, as spelt."""
        words = [word.text.partition("=")[0] for line in self.lines for word in line.words.words]
        return list(dict.fromkeys(word for word in words if word.startswith("--") and len(word) > 2))

    def setting(self, flag: str, interpolate: Callable[[str], tuple[str, str]]) -> Setting:
        """The effective value of an option: its text, True for a flag, absent, or unknown.

        `interpolate` gives a word's text as the container gets it and, where that cannot be told, the reason.
        """
        address = f"arg:{flag}"
        if self.unknown:
            return Setting(address, State.UNKNOWN, reason=self.unknown)
        known = option(flag)
        names = (known.name, *known.aliases) if known else (flag,)
        found: list[Origin] = []
        for line in reversed(self.lines):
            located = line.words.find(names, known.takes_value if known else True)
            if located is not None:
                found.append(Origin(line.file, located.span, line.path, located.value))
        if not found and (misspelt := self._misspelt(flag)):
            return Setting(address, State.UNKNOWN, reason=f"{misspelt} is no option, and may be meant for {flag}")
        if not found:
            return Setting(address, State.ABSENT)
        origin, *shadows = found
        if not isinstance(origin.value, str):
            return Setting(address, State.KNOWN, origin.value, origin, tuple(shadows))
        text, unknown = interpolate(origin.value)
        if unknown:
            return Setting(address, State.UNKNOWN, None, origin, tuple(shadows), unknown)
        return Setting(address, State.KNOWN, text, origin, tuple(shadows))

    def _misspelt(self, flag: str) -> str:
        """An option that only differs from `flag` in dashes, underscores and capitals."""
        meant = letters(flag)
        return next((other for other in self.flags() if other != flag and letters(other) == meant), "")


def read_command(
    workspace: Workspace,
    service: Service | None,
    image: Image | None,
    official_base: bool | None,
) -> Command:
    """The command line of a service or, where it says nothing, of the image that a Dockerfile makes.

    `official_base` says whether the image, or the one it is built from, is LiteLLM's own (None: not known).
    """
    entry, entry_reset = _compose_line(workspace, service, "entrypoint")
    command, _ = _compose_line(workspace, service, "command")
    overridden = entry is not None or entry_reset
    if not overridden and image is not None:
        entry = _image_line(image, "ENTRYPOINT")
        command = command or _image_line(image, "CMD")
        overridden = image.own_entrypoint
    lines = [line for line in (entry, command) if line is not None and line.words.words]
    if service is None and image is None:
        return Command(unknown="nothing here says how the proxy is started")
    official = bool(official_base) and not overridden
    return _understood(lines, official, official_base)._replace(written=tuple(lines))


def _understood(lines: list[Line], official: bool, official_base: bool | None) -> Command:
    if official:
        return Command(tuple(lines), _script(lines), official=True, starts=True)
    if not lines:
        return Command(unknown="the command that its image starts is not described here")
    if script := _script(lines):
        return Command(unknown=script, starts=_mentions_litellm(lines))
    words = [word.text for line in lines for word in line.words.words]
    first = words[program(words)]
    if is_litellm(first):
        return Command(tuple(lines), starts=True)
    if first.startswith("-") and official_base is None:
        return Command(tuple(lines))
    other = first.endswith(_OTHER_PROGRAMS)
    return Command(unknown=f"it is started by {first}, whose arguments to LiteLLM are not visible here", other=other)


def _compose_line(workspace: Workspace, service: Service | None, key: str) -> tuple[Line | None, bool]:
    """The line under `key`, and whether the key is there to empty what the image has (`[]` or `""`)."""
    node = service.node.get(key) if service is not None else None
    if node is None or node.value is None:
        return None, False
    if not node.plain():
        return None, True
    return Line(node.file, node.path, CommandLine.in_yaml(node.place.document(workspace), node.path)), False


def _image_line(image: Image, instruction: str) -> Line | None:
    path = image.path(instruction)
    if image.document.find(path) is None:
        return None
    return Line(image.file, path, CommandLine.in_dockerfile(image.document, instruction, image.stage))


def _script(lines: list[Line]) -> str:
    return "it is started through a shell script" if any(line.words.script for line in lines) else ""


def _mentions_litellm(lines: list[Line]) -> bool:
    return any(_STARTED.search(word.text) for line in lines for word in line.words.words)


def program(words: Sequence[str]) -> int:
    """Which of the words names the program, behind those that only run another (`uv run`, `exec`, `python -m`)."""
    at = 0
    while at + 1 < len(words) and words[at].rpartition("/")[2] in _RUNNERS:
        at += 1
    return at


def is_litellm(word: str) -> bool:
    """Whether a program is LiteLLM's own command."""
    return starts_litellm(word) or word == "litellm.proxy.proxy_cli"
