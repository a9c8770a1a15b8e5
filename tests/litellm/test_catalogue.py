"""What the checked-in catalogue says of keys that are known to be read, and of some that are known not to be."""

from __future__ import annotations

import pytest

from litellm_harden.litellm import catalogue
from litellm_harden.litellm.catalogue.encoding import Entry, decode, encode
from litellm_harden.litellm.catalogue.generate import DATA
from litellm_harden.litellm.versions import NEWEST, Version

OLDEST, V81, V109 = Version(1, 75, 0), Version(1, 81, 0), Version(1, 109, 1)


def knows(section: str, key: str) -> list[bool]:
    return [key in catalogue.known(section, version) for version in catalogue.versions()]


def test_the_newest_release_of_the_project_is_in_it() -> None:
    assert catalogue.versions()[0] == OLDEST
    assert catalogue.versions()[-1] == NEWEST
    assert len(catalogue.versions()) >= 20


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("general_settings", "proxy_batch_write_at"),
        ("general_settings", "database_connection_pool_limit"),
        ("general_settings", "health_check_interval"),
        ("general_settings", "use_redis_transaction_buffer"),
        ("litellm_settings", "service_callback"),
        ("litellm_settings", "cache"),
        ("litellm_settings", "turn_off_message_logging"),
        ("litellm_settings", "json_logs"),
        ("litellm_settings", "guardrails"),
        ("router_settings", "cache_kwargs"),
        ("router_settings", "num_retries"),
        ("cache_params", "url"),
        ("cache_params", "max_connections"),
        ("cache_params", "namespace"),
        ("cache_params", "supported_call_types"),
        ("semantic_cache_params", "redis_url"),
        ("alerting_args", "daily_report_frequency"),
        ("retry_policy", "TimeoutErrorRetries"),
        ("allowed_fails_policy", "RateLimitErrorAllowedFails"),
        ("litellm_params", "api_base"),
        ("model_info", "base_model"),
        ("model_list", "model_name"),
        ("config", "callback_settings"),
        ("config", "guardrails"),
        ("config", "include"),
        ("config", "mcp_servers"),
        ("callbacks", "prometheus"),
        ("callbacks", "langfuse"),
        ("alert_types", "llm_exceptions"),
        ("routing_strategies", "simple-shuffle"),
        ("environment", "LITELLM_SALT_KEY"),
        ("environment", "DATABASE_URL"),
        ("environment", "NUM_WORKERS"),
    ],
)
def test_known_in_every_release(section: str, key: str) -> None:
    assert all(knows(section, key))


@pytest.mark.parametrize(
    ("section", "key"),
    [
        ("general_settings", "enable_metrics"),
        ("general_settings", "salt_key"),
        ("litellm_settings", "service_callbacks"),
        ("litellm_settings", "salt_key"),
        ("router_settings", "redis_connection_pool_limit"),
        ("router_settings", "redis_connection_pool_timeout"),
        ("router_settings", "health_check_interval"),
        ("cache_params", "redis_url"),
        ("retry_policy", "TimeoutErrorRetry"),
        ("environment", "SEPARATE_HEALTH_APP"),
    ],
)
def test_known_in_no_release(section: str, key: str) -> None:
    assert not any(knows(section, key))
    assert catalogue.ever(section, key) is None


@pytest.mark.parametrize(
    ("section", "key", "since"),
    [
        ("cache_params", "max_messages", Version(1, 106, 0)),
        ("cache_types", "valkey-semantic", Version(1, 90, 0)),
        ("retry_policy", "DefaultRetries", None),
        ("environment", "LITELLM_MIGRATE_FROM_MASTER_KEY", Version(1, 104, 0)),
    ],
)
def test_since(section: str, key: str, since: Version | None) -> None:
    entry = catalogue.known(section, V109)[key]
    assert entry.since is not None if since is None else entry.since == since
    assert key not in catalogue.known(section, V81)


def test_the_disk_cache_ended_with_1_109() -> None:
    assert catalogue.known("cache_types", Version(1, 108, 11))["disk"].until == Version(1, 109, 0)
    assert "disk" not in catalogue.known("cache_types", V109)


def test_a_variable_that_is_read_no_more() -> None:
    entry = catalogue.ever("environment", "USE_PRISMA_MIGRATE")
    assert entry is not None
    assert entry.until == Version(1, 75, 8)


def test_the_newest_routing_strategy() -> None:
    assert "lar1" in catalogue.known("routing_strategies", V109)
    assert "lar1" not in catalogue.known("routing_strategies", V81)


def test_types_and_defaults() -> None:
    pool = catalogue.known("general_settings", V81)["database_connection_pool_limit"]
    assert (pool.type, pool.default) == ("int | None", "10")
    assert catalogue.known("litellm_settings", V81)["require_auth_for_metrics_endpoint"].default == "False"
    assert catalogue.known("litellm_settings", V109)["require_auth_for_metrics_endpoint"].default == "True"
    assert catalogue.known("cache_params", V109)["max_messages"].default == "4"
    assert catalogue.known("router_settings", V109)["routing_strategy"].default == "'simple-shuffle'"


