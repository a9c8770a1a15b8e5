"""LH204 in its corners: which kinds of values are told, and what puts them right."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import findings, not_judged, only, planned, proxy

SAFE, UNSAFE, MANUAL = Applicability.SAFE, Applicability.UNSAFE, Applicability.MANUAL


def config(path: str, value: str) -> str:
    """A config with the value at the path."""
    *sections, key = path.split(".")
    return (
        "".join(f"{'  ' * depth}{name}:\n" for depth, name in enumerate(sections))
        + f"{'  ' * len(sections)}{key}: {value}\n"
    )


@pytest.mark.parametrize(
    ("path", "value", "wanted", "applicability"),
    [
        ("router_settings.num_retries", '"3"', 3, SAFE),
        ("router_settings.num_retries", "3.0", 3, SAFE),
        ("router_settings.num_retries", "three", None, MANUAL),
        ("router_settings.retry_after", '"0.5"', 0.5, SAFE),
        ("router_settings.default_max_parallel_requests", '"9"', 9, SAFE),
        ("router_settings.enable_pre_call_checks", '"no"', False, SAFE),
        ("router_settings.disable_cooldowns", '"false"', False, UNSAFE),
        ("litellm_settings.cache", '"false"', False, SAFE),
        ("litellm_settings.turn_off_message_logging", '"True"', True, UNSAFE),
        ("litellm_settings.success_callback", "langfuse", ["langfuse"], UNSAFE),
        ("litellm_settings.success_callback", "my_own", None, MANUAL),
        ("litellm_settings.success_callback", "", ABSENT, SAFE),
        ("general_settings.disable_error_logs", "1", True, UNSAFE),
        ("general_settings.master_key", "12345678", None, MANUAL),
        ("router_settings.timeout", "60s", None, MANUAL),
    ],
)
def test_what_is_wrong_and_what_puts_it_right(
    tmp_path: Path, path: str, value: str, wanted: object, applicability: Applicability
) -> None:
    finding, fix = only(findings(proxy(tmp_path, config(path, value)), "LH204"))
    assert finding.address == f"config:{path}"
    assert [change.value for change in fix.changes] == ([wanted] if fix.changes else [])
    assert bool(fix.changes) is (applicability is not MANUAL)
    assert fix.applicability is applicability


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("router_settings.num_retries", "null"),
        ("router_settings.timeout", '"600"'),
        ("litellm_settings.request_timeout", "60.5"),
        ("router_settings.retry_after", "0.5"),
        ("router_settings.retry_policy.TimeoutErrorRetries", '"3"'),
        ("router_settings.enable_pre_call_checks", '"true"'),
        ("litellm_settings.turn_off_message_logging", '"false"'),
        ("litellm_settings.callbacks", "my_module.logger"),
        ("litellm_settings.callbacks", "[]"),
        ("litellm_settings.callbacks", "prometheus"),  # LH111
        ("litellm_settings.success_callback", "slack"),  # LH074
        ("litellm_settings.set_verbose", '"false"'),  # LH033
        ("litellm_settings.json_logs", '"true"'),  # LH034
        ("litellm_settings.cache", '"true"'),  # LH062
        ("litellm_settings.cache_params", "null"),  # no cache
        ("litellm_settings.cache_params.max_connections", '"9"'),
        ("general_settings.health_check_interval", '"300"'),  # without checks
        ("general_settings.user_api_key_cache_ttl", '"60.5"'),
        ("general_settings", "null"),
        ("router_settings", "{}"),
    ],
)
def test_what_does_no_harm_or_is_told_elsewhere(tmp_path: Path, path: str, value: str) -> None:
    found = proxy(tmp_path, "model_list: []\n" + config(path, value))
    assert not findings(found, "LH204")
    assert not not_judged(found, "LH204")


def test_callbacks_that_are_a_text_beside_prometheus_elsewhere(tmp_path: Path) -> None:
    text = "litellm_settings: {success_callback: [prometheus], callbacks: langfuse}\n"
    finding, fix = only(findings(proxy(tmp_path, text), "LH204"))
    assert (finding.severity, fix.changes[0].value, fix.applicability) == (Severity.CRITICAL, ["langfuse"], SAFE)


@pytest.mark.parametrize(("service", "flagged"), [("environment: {N: '3'}", 1), ("env_file: [.env]", 1), ("", 0)])
def test_a_number_from_a_variable_is_a_text_whatever_it_is(tmp_path: Path, service: str, flagged: int) -> None:
    found = proxy(tmp_path, config("router_settings.num_retries", "os.environ/N"), service=service)
    assert [finding.fix.applicability for finding in findings(found, "LH204") if finding.fix] == [MANUAL] * flagged


def test_a_boolean_from_a_variable_is_one_where_it_says_true_or_false(tmp_path: Path) -> None:
    words = config("litellm_settings.turn_off_message_logging", "os.environ/HIDE")
    assert not findings(proxy(tmp_path, words, environment={"HIDE": "true"}), "LH204")
    assert findings(proxy(tmp_path, words, environment={"HIDE": "1"}), "LH204")
    unknown = proxy(tmp_path, words, service="env_file: [.env]")
    assert not findings(unknown, "LH204")
    assert not_judged(unknown, "LH204")


def test_the_routers_own_retries_are_the_ones_that_count(tmp_path: Path) -> None:
    text = 'router_settings: {num_retries: 2}\nlitellm_settings: {num_retries: "3"}\n'
    assert not findings(proxy(tmp_path, text), "LH204")


@pytest.mark.parametrize("section", ["model_list", "litellm_settings", "general_settings", "environment_variables"])
def test_a_section_of_another_kind_stops_the_boot(tmp_path: Path, section: str) -> None:
    other = "router_settings: {timeout: 5}\n" if section != "router_settings" else "general_settings: {a: b}\n"
    found = proxy(tmp_path, f"{other}{section}: {'{a: b}' if section == 'model_list' else '[a]'}\n")
    [finding] = findings(found, "LH204")
    assert (finding.address, finding.severity) == (f"config:{section}", Severity.CRITICAL)


def test_models_are_counted_over_all_files(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text(
        "model_list: [{model_name: b, litellm_params: {model: b, weight: '2'}, model_info: }]\n"
    )
    text = "include: [more.yaml]\nmodel_list: [{model_name: a, litellm_params: {model: a, api_key: 1234567}}]\n"
    found = findings(proxy(tmp_path, text), "LH204")
    assert [finding.address for finding in found] == [
        "config:model_list.0.litellm_params.api_key",
        "config:model_list.1.model_info",
        "config:model_list.1.litellm_params.weight",
    ]
    assert [finding.origin.file.name for finding in found if finding.origin] == [
        "config.yaml",
        "more.yaml",
        "more.yaml",
    ]


@pytest.mark.parametrize(
    ("strategy", "flagged"), [("simple-shuffle", 1), ("least-busy", 0), ("latency-based-routing", 0)]
)
def test_a_weight_counts_where_calls_go_by_weight(tmp_path: Path, strategy: str, flagged: int) -> None:
    text = "model_list: [{model_name: a, litellm_params: {model: a, weight: '2'}}]\n"
    found = findings(proxy(tmp_path, f"{text}router_settings: {{routing_strategy: {strategy}}}\n"), "LH204")
    assert len(found) == flagged


def test_a_number_is_said_as_it_is_written(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, config("router_settings.num_retries", "3.0")), "LH204")
    assert "is the number 3.0 and not a whole number" in finding.message


def test_no_secret_is_said(tmp_path: Path) -> None:
    [finding] = findings(proxy(tmp_path, config("general_settings.master_key", "12345678")), "LH204")
    assert finding.value is None
    assert "12345678" not in finding.message + (finding.fix.description if finding.fix else "")


@pytest.mark.parametrize(
    ("path", "value", "before", "since"),
    [
        ("litellm_settings.max_budget", '"100"', "1.82.5", "1.82.6"),
        ("litellm_settings.drop_params", '"true"', "1.101.6", "1.102.0"),
    ],
)
def test_a_text_that_later_releases_read(tmp_path: Path, path: str, value: str, before: str, since: str) -> None:
    for version, flagged in ((before, 1), (since, 0)):
        found = proxy(tmp_path, config(path, value), image=f"litellm/litellm:v{version}")
        assert len(findings(found, "LH204")) == flagged


def test_the_number_of_connections_was_not_read_from_a_text(tmp_path: Path) -> None:
    text = "litellm_settings: {cache: true, cache_params: {type: redis, host: redis, max_connections: '60'}}\n"
    for version, flagged in (("1.81.13", 1), ("1.81.14", 0)):
        assert len(findings(proxy(tmp_path, text, image=f"litellm/litellm:v{version}"), "LH204")) == flagged


def test_the_plan_takes_off_quotes_and_leaves_the_rest(tmp_path: Path) -> None:
    text = "model_list: []\nrouter_settings:\n  num_retries: '3' # why not\n  timeout: 60\n"
    plan = planned(proxy(tmp_path, text), "LH204")
    assert plan.workspace.source(tmp_path / "config.yaml").text == text.replace("'3'", "3")


@pytest.mark.parametrize(
    "path",
    [
        *("router_settings.num_retries", "router_settings.routing_strategy", "litellm_settings.success_callback"),
        *("litellm_settings.callbacks", "router_settings.timeout", "general_settings.custom_auth"),
    ],
)
def test_a_variable_that_litellm_does_not_expand_is_told_once(tmp_path: Path, path: str) -> None:
    found = findings(proxy(tmp_path, config(path, '"${VALUE}"')), "LH204", "LH205", "LH213")
    assert [finding.rule.id for finding in found] == ["LH213"]
