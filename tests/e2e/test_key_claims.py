"""What LH201, LH202 and LH203 say LiteLLM ignores, asked of LiteLLM: the setting as found, then as it is meant."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

MODEL = "  - model_name: chat\n    litellm_params: {model: openai/chat, api_key: fake-key}\n"
KEY = "sk-fake-master-key-of-the-tests"
GENERAL = f"general_settings: {{master_key: {KEY}%s}}\n"
CACHE = "litellm_settings: {cache: true, cache_params: {type: local%s}}\n"
CASES: dict[str, tuple[str, str, str, object]] = {
    "misspelt section": ("router_setting: {num_retries: 7}", "router_settings: {num_retries: 7}", "num_retries", 7),
    "misspelt router key": ("router_settings: {num_retry: 7}", "router_settings: {num_retries: 7}", "num_retries", 7),
    "misspelt alerting argument": (
        GENERAL % ", alerting: [slack], alerting_args: {daily_report_freqency: 7}",
        GENERAL % ", alerting: [slack], alerting_args: {daily_report_frequency: 7}",
        *("report_frequency", 7),
    ),
    "misspelt policy": (
        "router_settings: {retry_policy: {TimeoutErrorRetry: 7}}",
        "router_settings: {retry_policy: {TimeoutErrorRetries: 7}}",
        *("retry_policy", {"TimeoutErrorRetries": 7}),
    ),
    "misspelt general setting": (
        GENERAL % ", background_health_check: true",
        GENERAL % ", background_health_checks: true",
        *("background_health_checks", True),
    ),
    "cache parameter": (CACHE % ", time_to_live: 7", CACHE % ", ttl: 7", "cache_ttl", 7),
    "timeout in general_settings": (
        GENERAL % ", request_timeout: 7",
        "litellm_settings: {request_timeout: 7}",
        *("request_timeout", 7),
    ),
    "master key at the top": (f"master_key: {KEY}", GENERAL % "", "master_key", KEY),
    "ttl beside cache_params": (
        "litellm_settings: {cache: true, ttl: 7, cache_params: {type: local}}",
        *(CACHE % ", ttl: 7", "cache_ttl", 7),
    ),
    "retries at the top": ("num_retries: 7", "router_settings: {num_retries: 7}", "num_retries", 7),
    "cache_params in general_settings": (
        GENERAL % ", cache: true, cache_params: {type: local}",
        *(CACHE % "", "cached", "InMemoryCache"),
    ),
    "service_callbacks": (
        "litellm_settings: {service_callbacks: [prometheus_system]}",
        "litellm_settings: {service_callback: [prometheus_system]}",
        *("service_callback", ["prometheus_system"]),
    ),
}
"""By claim: the config as found, as it is to be, where it shows, and what shows only then."""
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What LiteLLM has in memory with each of the settings."""
    folder = tmp_path_factory.mktemp("keys")
    texts = {"api base": f"model_list:\n{MODEL}    api_base: http://localhost:1\n"}
    texts["salt"] = f"model_list:\n{MODEL}{GENERAL % ', salt_key: salt'}"
    texts["metrics"] = f"model_list:\n{MODEL}{GENERAL % ', enable_metrics: true'}"
    for name, (found, meant, _, _) in CASES.items():
        texts |= {
            f"{name}, found": f"model_list:\n{MODEL}{found}\n",
            f"{name}, meant": f"model_list:\n{MODEL}{meant}\n",
        }
    configs = [folder / f"{number}.yaml" for number in range(len(texts))]
    for config, text in zip(configs, texts.values(), strict=True):
        config.write_text(text, encoding="utf-8")
    return dict(zip(texts, litellm.observe(*configs, script="observe_keys.py"), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_it_is_ignored_as_found_and_taken_as_meant(seen: Seen, name: str) -> None:
    _, _, shows, value = CASES[name]
    found, meant = seen[f"{name}, found"], seen[f"{name}, meant"]
    assert "error" not in found
    assert found[shows] != value
    assert meant[shows] == value


def test_an_address_beside_litellm_params_does_not_reach_the_provider(seen: Seen) -> None:
    assert seen["api base"]["api_base"] is None


def test_enable_metrics_switches_no_callback_on(seen: Seen) -> None:
    assert seen["metrics"]["callbacks"] == seen["salt"]["callbacks"]


def test_salt_key_in_the_config_encrypts_nothing(seen: Seen) -> None:
    assert seen["salt"]["salt"] in (None, KEY)


def test_the_router_knows_no_redis_connection_pool_limit(litellm: Installed) -> None:
    script = (
        "import inspect, litellm; print('redis_connection_pool_limit' in inspect.signature(litellm.Router).parameters)"
    )
    assert litellm.run("python", "-c", script).stdout.strip().endswith("False")
