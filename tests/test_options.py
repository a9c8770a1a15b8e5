from __future__ import annotations

import pytest

from litellm_harden.litellm.options import OPTIONS, option
from litellm_harden.litellm.versions import Version


def test_an_option_is_found_by_its_name_and_by_its_alias() -> None:
    assert option("--config") is option("-c") is not None
    assert option("--num-workers") is None


def test_names_and_aliases_are_unique() -> None:
    names = [name for entry in OPTIONS for name in (entry.name, *entry.aliases)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("name", "version", "accepted"),
    [
        ("--num_workers", Version(1, 81, 0), True),
        ("--num_workers", Version(1, 109, 1), True),
        ("--num_workers", Version(1, 40, 0), None),
        ("--max_requests_before_restart_jitter", Version(1, 88, 0), False),
        ("--max_requests_before_restart_jitter", Version(1, 89, 0), None),
        ("--max_requests_before_restart_jitter", Version(1, 90, 0), True),
        ("--no-enforce_prisma_migration_check", Version(1, 104, 0), True),
        ("--no-enforce_prisma_migration_check", Version(1, 105, 0), None),
        ("--no-enforce_prisma_migration_check", Version(1, 106, 0), False),
    ],
)
def test_an_option_is_accepted_by_the_releases_that_have_it(name: str, version: Version, accepted: bool | None) -> None:
    found = option(name)
    assert found is not None
    assert found.accepted_by(version) is accepted
