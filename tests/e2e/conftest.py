"""Tests against the real LiteLLM: `pytest -m e2e`.

Each release is installed once, by pip, below `$LH_E2E_CACHE` (`~/.cache/litellm-harden-e2e` where that is not set).
`LH_E2E_LITELLM` names another current release to test against.
"""

from __future__ import annotations

import os

import pytest

from tests.e2e.installed import Installed, install

OLD = "1.81.0"
CURRENT = os.environ.get("LH_E2E_LITELLM", "1.106.2")
"""The newest release whose dependencies pip could all find when this was written."""


@pytest.fixture(scope="session", params=[OLD, CURRENT])
def litellm(request: pytest.FixtureRequest) -> Installed:
    return install(request.param)


@pytest.fixture(scope="session")
def old_litellm() -> Installed:
    return install(OLD)


@pytest.fixture(scope="session")
def current_litellm() -> Installed:
    return install(CURRENT)
