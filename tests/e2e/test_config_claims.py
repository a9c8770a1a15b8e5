"""What the rules of week 1 say LiteLLM does with config.yaml, asked of LiteLLM."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

MODELS = """\
model_list:
  - model_name: chat
    litellm_params: {model: openai/chat, api_key: fake-key}
general_settings:
  master_key: sk-fake-master-key-of-the-tests
"""


REDIS = "redis_host: 127.0.0.1, redis_port: 1, redis_connection_pool_limit: 20"
CACHE = "type: redis, host: 127.0.0.1, port: 1, redis_connection_pool_limit: 50"
SETTINGS = {
    "nothing": "",
    "cooldown 0": "router_settings: {cooldown_time: 0}",
    "misspelt": "router_settings: {retry_policy: {TimeoutErorRetries: 3, RateLimitErrorRetries: 5}}",
    "verbose string": 'litellm_settings: {set_verbose: "false"}',
    "json logs": "litellm_settings: {json_logs: true}",
    "redis": f"router_settings: {{{REDIS}}}",
    "redis limited": f"router_settings: {{{REDIS}, cache_kwargs: {{max_connections: 7}}}}",
    "cache": f"litellm_settings: {{cache: true, cache_params: {{{CACHE}}}}}",
}
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What LiteLLM has in memory with each of the settings."""
    folder = tmp_path_factory.mktemp("claims")
    configs = [folder / f"{name}.yaml" for name in SETTINGS]
    for config, settings in zip(configs, SETTINGS.values(), strict=True):
        config.write_text(MODELS + settings, encoding="utf-8")
    return dict(zip(SETTINGS, litellm.observe(*configs), strict=True))


def test_absent_settings_have_the_defaults_that_the_rules_assume(seen: Seen) -> None:
    default = seen["nothing"]
    assert (default["allowed_fails"], default["cooldown_time"]) == (3, 5)
    assert default["retry_policy"] is None
    assert default["allowed_fails_policy"] is None
    assert not default["prints_verbosely"]
    assert not default["json_logs"]


def test_a_cooldown_of_0_means_5_seconds(seen: Seen) -> None:
    assert seen["cooldown 0"]["cooldown_time"] == 5


def test_a_misspelt_field_of_the_retry_policy_is_ignored(seen: Seen) -> None:
    assert seen["misspelt"]["retry_policy"] == {"RateLimitErrorRetries": 5}


def test_set_verbose_as_the_string_false_is_on(seen: Seen) -> None:
    assert seen["verbose string"]["prints_verbosely"]


def test_json_logs_counts_as_a_boolean(seen: Seen) -> None:
    assert seen["json logs"]["json_logs"]


def test_a_redis_pool_limit_among_the_cache_params_stops_the_boot(seen: Seen) -> None:
    assert "unexpected keyword argument 'redis_connection_pool_limit'" in seen["cache"]["error"]


def test_the_redis_pool_has_50_connections_and_is_limited_by_cache_kwargs_alone(seen: Seen) -> None:
    assert seen["redis"]["redis_connections"] == 50
    assert seen["redis limited"]["redis_connections"] == 7
