"""Item 2, in its corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.compose.units import seconds
from litellm_harden.deployment.model import Change
from litellm_harden.rules.model import Applicability, Finding
from tests.rules.worlds import REDIS, deployment, findings, not_judged, only, proxy, with_pool

LIMIT = "MAX_REQUESTS_BEFORE_RESTART"


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
    _, fix = only(findings(deployment(tmp_path, {}, max_db_connections=200), "LH021"))
    assert fix.applicability is Applicability.SAFE


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
        ("1.83.9", "", HEALTH, "", 3610),
        ("1.83.10", "", HEALTH, "", 60),
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
    assert [seconds(text) for text in ("", "s", "1 m")] == [None] * 3


def test_a_period_that_is_no_duration_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, service="stop_grace_period: soon")
    assert not findings(found, "LH024")
    assert not_judged(found, "LH024")[0].reason == "soon is not a duration"
