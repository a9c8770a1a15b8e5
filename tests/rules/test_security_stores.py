"""LH307 and LH308: open stores, guessed passwords."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned


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
        ('[":5432"]', '["127.0.0.1::5432"]'),
        ('["0.0.0.0::5432"]', '["127.0.0.1::5432"]'),
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


def test_beside_the_network_of_the_host_nothing_is_published(tmp_path: Path) -> None:
    found = stores(tmp_path, "network_mode: host\n    ports: ['5432:5432']", "network_mode: host\n    ports: [6379]")
    assert not findings(found, "LH307")


@pytest.mark.parametrize(
    ("service", "judged"),
    [
        ("", False),
        ("env_file: secret.env", False),  # is not here
        ("environment: [DATABASE_URL]", False),
        ("environment: {DATABASE_HOST: db.example.com}", False),
        ("environment: {DATABASE_URL: 'postgresql://u@db.example.com/x'}", False),
        ("environment: {DATABASE_URL: 'postgresql://u:${PW}@vectors:5432/x'}", True),
        ("environment: {DATABASE_HOST: vectors}", True),
        ("depends_on: [vectors]", True),
        ("env_file: secret.env\ndepends_on: [vectors]", True),
    ],
)
def test_only_the_postgres_of_the_proxy_is_judged(service: str, judged: bool, tmp_path: Path) -> None:
    vectors = "{image: pgvector/pgvector:pg15, ports: ['5432:5432'], environment: {POSTGRES_PASSWORD: postgres}}"
    written = compose(service=service, more=f"  vectors: {vectors}\n")
    found = deployment(tmp_path, {"config.yaml": "model_list: []\n", "compose.yaml": written})
    ids = [one.rule.id for one in findings(found, "LH307", "LH308")]
    assert ids == (["LH307", "LH308"] if judged else [])


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
