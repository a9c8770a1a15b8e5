"""Names of models that fallbacks, aliases and policies refer to, in their corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Change, Renamed
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import deployment, findings, not_judged, only, planned, proxy

LISTED = """\
model_list:
  - {model_name: chat, litellm_params: {model: openai/gpt-4o}, model_info: {id: first}}
  - {model_name: chat-mini, litellm_params: {model: azure/mini}}
"""
WILD = "  - {model_name: openai/*, litellm_params: {model: openai/*}}\n"
CHAINS = "config:router_settings.fallbacks"
IMAGE = "ghcr.io/berriai/litellm:v{}"


def router(settings: str) -> str:
    return f"{LISTED}router_settings: {{{settings}}}\n"


@pytest.mark.parametrize("target", ["chat-mini", "openai/gpt-4o", "azure/mini", "first", "small", "{model: chat-mini}"])
def test_what_a_fallback_may_name(tmp_path: Path, target: str) -> None:
    config = router(f"fallbacks: [{{chat: [{target}]}}], model_group_alias: {{small: chat-mini}}")
    assert not findings(proxy(tmp_path, config), "LH407")


@pytest.mark.parametrize(
    ("settings", "severity", "words"),
    [
        ("fallbacks: [{chat: [gemini]}]", Severity.HIGH, "calls that need a fallback fail"),
        ("fallbacks: [{chat: [openai/gpt-5]}]", Severity.HIGH, "openai/gpt-5"),
        ("fallbacks: [{chat: [{model: gemini}]}]", Severity.HIGH, "gemini"),
        ("fallbacks: [{chat: [gemini, chat-mini]}]", Severity.MEDIUM, "in vain"),
        ("fallbacks: [{chat: [gemini]}], default_fallbacks: [chat-mini]", Severity.MEDIUM, "chat-mini, the default"),
        ("fallbacks: [{chat: [gemini]}, {'*': [chat-mini]}]", Severity.MEDIUM, "chat-mini, the default"),
        ("context_window_fallbacks: [{chat: [gemini]}]", Severity.HIGH, "context_window_fallbacks of chat"),
        ("content_policy_fallbacks: [{chat: [gemini]}]", Severity.HIGH, "content_policy_fallbacks of chat"),
        ("default_fallbacks: [gemini]", Severity.HIGH, "default_fallbacks name gemini"),
        ("fallbacks: [{gemini: [chat]}]", Severity.MEDIUM, "never used"),
        ("fallbacks: [{chat: chat-mini}]", Severity.HIGH, "each of its letters"),
        ("model_group_alias: {gpt: gemini}", Severity.HIGH, "answered 400"),
        ("model_group_alias: {gpt: {model: gemini, hidden: true}}", Severity.HIGH, "answered 400"),
        ("model_group_alias: {gpt: gemini}, default_fallbacks: [chat]", Severity.MEDIUM, "chat, the default"),
        ("model_group_alias: {gpt: best, best: chat}", Severity.HIGH, "itself an alias"),
        ("model_group_retry_policy: {gemini: {TimeoutErrorRetries: 1}}", Severity.MEDIUM, "never used"),
    ],
)
def test_a_name_that_is_not_there(tmp_path: Path, settings: str, severity: Severity, words: str) -> None:
    finding, _ = only(findings(proxy(tmp_path, router(settings)), "LH407"))
    assert finding.severity is severity
    assert words in finding.message


@pytest.mark.parametrize(
    "settings",
    [
        "fallbacks: [{openai/gpt-4o: [gpt-5]}]",  # LiteLLM may know the provider of a bare name
        "fallbacks: [{gpt-4o: [openai/whatever]}]",
        "model_group_alias: {best: openai/gpt-5}",
        "model_group_retry_policy: {gpt-4o: {TimeoutErrorRetries: 1}}",
    ],
)
def test_a_wildcard_serves_what_begins_like_it(tmp_path: Path, settings: str) -> None:
    assert not findings(proxy(tmp_path, f"{LISTED}{WILD}router_settings: {{{settings}}}\n"), "LH407")


def test_a_wildcard_serves_no_other_provider(tmp_path: Path) -> None:
    config = f"{LISTED}{WILD}router_settings: {{fallbacks: [{{chat: [anthropic/opus]}}]}}\n"
    assert "anthropic/opus" in only(findings(proxy(tmp_path, config), "LH407"))[0].message


def test_the_router_settings_hide_those_of_litellm(tmp_path: Path) -> None:
    inner = "litellm_settings: {fallbacks: [{chat: [gemini]}]}\n"
    assert findings(proxy(tmp_path, LISTED + inner), "LH407")
    assert not findings(proxy(tmp_path, router("fallbacks: [{chat: [chat-mini]}]") + inner), "LH407")


@pytest.mark.parametrize(("version", "severity"), [("1.108.0", Severity.HIGH), ("1.108.1", Severity.CRITICAL)])
def test_a_text_for_a_list_stops_newer_releases(tmp_path: Path, version: str, severity: Severity) -> None:
    found = proxy(tmp_path, router("fallbacks: [{chat: chat-mini}]"), image=IMAGE.format(version))
    finding, fix = only(findings(found, "LH407"))
    assert finding.severity is severity
    assert fix.changes == (Change(f"{CHAINS}.0.chat", ["chat-mini"]),)


@pytest.mark.parametrize(("version", "found"), [("1.99.4", 0), ("1.100.0", 1)])
def test_groups_of_health_checks_are_read_by_newer_releases(tmp_path: Path, version: str, found: int) -> None:
    config = f"{LISTED}general_settings: {{background_health_check_model_groups: [chat, gemini]}}\n"
    assert len(findings(proxy(tmp_path, config, image=IMAGE.format(version)), "LH407")) == found


def test_the_model_of_all_requests(tmp_path: Path) -> None:
    config = f"{LISTED}general_settings: {{completion_model: gemini}}\n"
    assert "every chat request" in only(findings(proxy(tmp_path, config), "LH407"))[0].message
    assert not findings(proxy(tmp_path, config.replace("gemini", "chat")), "LH407")


@pytest.mark.parametrize(
    ("settings", "change"),
    [
        ("fallbacks: [{chat: [chat_mini]}]", Change(f"{CHAINS}.0.chat.0", "chat-mini")),
        (
            "fallbacks: [{Chat_Mini: [chat]}]",
            Change(f"{CHAINS}.0.Chat_Mini", Renamed("chat-mini")),
        ),
        ("model_group_alias: {gpt: chat-mni}", Change("config:router_settings.model_group_alias.gpt", "chat-mini")),
        ("fallbacks: [{chat: [gpt-5]}]", None),
    ],
)
def test_a_misspelling_is_put_right_and_no_other_model_is_made_up(
    tmp_path: Path, settings: str, change: Change | None
) -> None:
    found = proxy(tmp_path, router(settings))
    _, fix = only(findings(found, "LH407"))
    assert fix.changes == ((change,) if change else ())
    assert fix.applicability is (Applicability.UNSAFE if change else Applicability.MANUAL)
    if change:
        assert not [f for f in planned(found, "LH407", unsafe=True).after.findings if f.rule.id == "LH407"]


def test_another_number_is_another_model(tmp_path: Path) -> None:
    config = "model_list: [{model_name: gpt-4.1, litellm_params: {model: openai/x}}]\n"
    config += "router_settings: {default_fallbacks: [gpt-4.2]}\n"
    assert only(findings(proxy(tmp_path, config), "LH407"))[1].applicability is Applicability.MANUAL


def test_models_may_stand_in_the_database(tmp_path: Path) -> None:
    config = router("fallbacks: [{chat: [gemini]}]") + "general_settings: {store_model_in_db: true}\n"
    found = proxy(tmp_path, config)
    assert not findings(found, "LH407")
    assert "database" in not_judged(found, "LH407")[0].reason


def test_a_bare_config_tells_of_misspellings_alone(tmp_path: Path) -> None:
    """Whether models stand in the database is said by a variable that is not here."""
    found = deployment(tmp_path, {"config.yaml": router("fallbacks: [{chat: [chat_mini]}, {chat-mini: [gemini]}]")})
    finding, _ = only(findings(found, "LH407"))
    assert "chat_mini" in finding.message
    assert finding.severity is Severity.MEDIUM
    assert len(not_judged(found, "LH407")) == 1


def test_an_include_that_is_not_here_may_hold_the_model(tmp_path: Path) -> None:
    found = proxy(tmp_path, router("fallbacks: [{chat: [gemini]}]") + "include: [more.yaml]\n")
    assert not findings(found, "LH407")
    assert not_judged(found, "LH407")


@pytest.mark.parametrize(
    "settings",
    [
        "fallbacks: chat",
        "fallbacks: [chat, {}, {chat: [], chat-mini: []}, {chat: 3}, {chat: [null, 3, [chat]]}, null]",
        "fallbacks: {chat: [chat-mini]}",
        "model_group_alias: {a: 3, b: null, c: [chat], d: {hidden: true}}",
        "model_group_alias: [chat]",
        "model_group_retry_policy: [chat]",
        "default_fallbacks: 3",
        "fallbacks: [{chat: [os.environ/BACKUP]}, {chat: os.environ/BACKUP}]",
    ],
)
def test_what_has_another_shape_is_left_to_other_rules(tmp_path: Path, settings: str) -> None:
    assert not findings(proxy(tmp_path, router(settings)), "LH407")
