"""What the rules of item 7 say of settings that LiteLLM cannot use, asked of LiteLLM."""

from __future__ import annotations

from typing import Any

import pytest

from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

SETTINGS = {
    "alerting as text": "general_settings: {alerting: slack}",
    "no alerting": "general_settings: {alerting: false}",
    "webhook as text": 'general_settings: {alerting: [slack], alert_to_webhook_url: "https://hooks.internal/x"}',
    "webhooks by type": "general_settings: {alerting: [slack], alert_to_webhook_url: {budget_alerts: https://a.b/x}}",
    "threshold as text": 'general_settings: {alerting: [slack], alerting_threshold: "300"}',
    "callbacks": "litellm_settings: {callbacks: [slack]}",
    "callbacks as text": "litellm_settings: {callbacks: slack}",
    "callback as text": "litellm_settings: {failure_callback: slack}",
}


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What LiteLLM has in memory with each of the settings, or why it does not load them."""
    folder = tmp_path_factory.mktemp("claims")
    configs = [folder / f"{name}.yaml" for name in SETTINGS]
    for config, settings in zip(configs, SETTINGS.values(), strict=True):
        config.write_text(f"model_list: []\n{settings}\n", encoding="utf-8")
    return dict(zip(SETTINGS, litellm.observe(*configs), strict=True))


@pytest.mark.parametrize("name", ["no alerting", "webhook as text", "callbacks", "callbacks as text"])
def test_the_config_is_not_loaded(seen: dict[str, dict[str, Any]], name: str) -> None:
    assert seen[name].get("error")


@pytest.mark.parametrize("name", ["alerting as text", "webhooks by type", "callback as text"])
def test_the_config_is_loaded(seen: dict[str, dict[str, Any]], name: str) -> None:
    assert "error" not in seen[name]


def test_a_threshold_stays_the_text_that_it_is(seen: dict[str, dict[str, Any]]) -> None:
    assert seen["threshold as text"]["alerting_threshold"] == "300"


TEXT = """
import asyncio
from datetime import datetime, timedelta
from litellm.integrations.SlackAlerting.slack_alerting import SlackAlerting

async def alerts():
    sent = []
    async def note(message, *_, **__):
        sent.append(message)
    slack = SlackAlerting(alerting=["slack"])
    slack.update_values(alerting_threshold="300")
    slack.send_alert = note
    start = datetime(2026, 1, 1)
    try:
        await slack.response_taking_too_long_callback({"model": "chat"}, None, start, start + timedelta(hours=1))
    except TypeError:
        pass
    return len(sent)

print("ALERTS", asyncio.run(alerts()))
"""


def test_with_a_text_for_threshold_no_slow_request_alerts(litellm: Installed) -> None:
    assert "ALERTS 0" in litellm.run("python", "-c", TEXT).stdout
