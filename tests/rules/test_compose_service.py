"""Whether Compose brings the proxy back, and what it waits for before it starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import REDIS, compose, deployment, findings, not_judged, only, planned, proxy

CHECKED = "    healthcheck: {test: [CMD-SHELL, pg_isready]}\n"
DB = "  db:\n    image: postgres:16\n"
URL = {"DATABASE_URL": "postgresql://db:secret@db:5432/litellm"}
SAFE, UNSAFE = Applicability.SAFE, Applicability.UNSAFE


@pytest.mark.parametrize(
    ("service", "applicability"),
    [
        ("", SAFE),
        ("restart:", SAFE),
        ("restart: no", UNSAFE),
        ('restart: "no"', UNSAFE),
        ("restart: always", None),
        ("restart: unless-stopped", None),
        ("restart: on-failure", None),
        ("restart: on-failure:3", None),
        ("restart: ${RESTART:-always}", None),
        ("deploy: {restart_policy: {condition: any}}", None),
        ("deploy: {restart_policy: {delay: 5s}}", None),
        ("deploy: {restart_policy: {condition: none}}", UNSAFE),
        ("restart: always\ndeploy: {restart_policy: {condition: none}}", UNSAFE),
        ('restart: "no"\ndeploy: {restart_policy: {condition: any}}', None),
        ("deploy: {resources: {limits: {cpus: 2}}}", SAFE),
        ("deploy: {replicas: 2}", SAFE),
        ("deploy: {placement: {constraints: [node.role == worker]}}", None),
        ("deploy: {replicas: 2, labels: {traefik.enable: 'true'}}", None),
        ("labels: {url: $SERVICE_FQDN_LITELLM}", None),
    ],
)
def test_a_proxy_that_ends_is_started_again(tmp_path: Path, service: str, applicability: Applicability | None) -> None:
    found = findings(proxy(tmp_path, service=service), "LH401")
    assert [f.fix.applicability for f in found if f.fix] == ([applicability] if applicability else [])


def test_the_policy_that_decides_is_the_one_to_change(tmp_path: Path) -> None:
    found = proxy(tmp_path, service="restart: always\ndeploy: {restart_policy: {condition: none}}")
    plan = planned(found, "LH401", unsafe=True)
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert "deploy: {restart_policy: {condition: any}}" in text


def test_a_policy_that_is_set_elsewhere_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, service="restart: ${RESTART}")
    assert not findings(found, "LH401")
    assert "RESTART" in not_judged(found, "LH401")[0].reason


@pytest.mark.parametrize(
    ("arguments", "environment", "flagged"),
    [
        ("--max_requests_before_restart 10000", {}, True),
        ("--max_requests_before_restart 10000 --num_workers 2", {}, False),
        ("--max_requests_before_restart 10000 --run_gunicorn", {}, False),
        ("", {"SEPARATE_HEALTH_APP": "1"}, True),
        ("", {"SEPARATE_HEALTH_APP": "true"}, False),
    ],
)
def test_on_failure_where_the_proxy_ends_with_status_0(
    tmp_path: Path, arguments: str, environment: dict[str, str], flagged: bool
) -> None:
    found = proxy(tmp_path, arguments=arguments, environment=environment, service="restart: on-failure")
    assert bool(findings(found, "LH401")) is flagged


def test_recycling_and_restart_agree_on_the_fix(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--max_requests_before_restart 10000", service="cpus: 1")
    plan = planned(found, "LH023", "LH401")
    assert {finding.rule.id for finding in plan.fixed} >= {"LH023", "LH401"}
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert text.count("restart: unless-stopped") == 1


def test_without_compose_nothing_is_asked(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"Dockerfile": 'FROM ghcr.io/berriai/litellm:v1.81.0\nCMD ["--port", "4000"]\n'})
    assert not findings(found, "LH401", "LH402")
    assert not not_judged(found, "LH401", "LH402")


def stored(folder: Path, depends: str = "", db: str = CHECKED, image: str = "postgres:16", **o: str) -> Deployment:
    """A proxy with a database beside it."""
    return proxy(folder, environment=URL, service=depends, more=f"  db:\n    image: {image}\n{db}", **o)


@pytest.mark.parametrize(
    ("depends", "written"),
    [
        ("", "    depends_on:\n      db:\n        condition: service_healthy\n"),
        ("depends_on: [db]", "    depends_on:\n      db:\n        condition: service_healthy\n"),
        ("depends_on: {db: {condition: service_started}}", "    depends_on: {db: {condition: service_healthy}}\n"),
        ("depends_on: {db: {condition: service_healthy}}", ""),
        ("depends_on:\n  db:\n    condition: service_healthy\n    restart: true", ""),
    ],
)
def test_the_proxy_waits_for_its_database(tmp_path: Path, depends: str, written: str) -> None:
    found = stored(tmp_path, depends)
    assert bool(findings(found, "LH402")) is bool(written)
    plan = planned(found, "LH402")
    assert [written in plan.workspace.source(file).text for file in plan.edits] == ([True] if written else [])


def test_other_dependencies_and_comments_stay(tmp_path: Path) -> None:
    more = f"{DB}{CHECKED}  otel:\n    image: otel/opentelemetry-collector\n"
    service = "depends_on:\n  - otel  # traces\n  - db\n"
    found = proxy(tmp_path, environment=URL, service=service, more=more)
    plan = planned(found, "LH402")
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert "otel:\n        condition: service_started" in text
    assert "# traces" in text


@pytest.mark.parametrize("check", ["", "    healthcheck: {disable: true}\n", '    healthcheck: {test: ["NONE"]}\n'])
def test_a_database_without_a_health_check_needs_one_first(tmp_path: Path, check: str) -> None:
    finding, fix = only(findings(stored(tmp_path, "depends_on: [db]", check), "LH402"))
    assert fix.applicability is Applicability.MANUAL
    assert "pg_isready" in fix.description
    assert finding.severity is Severity.MEDIUM
    waiting = "depends_on: {db: {condition: service_healthy}}"
    finding, fix = only(findings(stored(tmp_path, waiting, check), "LH402"))
    assert finding.severity is Severity.HIGH
    assert "never starts" in finding.message
    optional = "depends_on: {db: {condition: service_healthy, required: false}}"
    assert not findings(stored(tmp_path, optional, check), "LH402")


def test_an_image_may_bring_its_own_health_check(tmp_path: Path) -> None:
    for depends in ("depends_on: [db]", "depends_on: {db: {condition: service_healthy}}"):
        assert not findings(stored(tmp_path, depends, "", image="supabase/postgres:15"), "LH402")


def test_one_edit_for_database_and_redis(tmp_path: Path) -> None:
    redis = "  redis:\n    image: redis:8\n    healthcheck: {test: [CMD, redis-cli, ping]}\n"
    found = proxy(tmp_path, REDIS, environment=URL, service="depends_on: [redis, db]", more=f"{DB}{CHECKED}{redis}")
    plan = planned(found, "LH402")
    [text] = [plan.workspace.source(file).text for file in plan.edits]
    assert text.count("condition: service_healthy") == 2
    unchecked = "  redis:\n    image: redis:8\n"
    more = f"{DB}{CHECKED}{unchecked}"
    found = proxy(tmp_path, REDIS, environment=URL, service="depends_on: [redis, db]", more=more)
    _, fix = only(findings(found, "LH402"))
    assert fix.partial
    assert "redis-cli" in fix.description


def test_stores_of_others_are_none_of_its_business(tmp_path: Path) -> None:
    url = {"DATABASE_URL": "postgresql://db:secret@elsewhere:5432/litellm"}
    assert not findings(proxy(tmp_path, environment=url, more=f"{DB}{CHECKED}"), "LH402")
    profiled = proxy(tmp_path, environment=URL, more=f"{DB}{CHECKED}    profiles: [local]\n")
    assert not findings(profiled, "LH402")
    cached = "litellm_settings: {cache: true}\n"
    redis = "  redis:\n    image: redis:8\n    healthcheck: {test: [CMD, redis-cli, ping]}\n"
    assert not findings(proxy(tmp_path, cached, more=redis), "LH402")


def test_a_user_called_like_another_service_is_no_host(tmp_path: Path) -> None:
    url = {"DATABASE_URL": "postgresql://postgres:${PASSWORD}@db:5432/litellm"}
    other = "  postgres:\n    image: postgres:16\n    healthcheck: {test: [CMD-SHELL, pg_isready]}\n"
    (tmp_path / "config.yaml").write_text("model_list: []\n", "utf-8")
    text = compose(
        environment=url, service="depends_on: {db: {condition: service_healthy}}", more=f"{other}{DB}{CHECKED}"
    )
    assert not findings(deployment(tmp_path, {"compose.yaml": text}), "LH402")


@pytest.mark.parametrize(
    ("extra", "stack"),
    [
        ("networks: {mesh: {driver: overlay}}\n", True),
        ("networks: {mesh: {driver: bridge}, other: {external: true}}\n", False),
        ("secrets: {key: {external: true}}\n", True),
        ("secrets: {key: {file: key.txt}}\n", False),
        ("configs: {litellm: {external: true, name: litellm-3}}\n", True),
    ],
)
def test_a_swarm_stack_is_left_as_it_is(tmp_path: Path, extra: str, stack: bool) -> None:
    found = proxy(tmp_path, environment=URL, more=f"{DB}{CHECKED}{extra}")
    assert {f.rule.id for f in findings(found, "LH401", "LH402")} == (set() if stack else {"LH401", "LH402"})


def test_the_database_may_tell_that_it_is_a_stack(tmp_path: Path) -> None:
    more = f"{DB}{CHECKED}    deploy: {{placement: {{constraints: [node.role == manager]}}}}\n"
    assert not findings(proxy(tmp_path, environment=URL, more=more), "LH401", "LH402")


def test_where_it_may_be_a_stack_waiting_is_for_the_owner_to_write(tmp_path: Path) -> None:
    found = proxy(tmp_path, environment=URL, service="deploy: {restart_policy: {}}", more=f"{DB}{CHECKED}")
    _, fix = only(findings(found, "LH402"))
    assert fix.applicability is Applicability.MANUAL
    assert "Swarm" in fix.description


@pytest.mark.parametrize(
    ("test", "applicability"),
    [
        ("[CMD-SHELL, pg_isready -U llm]", SAFE),
        ("psql -U llm -c 'select 1'", SAFE),
        ("[CMD, curl, -f, 'http://localhost:5432']", UNSAFE),
        ("[CMD, redis-cli, ping]", UNSAFE),
    ],
)
def test_waiting_is_safe_for_a_health_check_that_is_known(
    tmp_path: Path, test: str, applicability: Applicability
) -> None:
    _, fix = only(findings(stored(tmp_path, db=f"    healthcheck: {{test: {test}}}\n"), "LH402"))
    assert fix.applicability is applicability


def test_what_a_file_states_that_may_be_merged_in_is_not_said_to_be_missing(tmp_path: Path) -> None:
    overlay = "services:\n  litellm: {restart: always, depends_on: {db: {condition: service_healthy}}}\n"
    (tmp_path / "compose.prod.yaml").write_text(overlay, "utf-8")
    found = stored(tmp_path)
    assert not findings(found, "LH401", "LH402")
    assert {one.reason for one in not_judged(found, "LH401", "LH402")} == {
        "compose.prod.yaml, which may be merged in, states it"
    }
    (tmp_path / "compose.prod.yaml").write_text(f"services:\n  db:\n{CHECKED}", "utf-8")
    assert not findings(stored(tmp_path, db=""), "LH402")
