"""Pools, workers and the database's budget are fixed together, as the real rules and deployments have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.prove import proven_plan
from litellm_harden.fix.undo import undo
from litellm_harden.fix.write import write
from litellm_harden.rules import pack
from litellm_harden.rules.judge import Judge, judge

SELECTED = frozenset({"LH011", "LH021", "LH404"})

CONFIG = """\
model_list: []  # none yet
general_settings:
  database_connection_pool_limit: {pool}
router_settings:
  redis_host: redis
  redis_port: 6379
"""

COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    environment:
      DATABASE_URL: postgresql://u@{host}/litellm
    volumes: ["./config.yaml:/app/config.yaml"]
    deploy:
      replicas: {replicas}
  redis:
    image: redis:7
"""

POSTGRES = """\
  db:
    image: postgres:16
"""
FIXED_POSTGRES = (
    POSTGRES
    + """\
    command: ["postgres", "-c", "config_file=/etc/postgres.conf"]
    volumes: ["./postgres.conf:/etc/postgres.conf"]
"""
)


def fixed(root: Path, pool: int, replicas: int, database: str, unsafe: bool, owner: Owner) -> tuple[str, str, set[str]]:
    """The files that differ after a fix, and the rules refused; undone again."""
    config = CONFIG.format(pool=pool)
    compose = COMPOSE.format(replicas=replicas, host="db" if database else "db.example.com") + database
    (root / "config.yaml").write_text(config)
    (root / "compose.yaml").write_text(compose)
    (root / "postgres.conf").write_text("max_connections = 100\n")
    found = discover([root], owner)
    rules = pack.load().rules
    verdict = judge(found.deployments, rules)
    plan = proven_plan(verdict, Judge(rules), SELECTED, unsafe)
    write(plan, found.root)
    result = (root / "config.yaml").read_text(), (root / "compose.yaml").read_text()
    if plan.edits:
        undo(found.root)
    assert ((root / "config.yaml").read_text(), (root / "compose.yaml").read_text()) == (config, compose)
    return *result, {refused.rule.id for refused in plan.refused}


def pool_of(config: str) -> int:
    return int(config.partition("database_connection_pool_limit: ")[2].partition("\n")[0])


@pytest.mark.parametrize(
    ("pool", "replicas", "database", "unsafe", "owner", "pool_after", "written", "refused"),
    [
        pytest.param(25, 1, "", False, Owner(), 50, ['"--num_workers", "4"'], set(), id="external database"),
        pytest.param(
            25,
            1,
            POSTGRES,
            False,
            Owner(),
            50,
            ['"--num_workers", "4"', "max_connections=210"],
            set(),
            id="own Postgres",
        ),
        pytest.param(50, 6, POSTGRES, False, Owner(), 50, ["max_connections=310"], set(), id="six replicas"),
        pytest.param(50, 40, POSTGRES, False, Owner(), 50, ["max_connections=500"], {"LH404"}, id="forty replicas"),
        pytest.param(50, 40, POSTGRES, True, Owner(), 12, ["max_connections=500"], set(), id="forty replicas, unsafe"),
        pytest.param(25, 1, FIXED_POSTGRES, False, Owner(), 25, [], {"LH021"}, id="fixed Postgres"),
        pytest.param(
            25, 1, FIXED_POSTGRES, True, Owner(), 22, ['"--num_workers", "4"'], set(), id="fixed Postgres, unsafe"
        ),
        pytest.param(
            25, 1, "", False, Owner(max_db_connections=100), 25, ['"--num_workers", "4"'], set(), id="stated budget"
        ),
    ],
)
def test_pool_workers_and_budget_fit_together(
    tmp_path: Path,
    pool: int,
    replicas: int,
    database: str,
    unsafe: bool,
    owner: Owner,
    pool_after: int,
    written: list[str],
    refused: set[str],
) -> None:
    config, compose, open_rules = fixed(tmp_path, pool, replicas, database, unsafe, owner)
    assert pool_of(config) == pool_after
    assert config == CONFIG.format(pool=pool_after)
    assert all(text in compose for text in written)
    assert open_rules == refused
