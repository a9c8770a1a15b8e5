"""The topology that items 1 and 2 share: what `lh fix` makes of each combination of database, machine and replicas."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from tests.cli.conftest import Lh
from tests.deploy import write

CONFIG = """
general_settings:
  database_connection_pool_limit: {pool}
  proxy_batch_write_at: 60
router_settings:
  redis_host: redis
  redis_port: 6379
"""
COMPOSE = """
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml", "--port", "4000"]
    restart: unless-stopped
    environment:
      DATABASE_URL: postgresql://litellm:pw@{host}:5432/litellm
    volumes:
      - ./config.yaml:/app/config.yaml
{service}"""
POSTGRES = """  db:
    image: postgres:16
"""
BY_FILE = (
    POSTGRES
    + """    command: ["postgres", "-c", "config_file=/etc/postgresql.conf"]
    volumes:
      - ./postgresql.conf:/etc/postgresql.conf
"""
)


def deployment(pool: int, service: str = "", host: str = "db", more: dict[str, str] | None = None) -> None:
    files = {"config.yaml": CONFIG.format(pool=pool), "compose.yaml": COMPOSE.format(service=service, host=host)}
    write(Path(), {**files, **(more or {})})


class Fixed(NamedTuple):
    """The numbers that stand in the files after a fix, and what its report leaves open."""

    pool: int | None
    workers: int | None
    postgres: int | None
    open: set[str]
    refused: dict[str, str]


def fix(lh: Lh, *options: str) -> Fixed:
    report = lh("fix", "--format", "json", *options).data
    compose, config = Path("compose.yaml").read_text(), Path("config.yaml").read_text()
    return Fixed(
        number(r"pool_limit: (\d+)", config),
        number(r'"--num_workers", "(\d+)"', compose),
        number(r"max_connections=(\d+)", compose),
        {finding["rule"] for finding in report["findings"]},
        {refusal["rule"]: refusal["reason"] for refusal in report["refused"]},
    )


def number(pattern: str, text: str) -> int | None:
    match = re.search(pattern, text)
    return int(match[1]) if match else None


def test_an_external_database_gets_the_full_pool_on_an_assumption_that_is_said(lh: Lh) -> None:
    deployment(pool=25, host="rds.example.com")
    (finding,) = lh("lint", "--select", "LH011", "--format", "json").data["findings"]
    assert "assumes the database accepts 200; set max_db_connections" in finding["fix"]["description"]
    assert fix(lh)[:3] == (50, 4, None)


def test_a_compose_postgres_is_raised_with_the_pool(lh: Lh) -> None:
    deployment(pool=25, service=POSTGRES)
    assert fix(lh, "--week", "1")[:3] == (50, 4, 210)


def test_workers_and_budget_wait_together_where_postgres_cannot_be_raised(lh: Lh) -> None:
    deployment(pool=25, service=BY_FILE, more={"postgresql.conf": "max_connections = 100\n"})
    plain = fix(lh)
    assert plain[:3] == (25, None, None)
    assert "LH021" in plain.open
    assert plain.refused["LH021"] == "needs --unsafe"
    (finding,) = lh("lint", "--select", "LH021", "--format", "json").data["findings"]
    assert "the database accepts 90 at most" in finding["fix"]["description"]
    assert fix(lh, "--unsafe")[:3] == (22, 4, None)


def test_replicas_share_the_load_and_postgres_carries_them(lh: Lh) -> None:
    deployment(pool=50, service="    deploy:\n      replicas: 6\n" + POSTGRES)
    assert fix(lh)[:3] == (50, None, 310)


def test_beyond_five_hundred_connections_the_pool_has_to_shrink(lh: Lh) -> None:
    deployment(pool=50, service="    deploy:\n      replicas: 40\n" + POSTGRES)
    plain = fix(lh)
    assert plain[:3] == (50, None, 500)
    assert "LH404" in plain.open
    unsafe = fix(lh, "--unsafe")
    assert unsafe[:3] == (12, None, 500)
    assert "LH404" not in unsafe.open


def test_a_stated_budget_that_the_workers_fit_into_is_left_alone(lh: Lh) -> None:
    deployment(pool=25, host="rds.example.com", more={"lh.toml": "max_db_connections = 100\n"})
    outcome = fix(lh)
    assert outcome[:2] == (25, 4)
    assert not outcome.open & {"LH011", "LH021", "LH404"}
