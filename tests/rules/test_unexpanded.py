"""Variables that LiteLLM does not expand, and what only looks like one."""

from pathlib import Path

import pytest

from litellm_harden.rules.model import Severity
from tests.rules.worlds import findings, only, planned, proxy

MODEL = "model_list: [{{model_name: chat, litellm_params: {{model: openai/chat, {}}}}}]\n"
GUARD = "guardrails: [{{guardrail_name: own, litellm_params: {{mode: pre_call, guardrail: {}, {}}}}}]\n"


@pytest.mark.parametrize(
    "config",
    [
        MODEL.format("api_key: '${OPENAI_API_KEY}'"),
        MODEL.format("api_key: $OPENAI_API_KEY"),
        MODEL.format("api_key: 'env:OPENAI_API_KEY'"),
        MODEL.format("api_base: 'http://${VLLM_HOST}:8000/v1'"),
        MODEL.format("api_base: '%(VLLM_URL)s'"),
        "general_settings: {master_key: os.environ.MASTER_KEY}\n",
        "router_settings: {redis_host: $REDIS_HOST}\n",
        "router_settings: {redis_host: redis, redis_password: '${REDIS_PASSWORD}'}\n",
        GUARD.format("lakera_v2", "api_key: '${LAKERA_API_KEY}'"),
        GUARD.format("presidio", "presidio_analyzer_api_base: 'http://${PRESIDIO_HOST}:3000'"),
    ],
)
def test_a_variable_written_in_another_way_is_found(config: str, tmp_path: Path) -> None:
    finding, _ = only(findings(proxy(tmp_path, config), "LH213"))
    assert "does not expand" in finding.message


@pytest.mark.parametrize(
    "config",
    [
        MODEL.format("prefix: $USD"),
        MODEL.format("env_like: 'env:PROD'"),
        MODEL.format("s3_path: 'logs/${year}'"),
        MODEL.format("label: '${name}'"),
        MODEL.format("label: '%(price)s'"),
        GUARD.format("guards.Mine", "api_base: '${MINE}', greeting: '${USER}'"),
        GUARD.format("presidio", "own_words: '${USER}'"),
    ],
)
def test_what_is_no_variable_of_litellms_is_left_alone(config: str, tmp_path: Path) -> None:
    assert not findings(proxy(tmp_path, config), "LH213")


def test_a_blank_before_the_name_is_told_once(tmp_path: Path) -> None:
    config = MODEL.format('api_key: "os.environ/ OPENAI_API_KEY"')
    found = proxy(tmp_path, config, environment={"OPENAI_API_KEY": "sk-0f3a77c1d2e94b58"})
    finding, _ = only(findings(found, "LH206", "LH213"))
    assert finding.message == "api_key refers to OPENAI_API_KEY with a blank before the name: LiteLLM reads it as null"
    fixed = planned(found, "LH213").workspace.source(tmp_path / "config.yaml").text
    assert fixed == config.replace("/ ", "/")


def test_a_blank_before_the_name_of_the_master_key_is_critical(tmp_path: Path) -> None:
    config = 'general_settings: {master_key: "os.environ/ LITELLM_MASTER_KEY"}\n'
    finding, _ = only(findings(proxy(tmp_path, config), "LH206", "LH213", "LH305"))
    assert (finding.rule.id, finding.severity) == ("LH213", Severity.CRITICAL)
