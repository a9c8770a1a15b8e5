"""What several processes share, how long calls take, and what probes cost, in their corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import REDIS, deployment, findings, not_judged, only, planned, proxy

IMAGE = "ghcr.io/berriai/litellm:v{}"
WORKERS = "--num_workers 4"
REQUEST_TIMEOUT = "config:litellm_settings.request_timeout"
ROUTER_TIMEOUT = "config:router_settings.timeout"
BUFFER = "general_settings: {use_redis_transaction_buffer: true}\n"
DATABASE = {"DATABASE_URL": "postgresql://u@db.example.com/litellm"}


@pytest.mark.parametrize(
    ("config", "severity"),
    [
        ("litellm_settings: {drop_params: true}", Severity.LOW),
        ("router_settings: {routing_strategy: usage-based-routing-v2}", Severity.HIGH),
        ("router_settings: {routing_strategy: least-busy}", Severity.LOW),
        ("router_settings: {provider_budget_config: {openai: {budget_limit: 1, time_period: 1d}}}", Severity.HIGH),
        ("general_settings: {global_max_parallel_requests: 100}", Severity.HIGH),
        ("litellm_settings: {default_key_generate_params: {rpm_limit: 5}}", Severity.HIGH),
        ("litellm_settings: {cache: true, cache_params: {type: local}}", Severity.HIGH),
        ("litellm_settings: {cache: true, cache_params: {type: s3}}", Severity.LOW),
        ("model_list: [{model_name: a, litellm_params: {model: openai/a, rpm: 5}}]", Severity.LOW),
        (
            "model_list: [{model_name: a, litellm_params: {model: openai/a, rpm: 5}}]\n"
            "router_settings: {enable_pre_call_checks: true}",
            Severity.HIGH,
        ),
    ],
)
def test_processes_without_redis_matter_more_where_something_is_counted(
    tmp_path: Path, config: str, severity: Severity
) -> None:
    finding, fix = only(findings(proxy(tmp_path, f"{config}\n", arguments=WORKERS), "LH403"))
    assert finding.severity is severity
    assert fix.applicability is Applicability.MANUAL
    assert "4 processes" in finding.message


@pytest.mark.parametrize(
    ("config", "arguments", "service"),
    [
        ("{}", "", ""),
        (REDIS, WORKERS, ""),
        ("litellm_settings: {cache: true, cache_params: {type: redis, host: redis}}", WORKERS, ""),
        (REDIS, "", "deploy: {replicas: 3}"),
    ],
)
def test_one_process_or_a_redis_is_enough(tmp_path: Path, config: str, arguments: str, service: str) -> None:
    found = proxy(tmp_path, f"{config}\n", arguments=arguments, service=service)
    assert not findings(found, "LH403")
    assert not not_judged(found, "LH403")


def test_instances_are_processes_too(tmp_path: Path) -> None:
    found = proxy(tmp_path, "{}\n", service="deploy: {replicas: 3}")
    assert "3 processes" in only(findings(found, "LH403"))[0].message


@pytest.mark.parametrize(
    ("version", "config", "environment", "shared"),
    [
        ("1.92.2", "general_settings: {coordination_redis: {host: redis}}", {}, False),
        ("1.93.0", "general_settings: {coordination_redis: {host: redis}}", {}, True),
        ("1.100.5", "{}", {"REDIS_HOST": "redis"}, False),
        ("1.101.0", "{}", {"REDIS_HOST": "redis"}, True),
        ("1.92.2", "litellm_settings: {cache: true, cache_params: {type: s3}}", {"REDIS_HOST": "redis"}, False),
        ("1.93.0", "litellm_settings: {cache: true, cache_params: {type: s3}}", {"REDIS_HOST": "redis"}, True),
        ("1.101.0", "{}", {"REDIS_URL": "redis://redis:6379"}, True),
        ("1.101.0", "{}", {"REDIS_PORT": "6379"}, False),
        ("1.92.2", "litellm_settings: {cache: true, cache_params: {type: redis}}", {}, True),
        ("1.92.2", "litellm_settings: {cache: true, cache_params: {type: redis-semantic}}", {}, False),
        ("1.92.2", f"{REDIS}litellm_settings: {{cache: true, cache_params: {{type: redis-semantic}}}}", {}, True),
    ],
)
def test_what_processes_share_by_version(
    tmp_path: Path, version: str, config: str, environment: dict[str, str], shared: bool
) -> None:
    found = proxy(tmp_path, f"{config}\n", image=IMAGE.format(version), arguments=WORKERS, environment=environment)
    assert bool(findings(found, "LH403")) is not shared


def test_an_env_file_that_is_not_here_may_name_the_redis(tmp_path: Path) -> None:
    found = proxy(tmp_path, "{}\n", image=IMAGE.format("1.101.0"), arguments=WORKERS, service="env_file: .env")
    assert not findings(found, "LH403")
    assert not_judged(found, "LH403")


def test_more_workers_can_still_be_had_without_a_redis(tmp_path: Path) -> None:
    plan = planned(proxy(tmp_path, "model_list: []\n"), "LH021", unsafe=True)
    assert {finding.rule.id for finding in plan.fixed} >= {"LH021", "LH022", "LH023"}
    assert "LH403" in {finding.rule.id for finding in plan.after.findings}


@pytest.mark.parametrize(
    ("version", "config", "arguments", "environment", "address"),
    [
        ("1.81.0", "{}", "", {}, REQUEST_TIMEOUT),
        ("1.81.0", "litellm_settings: {request_timeout: 601}", "", {}, REQUEST_TIMEOUT),
        ("1.81.0", "litellm_settings: {request_timeout: 600}", "", {}, None),
        ("1.81.0", "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 900}", "", {}, ROUTER_TIMEOUT),
        ("1.90.7", "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 900}", "", {}, ROUTER_TIMEOUT),
        ("1.91.0", "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 900}", "", {}, None),
        ("1.91.0", "router_settings: {timeout: 900}", "", {}, ROUTER_TIMEOUT),
        ("1.81.0", "{}", "--request_timeout 300", {}, None),
        ("1.81.0", "router_settings: {timeout: 60}", "--request_timeout 900", {}, "arg:--request_timeout"),
        ("1.81.0", "{}", "", {"REQUEST_TIMEOUT": "300"}, None),
        ("1.81.0", "{}", "", {"REQUEST_TIMEOUT": "3000"}, "env:REQUEST_TIMEOUT"),
        ("1.81.0", "model_list: [{model_name: a, litellm_params: {model: openai/a, timeout: 900}}]", "", {}, None),
        (
            "1.81.0",
            "model_list: [{model_name: a, litellm_params: {model: openai/a, timeout: 9}},"
            " {model_name: b, litellm_params: {model: openai/b}}]",
            "",
            {},
            REQUEST_TIMEOUT,
        ),
    ],
)
def test_the_timeout_that_counts(
    tmp_path: Path, version: str, config: str, arguments: str, environment: dict[str, str], address: str | None
) -> None:
    image = IMAGE.format(version)
    found = proxy(tmp_path, f"{config}\n", image=image, arguments=arguments, environment=environment)
    assert [finding.address for finding in findings(found, "LH405")] == ([address] if address else [])


def test_a_long_timeout_that_somebody_chose_is_a_lesser_matter_than_none(tmp_path: Path) -> None:
    chosen, _ = only(findings(proxy(tmp_path, "litellm_settings: {request_timeout: 1800}\n"), "LH405"))
    missing, fix = only(findings(proxy(tmp_path, "litellm_settings: {}\n"), "LH405"))
    assert (chosen.severity, missing.severity) == (Severity.LOW, Severity.MEDIUM)
    assert fix.applicability is Applicability.UNSAFE


def test_without_a_config_the_variable_states_the_timeout(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"compose.yaml": "services: {litellm: {image: 'ghcr.io/berriai/litellm:v1.81.0'}}\n"})
    assert only(findings(found, "LH405"))[1].changes == (Change("env:REQUEST_TIMEOUT", "600"),)


MODELS = "model_list:\n" + "".join(
    f"  - {{model_name: m{n}, litellm_params: {{model: openai/m{n}}}, model_info: {{{info}}}}}\n"
    for n, info in enumerate(["", "disable_background_health_check: true", "", ""])
)


@pytest.mark.parametrize(
    ("settings", "arguments", "calls"),
    [
        ("", "", None),  # 3 x 288
        ("", "--num_workers 4", 3456),
        ("health_check_interval: 60", "", 4320),
        ("health_check_interval: 60, background_health_check_model_groups: [m0]", "", None),
        ("health_check_interval: '60'", "", None),  # then LiteLLM checks nothing
        ("health_check_interval: 60.0", "", None),
    ],
)
def test_probes_are_counted_by_model_and_process(
    tmp_path: Path, settings: str, arguments: str, calls: int | None
) -> None:
    config = f"{MODELS}general_settings: {{background_health_checks: true, {settings}}}\n"
    found = findings(proxy(tmp_path, config, image=IMAGE.format("1.100.0"), arguments=arguments), "LH408")
    assert [finding.message.split(" calls")[0] for finding in found] == (
        [f"background health checks make {calls}"] if calls else []
    )


def test_the_interval_is_raised_to_where_the_probes_fit(tmp_path: Path) -> None:
    config = f"{MODELS}general_settings: {{background_health_checks: true, health_check_interval: 30}}\n"
    found = proxy(tmp_path, config)
    _, fix = only(findings(found, "LH408", options={"LH408": {"calls_per_day": 1000}}))
    assert fix.changes == (Change("config:general_settings.health_check_interval", 300),)
    assert fix.applicability is Applicability.UNSAFE
    assert not findings(proxy(tmp_path, config.replace("true, ", "false, ")), "LH408")


@pytest.mark.parametrize(
    ("version", "config", "environment", "harm"),
    [
        ("1.82.0", BUFFER, DATABASE, "lost"),
        ("1.82.0", BUFFER, {}, None),  # nothing is written anyway
        ("1.82.1", BUFFER, {}, "does not start"),
        ("1.82.0", BUFFER.replace("true", "false"), DATABASE, None),
        ("1.82.0", BUFFER + REDIS, DATABASE, "lost"),
        ("1.82.0", BUFFER + "litellm_settings: {cache: true}\n", DATABASE, None),
        ("1.82.0", BUFFER + "litellm_settings: {cache: true, cache_params: {type: redis}}\n", DATABASE, None),
        ("1.82.0", BUFFER + "litellm_settings: {cache: true, cache_params: {host: redis}}\n", DATABASE, "lost"),
        ("1.82.0", BUFFER + "litellm_settings: {cache_params: {type: redis}}\n", DATABASE, "lost"),
        (
            "1.82.0",
            BUFFER + "litellm_settings: {cache: true, cache_params: {type: redis-semantic}}\n",
            DATABASE,
            "lost",
        ),
        ("1.89.7", BUFFER, {"REDIS_HOST": "redis"}, "does not start"),
        ("1.90.0", BUFFER, {"REDIS_HOST": "redis"}, None),
        ("1.92.2", BUFFER.replace("true", "true, coordination_redis: {host: r}"), {}, "does not start"),
        ("1.93.0", BUFFER.replace("true", "true, coordination_redis: {host: r}"), {}, None),
    ],
)
def test_the_buffer_of_spend_needs_the_redis_of_the_cache(
    tmp_path: Path, version: str, config: str, environment: dict[str, str], harm: str | None
) -> None:
    found = findings(proxy(tmp_path, config, image=IMAGE.format(version), environment=environment), "LH409")
    assert [harm in finding.message for finding in found if harm] == ([True] if harm else [])
    assert bool(found) is (harm is not None)


@pytest.mark.parametrize(("version", "safe"), [("1.92.2", True), ("1.93.0", False)])
def test_the_buffer_is_taken_out_safely_where_no_redis_can_be_stored(tmp_path: Path, version: str, safe: bool) -> None:
    found = proxy(tmp_path, BUFFER, image=IMAGE.format(version), environment=DATABASE)
    _, fix = only(findings(found, "LH409"))
    assert fix.changes == (Change("config:general_settings.use_redis_transaction_buffer", ABSENT),)
    assert fix.applicability is (Applicability.SAFE if safe else Applicability.UNSAFE)
