"""LiteLLM versions: read from tags and pins, and compared."""

from __future__ import annotations

import re

from litellm_harden.record import Record


class Version(Record):
    """A LiteLLM release. Nightlies, candidates and `-stable` builds count as the release they are named after."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


NEWEST = Version(1, 109, 1)
"""The newest release that was looked at; a deployment whose version is unknown is judged as this one."""

_RELEASE = re.compile(r"(?:^|(?<=v)|(?<=-))(\d+)\.(\d+)\.(\d+)(?![\d])")


def parse(text: str) -> Version | None:
    """The release in a version, image tag or pin (`1.81.0`, `v1.81.0-stable`, `main-v1.80.5-nightly`), or None."""
    match = _RELEASE.search(text.strip())
    return Version(*map(int, match.groups())) if match else None
