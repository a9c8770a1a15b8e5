"""Words that values may be, asked of the catalogue."""

from __future__ import annotations

from litellm_harden.litellm.versions import NEWEST
from litellm_harden.rules.checks.context import Context


def knows_word(context: Context, section: str, word: str) -> bool:
    """Whether the release that runs may know a word: any release may be meant where it is not known, and what one newer
    than all that were looked at knows cannot be told."""
    from litellm_harden.litellm.catalogue import ever, knows

    version = context.deployment.version
    if version is None:
        return ever(section, word) is not None
    return version > NEWEST or knows(section, word, version)


def known_words(context: Context, section: str) -> list[str]:
    """The words that the release knows, in the order of the alphabet."""
    from litellm_harden.litellm.catalogue import known

    return sorted(known(section, context.version))
