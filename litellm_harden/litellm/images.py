"""The images that LiteLLM publishes: how to tell them, and what they start.

Sources: the project's container registry page and docker/Dockerfile of 1.81.0 (ENTRYPOINT docker/prod_entrypoint.sh,
CMD ["--port", "4000"], WORKDIR /app).
"""

from __future__ import annotations

import re

from litellm_harden.litellm.versions import Version, parse

DEFAULT_ARGUMENTS = ("--port", "4000")
"""What the image's CMD passes to its entrypoint; a `command:` or CMD of one's own replaces it."""

WORKDIR = "/app"

_OFFICIAL = re.compile(
    r"^(?:(?:ghcr\.io|docker\.litellm\.ai)/berriai|(?:docker\.io/)?(?:litellm|berriai))/litellm(?:-[a-z_]+)?(?=[:@]|$)"
)
_ENTRYPOINTS = ("docker/prod_entrypoint.sh", "/app/docker/prod_entrypoint.sh", "/app/docker-entrypoint.sh")
_DERIVED = re.compile(r"(?:^|/)[\w.-]*litellm[\w.-]*(?=[:@]|$)", re.IGNORECASE)
_NOT_A_PROXY = re.compile(r"litellm[-_]?(?:exporter|dashboard|ui|migrations?|operator|docs)", re.IGNORECASE)


def is_official(image: str) -> bool:
    """Whether `image` (a reference with or without tag and digest) is published by LiteLLM itself."""
    return bool(_OFFICIAL.match(image.strip().lower()))


def looks_like_proxy(image: str) -> bool:
    """Whether the name of an image says that it is a LiteLLM proxy, official or not."""
    return bool(_DERIVED.search(image)) and not _NOT_A_PROXY.search(image)


def version_of(image: str) -> Version | None:
    """The release that an official image's tag pins; None for floating tags, bare digests and other images."""
    if not is_official(image):
        return None
    tag = image.partition("@")[0].rpartition(":")[2]
    return parse(tag)


def starts_litellm(word: str) -> bool:
    """Whether the first word of a command line is LiteLLM's own command or an entrypoint of its images."""
    return word in _ENTRYPOINTS or word.rpartition("/")[2] == "litellm"
