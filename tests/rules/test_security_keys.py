"""LH305 and LH307 to LH309: master keys, open stores, guessed passwords, open metrics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Secret
from litellm_harden.rules.inputs import made, misfit
from litellm_harden.rules.model import Applicability, Finding, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned

NEW = "sk-0f3a77c1d2e94b58"
OLD, NEWER = "ghcr.io/berriai/litellm:v1.81.0-stable", "ghcr.io/berriai/litellm:v1.106.2"


def proxy(
    folder: Path, environment: dict[str, str], config: str = "model_list: []\n", image: str = OLD, **owner: Any
) -> Deployment:
    files = {"config.yaml": config, "compose.yaml": compose(image=image, environment=environment)}
    return deployment(folder, files, **owner)


def weak(found: Deployment) -> Finding:
    return only(findings(found, "LH305"))[0]


@pytest.mark.parametrize(
    ("environment", "image", "says"),
    [
        ({}, OLD, "everybody is its admin"),
        ({}, NEWER, "refuses to start"),
        ({}, "ghcr.io/berriai/litellm:main-stable", "older ones answer everybody"),
        ({"LITELLM_MASTER_KEY": "sk-1234"}, OLD, "an example that everybody knows: whoever tries it"),
        ({"LITELLM_MASTER_KEY": "sk-1234"}, NEWER, "refuses to start"),
        ({"LITELLM_MASTER_KEY": ""}, NEWER, "is empty: the proxy refuses to start"),
        (
            {"LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"},
            NEWER,
            "the proxy answers everybody, and everybody is its admin",
        ),
    ],
)
def test_it_says_what_the_release_does(environment: dict[str, str], image: str, says: str, tmp_path: Path) -> None:
    finding = weak(proxy(tmp_path, environment, image=image))
    assert says in finding.message
    assert finding.severity is Severity.CRITICAL


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ("sk-9b1f", Severity.MEDIUM),
        ("sk-desk-only-7Q", Severity.MEDIUM),
        ("${KEY:-sk-1234}", Severity.HIGH),
        ("${KEY:-sk-9b1f}", Severity.MEDIUM),
    ],
)
def test_some_keys_are_less_bad(key: str, severity: Severity, tmp_path: Path) -> None:
    assert weak(proxy(tmp_path, {"LITELLM_MASTER_KEY": key})).severity is severity


@pytest.mark.parametrize("key", [NEW, "kX9mPq2vvT77aa10bb33", "os.environ/KEY", "correct-horse-battery-staple"])
def test_other_keys_pass(key: str, tmp_path: Path) -> None:
    assert not findings(proxy(tmp_path, {"LITELLM_MASTER_KEY": key}), "LH305")


@pytest.mark.parametrize(
    "stated", ["custom_auth: auth.check", "enable_jwt_auth: true", "enable_oauth2_proxy_auth: true"]
)
def test_another_login_needs_no_key_until_the_proxy_asks_for_one(stated: str, tmp_path: Path) -> None:
    config = f"general_settings: {{{stated}}}\n"
    assert not findings(proxy(tmp_path, {}, config), "LH305")
    assert "refuses to start" in weak(proxy(tmp_path, {}, config, NEWER)).message


def test_what_is_not_here_is_not_judged(tmp_path: Path) -> None:
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(service="env_file: secret.env")}
    assert [one.rule.id for one in not_judged(deployment(tmp_path, files), "LH305")] == ["LH305"]


def test_it_stands_where_the_key_is_written(tmp_path: Path) -> None:
    config = "general_settings: {master_key: os.environ/GATEWAY_KEY}\n"
    found = proxy(tmp_path, {"GATEWAY_KEY": "sk-1234"}, config, values={"LITELLM_MASTER_KEY": NEW})
    finding, fix = only(findings(found, "LH305"))
    assert finding.address == "env:GATEWAY_KEY"
    assert [(change.address, change.value) for change in fix.changes] == [("env:GATEWAY_KEY", Secret(NEW))]


def test_a_key_that_encrypts_what_is_stored_is_not_changed(tmp_path: Path) -> None:
    stored = {"DATABASE_URL": "postgresql://u@pg/x", "LITELLM_MASTER_KEY": "sk-1234"}
    _, fix = only(findings(proxy(tmp_path, stored, values={"LITELLM_MASTER_KEY": NEW}), "LH305"))
    assert fix.applicability is Applicability.MANUAL
    assert "LITELLM_MIGRATE_FROM_MASTER_KEY" in fix.description


def test_with_a_salt_it_is(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=b\n")
    stored = {"DATABASE_URL": "postgresql://u@pg/x", "LITELLM_MASTER_KEY": "sk-1234", "LITELLM_SALT_KEY": "sk-9b1f6c03"}
    plan = planned(proxy(tmp_path, stored, values={"LITELLM_MASTER_KEY": NEW}), "LH305")
    assert plan.workspace.source(tmp_path / ".env").text == f"A=b\nLITELLM_MASTER_KEY={NEW}\n"


def test_the_owner_gives_a_strong_key() -> None:
    assert made("LITELLM_MASTER_KEY", "new").startswith("sk-")
    assert not misfit("LITELLM_MASTER_KEY", made("LITELLM_MASTER_KEY", "new"))
    assert misfit("LITELLM_MASTER_KEY", "sk-1234") == "that key is an example that everybody knows"


# Stores


def stores(folder: Path, postgres: str = "", redis: str = "", url: str = "postgresql://u@db/x") -> Deployment:
    """A proxy with a Postgres and a Redis that have the lines."""
    more = f"  db:\n    image: postgres:16\n    {postgres}\n  cache:\n    image: redis:7\n    {redis}\n"
    environment = {"DATABASE_URL": url, "REDIS_HOST": "cache"}
    return deployment(
        folder, {"config.yaml": "model_list: []\n", "compose.yaml": compose(environment=environment, more=more)}
    )


@pytest.mark.parametrize(
    ("ports", "bound"),
    [
        ('["5432:5432"]', '["127.0.0.1:5432:5432"]'),
        ('["0.0.0.0:5433:5432"]', '["127.0.0.1:5433:5432"]'),
        ('["[::]:5432:5432/tcp"]', '["127.0.0.1:5432:5432/tcp"]'),
        ('["9187:9187", "${PGPORT:-5432}:5432"]', '["9187:9187", "127.0.0.1:${PGPORT:-5432}:5432"]'),
        ("[5432]", '["127.0.0.1::5432"]'),
        ("[{target: 5432, published: 5432}]", "[{target: 5432, published: 5432, host_ip: 127.0.0.1}]"),
    ],
)
def test_a_port_for_everybody_is_bound_to_the_host(ports: str, bound: str, tmp_path: Path) -> None:
    found = stores(tmp_path, f"ports: {ports}")
    _, fix = only(findings(found, "LH307"))
    assert fix.applicability is Applicability.UNSAFE
    fixed = planned(found, "LH307", unsafe=True).workspace.source(tmp_path / "compose.yaml").text
    assert f"    ports: {bound}\n" in fixed


def test_a_port_that_another_service_lends_is_left_alone(tmp_path: Path) -> None:
    found = stores(tmp_path, "extends: {service: base}\n  base:\n    image: postgres:16\n    ports: ['5432:5432']")
    assert not planned(found, "LH307", unsafe=True).edits


@pytest.mark.parametrize(
    "ports",
    ['["127.0.0.1:5432:5432"]', '["${BIND:-127.0.0.1}:5432:5432"]', '["10.0.0.7:5432:5432"]', '["9187:9187"]', "[]"],
)
def test_a_port_for_some_is_not(ports: str, tmp_path: Path) -> None:
    assert not findings(stores(tmp_path, f"ports: {ports}"), "LH307")


def test_a_port_that_comes_from_elsewhere_is_not_judged(tmp_path: Path) -> None:
    found = stores(tmp_path, 'ports: ["${WHERE}:5432"]')
    assert [one.address for one in not_judged(found, "LH307")] == ["postgres:ports.5432"]


@pytest.mark.parametrize(
    ("line", "open_"),
    [
        ('ports: ["6379:6379"]', True),
        ('{"ports": ["6379:6379"], "command": "redis-server --requirepass x"}', False),
        ('{"ports": ["6379:6379"], "volumes": ["./redis.conf:/etc/redis.conf"]}', False),
    ],
)
def test_a_redis_without_a_password_is_told(line: str, open_: bool, tmp_path: Path) -> None:
    written = line if line.startswith("ports") else "\n    ".join(line.strip("{}").replace('"', "", 2).split(', "', 1))
    written = written.replace('command":', "command:").replace('volumes":', "volumes:")
    finding, _ = only(findings(stores(tmp_path, redis=written), "LH307"))
    assert ("asks for no password" in finding.message) is open_


@pytest.mark.parametrize("password", ["postgres", "dbpassword9090", "u", "x", "changeme", "P%40ssw0rd"])
def test_a_password_that_is_tried_first_is_found(password: str, tmp_path: Path) -> None:
    finding, _ = only(findings(stores(tmp_path, url=f"postgresql://u:{password}@db/x"), "LH308"))
    assert (finding.address, finding.severity, finding.value) == ("env:DATABASE_URL", Severity.HIGH, None)


def test_a_default_that_may_be_overridden_is_less_bad(tmp_path: Path) -> None:
    finding, _ = only(findings(stores(tmp_path, url="postgresql://u:${PW:-postgres}@db/x"), "LH308"))
    assert finding.severity is Severity.MEDIUM


def test_a_postgres_of_somebody_else_is_not_judged_by_its_password(tmp_path: Path) -> None:
    more = "  app: {image: pgvector/pgvector:pg15, environment: {POSTGRES_PASSWORD: mypassword}}\n"
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(more=more)}
    assert not findings(deployment(tmp_path, files), "LH308")


# Metrics

SERVED = "litellm_settings:\n  callbacks: [prometheus]\n"


@pytest.mark.parametrize(
    ("stated", "image", "severity"),
    [
        ("", OLD, Severity.MEDIUM),
        ('"true"', OLD, Severity.MEDIUM),
        ("true", OLD, None),
        ("false", NEWER, Severity.LOW),
        ("", NEWER, None),
    ],
)
def test_metrics_ask_for_a_key(stated: str, image: str, severity: Severity | None, tmp_path: Path) -> None:
    config = SERVED + (f"  require_auth_for_metrics_endpoint: {stated}\n" if stated else "")
    found = findings(proxy(tmp_path, {}, config, image), "LH309")
    assert [one.severity for one in found] == [severity] * (severity is not None)


@pytest.mark.parametrize(
    ("job", "applicability"), [("", "manual"), ("authorization: {credentials_file: /k}", "unsafe")]
)
def test_a_scrape_without_a_key_comes_first(job: str, applicability: str, tmp_path: Path) -> None:
    scrape = f"scrape_configs:\n  - job_name: a\n    {job}\n    static_configs: [{{targets: ['litellm:4000']}}]\n"
    more = "  prometheus:\n    image: prom/prometheus:v3.5.0\n    volumes: ['./p.yml:/etc/prometheus/prometheus.yml']\n"
    files = {"config.yaml": SERVED, "compose.yaml": compose(more=more), "p.yml": scrape}
    _, fix = only(findings(deployment(tmp_path, files), "LH309"))
    assert fix.applicability.value == applicability
