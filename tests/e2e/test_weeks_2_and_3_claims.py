"""What the rules of weeks 2 and 3 say LiteLLM does with its configuration, asked of LiteLLM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import OLD
from tests.e2e.installed import Installed, RunningProxy

pytestmark = pytest.mark.e2e

KEY = "sk-fake-master-key-of-the-tests"
LITERAL = "os.environ/LITELLM_MASTER_KEY"
MODELS = """\
model_list:
  - model_name: chat
    litellm_params: {model: openai/chat, api_key: fake-key, mock_response: hello}
"""
NO_DOWNLOADS = {"PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}

LOCAL = "cache: true, cache_params: {type: local"
SETTINGS = {
    "host without port": "router_settings: {redis_host: 127.0.0.1}",
    "host with port": "router_settings: {redis_host: 127.0.0.1, redis_port: 1}",
    "no type": "litellm_settings: {cache: true, cache_params: {host: 127.0.0.1, port: 1}}",
    "type redis": "litellm_settings: {cache: true, cache_params: {type: redis, host: 127.0.0.1, port: 1}}",
    "cache as text": 'litellm_settings: {cache: "true", cache_params: {type: local}}',
    "params alone": "litellm_settings: {cache_params: {type: local}}",
    "mode on": f"litellm_settings: {{{LOCAL}, mode: default_on}}}}",
    "mode off": f"litellm_settings: {{{LOCAL}, mode: default_off}}}}",
    "mode unknown": f"litellm_settings: {{{LOCAL}, mode: always}}}}",
    "unknown call": f"litellm_settings: {{{LOCAL}, supported_call_types: [acompletion, chat]}}}}",
    "threshold": "general_settings: {alerting: [slack], alerting_threshold: 1000}",
    "no threshold": "general_settings: {alerting: [slack]}",
}
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What LiteLLM has in memory with each of the settings."""
    folder = tmp_path_factory.mktemp("claims")
    configs = [folder / f"{name}.yaml" for name in SETTINGS]
    for config, settings in zip(configs, SETTINGS.values(), strict=True):
        config.write_text(MODELS + settings, encoding="utf-8")
    observed = litellm.observe(*configs, environment={"LITELLM_MASTER_KEY": KEY})
    assert not [found for found in observed if "error" in found]
    return dict(zip(SETTINGS, observed, strict=True))


def test_a_router_redis_host_without_its_port_is_no_redis(seen: Seen) -> None:
    assert seen["host without port"]["redis_connections"] is None
    assert seen["host with port"]["redis_connections"] == 50


def test_cache_params_with_a_host_but_no_type_cache_in_memory(seen: Seen) -> None:
    assert seen["no type"]["cache"]["kept_in"] == "InMemoryCache"
    assert seen["type redis"]["cache"]["kept_in"] == "RedisCache"


@pytest.mark.parametrize("settings", ["cache as text", "params alone"])
def test_nothing_is_cached_unless_cache_is_the_boolean_true(seen: Seen, settings: str) -> None:
    assert seen[settings]["cache"] is None


def test_an_unknown_cache_mode_acts_as_default_off(seen: Seen) -> None:
    use = {mode: (seen[mode]["cache"]["unasked"], seen[mode]["cache"]["asked"]) for mode in seen if "mode" in mode}
    assert use == {"mode on": (True, True), "mode off": (False, True), "mode unknown": (False, True)}


def test_an_unknown_call_type_is_kept_silently(seen: Seen) -> None:
    assert seen["unknown call"]["cache"]["call_types"] == ["acompletion", "chat"]


def test_the_alerting_threshold_is_taken_as_written_and_600_otherwise(seen: Seen) -> None:
    assert (seen["threshold"]["alerting_threshold"], seen["no threshold"]["alerting_threshold"]) == (1000, 600)


SLOW = """
import asyncio
from datetime import datetime, timedelta
from litellm.integrations.SlackAlerting.slack_alerting import SlackAlerting

async def alerts_after(seconds):
    sent = []
    async def note(message, *_, **__):
        sent.append(message)
    slack = SlackAlerting(alerting=["slack"], alerting_threshold=1000)
    slack.send_alert = note
    start = datetime(2026, 1, 1)
    await slack.response_taking_too_long_callback({"model": "chat"}, None, start, start + timedelta(seconds=seconds))
    return len(sent)

print("ALERTS", asyncio.run(alerts_after(999)), asyncio.run(alerts_after(1001)))
"""


def test_an_alerting_threshold_of_1000_alerts_after_1000_seconds(litellm: Installed) -> None:
    assert "ALERTS 0 1" in litellm.run("python", "-c", SLOW).stdout


SALT = """
import litellm.proxy.proxy_server as server
from litellm.proxy.common_utils.encrypt_decrypt_utils import _get_salt_key
server.master_key = "the master key"
print("SALT", repr(_get_salt_key()))
"""


