"""The words that `litellm_settings.cache_params` takes, by release.

Sources: types/caching.py (CachingSupportedCallTypes) and caching/caching.py (CacheMode) of the
litellm package, compared across the releases 1.81.0 to 1.109.1.
"""

from __future__ import annotations

from litellm_harden.litellm.gates import ANTHROPIC_CALL_TYPES
from litellm_harden.litellm.versions import Version

MODES = ("default_on", "default_off")
"""What `mode` may be; any other word acts as default_off, without a message (caching/caching.py, should_use_cache)."""

_KINDS = ("completion", "embedding", "transcription", "text_completion", "rerank", "responses")
_CALL_TYPES = frozenset((*_KINDS, *(f"a{kind}" for kind in _KINDS)))
_WITH_ANTHROPIC = _CALL_TYPES | {"anthropic_messages", "aanthropic_messages"}


def call_types(version: Version) -> frozenset[str]:
    """The names that `supported_call_types` may hold in that release; all of them is the default.

    A name that is none of them is kept and never matches. Releases older than 1.81.0 are taken for 1.81.0.
    """
    return _WITH_ANTHROPIC if version >= ANTHROPIC_CALL_TYPES else _CALL_TYPES
