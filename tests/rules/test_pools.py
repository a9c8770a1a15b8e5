"""Item 1 and the connection budget, in their corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Change
from litellm_harden.rules.model import Applicability
from tests.rules.worlds import findings, not_judged, only, proxy, with_pool

POOL = "config:general_settings.database_connection_pool_limit"


@pytest.mark.parametrize(
    ("pool", "replicas", "budget", "wanted"),
    [
        (49, 1, None, 50),  # nothing is known of the database
        (50, 1, None, None),
        (24, 1, 100, 25),  # 100 // 4 planned workers
        (25, 1, 100, None),
        (15, 6, 100, 16),  # six instances keep the one worker they have: 100 // 6
        (16, 6, 100, None),
        (40, 1, 1000, 50),  # never more than the checklist asks for
    ],
)
def test_pool_is_large_enough_or_its_share_of_the_budget(
    tmp_path: Path, pool: int, replicas: int, budget: int | None, wanted: int | None
) -> None:
    found = with_pool(tmp_path, pool, service=f"deploy: {{replicas: {replicas}}}", max_db_connections=budget)
    changes = [f.fix.changes for f in findings(found, "LH011") if f.fix]
    assert changes == ([(Change(POOL, wanted),)] if wanted else [])


def test_the_assumption_about_an_unknown_database_is_said(tmp_path: Path) -> None:
    _, fix = only(findings(with_pool(tmp_path, 25), "LH011"))
    assert "assumes the database accepts 200; set max_db_connections" in fix.description
    _, fix = only(findings(with_pool(tmp_path, 10, max_db_connections=200), "LH011"))
    assert "assumes" not in fix.description


def test_a_postgres_that_can_be_raised_does_not_limit_the_pool(tmp_path: Path) -> None:
    _, fix = only(findings(with_pool(tmp_path, 25, postgres="restart: always"), "LH011"))
    assert fix.changes == (Change(POOL, 50),)


@pytest.mark.parametrize(
    ("replicas", "change", "partial", "applicability"),
    [
        (1, None, False, None),
        (6, Change("postgres:max_connections", 310), False, Applicability.SAFE),
        (9, Change("postgres:max_connections", 460), False, Applicability.SAFE),
        (40, Change("postgres:max_connections", 500), True, Applicability.SAFE),
    ],
)
def test_a_compose_postgres_is_raised_up_to_500(
    tmp_path: Path, replicas: int, change: Change | None, partial: bool, applicability: Applicability | None
) -> None:
    found = with_pool(tmp_path, 50, service=f"deploy: {{replicas: {replicas}}}", postgres="restart: always")
    fixes = [f.fix for f in findings(found, "LH404") if f.fix]
    assert [(fix.changes, fix.partial, fix.applicability) for fix in fixes] == (
        [((change,), partial, applicability)] if change else []
    )


def test_where_the_database_cannot_be_raised_the_pool_shrinks_unsafely(tmp_path: Path) -> None:
    raised = 'command: ["postgres", "-c", "max_connections=500"]'
    for budget, postgres in ((490, ""), (None, raised)):
        service = "deploy: {replicas: 40}"
        found = with_pool(tmp_path, 50, service=service, postgres=postgres, max_db_connections=budget)
        finding, fix = only(findings(found, "LH404"))
        assert (finding.value, finding.expected) == (2000, "at most 490")
        assert (fix.changes, fix.applicability) == ((Change(POOL, 12),), Applicability.UNSAFE)


def test_more_processes_than_connections_are_left_to_the_owner(tmp_path: Path) -> None:
    found = with_pool(tmp_path, 50, service="deploy: {replicas: 40}", max_db_connections=30)
    _, fix = only(findings(found, "LH404"))
    assert (fix.changes, fix.applicability) == ((), Applicability.MANUAL)


def test_an_unknown_budget_is_not_judged(tmp_path: Path) -> None:
    found = with_pool(tmp_path, 5000)
    assert not findings(found, "LH404")
    assert "max_db_connections" in not_judged(found, "LH404")[0].reason


def test_redis_pools_are_judged_one_by_one(tmp_path: Path) -> None:
    cache = "litellm_settings: {cache: true, cache_params: {type: redis, host: r, max_connections: '20'}}\n"
    router = "router_settings: {redis_host: r, redis_port: 1, cache_kwargs: {max_connections: 49}}\n"
    found = proxy(tmp_path, cache + router)
    assert [f.value for f in findings(found, "LH013")] == ["20", 49]
    assert not findings(proxy(tmp_path, "router_settings: {cache_kwargs: {max_connections: 1}}\n"), "LH013")


@pytest.mark.parametrize(("text", "flagged"), [("0", True), ("1", False), ("30", False), ("31", True), ("x", True)])
def test_redis_wait(tmp_path: Path, text: str, flagged: bool) -> None:
    found = proxy(tmp_path, environment={"REDIS_CONNECTION_POOL_TIMEOUT": text})
    assert bool(findings(found, "LH014")) is flagged


def test_inert_pool_keys_are_kept_in_step_but_never_added(tmp_path: Path) -> None:
    config = "router_settings: {redis_connection_pool_limit: 50, redis_connection_pool_timeout: 10}\n"
    finding, fix = only(findings(proxy(tmp_path, config), "LH015"))
    assert (finding.severity.word, fix.changes[0].value) == ("low", 5)
    assert not findings(proxy(tmp_path), "LH015")
