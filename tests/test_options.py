from __future__ import annotations

import pytest

from litellm_harden.litellm.options import option
from litellm_harden.litellm.versions import Version


def test_an_option_is_found_by_its_name_and_by_its_alias() -> None:
    assert option("--config") is option("-c") is not None
    assert option("--num-workers") is None


def test_an_option_that_was_declared_in_several_ways_is_one() -> None:
    found = option("--enforce_prisma_migration_check")
    assert found is not None
    assert (found.since, found.until) == (Version(1, 82, 6), None)
    assert found.env == "ENFORCE_PRISMA_MIGRATION_CHECK"


@pytest.mark.parametrize(
    ("name", "version", "accepted"),
    [
        ("--num_workers", Version(1, 81, 0), True),
        ("--num_workers", Version(1, 109, 1), True),
        ("--num_workers", Version(1, 40, 0), None),
        ("--num_workers", Version(1, 200, 0), True),
        ("--max_requests_before_restart_jitter", Version(1, 88, 0), False),
        ("--max_requests_before_restart_jitter", Version(1, 89, 9), None),
        ("--max_requests_before_restart_jitter", Version(1, 90, 0), True),
        ("--max_requests_before_restart_jitter", Version(1, 91, 2), True),
        ("--use_prisma_migrate", Version(1, 75, 0), True),
        ("--use_prisma_migrate", Version(1, 76, 0), False),
        ("--no-enforce_prisma_migration_check", Version(1, 104, 0), True),
        ("--no-enforce_prisma_migration_check", Version(1, 105, 0), None),
        ("--no-enforce_prisma_migration_check", Version(1, 106, 0), False),
    ],
)
def test_an_option_is_accepted_by_the_releases_that_have_it(name: str, version: Version, accepted: bool | None) -> None:
    found = option(name)
    assert found is not None
    assert found.accepted_by(version) is accepted


@pytest.mark.parametrize(
    ("name", "value", "wants"),
    [
        ("--port", "4000", ""),
        ("--port", "abc", "a whole number"),
        ("--num_workers", "2.5", "a whole number"),
        ("--max_budget", "2.5", ""),
        ("--max_budget", "much", "a number"),
        ("--telemetry", "False", ""),
        ("--telemetry", "never", "true or false"),
        ("--config", "anything", ""),
    ],
)
def test_what_click_asks_for_in_the_place_of_a_value(name: str, value: str, wants: str) -> None:
    found = option(name)
    assert found is not None
    assert found.wants(value) == wants
