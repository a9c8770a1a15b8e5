"""The catalogue's data is what its generator finds in LiteLLM's wheels."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from litellm_harden.litellm.catalogue.encoding import decode, encode
from litellm_harden.litellm.catalogue.generate import DATA, find, known_in
from tests.e2e.installed import CACHE

pytestmark = pytest.mark.e2e

WHEELS = Path(os.environ.get("LH_E2E_WHEELS") or CACHE / "wheels")
"""Wheels that are not there are downloaded."""


@pytest.mark.parametrize("version", ["1.81.0", "1.109.1"])
def test_a_wheel_gives_the_data_that_is_checked_in(version: str) -> None:
    text = DATA.read_text("utf-8")
    catalogue = decode(text)
    release = find(version, WHEELS)
    found, _ = known_in(release, {})
    assert {name: set(keys) for name, keys in found.items()} == {
        name: set(keys) for name, keys in catalogue[release.version].items()
    }
    assert encode({**catalogue, release.version: found}) == text
