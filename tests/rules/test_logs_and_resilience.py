"""Items 3 and 4, in their corners."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.rules.model import Applicability
from tests.rules.worlds import compose, deployment, findings, not_judged

ONE = "model_list: [{model_name: a, litellm_params: {model: openai/a}}]\n"
TWO = "model_list: [{model_name: a, litellm_params: {model: x/a}}, {model_name: a, litellm_params: {model: x/b}}]\n"
ROUTER = "config:router_settings"


def proxy(folder: Path, config: str = "{}\n", **compose_file: Any) -> Deployment:
    return deployment(folder, {"config.yaml": config, "compose.yaml": compose(**compose_file)})


def router(folder: Path, settings: str, models: str = ONE, **owner: Any) -> Deployment:
    return deployment(folder, {"config.yaml": f"{models}router_settings: {{{settings}}}\n"}, **owner)


@pytest.mark.parametrize(
    ("mode", "severity"),
    [("PRODUCTION", None), ("DEV", "critical"), (None, "critical"), ("production", "low"), ("", "low")],
)
def test_production_mode(tmp_path: Path, mode: str | None, severity: str | None) -> None:
    found = proxy(tmp_path, environment={"LITELLM_MODE": mode} if mode is not None else {})
    assert [f.severity.word for f in findings(found, "LH031")] == ([severity] if severity else [])


def test_production_mode_is_unsafe_with_a_dotenv_in_the_image(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n")
    compose_file = compose().replace("volumes: [", 'volumes: ["./.env:/app/.env", ')
    found = deployment(tmp_path, {"config.yaml": "{}\n", "compose.yaml": compose_file})
    assert [f.fix.applicability for f in findings(found, "LH031") if f.fix] == [Applicability.UNSAFE]


@pytest.mark.parametrize(
    ("level", "severity"),
    [
        *((level, None) for level in ("ERROR", "error", "CRITICAL", "FATAL")),
        *((level, "medium") for level in (None, "WARNING", "warn", "NOTSET")),
        ("INFO", "high"),
        *((level, "critical") for level in ("DEBUG", "debug", "", "ERROR ", '"ERROR"', "verbose", "20")),
    ],
)
def test_log_level(tmp_path: Path, level: str | None, severity: str | None) -> None:
    found = proxy(tmp_path, environment={"LITELLM_LOG": level} if level is not None else {})
    judged = findings(found, "LH032")
    assert [f.severity.word for f in judged] == ([severity] if severity else [])
    assert all(f.fix and f.fix.changes == (Change("env:LITELLM_LOG", "ERROR"),) for f in judged)


def test_quotes_in_list_form_are_part_of_the_value(tmp_path: Path) -> None:
    found = proxy(tmp_path, service='environment:\n  - LITELLM_LOG="ERROR"')
    [finding] = findings(found, "LH032")
    assert "crashes" in finding.message


@pytest.mark.parametrize(
    ("value", "on"),
    [("true", True), ('"false"', True), ("yes", True), ("1", True), ("false", False), ("off", False), ("0", False)],
)
def test_set_verbose_is_what_python_takes_for_true(tmp_path: Path, value: str, on: bool) -> None:
    found = proxy(tmp_path, f"litellm_settings: {{set_verbose: {value}}}\n")
    assert bool(findings(found, "LH033")) is on


@pytest.mark.parametrize(
    ("value", "on"), [("1", True), ("True", True), (" on ", True), ("0", False), ("", False), ("release", False)]
)
@pytest.mark.parametrize("name", ["DEBUG", "DETAILED_DEBUG"])
def test_debug_variables_are_read_as_flags(tmp_path: Path, name: str, value: str, on: bool) -> None:
    fixes = [f.fix.changes for f in findings(proxy(tmp_path, environment={name: value}), "LH033") if f.fix]
    assert fixes == ([(Change(f"env:{name}", "false"),)] if on else [])


def test_debug_arguments_are_taken_out(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments="--debug --detailed_debug")
    changes = {f.fix.changes[0] for f in findings(found, "LH033") if f.fix}
    assert changes == {Change("arg:--debug", ABSENT), Change("arg:--detailed_debug", ABSENT)}


@pytest.mark.parametrize(
    ("version", "key", "variable", "holds"),
    [
        ("1.81.0", "true", None, True),
        ("1.81.0", '"true"', None, False),
        ("1.81.0", "1", None, False),
        ("1.81.0", None, None, False),
        ("1.99.0", None, "false", True),
        ("1.99.0", None, "", False),
        ("1.100.0", None, "false", False),
        ("1.100.0", None, "True", True),
        ("1.100.0", "false", "1", False),
    ],
)
def test_json_logs(tmp_path: Path, version: str, key: str | None, variable: str | None, holds: bool) -> None:
    config = f"litellm_settings: {{json_logs: {key}}}\n" if key else "litellm_settings: {}\n"
    environment = {"JSON_LOGS": variable} if variable is not None else {}
    found = proxy(tmp_path, config, image=f"ghcr.io/berriai/litellm:v{version}", environment=environment)
    assert bool(findings(found, "LH034")) is not holds


def test_a_proxy_without_a_config_gets_json_logs_by_the_variable(tmp_path: Path) -> None:
    compose_file = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.81.0-stable\n"
    [finding] = findings(deployment(tmp_path, {"compose.yaml": compose_file}), "LH034")
    assert finding.fix is not None and finding.fix.changes == (Change("env:JSON_LOGS", "true"),)


def test_a_silent_config_may_lean_on_an_environment_that_is_not_known(tmp_path: Path) -> None:
    silent = deployment(tmp_path, {"config.yaml": ONE})
    assert not findings(silent, "LH034") and not_judged(silent, "LH034")
    wrong = deployment(tmp_path, {"config.yaml": ONE + "litellm_settings: {json_logs: 'true'}\n"})
    assert findings(wrong, "LH034") and not not_judged(wrong, "LH034")


POLICY = "allowed_fails_policy: {TimeoutErrorAllowedFails: 300}"


@pytest.mark.parametrize(
    ("settings", "models", "owner", "wanted"),
    [
        ("", ONE, {}, None),
        ("", TWO, {}, 300),
        ("allowed_fails: 299", ONE, {}, 300),
        ("allowed_fails: 300", TWO, {}, None),
        ("allowed_fails: '300'", ONE, {}, 300),
        (POLICY, ONE, {}, 300),
        ("allowed_fails: 3", ONE, {"litellm_version": "1.108.0"}, None),
        ("allowed_fails: 3", ONE, {"litellm_version": "1.109.0"}, 300),
        ("allowed_fails: 3", TWO, {"litellm_version": "1.108.0"}, 300),
        (f"allowed_fails: 3, {POLICY}", ONE, {"litellm_version": "1.108.0"}, 300),
        ("allowed_fails: 4", ONE, {"expected_rps": 1}, 5),
        ("allowed_fails: 5", TWO, {"expected_rps": 1}, None),
        ("allowed_fails: 5", TWO, {"expected_rps": 10, "tolerated_error_rate": 0.01}, 6),
    ],
)
def test_allowed_fails_follow_the_traffic(
    tmp_path: Path, settings: str, models: str, owner: dict[str, Any], wanted: int | None
) -> None:
    found = findings(router(tmp_path, settings, models, **owner), "LH041")
    changes = [(Change(f"{ROUTER}.allowed_fails", wanted),)] if wanted else []
    assert [f.fix.changes for f in found if f.fix] == changes


@pytest.mark.parametrize(
    ("settings", "models", "says"),
    [
        ("allowed_fails: 6", ONE, "allowed_fails is 6 a minute: at 100 requests/s, 0.1 % of errors takes a model out"),
        ("allowed_fails: '400'", ONE, "allowed_fails is 400, which is not written as a whole number"),
        ("", TWO, "allowed_fails is not set: of several deployments of a model, a single 429 takes one out"),
        (POLICY, ONE, "errors the policy does not name take a model out after 3 a minute"),
    ],
)
def test_the_message_says_what_follows(tmp_path: Path, settings: str, models: str, says: str) -> None:
    [finding] = findings(router(tmp_path, settings, models), "LH041")
    assert says in finding.message


def test_the_general_count_serves_where_a_policy_falls_back_on_it(tmp_path: Path) -> None:
    config = f"{ONE}router_settings: {{{POLICY}}}\nlitellm_settings: {{allowed_fails: 300}}\n"
    assert not findings(deployment(tmp_path, {"config.yaml": config}), "LH041")


@pytest.mark.parametrize(("seconds", "holds"), [("60", True), ("61", False), ("0", False), ("2.5", True)])
def test_cooldown(tmp_path: Path, seconds: str, holds: bool) -> None:
    assert bool(findings(router(tmp_path, f"cooldown_time: {seconds}"), "LH042")) is not holds


FIELDS = {
    "AuthenticationErrorRetries": 0,
    "TimeoutErrorRetries": 3,
    "RateLimitErrorRetries": 5,
    "ContentPolicyViolationErrorRetries": 0,
    "InternalServerErrorRetries": 3,
}


@pytest.mark.parametrize(
    ("changed", "repaired"),
    [
        ({}, {}),
        ({"TimeoutErrorRetries": 1, "RateLimitErrorRetries": 0}, {}),
        ({"AuthenticationErrorRetries": 1}, {"AuthenticationErrorRetries": 0}),
        ({"ContentPolicyViolationErrorRetries": 2}, {"ContentPolicyViolationErrorRetries": 0}),
        ({"RateLimitErrorRetries": "null"}, {"RateLimitErrorRetries": 5}),
        ({"TimeoutErrorRetries": "'2'"}, {}),
    ],
)
def test_retries_by_kind_of_error(tmp_path: Path, changed: dict[str, object], repaired: dict[str, int]) -> None:
    policy = ", ".join(f"{name}: {value}" for name, value in (FIELDS | changed).items())
    found = findings(router(tmp_path, f"retry_policy: {{{policy}}}"), "LH043")
    changes = tuple(Change(f"{ROUTER}.retry_policy.{name}", value) for name, value in repaired.items())
    assert [f.fix.changes for f in found if f.fix] == ([changes] if changes else [])


@pytest.mark.parametrize(
    "policy", ["", "retry_policy: null", "retry_policy: {}", "retry_policy: {TimeoutErorRetries: 3}"]
)
def test_a_missing_retry_policy_is_written_whole_as_one_finding(tmp_path: Path, policy: str) -> None:
    [finding] = findings(router(tmp_path, policy), "LH043")
    assert finding.address == f"{ROUTER}.retry_policy"
    assert finding.fix is not None
    written = {change.address.rpartition(".")[2]: change.value for change in finding.fix.changes}
    assert written == FIELDS


@pytest.mark.parametrize(("version", "said"), [("1.100.0", True), ("1.101.0", False)])
def test_retries_without_effect_yet_are_named(tmp_path: Path, version: str, said: bool) -> None:
    [finding] = findings(router(tmp_path, "", litellm_version=version), "LH043")
    assert ("has no effect before LiteLLM 1.101.0" in finding.message) is said


def test_a_field_from_an_unknown_variable_is_left_alone(tmp_path: Path) -> None:
    found = router(tmp_path, "retry_policy: {TimeoutErrorRetries: os.environ/TIMES}")
    [finding] = findings(found, "LH043")
    assert finding.fix is not None
    assert f"{ROUTER}.retry_policy.TimeoutErrorRetries" not in {change.address for change in finding.fix.changes}
    assert [open_.address for open_ in not_judged(found, "LH043")] == [f"{ROUTER}.retry_policy.TimeoutErrorRetries"]


GOOD = "BadRequest: 1000, Authentication: 1, Timeout: 300, RateLimit: 10000, InternalServer: 300"


@pytest.mark.parametrize(
    ("counts", "models", "owner", "repaired"),
    [
        (GOOD, TWO, {}, {}),
        (GOOD.replace("Timeout: 300", "Timeout: 299"), ONE, {}, {"Timeout": 300}),
        (GOOD.replace("300", "20"), TWO, {"expected_rps": 1}, {}),
        (GOOD.replace("300", "19"), TWO, {"expected_rps": 1}, {"Timeout": 20, "InternalServer": 20}),
        (GOOD.replace("10000", "9999"), ONE, {}, {"RateLimit": 10000}),
        (GOOD.replace("Authentication: 1, ", ""), ONE, {}, {"Authentication": 5}),
    ],
)
def test_fails_by_kind_of_error(
    tmp_path: Path, counts: str, models: str, owner: dict[str, Any], repaired: dict[str, int]
) -> None:
    fields = ", ".join(f"{kind}ErrorAllowedFails:{count}" for kind, count in (c.split(":") for c in counts.split(", ")))
    found = findings(router(tmp_path, f"allowed_fails_policy: {{{fields}}}", models, **owner), "LH044")
    changes = tuple(
        Change(f"{ROUTER}.allowed_fails_policy.{kind}ErrorAllowedFails", count) for kind, count in repaired.items()
    )
    assert [f.fix.changes for f in found if f.fix] == ([changes] if changes else [])


@pytest.mark.parametrize(("version", "said"), [("1.97.0", True), ("1.98.0", False)])
def test_fails_without_effect_yet_are_named(tmp_path: Path, version: str, said: bool) -> None:
    [finding] = findings(router(tmp_path, "", TWO, litellm_version=version), "LH044")
    assert ("has no effect before LiteLLM 1.98.0" in finding.message) is said


def test_a_fails_policy_is_asked_for_only_among_several_deployments(tmp_path: Path) -> None:
    assert not findings(router(tmp_path, ""), "LH044")
    assert len(findings(router(tmp_path, "", TWO), "LH044")) == 1