def test_options_with_their_variables() -> None:
    workers = catalogue.options(V81)["--num_workers"]
    assert (workers.takes_value, workers.env) == (True, "NUM_WORKERS")
    assert catalogue.options(V109)["--config"].aliases == ("-c",)
    granian = catalogue.options(V109)["--run_granian"]
    assert (granian.takes_value, granian.env, granian.since) == (False, None, Version(1, 87, 0))
    assert "--run_granian" not in catalogue.options(Version(1, 86, 2))
    assert "--use_prisma_migrate" not in catalogue.options(V109)


def test_a_release_between_two_knows_what_either_knows() -> None:
    between = Version(1, 80, 99)
    before, after = (catalogue.known("general_settings", version) for version in (Version(1, 80, 0), V81))
    assert set(catalogue.known("general_settings", between)) == set(before) | set(after)


def test_releases_outside_count_as_the_oldest_and_the_newest() -> None:
    assert catalogue.known("general_settings", Version(1, 60, 0)) == catalogue.known("general_settings", OLDEST)
    assert catalogue.known("general_settings", Version(2, 0, 0)) == catalogue.known("general_settings", V109)


def test_open_sections() -> None:
    assert [name for name in catalogue.CONFIG_SECTIONS if catalogue.is_open(name)] == [
        "model_list",
        "litellm_params",
        "model_info",
    ]


@pytest.mark.parametrize(
    ("section", "key", "place"),
    [
        ("litellm_settings", "service_callbacks", ("litellm_settings", "service_callback")),
        ("litellm_settings", "master_key", ("general_settings", "master_key")),
        ("general_settings", "routing_strategy", ("router_settings", "routing_strategy")),
        ("router_settings", "health_check_interval", ("general_settings", "health_check_interval")),
        ("router_settings", "redisHost", ("router_settings", "redis_host")),
        ("retry_policy", "TimeoutErrorRetry", ("retry_policy", "TimeoutErrorRetries")),
        ("cache_params", "redis_url", ("cache_params", "url")),
        ("general_settings", "ui_password", ("environment", "UI_PASSWORD")),
        ("general_settings", "salt_key", ("environment", "LITELLM_SALT_KEY")),
        ("litellm_settings", "default_params", None),
        ("config", "model-list", ("config", "model_list")),
        ("general_settings", "something_of_our_own", None),
        ("general_settings", "num_retries", ("router_settings", "num_retries")),
        ("general_settings", "set_verbose", ("litellm_settings", "set_verbose")),
        ("general_settings", "request_timeout", ("litellm_settings", "request_timeout")),
        ("litellm_settings", "ttl", ("cache_params", "ttl")),
        ("general_settings", "ttl", None),
        ("litellm_settings", "user", None),
        ("general_settings", "api_key", None),
        ("router_settings", "failure_threshold", None),
        ("general_settings", "token_counter", None),
        ("general_settings", "worker_config", None),
        ("router_settings", "redis_username", ("cache_kwargs", "username")),
        ("router_settings", "redis_ttl", None),
    ],
)
def test_nearest(section: str, key: str, place: tuple[str, str] | None) -> None:
    assert catalogue.nearest(section, key, V109) == place


@pytest.mark.parametrize(
    ("key", "settable"),
    [("drop_params", True), ("cache_params", True), ("json_logs", True), ("acompletion", False), ("utils", False)],
)
def test_names_of_the_module_are_not_all_settings(key: str, settable: bool) -> None:
    assert catalogue.knows("litellm_settings", key, V109)
    assert catalogue.is_setting("litellm_settings", key, V109) is settable


def test_there_is_no_such_section() -> None:
    with pytest.raises(KeyError):
        catalogue.known("generalsettings", V109)


def test_the_data_comes_back_as_it_was_written() -> None:
    text = DATA.read_text("utf-8")
    assert encode(decode(text)) == text


def test_a_key_that_goes_and_comes_back() -> None:
    there = {"s": {"key": Entry("int", "1", "a.py:1")}}
    gone: dict[str, dict[str, Entry]] = {"s": {}}
    releases = {Version(1, 0, 0): there, Version(1, 1, 0): gone, Version(1, 2, 0): there}
    assert encode(releases) == "1.0.0 1.1.0 1.2.0\n[s]\nkey\t0-0\tint\t1\ta.py:1\nkey\t2-2\tint\t1\ta.py:1\n"
    assert decode(encode(releases)) == releases


def test_a_single_key_is_known_exactly_where_the_section_knows_it() -> None:
    for version in (Version(1, 81, 0), Version(1, 82, 3), Version(1, 109, 1)):
        for section in ("router_settings", "cache_params", "litellm_params"):
            for key in {*catalogue.known(section, version), *catalogue.known(section, Version(1, 75, 0)), "nonsense"}:
                assert catalogue.knows(section, key, version) is (key in catalogue.known(section, version))
