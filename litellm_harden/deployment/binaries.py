"""Which of the programs that health checks like to run are in the proxy's image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from litellm_harden.litellm.images import is_official
from litellm_harden.litellm.versions import NEWEST, Version
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

WGET_GONE = Version(1, 80, 5)
"""LiteLLM's images have no wget from here on at the latest (litellm#17645); none ever had curl (litellm#9295)."""

_MANAGERS = frozenset({"apt-get", "apt", "apk", "dnf", "microdnf", "yum", "tdnf"})
_COMMANDS = pattern(r"[\n;&|]+")
_PYTHON = pattern(r"(?:docker\.io/)?(?:library/)?python(?::(?P<tag>[^@]+))?|ghcr\.io/astral-sh/uv:(?P<uv>python[^@]+)")
_BARE = pattern(r"(?:docker\.io/)?(?:library/)?(?P<name>alpine|debian|ubuntu)(?::[^@]+)?")


def has_program(deployment: Deployment, name: str) -> bool | None:
    """Whether `curl`, `wget`, `python` or `python3` is in the image; None for others and where nothing tells."""
    if name not in ("curl", "wget", "python", "python3"):
        return None
    if _brought(deployment, name):
        return True
    return _in_base(_base(deployment), deployment.version or NEWEST, name)


def base_is_known(deployment: Deployment) -> bool:
    """Whether the image, or what it is built from, is one that brings no health check of its own."""
    base = _base(deployment)
    return is_official(base) or bool(_PYTHON.fullmatch(base) or _BARE.fullmatch(base))


def _base(deployment: Deployment) -> str:
    """The image that is run, or that the one that is run is built from; "" where its Dockerfile is not here."""
    image, service = deployment.parts.image, deployment.parts.service
    if image is not None:
        return image.base.partition("@")[0]
    if service is None or service.build is not None or service.image is None:
        return ""
    return service.image.text().partition("@")[0]


def _brought(deployment: Deployment, name: str) -> bool:
    """Whether a RUN installs the package of that name, or a COPY brings such a file."""
    image = deployment.parts.image
    if image is None:
        return False
    text = image.document.run_text(image.stage).replace("\\\n", " ")
    if any(name in _installed(command.split()) for command in _COMMANDS.split(text)):
        return True
    return any(target.rpartition("/")[2] == name for target, _ in image.copies())


def _installed(words: list[str]) -> set[str]:
    """The packages that one command of a RUN installs."""
    verb = next((at for at, word in enumerate(words) if word in ("install", "add")), None)
    if verb is None or _MANAGERS.isdisjoint(words[:verb]):
        return set()
    return {word.partition("=")[0] for word in words[verb + 1 :]}


def _in_base(base: str, version: Version, name: str) -> bool | None:
    if is_official(base):
        if name == "wget":
            return False if version >= WGET_GONE else None
        return name != "curl"
    if python := _PYTHON.fullmatch(base):
        tag = python["tag"] or python["uv"] or ""
        if name.startswith("python"):
            return True
        if "alpine" in tag:
            return name == "wget"  # busybox has one
        return "slim" not in tag
    if bare := _BARE.fullmatch(base):
        if name.startswith("python"):
            return None
        return name == "wget" and bare["name"] == "alpine"
    return None
