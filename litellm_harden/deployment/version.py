"""Which LiteLLM a deployment runs: stated by the owner, pinned by an image tag, or pinned by pip."""

from __future__ import annotations

from litellm_harden.litellm.images import version_of
from litellm_harden.litellm.versions import Version, parse
from litellm_harden.text.patterns import pattern

_PIN = pattern(r"\blitellm(?:\[[^\]]*\])?\s*==\s*([0-9][\w.]*)")


def detect_version(stated: str | None, image: str, run_text: str) -> tuple[Version | None, str | None]:
    """The version and what says so (`option`, `image`, `pip`), or (None, None).

    `image` is what the proxy runs or is built from, `run_text` what its Dockerfile runs; both may be empty.
    """
    if stated is not None and (version := parse(stated)):
        return version, "option"
    if version := version_of(image):
        return version, "image"
    if (pin := _PIN.search(run_text)) and (version := parse(pin[1])):
        return version, "pip"
    return None, None
