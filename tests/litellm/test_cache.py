"""The words of the cache, at the releases where they changed."""

from __future__ import annotations

import pytest

from litellm_harden.litellm.cache import call_types
from litellm_harden.litellm.versions import NEWEST, Version


def test_every_release_caches_the_calls_of_both_kinds() -> None:
    for version in (Version(1, 81, 0), NEWEST):
        assert {"acompletion", "completion", "aembedding", "aresponses"} <= call_types(version)
        assert "chat" not in call_types(version)


@pytest.mark.parametrize(("version", "cached"), [(Version(1, 97, 0), False), (Version(1, 98, 0), True)])
def test_anthropic_messages_came_with_1_98(version: Version, cached: bool) -> None:
    assert ({"anthropic_messages", "aanthropic_messages"} <= call_types(version)) is cached
