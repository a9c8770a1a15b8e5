"""What the release that runs may know or do, where that release may be unknown."""

from __future__ import annotations

from litellm_harden.litellm.versions import NEWEST, Version
from litellm_harden.rules.checks.context import Context
from litellm_harden.rules.model import Applicability


def from_on(context: Context, gate: Version) -> str:
    """What limits a claim to the releases from `gate` on, behind it; "" where the release that runs is known."""
    return f" from {gate} on" if context.deployment.version is None else ""


def safe_if_sure(context: Context) -> Applicability:
    """How safe a fix is that another release than the one judged by may not want: only where the release is known."""
    return Applicability.SAFE if context.deployment.version is not None else Applicability.UNSAFE


def knows_word(context: Context, section: str, word: str) -> bool:
    """Whether the release that runs may know a word: any release may be meant where it is not known, and what one newer
    or older than all that were looked at knows cannot be told."""
    from litellm_harden.litellm.catalogue import ever, knows, versions

    version = context.deployment.version
    if version is None:
        return ever(section, word) is not None
    return not versions()[0] <= version <= NEWEST or knows(section, word, version)


def known_words(context: Context, section: str) -> list[str]:
    """The words that the release knows, in the order of the alphabet."""
    from litellm_harden.litellm.catalogue import known

    return sorted(known(section, context.version))
