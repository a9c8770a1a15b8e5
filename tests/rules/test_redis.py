"""Item 6 in its corners: Redis by url, and Redis that is written down and not used."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import ABSENT, Change, Secret
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import PACK, compose, deployment, findings, not_judged, only, proxy

ROUTER, CACHE = "config:router_settings", "config:litellm_settings.cache_params"
BY_VARIABLE = "router_settings: {redis_url: os.environ/REDIS_URL}\n"
CACHED = "litellm_settings: {{cache: true, cache_params: {{type: redis, {}}}}}\n"


def by_url(folder: Path, url: str, more: str = "", version: str = "1.81.0", **rest: Any) -> Deployment:
    """A proxy whose router has its Redis by a url that config.yaml holds."""
    config = f"router_settings:\n  redis_url: '{url}'\n{more}"
    return proxy(folder, config, image=f"litellm/litellm:v{version}", **rest)


def with_dotenv(folder: Path, dotenv: str, config: str = BY_VARIABLE, **rest: Any) -> Deployment:
    """A proxy whose service has an env file that git does not track."""
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    service = compose(service="env_file: [.env]", **rest)
    return deployment(folder, {".env": dotenv, "config.yaml": config, "compose.yaml": service})


def after(found: Deployment, *selected: str) -> dict[str, str]:
    """The files that `lh fix --unsafe` of these rules changes, with what they then hold."""
    plan = proven_plan(judge([found], PACK.rules), Judge(PACK.rules), frozenset(selected), True)
    return {path.name: plan.workspace.source(path).text for path in plan.edits}


@pytest.mark.parametrize(
    ("version", "severity", "said"),
    [
        ("1.81.13", Severity.HIGH, "ignores pool size, timeouts and every other option"),
        ("1.81.14", Severity.MEDIUM, "ignores timeouts and other options"),
        ("1.97.0", Severity.MEDIUM, "ignores timeouts and other options"),
        ("1.98.0", Severity.LOW, "the pool is the same as by host and port, which the checklist wants"),
    ],
)
def test_what_a_url_costs_depends_on_the_release(tmp_path: Path, version: str, severity: Severity, said: str) -> None:
    [finding] = findings(by_url(tmp_path, "redis://redis", version=version), "LH061")
    assert finding.severity is severity
    assert said in finding.message


@pytest.mark.parametrize(
    ("url", "holds"),
    [
        ("redis://:pass@redis", True),
        ("redis://user:pass@redis:6379/1", True),
        ("redis://redis:6379?password=pass", True),
        ("redis://redis:6379/1", False),
        ("redis://user@redis", False),
        ("redis://redis?health_check_interval=3", False),
    ],
)
def test_only_a_password_in_an_address_is_told_of(tmp_path: Path, url: str, holds: bool) -> None:
    [finding] = findings(by_url(tmp_path, url, version="1.106.0"), "LH061")
    assert ("the password is part of an address" in finding.message) is holds
    assert finding.severity is (Severity.MEDIUM if holds else Severity.LOW)


@pytest.mark.parametrize(
    "url", ["rediss://redis:6380", "redis://a:1,b:2", "redis+cluster://a:1", "redis+sentinel://a:1", "unix:///r.sock"]
)
def test_what_needs_a_url_is_left_alone(tmp_path: Path, url: str) -> None:
    found = by_url(tmp_path, url)
    assert not findings(found, "LH061")
    assert not not_judged(found, "LH061")


def test_a_cluster_is_left_alone(tmp_path: Path) -> None:
    found = by_url(tmp_path, "redis://a", environment={"REDIS_CLUSTER_NODES": '[{"host": "a", "port": 1}]'})
    assert not findings(found, "LH061")


def test_user_and_database_go_among_the_options(tmp_path: Path) -> None:
    _, fix = only(findings(by_url(tmp_path, "redis://bob:pw@redis:7000/2"), "LH061"))
    assert fix.changes == (
        Change("env:REDIS_PASSWORD", Secret("pw")),
        Change(f"{ROUTER}.redis_host", "redis"),
        Change(f"{ROUTER}.redis_port", 7000),
        Change(f"{ROUTER}.redis_password", "os.environ/REDIS_PASSWORD"),
        Change(f"{ROUTER}.cache_kwargs.username", "bob"),
        Change(f"{ROUTER}.cache_kwargs.db", 2),
        Change(f"{ROUTER}.redis_url", ABSENT),
    )
    assert fix.applicability is Applicability.UNSAFE


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("redis://bob:hunter2@redis", "redis://***@redis"),
        ("redis://redis?password=hunter2", "redis://***"),
        ("bob:hunter2@redis", "***@redis"),
        ("redis://:hunter?2@redis", "redis://***"),
    ],
)
def test_no_password_is_shown(tmp_path: Path, url: str, shown: str) -> None:
    finding, fix = only(findings(by_url(tmp_path, url), "LH061"))
    assert finding.value == shown
    assert "hunter" not in f"{finding.message}{finding.expected}{fix}"


def test_a_password_of_the_config_goes_to_an_env_file(tmp_path: Path) -> None:
    found = with_dotenv(tmp_path, "A=1\n", "router_settings:\n  redis_url: redis://:pw@redis\n")
    changed = after(found, "LH061")
    assert changed[".env"] == "A=1\nREDIS_PASSWORD=pw\n"
    assert "redis_password: os.environ/REDIS_PASSWORD\n" in changed["config.yaml"]


def test_both_clients_of_one_variable_change_together_and_the_variable_goes(tmp_path: Path) -> None:
    config = BY_VARIABLE + CACHED.format("url: os.environ/REDIS_URL, ttl: 3600")
    found = with_dotenv(tmp_path, "A=1\nREDIS_URL=redis://:pw@redis:1\n", config)
    assert len(findings(found, "LH061")) == 2
    changed = after(found, "LH061")
    assert changed[".env"] == "A=1\nREDIS_HOST=redis\nREDIS_PORT=1\nREDIS_PASSWORD=pw\n"
    assert "REDIS_URL" not in changed["config.yaml"]


def test_a_variable_of_another_name_lends_its_name_and_stays(tmp_path: Path) -> None:
    config = "router_settings: {redis_url: os.environ/QUEUE_URL}\n"
    changed = after(with_dotenv(tmp_path, "QUEUE_URL=redis://redis\n", config), "LH061")
    assert changed[".env"] == "QUEUE_URL=redis://redis\nQUEUE_HOST=redis\nQUEUE_PORT=6379\n"


def test_a_url_of_the_service_itself_is_replaced_there(tmp_path: Path) -> None:
    found = proxy(tmp_path, BY_VARIABLE, environment={"REDIS_URL": "redis://redis:1", "A": "b"})
    changed = after(found, "LH061")["compose.yaml"]
    assert "REDIS_URL" not in changed
    assert "REDIS_HOST: redis\n" in changed


@pytest.mark.parametrize(
    ("dotenv", "reason"),
    [
        ("REDIS_URL=redis://redis?db=1\n", "more than host"),
        ("REDIS_URL=redis://redis\nREDIS_HOST=other\n", "REDIS_HOST holds something else"),
        ("REDIS_URL=redis://:a@redis\nREDIS_PASSWORD=b\n", "REDIS_PASSWORD holds something else"),
        ("REDIS_URL=redis://redis\nREDIS_PASSWORD=b\n", "REDIS_PASSWORD is set, and LiteLLM adds it"),
        ("REDIS_URL=redis://redis\nREDIS_DB=3\n", "REDIS_DB is set, and LiteLLM adds it"),
    ],
)
def test_what_would_change_more_is_left_to_the_owner(tmp_path: Path, dotenv: str, reason: str) -> None:
    _, fix = only(findings(with_dotenv(tmp_path, dotenv), "LH061"))
    assert fix.applicability is Applicability.MANUAL
    assert reason in fix.description


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ("ssl: false", "reads ssl too"),
        ("nonsense: 1", "reads nonsense too"),
        ("max_connections: '20'", "reads max_connections too"),
        ("host: other", "host is stated beside the url"),
        ("max_connections: 100, socket_timeout: 5, namespace: a, ttl: 60", None),
    ],
)
def test_options_that_the_url_hid_are_not_let_loose(tmp_path: Path, options: str, reason: str | None) -> None:
    config = CACHED.format(f"url: 'redis://redis', {options}")
    _, fix = only(findings(proxy(tmp_path, config), "LH061"))
    assert fix.applicability is (Applicability.MANUAL if reason else Applicability.UNSAFE)
    assert (reason or "give the cache host and port") in fix.description


def test_a_small_pool_that_was_ignored_is_raised_with_the_split(tmp_path: Path) -> None:
    config = CACHED.format("url: 'redis://redis', max_connections: 20")
    found = proxy(tmp_path, config)
    assert not findings(found, "LH013")
    assert "max_connections: 50" in after(found, "LH061")["config.yaml"]


def test_a_variable_that_others_read_stays_or_keeps_the_url(tmp_path: Path) -> None:
    config = f"{BY_VARIABLE}general_settings: {{other: os.environ/REDIS_URL}}\n"
    old = only(findings(with_dotenv(tmp_path, "REDIS_URL=redis://redis\n", config), "LH061"))[1]
    assert old.applicability is Applicability.MANUAL
    assert "REDIS_URL is read by others too" in old.description
    image = "litellm/litellm:v1.93.0"
    new = only(findings(with_dotenv(tmp_path, "REDIS_URL=redis://redis\n", config, image=image), "LH061"))[1]
    assert new.applicability is Applicability.UNSAFE
    assert Change("env:REDIS_URL", ABSENT) not in new.changes


def test_a_password_would_reach_the_other_client_too(tmp_path: Path) -> None:
    config = "router_settings: {redis_url: 'redis://:pw@redis'}\n" + CACHED.format("host: other, port: 1")
    _, fix = only(findings(with_dotenv(tmp_path, "A=1\n", config), "LH061"))
    assert "would add REDIS_PASSWORD to the Redis of the cache" in fix.description


def test_a_url_that_is_not_known_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, BY_VARIABLE, service="env_file: [.env]")
    assert not findings(found, "LH061")
    assert ".env is not here" in not_judged(found, "LH061")[0].reason


@pytest.mark.parametrize(("version", "flagged"), [("1.92.0", True), ("1.93.0", False)])
def test_the_variable_overrides_a_host_until_1_93(tmp_path: Path, version: str, flagged: bool) -> None:
    config = CACHED.format("host: redis, port: 6379")
    environment = {"REDIS_URL": "redis://:pw@elsewhere"}
    found = findings(proxy(tmp_path, config, image=f"litellm/litellm:v{version}", environment=environment), "LH061")
    assert [(f.address, f.severity) for f in found] == ([("env:REDIS_URL", Severity.HIGH)] if flagged else [])


@pytest.mark.parametrize("config", ["litellm_settings: {cache: true}\n", CACHED.format("ttl: 3600")])
def test_a_cache_that_leans_on_the_variable_gets_its_own_host(tmp_path: Path, config: str) -> None:
    found = with_dotenv(tmp_path, "REDIS_URL=redis://redis:1\n", config)
    [finding] = findings(found, "LH061")
    assert finding.address == "env:REDIS_URL"
    changed = after(found, "LH061")
    assert changed[".env"] == "REDIS_HOST=redis\nREDIS_PORT=1\n"
    assert "host: os.environ/REDIS_HOST" in changed["config.yaml"]
    assert "type: redis" in changed["config.yaml"]


@pytest.mark.parametrize(
    ("config", "addresses"),
    [
        ("router_settings: {redis_host: r}", [f"{ROUTER}.redis_port"]),
        ("router_settings: {redis_host: null}", []),
        ("router_settings: {redis_host: r, redis_url: 'redis://r'}", []),
        ("router_settings: {redis_host: r, redis_port: os.environ/X}", []),
        ("litellm_settings: {cache: true, cache_params: {port: 1}}", [f"{CACHE}.type"]),
        ("litellm_settings: {cache: true, cache_params: {url: 'redis://r'}}", [f"{CACHE}.type"]),
        ("litellm_settings: {cache: true, cache_params: {ttl: 600}}", []),
        ("litellm_settings: {cache: true, cache_params: {type: local, host: r}}", []),
        ("litellm_settings: {cache_params: {host: r}}", [f"{CACHE}.type", "config:litellm_settings.cache"]),
        ("litellm_settings: {cache: false, cache_params: {host: r}}", []),
        ("litellm_settings: {cache: 'false', cache_params: {host: r}}", []),
        ("litellm_settings: {cache: 'true', cache_params: {type: local}}", []),
        ("litellm_settings: {cache_params: {type: disk}}", []),
        ("litellm_settings: {cache_params: {type: redis-semantic}}", ["config:litellm_settings.cache"]),
    ],
)
def test_a_redis_that_is_written_down_and_not_used(tmp_path: Path, config: str, addresses: list[str]) -> None:
    found = findings(proxy(tmp_path, config), "LH062")
    assert [(f.address, f.severity) for f in found] == [(address, Severity.HIGH) for address in addresses]


def test_the_text_true_as_cache_fails_every_call(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, "litellm_settings: {cache: 'true'}"), "LH062")
    assert (finding.address, finding.severity) == ("config:litellm_settings.cache", Severity.CRITICAL)
    assert "every call of a model fails" in finding.message


def test_the_port_is_taken_from_the_environment_where_it_is_known(tmp_path: Path) -> None:
    config = "router_settings: {redis_host: os.environ/REDIS_HOST}\n"
    found = proxy(tmp_path, config, environment={"REDIS_HOST": "redis", "REDIS_PORT": "7000"})
    _, fix = only(findings(found, "LH062"))
    assert fix.changes == (Change(f"{ROUTER}.redis_port", "os.environ/REDIS_PORT"),)


def test_url_and_missing_type_are_fixed_together(tmp_path: Path) -> None:
    config = "litellm_settings:\n  cache_params:\n    url: redis://redis\n    max_connections: 10\n"
    changed = after(proxy(tmp_path, config), "LH061", "LH062")["config.yaml"]
    assert changed == (
        "litellm_settings:\n  cache_params:\n    max_connections: 50\n    host: redis\n    port: 6379\n"
        "    type: redis\n  cache: true\n"
    )


@pytest.mark.parametrize(
    ("config", "services", "name"),
    [
        ("router_settings: {redis_url: 'redis://cache:6379'}", {"cache": "redis:7", "queue": "valkey/valkey"}, "cache"),
        ("router_settings: {redis_host: far.example}", {"cache": "redis:7"}, None),
        ("{}", {"queue": "docker.io/valkey/valkey:8"}, "queue"),
        ("{}", {"a": "redis", "b": "redis"}, None),
        ("{}", {"a": "oliver006/redis_exporter"}, None),
    ],
)
def test_the_redis_of_a_deployment(tmp_path: Path, config: str, services: dict[str, str], name: str | None) -> None:
    more = "".join(f"  {service}:\n    image: {image}\n" for service, image in services.items())
    found = proxy(tmp_path, config, more=more)
    assert found.setting("redis:image").value == (services[name] if name else None)
