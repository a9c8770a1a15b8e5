"""What a Dockerfile or a command has pip install of LiteLLM: the requirement, its place, what releases it takes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Origin
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

_REQUIREMENT = pattern(
    r"(?<![\w./@:-])litellm(?:\[[^\]]*\])?(?![\w./\[-])(?P<spec>(?:\s*,?\s*(?:===?|~=|!=|<=?|>=?)\s*[\w.*+!${}-]+)*)(?P<url>\s*@)?"
)
_CLAUSE = pattern(r"(===?|~=|!=|<=?|>=?)\s*([\w.*+!-]+)")
_NUMBERS = pattern(r"\d+")


class Requirement(Record):
    """What is asked of pip: `spec` is "" where any release will do, `unknown` says why it cannot be told."""

    spec: str
    origin: Origin
    unknown: str = ""


def requirement(parts: Parts) -> Requirement | None:
    """The last one that the Dockerfile, or a script in the command, installs; None where there is none, or other files
    may decide it."""
    found = list(_when_built(parts.image)) if parts.image is not None else []
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
