"""How workers, pools and the database's budget come out of the files."""

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Owner
from tests.deploy import deploy, find

CONFIG = "general_settings:\n  database_connection_pool_limit: 25\n"


def files(service: str = "", postgres: str = "") -> dict[str, str]:
    compose = (
        "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n"
        '    command: ["--config", "/app/config.yaml"]\n    volumes: ["./config.yaml:/app/config.yaml"]\n'
        "    environment:\n      DATABASE_URL: postgres://u:p@db:5432/litellm\n" + service
    )
    return {"compose.yaml": compose + postgres, "config.yaml": CONFIG}


DB = "  db:\n    image: postgres:16\n"


def test_defaults_are_litellms(tmp_path: Path) -> None:
    topology = deploy(tmp_path, {"config.yaml": "general_settings: {}\nlitellm_settings: {}\n"}).topology
    assert topology.pool == 10
    assert topology.instances == 1


def test_an_external_database_has_no_known_budget(tmp_path: Path) -> None:
    topology = deploy(tmp_path, files()).topology
    assert (topology.workers, topology.planned_workers, topology.demand) == (1, 4, 25)
    assert (topology.budget, topology.budget_raisable_to) == (None, None)


@pytest.mark.parametrize(
    ("command", "budget", "raisable"),
    [
        ("", 90, 490),
        ('    command: ["postgres", "-c", "max_connections=300"]\n', 290, 490),
        ("    command: postgres -c shared_buffers=1GB --max-connections=200\n", 190, 490),
        ('    command: ["postgres", "-c", "max_connections=500"]\n', 490, None),
        ("    entrypoint: /start.sh\n", None, None),
    ],
)
def test_a_compose_postgres_keeps_ten_of_its_connections(
    tmp_path: Path, command: str, budget: int | None, raisable: int | None
) -> None:
    topology = deploy(tmp_path, files(postgres=DB + command)).topology
    assert (topology.budget, topology.budget_raisable_to) == (budget, raisable)


def test_a_postgres_configured_by_a_file_is_read_but_not_raised(tmp_path: Path) -> None:
    service = DB + ('    command: ["-c", "config_file=/etc/pg.conf"]\n    volumes: ["./pg.conf:/etc/pg.conf"]\n')
    told = {**files(postgres=service), "pg.conf": "listen_addresses = '*'\nmax_connections = 100\n"}
    topology = deploy(tmp_path, told).topology
    assert (topology.budget, topology.budget_raisable_to) == (90, None)


def test_a_postgres_configured_by_a_file_that_is_not_here_is_not_judged(tmp_path: Path) -> None:
    topology = deploy(tmp_path, files(postgres=DB + '    command: ["-c", "config_file=/etc/pg.conf"]\n')).topology
    assert topology.budget is None


def test_the_owner_knows_better(tmp_path: Path) -> None:
    topology = deploy(tmp_path, files(postgres=DB), Owner(max_db_connections=100, instances=3)).topology
    assert (topology.budget, topology.instances, topology.planned_workers) == (100, 3, 1)


@pytest.mark.parametrize(
    ("stated", "planned"),
    [
        ("    cpus: 2.5\n", 2),
        ("    mem_limit: 12g\n", 3),
        ("    deploy: {resources: {limits: {cpus: '8', memory: 2G}}}\n", 1),
        ("    deploy: {replicas: 6}\n", 1),
    ],
)
def test_planned_workers_follow_the_machine(tmp_path: Path, stated: str, planned: int) -> None:
    assert deploy(tmp_path, files(stated)).topology.planned_workers == planned


def test_a_url_that_names_another_host_is_not_the_compose_postgres(tmp_path: Path) -> None:
    told = files(postgres=DB)
    told["compose.yaml"] = told["compose.yaml"].replace("@db:", "@rds.example.com:")
    assert deploy(tmp_path, told).postgres is None


@pytest.mark.parametrize(
    ("command", "budget"),
    [("postgres -N 300", 290), ('["postgres", "-N400"]', 390), ("postgres -c max_connections=150", 140)],
)
def test_every_way_to_state_max_connections_is_read(tmp_path: Path, command: str, budget: int) -> None:
    assert deploy(tmp_path, files(postgres=DB + f"    command: {command}\n")).topology.budget == budget


@pytest.mark.parametrize(
    "service",
    [
        DB + '    environment: {POSTGRES_INITDB_ARGS: "-c max_connections=400"}\n',
        DB + '    volumes: ["./pg.conf:/var/lib/postgresql/data/postgresql.conf"]\n',
        "  db:\n    image: bitnami/postgresql:16\n",
    ],
)
def test_a_postgres_set_up_in_another_way_is_neither_judged_nor_changed(tmp_path: Path, service: str) -> None:
    topology = deploy(tmp_path, files(postgres=service)).topology
    assert (topology.budget, topology.budget_raisable_to) == (None, None)


def test_two_proxies_share_what_their_postgres_accepts(tmp_path: Path) -> None:
    told = files(postgres=DB)
    second = told["compose.yaml"].partition("services:\n")[2].partition(DB)[0].replace("  litellm:", "  second:", 1)
    told["compose.yaml"] = "services:\n" + second + told["compose.yaml"].partition("services:\n")[2]
    for deployment in find(tmp_path, told).deployments:
        assert (deployment.topology.budget, deployment.topology.budget_raisable_to) == (45, None)
