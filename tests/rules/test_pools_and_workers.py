"""Items 1 and 2 and the connection budget, in their corners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Change
from litellm_harden.rules.checks.workers import seconds
from litellm_harden.rules.model import Applicability, Finding, Fix
from tests.rules.worlds import REDIS, compose, deployment, findings, not_judged

POOL = "config:general_settings.database_connection_pool_limit"
LIMIT = "MAX_REQUESTS_BEFORE_RESTART"


def with_pool(
    folder: Path, pool: int, arguments: str = "", service: str = "", postgres: str = "", **o: Any
) -> Deployment:
    host = "db" if postgres else "db.example.com"
    more = f"  db:\n    image: postgres:16\n    {postgres}\n" if postgres else ""
    environment = {"DATABASE_URL": f"postgresql://u@{host}/litellm"}
    files = {
        "config.yaml": f"general_settings: {{database_connection_pool_limit: {pool}}}\n",
        "compose.yaml": compose(arguments=arguments, service=service, environment=environment, more=more),
    }
    return deployment(folder, files, **o)


def proxy(folder: Path, config: str = REDIS, **compose_file: Any) -> Deployment:
    return deployment(folder, {"config.yaml": config, "compose.yaml": compose(**compose_file)})


def only(found: list[Finding]) -> tuple[Finding, Fix]:
    [finding] = found
    assert finding.fix is not None
    return finding, finding.fix


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


@pytest.mark.parametrize(
    ("arguments", "environment", "service", "change"),
    [
        ("", {}, "", Change("arg:--num_workers", "4")),
        ("--num_workers 2", {"NUM_WORKERS": "9"}, "", Change("arg:--num_workers", "4")),
        ("", {"NUM_WORKERS": "2"}, "", Change("env:NUM_WORKERS", "4")),
        ("--num_workers 6", {}, "", None),
        ("", {}, "cpus: 2.5", Change("arg:--num_workers", "2")),
        ("", {}, "mem_limit: 13g", Change("arg:--num_workers", "3")),
        ("", {}, "deploy: {replicas: 3}", None),
    ],
)
def test_workers_are_raised_where_they_are_decided(
    tmp_path: Path, arguments: str, environment: dict[str, str], service: str, change: Change | None
) -> None:
    found = findings(proxy(tmp_path, arguments=arguments, environment=environment, service=service), "LH021")
    assert [f.fix.changes for f in found if f.fix] == ([(change,)] if change else [])


def test_workers_from_an_unknown_variable_are_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, environment={"NUM_WORKERS": "${WORKERS}"})
    for rule in ("LH021", "LH022", "LH023"):
        assert not findings(found, rule)
        assert "WORKERS" in not_judged(found, rule)[0].reason


def test_more_workers_are_unsafe_where_their_pools_outgrow_the_database(tmp_path: Path) -> None:
    found = with_pool(tmp_path, 50, max_db_connections=100)
    (tmp_path / "config.yaml").write_text((tmp_path / "config.yaml").read_text() + REDIS)
    found = deployment(tmp_path, {}, max_db_connections=100)
    _, fix = only(findings(found, "LH021"))
    assert fix.applicability is Applicability.UNSAFE
    assert "200 connections" in fix.description


@pytest.mark.parametrize(
    ("arguments", "service", "flagged"),
    [
        ("--num_workers 2", "", True),
        ("--num_workers 2", "cpus: 2", True),
        ("--num_workers 2 --run_gunicorn", "", False),
        ("--num_workers 2 --run_granian", "", False),
        ("--num_workers 2 --run_hypercorn", "", False),
        ("", "cpus: 1", False),
        ("", "", True),
    ],
)
def test_gunicorn_is_for_several_workers_under_uvicorn(
    tmp_path: Path, arguments: str, service: str, flagged: bool
) -> None:
    found = proxy(tmp_path, arguments=arguments, service=service, image="ghcr.io/berriai/litellm:v1.100.0")
    assert bool(findings(found, "LH022")) is flagged


@pytest.mark.parametrize(
    ("limit", "flagged"),
    [("", True), ("4999", True), ("5000", False), ("1000000", False), ("1000001", True), ("many", True)],
)
def test_workers_are_renewed_neither_too_often_nor_never(tmp_path: Path, limit: str, flagged: bool) -> None:
    arguments = "--num_workers 4 --run_gunicorn"
    by_variable = proxy(tmp_path, arguments=arguments, environment={LIMIT: limit} if limit else {})
    assert bool(findings(by_variable, "LH023")) is flagged
    by_argument = proxy(
        tmp_path, arguments=f"{arguments} --max_requests_before_restart {limit}" if limit else arguments
    )
    assert bool(findings(by_argument, "LH023")) is flagged


def test_two_workers_are_enough_to_be_renewed_in_turn(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--num_workers 2 --run_gunicorn", service="cpus: 2")
    assert [f.address for f in findings(found, "LH023")] == ["arg:--max_requests_before_restart"]


def test_an_owners_jitter_stays(tmp_path: Path) -> None:
    _, fix = only(findings(proxy(tmp_path, environment={f"{LIMIT}_JITTER": "7"}), "LH023"))
    assert fix.changes == (Change("arg:--max_requests_before_restart", "10000"),)


@pytest.mark.parametrize(
    ("service", "applicability"),
    [
        ("restart: always", None),
        ("restart: unless-stopped", None),
        ("", Applicability.SAFE),
        ("restart: on-failure:3", Applicability.SAFE),
        ('restart: "no"', Applicability.UNSAFE),
    ],
)
def test_a_lone_worker_that_exits_is_brought_back(
    tmp_path: Path, service: str, applicability: Applicability | None
) -> None:
    found = proxy(tmp_path, arguments="--max_requests_before_restart 10000", service=f"cpus: 1\n{service}")
    fixes = [f.fix for f in findings(found, "LH023") if f.fix]
    assert [(fix.changes, fix.applicability) for fix in fixes] == (
        [((Change("proxy:restart", "unless-stopped"),), applicability)] if applicability else []
    )


def test_a_lone_worker_under_gunicorn_keeps_listening(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--run_gunicorn --max_requests_before_restart 10000", service="cpus: 1")
    assert not findings(found, "LH023")


HEALTH = {"SEPARATE_HEALTH_APP": "1"}
OWN = "entrypoint: litellm"


@pytest.mark.parametrize(
    ("version", "arguments", "environment", "service", "needed"),
    [
        ("1.81.0", "", {}, "", 60),
        ("1.81.0", "--run_gunicorn", {}, "", 50),
        ("1.88.0", "", {"GRACEFUL_SHUTDOWN_TIMEOUT": "300"}, "", 60),
        ("1.89.0", "", {}, "", 50),
        ("1.90.0", "--run_gunicorn", {"GRACEFUL_SHUTDOWN_TIMEOUT": "300"}, "", 320),
        ("1.90.0", "", {"GRACEFUL_SHUTDOWN_TIMEOUT": "0.5"}, "", 21),
        ("1.90.0", "", {"GRACEFUL_SHUTDOWN_TIMEOUT": "soon"}, "", 50),
        ("1.81.0", "", HEALTH, "", 3610),
        ("1.81.0", "", HEALTH | {"SUPERVISORD_STOPWAITSECS": "120"}, "", 130),
        ("1.84.9", "", HEALTH, "", 3610),
        ("1.85.0", "", HEALTH, "", 60),
        ("1.81.0", "", {"SEPARATE_HEALTH_APP": "true"}, "", 60),
        ("1.81.0", "", HEALTH, OWN, 60),
    ],
)
def test_compose_waits_as_long_as_the_proxy_drains(
    tmp_path: Path, version: str, arguments: str, environment: dict[str, str], service: str, needed: int
) -> None:
    image = f"ghcr.io/berriai/litellm:v{version}"

    def judged(period: int) -> list[Finding]:
        lines = f"{service}\nstop_grace_period: {period}s"
        found = proxy(tmp_path, image=image, arguments=arguments, environment=environment, service=lines)
        return findings(found, "LH024")

    assert not judged(needed)
    _, fix = only(judged(needed - 1))
    assert Change("proxy:stop_grace_period", f"{needed}s") in fix.changes


def test_supervisord_gets_its_time_only_where_it_runs(tmp_path: Path) -> None:
    variable = Change("env:SUPERVISORD_STOPWAITSECS", "3600")
    _, fix = only(findings(proxy(tmp_path, environment=HEALTH), "LH024"))
    assert variable in fix.changes
    _, fix = only(findings(proxy(tmp_path), "LH024"))
    assert variable not in fix.changes


def test_durations() -> None:
    assert [seconds(text) for text in ("90s", "1m30s", "1h", "500ms", "1.5m", "4000000us")] == [
        90,
        90,
        3600,
        0.5,
        90,
        4,
    ]
    assert [seconds(text) for text in ("", "90", "s", "1 m", None)] == [None] * 5


def test_a_period_that_is_no_duration_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, service="stop_grace_period: soon")
    assert not findings(found, "LH024")
    assert not_judged(found, "LH024")[0].reason == "soon is not a duration"
