"""References that nothing resolves, and variables that never reach the proxy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned

MODEL = "model_list: [{model_name: gpt, litellm_params: {model: openai/gpt-4o, api_key: os.environ/OPENAI_API_KEY}}]\n"
SECRET = "sk-0f3a77c1d2e94b58"


def world(
    folder: Path, config: str = MODEL, dotenv: str = "", more: Mapping[str, str] = {}, **service: Any
) -> Deployment:
    files = {"config.yaml": config, "compose.yaml": compose(**service), **more}
    return deployment(folder, files | ({".env": dotenv} if dotenv else {}))


def test_each_place_that_refers_to_nothing_is_named(tmp_path: Path) -> None:
    config = MODEL + "router_settings: {redis_host: os.environ/CACHE, redis_password: os.environ/CACHE_PASSWORD}\n"
    found = {finding.address: finding.severity for finding in findings(world(tmp_path, config), "LH206")}
    assert found == {
        "config:model_list.0.litellm_params.api_key": Severity.HIGH,
        "config:router_settings.redis_host": Severity.HIGH,
        "config:router_settings.redis_password": Severity.LOW,
    }


@pytest.mark.parametrize(
    ("command", "severity"),
    [
        ("redis-server --requirepass hunter2hunter2", Severity.HIGH),
        ("[redis-server, --requirepass, '${REDIS_PASSWORD}']", Severity.HIGH),
        ("[redis-server, --requirepass, '']", Severity.LOW),
        ("redis-server --save 60 1", Severity.LOW),
    ],
)
@pytest.mark.parametrize(
    "config",
    [
        "router_settings: {redis_host: cache, redis_port: 6379, redis_password: os.environ/CACHE_PASSWORD}\n",
        "litellm_settings: {cache: true, cache_params: "
        "{type: redis, host: cache, port: 6379, password: os.environ/CACHE_PASSWORD}}\n",
    ],
)
def test_a_password_that_redis_asks_for_is_wanted(
    config: str, command: str, severity: Severity, tmp_path: Path
) -> None:
    written = compose(more=f"  cache:\n    image: redis:7\n    command: {command}\n")
    found = world(tmp_path, config, more={"compose.yaml": written})
    assert [one.severity for one in findings(found, "LH206")] == [severity]


@pytest.mark.parametrize(
    "service",
    [
        {"service": "env_file: secrets.env"},
        {"service": "environment: [OPENAI_API_KEY]"},
        {"service": 'environment: {OPENAI_API_KEY: "${OPENAI_API_KEY}"}'},
        {"service": "entrypoint: [sh, -c, 'export OPENAI_API_KEY=$(cat /run/secrets/key); litellm']"},
        {"service": 'environment: {LITELLM_MASTER_KEY: "$SERVICE_PASSWORD_64_LITELLM"}'},  # Coolify adds its own
        {"image": "registry.example.com/team/litellm:3"},
    ],
)
def test_what_the_files_do_not_tell_is_not_judged(service: dict[str, Any], tmp_path: Path) -> None:
    found = world(tmp_path, **service)
    assert not findings(found, "LH206", "LH207")
    assert len(not_judged(found, "LH206")) == 1


def test_a_config_by_itself_may_be_started_with_anything(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": MODEL, ".env": "OTHER=1\n"})
    assert not findings(found, "LH206", "LH207")
    assert len(not_judged(found, "LH206")) == 1


@pytest.mark.parametrize(
    "config",
    [
        "litellm_settings: {callbacks: [os.environ/NOWHERE]}\n",  # LH209's
        MODEL.replace("OPENAI_API_KEY", "oidc/google/https://example.com"),
        MODEL + "general_settings: {key_management_system: aws_secret_manager}\n",
        MODEL + f"environment_variables: {{OPENAI_API_KEY: {SECRET}}}\n",  # LiteLLM looks there itself at each call
    ],
)
def test_what_something_else_answers_is_no_finding(config: str, tmp_path: Path) -> None:
    assert not findings(world(tmp_path, config), "LH206")


def test_variables_of_the_config_come_too_late_for_references(tmp_path: Path) -> None:
    config = MODEL.replace("OPENAI_API_KEY", "TEAM_KEY") + f"environment_variables: {{TEAM_KEY: {SECRET}}}\n"
    finding, fix = only(findings(world(tmp_path, config), "LH206"))
    assert "which nothing sets in time" in finding.message
    assert fix.applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    ("image", "says"),
    [
        ("litellm/litellm:v1.103.0", "the proxy answers everybody, without a key"),
        ("litellm/litellm:v1.104.0", "the proxy refuses to start"),
        ("litellm/litellm:latest", "answers everybody, or refuses to start from 1.104.0 on"),
    ],
)
def test_a_master_key_of_nothing_is_critical(image: str, says: str, tmp_path: Path) -> None:
    config = "general_settings: {master_key: os.environ/NOWHERE}\n"
    finding, _ = only(findings(world(tmp_path, config, image=image), "LH206"))
    assert finding.severity is Severity.CRITICAL
    assert finding.message.endswith(says)


def test_an_empty_key_is_told_unless_it_may_be_empty(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    empty = world(tmp_path / "empty", service="environment: {OPENAI_API_KEY: ''}")
    assert [finding.severity for finding in findings(empty, "LH206")] == [Severity.MEDIUM]
    for name, config, value in (
        ("optional", MODEL, "${OPENAI_API_KEY:-}"),
        ("local", MODEL.replace("api_key", "api_base: http://vllm, api_key"), ""),
    ):
        (tmp_path / name).mkdir()
        assert not findings(
            world(tmp_path / name, config, service=f'environment: {{OPENAI_API_KEY: "{value}"}}'), "LH206"
        )


def test_a_variable_of_a_like_name_is_offered(tmp_path: Path) -> None:
    _, fix = only(findings(world(tmp_path, service="environment: {OPENAI_KEY: sk-1}"), "LH206"))
    assert fix.description == "set OPENAI_API_KEY, or refer to OPENAI_KEY, which compose.yaml sets"


def test_an_undelivered_variable_is_told_once_and_passed_on(tmp_path: Path) -> None:
    found = world(tmp_path, dotenv=f"OPENAI_API_KEY={SECRET}\nGRAFANA_PASSWORD=x\n")
    finding, fix = only(findings(found, "LH206", "LH207"))
    assert (finding.rule.id, finding.address, fix.applicability) == ("LH207", "env:OPENAI_API_KEY", Applicability.SAFE)
    [text] = [source for file, source in edited(found, "LH207").items()]
    assert "OPENAI_API_KEY: ${OPENAI_API_KEY:?set OPENAI_API_KEY in .env}" in text
    assert SECRET not in text + finding.message + fix.description


def edited(found: Deployment, rule: str, unsafe: bool = False) -> dict[str, str]:
    plan = planned(found, rule, unsafe=unsafe)
    return {file.name: plan.workspace.source(file).text for file in plan.edits}


def test_a_reference_goes_to_the_service_and_not_into_its_env_file(tmp_path: Path) -> None:
    found = world(
        tmp_path,
        dotenv=f"OPENAI_API_KEY={SECRET}\n",
        more={"proxy.env": "LITELLM_LOG=ERROR\n"},
        service="env_file: proxy.env",
    )
    assert edited(found, "LH207").keys() == {"compose.yaml"}


@pytest.mark.parametrize(
    ("dotenv", "more"),
    [
        ("GRAFANA_PASSWORD=x\n", ""),  # nothing of LiteLLM's
        ("DATABASE_URL=postgresql://u@db/app\n", "  app:\n    image: app\n    environment: [DATABASE_URL]\n"),
        ("UI_PASSWORD=x\n", "  app:\n    image: app\n    env_file: .env\n"),
        ("LITELLM_API_KEY=sk-1\n", ""),  # of clients
        ("LITELLM_LOG=ERROR\nLITELLM_SALT_KEY=x\n", ""),  # LH032's and LH081's
        ("OPENAI_API_KEY=\n", ""),  # nothing to pass on
    ],
)
def test_what_the_proxy_has_no_use_for_may_stay_where_it_is(dotenv: str, more: str, tmp_path: Path) -> None:
    files = {"config.yaml": "model_list: []\n", "compose.yaml": compose(more=more), ".env": dotenv}
    assert not findings(deployment(tmp_path, files), "LH207")


def test_the_key_of_a_model_that_states_none_is_wanted(tmp_path: Path) -> None:
    config = "model_list: [{model_name: gpt, litellm_params: {model: openai/gpt-4o}}]\n"
    found = world(tmp_path, config, f"OPENAI_API_KEY={SECRET}\nANTHROPIC_API_KEY={SECRET}\n")
    assert [finding.address for finding in findings(found, "LH207")] == ["env:OPENAI_API_KEY"]


def test_what_would_switch_something_on_needs_unsafe(tmp_path: Path) -> None:
    config = "general_settings: {database_url: os.environ/DATABASE_URL}\n"
    found = world(tmp_path, config, "DATABASE_URL=postgresql://u@db.example.com/litellm\n")
    assert only(findings(found, "LH207"))[1].applicability is Applicability.UNSAFE


def test_a_master_key_that_is_not_passed_on_is_told_once(tmp_path: Path) -> None:
    found = world(tmp_path, "model_list: []\n", f"LITELLM_MASTER_KEY={SECRET}\n")
    finding, fix = only(findings(found, "LH207", "LH305"))
    assert (finding.rule.id, finding.severity) == ("LH207", Severity.CRITICAL)
    assert fix.applicability is Applicability.UNSAFE
    assert "LITELLM_MASTER_KEY: ${LITELLM_MASTER_KEY:?set" in edited(found, "LH207", unsafe=True)["compose.yaml"]


def test_a_reference_under_a_key_that_nothing_reads_is_left_to_the_rule_about_the_key(tmp_path: Path) -> None:
    config = (
        "model_list: []\ngeneral_settings: {salt_key: os.environ/ONE}\nrouter_setting: {redis_host: os.environ/TWO}\n"
    )
    found = deployment(tmp_path, {"config.yaml": config, "compose.yaml": compose()})
    assert not findings(found, "LH206")
