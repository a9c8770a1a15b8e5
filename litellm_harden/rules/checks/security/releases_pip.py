"""What a Dockerfile or a command has pip install of LiteLLM: the requirement, its place, what releases it takes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.model import Origin
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.command import Command
    from litellm_harden.deployment.image import Image
    from litellm_harden.deployment.parts import Parts

_COMMAND = pattern(r"[^\n;&|]+")
_INSTALL = pattern(r"\b(?:pip3?|pipx|uv\s+tool)\s+install\b")
_ELSEWHERE = pattern(r"(?:^|\s)(?:-[rcef]|--(?:requirement|constraint|editable|find-links|no-index))\b")
"""What may say which release is installed, or from where."""

_FILE = pattern(r"(?:^|\s)(?:-r\s*|--requirement(?:\s+|=))[\"']?([^\s\"';&|]+)[\"']?")
_LISTED = pattern(r"^[^#\n]*", re.MULTILINE)

_REQUIREMENT = pattern(
    r"(?<![\w./@:-])litellm(?:\[[^\]]*\])?(?![\w./\[-])(?P<spec>(?:\s*,?\s*(?:===?|~=|!=|<=?|>=?)\s*[\w.*+!${}-]+)*)(?P<url>\s*@)?"
)
_CLAUSE = pattern(r"(===?|~=|!=|<=?|>=?)\s*([\w.*+!-]+)")
_NUMBERS = pattern(r"\d+")


class Requirement(Record):
    """What is asked of pip: `spec` is "" where any release will do, `unknown` says why it cannot be told; `file` is the
    requirements file that says it."""

    spec: str
    origin: Origin
    unknown: str = ""
    file: str = ""


def requirement(parts: Parts, workspace: Workspace) -> Requirement | None:
    """The last one that the Dockerfile with the requirements files it names, or a script in the command, installs; None
    where there is none, or other files may decide it."""
    found = [*_when_built(parts.image), *_of_files(parts.image, workspace)] if parts.image is not None else []
    return next(iter(reversed([*found, *_when_started(parts.command)])), None)


def _when_started(command: Command) -> Iterator[Requirement]:
    for line in command.written:
        for word in line.words.words:
            for match in _installed(word.text):
                yield Requirement(match["spec"].strip(), Origin(line.file, word.span, line.path), _unset(match["spec"]))


def _when_built(image: Image) -> Iterator[Requirement]:
    from litellm_harden.documents.dockerfile.words import substituted

    known = image.document.variables(image.stage, image.arguments)
    for instruction in image.stage.chain():
        if instruction.name != "RUN":
            continue
        for text, at in ((instruction.arguments, instruction.args), *((body, -1) for _, body in instruction.heredocs)):
            for match in _installed(text):
                spec = substituted(match["spec"].strip(), known)
                span = instruction.logical.span(at + match.start(), at + match.end()) if at >= 0 else instruction.span
                yield Requirement(spec, Origin(image.file, span), _unset(spec))


def _of_files(image: Image, workspace: Workspace) -> Iterator[Requirement]:
    for name, file, origin in _files(image):
        if file is None or not workspace.exists(file):
            continue
        try:
            text = workspace.source(file).text
        except Unreadable:
            continue
        for line in _LISTED.finditer(text):
            match = _REQUIREMENT.match(line[0].strip())
            if match is not None and match["url"] is None:
                yield Requirement(match["spec"].strip(), origin, _unset(match["spec"]), name)


def unread(image: Image, workspace: Workspace) -> str:
    """Why it is not known what a Dockerfile has pip install: the requirements file that is not here; "" where none."""
    missing = (name for name, file, _ in _files(image) if file is None or not workspace.exists(file))
    name = next(missing, "")
    return f"{name}, from which pip installs, is not here" if name else ""


def _files(image: Image) -> Iterator[tuple[str, Path | None, Origin]]:
    """The requirements files that RUN instructions name, where they are in the build context, and the place."""
    container = Container(None, image)
    for instruction in image.stage.chain():
        commands = _COMMAND.finditer(instruction.arguments) if instruction.name == "RUN" else ()
        for command in commands:
            if not _INSTALL.search(command[0]) or _ELSEWHERE.search(_FILE.sub("", command[0])):
                continue
            for match in _FILE.finditer(instruction.arguments, command.start(), command.end()):
                path = posixpath.normpath(posixpath.join(image.workdir, match[1]))
                span = instruction.logical.span(instruction.args + match.start(1), instruction.args + match.end(1))
                yield match[1].rpartition("/")[2], container.host_file(path), Origin(image.file, span)


def _unset(spec: str) -> str:
    return "the release that pip installs is set nowhere here" if "$" in spec else ""


def _installed(text: str) -> Iterator[re.Match[str]]:
    for command in _COMMAND.finditer(text):
        if not _INSTALL.search(command[0]) or _ELSEWHERE.search(command[0]):
            continue
        for match in _REQUIREMENT.finditer(text, command.start(), command.end()):
            if match["url"] is None:
                yield match


def bounded(spec: str) -> bool:
    """Whether a requirement takes one release only, or the patches of one."""
    return any(sign in ("==", "===", "~=") for sign, _ in _CLAUSE.findall(spec))


def admits(spec: str, version: Version) -> bool:
    """Whether a requirement takes a release. Pre-releases count as what they precede."""
    return all(_holds(sign, number, version) for sign, number in _CLAUSE.findall(spec))


def _holds(sign: str, text: str, version: Version) -> bool:
    given = [int(number) for number in _NUMBERS.findall(text)][:3]
    wanted = Version(*given, *(0,) * (3 - len(given)))
    if text.endswith("*"):
        same = version[: len(given)] == tuple(given)
        return same if sign == "==" else not same
    if sign == "~=":
        return version >= wanted and version[: len(given) - 1] == tuple(given[:-1])
    return {
        "==": version == wanted,
        "===": version == wanted,
        "!=": version != wanted,
        "<": version < wanted,
        "<=": version <= wanted,
        ">": version > wanted,
        ">=": version >= wanted,
    }[sign]
