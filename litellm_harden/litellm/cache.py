"""The words that `litellm_settings.cache_params` takes, by release.

Sources: types/caching.py (CachingSupportedCallTypes, LiteLLMCacheType) and caching/caching.py (CacheMode) of the
litellm package, compared across the releases 1.81.0 to 1.109.1.
"""

from __future__ import annotations

from litellm_harden.litellm.versions import Version

MODES = ("default_on", "default_off")
"""What `mode` may be; any other word acts as default_off, without a message (caching/caching.py, should_use_cache)."""

DEFAULT_MODE = "default_on"

ANTHROPIC_CALL_TYPES = Version(1, 98, 0)
"""The first release that caches Anthropic's messages; 1.97.0 does not."""

VALKEY_SEMANTIC = Version(1, 90, 0)
"""The first release with the type valkey-semantic; 1.89.7 is without it."""

UNKNOWN_TYPE_STOPS_BOOT = Version(1, 109, 0)
"""The type disk is gone and an unknown type stops the boot; before, an unknown type meant no backend, silently."""

_KINDS = ("completion", "embedding", "transcription", "text_completion", "rerank", "responses")
_CALL_TYPES = frozenset((*_KINDS, *(f"a{kind}" for kind in _KINDS)))
_WITH_ANTHROPIC = _CALL_TYPES | {"anthropic_messages", "aanthropic_messages"}
_TYPES = frozenset(("local", "redis", "redis-semantic", "s3", "qdrant-semantic", "azure-blob", "gcs"))


def call_types(version: Version) -> frozenset[str]:
    """The names that `supported_call_types` may hold in that release; all of them is the default.

    A name that is none of them is kept and never matches. Releases older than 1.81.0 are taken for 1.81.0.
    """
    return _WITH_ANTHROPIC if version >= ANTHROPIC_CALL_TYPES else _CALL_TYPES


def cache_types(version: Version) -> frozenset[str]:
    """The words that `type` may be in that release; without one, the cache is in memory (local)."""
    types = _TYPES if version >= UNKNOWN_TYPE_STOPS_BOOT else _TYPES | {"disk"}
    return types | {"valkey-semantic"} if version >= VALKEY_SEMANTIC else types