@pytest.mark.parametrize(
    ("environment", "salt"),
    [
        ({}, "the master key"),
        ({"LITELLM_SALT_KEY": ""}, ""),
        ({"LITELLM_SALT_KEY": "os.environ/LITELLM_SALT_KEY"}, "os.environ/LITELLM_SALT_KEY"),
    ],
    ids=["absent", "empty", "reference"],
)
def test_a_salt_is_what_the_variable_says_to_the_letter(
    litellm: Installed, environment: dict[str, str], salt: str
) -> None:
    assert f"SALT {salt!r}" in litellm.run("python", "-c", SALT, environment=environment).stdout


def get(proxy: RunningProxy, path: str, key: str | None = None) -> tuple[int, str]:
    """The status and the text that the proxy answers, redirects not followed."""
    return ask(proxy, "GET", path, key, None)


def chat(proxy: RunningProxy, key: str) -> int:
    """The status of a request to the model that always answers."""
    body = json.dumps({"model": "chat", "messages": [{"role": "user", "content": "hi"}]})
    return ask(proxy, "POST", "/v1/chat/completions", key, body)[0]


def ask(proxy: RunningProxy, method: str, path: str, key: str | None, body: str | None) -> tuple[int, str]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=120)
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode("utf-8")
    finally:
        connection.close()


def serving(litellm: Installed, folder: Path, settings: str, key: str = KEY) -> Iterator[RunningProxy]:
    """A proxy with the settings, that can download nothing."""
    config = folder / "config.yaml"
    config.write_text(MODELS + settings, encoding="utf-8")
    environment = {**NO_DOWNLOADS, "LITELLM_MASTER_KEY": key}
    with litellm.serve("--config", str(config), output=folder / "output", environment=environment) as proxy:
        yield proxy


@pytest.fixture(scope="module")
def inert(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy with settings that nothing reads, and a master key that refers to itself."""
    settings = "general_settings: {enable_metrics: true}\nlitellm_settings: {service_callbacks: [prometheus_system]}\n"
    yield from serving(litellm, tmp_path_factory.mktemp("inert"), settings, LITERAL)


def test_a_master_key_that_is_a_reference_is_the_literal_text(inert: RunningProxy) -> None:
    assert chat(inert, LITERAL) == 200
    assert chat(inert, KEY) in (400, 401)


def test_enable_metrics_serves_no_metrics(inert: RunningProxy) -> None:
    assert get(inert, "/metrics/", LITERAL)[0] == 404


@pytest.fixture(scope="module")
def slack(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    settings = 'litellm_settings: {failure_callback: ["slack"]}\n'
    yield from serving(litellm, tmp_path_factory.mktemp("slack"), settings)


def test_slack_as_a_failure_callback_fails_the_first_request(slack: RunningProxy) -> None:
    assert [chat(slack, KEY), chat(slack, KEY)] == [500, 200]
    assert "slack_bolt" in slack.output.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def metrics(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    settings = "litellm_settings: {callbacks: [prometheus], service_callbacks: [prometheus_system]}\n"
    yield from serving(litellm, tmp_path_factory.mktemp("metrics"), settings)


def test_the_prometheus_callback_serves_metrics_with_a_slash_at_the_end(metrics: RunningProxy) -> None:
    assert chat(metrics, KEY) == 200
    status, text = get(metrics, "/metrics/", KEY)
    assert status == 200
    assert "litellm_proxy_total_requests_metric_total" in text
    assert get(metrics, "/metrics", KEY)[0] == 307


def test_metrics_were_open_by_default_before_1_84(litellm: Installed, metrics: RunningProxy) -> None:
    assert get(metrics, "/metrics/")[0] == (200 if litellm.version == OLD else 401)


@pytest.fixture(scope="module")
def closed(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningProxy]:
    """A proxy that serves its own metrics and those of its services, to holders of a key."""
    settings = "callbacks: [prometheus], service_callback: [prometheus_system], require_auth_for_metrics_endpoint: true"
    yield from serving(litellm, tmp_path_factory.mktemp("closed"), f"litellm_settings: {{{settings}}}\n")


def test_metrics_that_require_auth_need_a_key(closed: RunningProxy) -> None:
    assert get(closed, "/metrics/")[0] == 401
    assert get(closed, "/metrics/", KEY)[0] == 200


def test_service_metrics_come_by_service_callback_alone(metrics: RunningProxy, closed: RunningProxy) -> None:
    families = ("litellm_self_latency", "litellm_router_latency", "litellm_redis_latency")
    without, with_them = (get(proxy, "/metrics/", KEY)[1] for proxy in (metrics, closed))
    assert [family in with_them for family in families] == [True, True, True]
    assert [family in without for family in families] == [False, False, False]
