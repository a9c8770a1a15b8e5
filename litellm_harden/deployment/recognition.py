"""Telling a LiteLLM proxy when one sees it: a compose service, a Dockerfile."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.assembly import official_base, read_image
from litellm_harden.deployment.command import read_command
from litellm_harden.deployment.model import Problem
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.litellm.images import is_official, looks_like_proxy
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.image import Image

_INSTALLS = pattern(r"\b(?:pip3?|uv|poetry)\b[^\n]*\b(?:install|add|sync)\b[^\n]*?\blitellm\b(?P<proxy>\[[^\]]*proxy)?")


def runs_litellm(workspace: Workspace, service: Service) -> bool:
    """Whether a compose service runs the proxy: its image is one, its build makes one, or its command starts one."""
    try:
        image = read_image(workspace, service)
    except Unreadable:
        image = None
    command = read_command(workspace, service, image, official_base(service, image))
    if command.other:
        return False
    if image is not None and makes_proxy(image):
        return True
    named = service.image.text() if service.image is not None else ""
    if is_official(named) or looks_like_proxy(named):
        return True
    return command.starts


def troubles(workspace: Workspace, project: Project) -> Iterator[Problem]:
    """Those of the project, and Dockerfiles that cannot be read of services that may be proxies."""
    yield from project.problems
    for service in project.services.values():
        try:
            read_image(workspace, service)
        except Unreadable as error:
            if "litellm" in workspace.source(service.node.file).text.lower():
                yield Problem(error.file, error.line, error.message)


def makes_proxy(image: Image) -> bool:
    """Whether a Dockerfile makes a proxy: from an official image, or by installing LiteLLM and starting it."""
    if image.official:
        return True
    installs = _INSTALLS.search(image.run_text)
    return (installs is not None and (installs["proxy"] is not None or _starts(image))) or _starts(image)


def _starts(image: Image) -> bool:
    lines = (image.document.entrypoint(image.stage), image.document.command(image.stage))
    words = [
        word
        for line in lines
        if line is not None
        for word in (line.value if isinstance(line.value, list) else str(line.value).split())
    ]
    return any(str(word).rpartition("/")[2] == "litellm" for word in words)


def without_nuls(workspace: Workspace, file: Path) -> bytes:
    """The bytes of a file without NULs, which is how UTF-16 writes ASCII; none where it cannot be read."""
    try:
        return workspace.read(file).replace(b"\0", b"")
    except Unreadable:
        return b""
