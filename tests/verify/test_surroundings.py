"""The environment that LiteLLM is given."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.verify.surroundings import environment, places, stand_ins
from tests.deploy import deploy

COMPOSE = """
    services:
      litellm:
        image: ghcr.io/berriai/litellm:v1.81.0-stable
        command: ["--config", "/app/config.yaml"]
        volumes: ["./config.yaml:/app/config.yaml"]
        env_file: .env
        environment:
          LITELLM_LOG: ERROR
          PATH: /app/bin
          PYTHONPATH: /app
          LD_PRELOAD: /usr/lib/libjemalloc.so
          OPENAI_API_KEY:
"""


def test_it_is_what_the_files_state_and_nothing_of_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-this-machine")
    config = "environment_variables: {LITELLM_LOG: DEBUG}\ngeneral_settings: {}\n"
    files = {"compose.yaml": COMPOSE, "config.yaml": config, ".env": "REDIS_HOST=redis\nLITELLM_LOG=INFO\n"}
    assert environment(deploy(tmp_path, files)) == {"LITELLM_LOG": "ERROR", "REDIS_HOST": "redis"}


def test_what_is_written_is_written_to_the_temporary_folder(tmp_path: Path) -> None:
    found = places(tmp_path, {"PROMETHEUS_MULTIPROC_DIR": "/metrics"})
    assert found["HOME"] == found["TMPDIR"] == found["PROMETHEUS_MULTIPROC_DIR"] == str(tmp_path)


def test_what_is_not_known_gets_a_value_of_its_shape(tmp_path: Path) -> None:
    config = """
        model_list:
          - model_name: chat
            litellm_params: {model: os.environ/MODEL, api_key: os.environ/KNOWN, api_base: os.environ/BASE}
        router_settings: {redis_host: os.environ/R_HOST, redis_port: os.environ/R, redis_url: os.environ/REDIS_URL}
        general_settings: {master_key: os.environ/OPENAI_API_KEY, database_url: os.environ/ABSENT}
    """
    compose = COMPOSE.replace("env_file: .env", "env_file: [.env, missing.env]")
    found = dict(stand_ins(deploy(tmp_path, {"compose.yaml": compose, "config.yaml": config, ".env": "KNOWN=x\n"})))
    assert found.pop("KNOWN") == "lh-stand-in"  # missing.env may say otherwise
    assert found == {
        "MODEL": "openai/lh-stand-in",
        "BASE": "https://lh-stand-in.invalid",
        "R_HOST": "lh-stand-in.invalid",
        "R": "1",
        "REDIS_URL": "redis://lh-stand-in.invalid",
        "OPENAI_API_KEY": "lh-stand-in",
        "ABSENT": "postgresql://lh-stand-in.invalid:5432/lh-stand-in",
    }


def test_with_a_compose_service_an_absent_variable_is_absent_and_without_one_anything(tmp_path: Path) -> None:
    config = "router_settings: {redis_host: os.environ/R_HOST}\n"
    files = {"compose.yaml": COMPOSE, "config.yaml": config, ".env": ""}
    assert stand_ins(deploy(tmp_path / "composed", files)) == {}
    assert list(stand_ins(deploy(tmp_path / "alone", {"config.yaml": config, ".env": ""}))) == ["R_HOST"]


def test_a_cache_that_names_no_redis_gets_one_where_the_environment_may(tmp_path: Path) -> None:
    on = {"config.yaml": "litellm_settings: {cache: true}\n"}
    assert list(stand_ins(deploy(tmp_path / "alone", on))) == ["REDIS_HOST", "REDIS_PORT"]
    assert stand_ins(deploy(tmp_path / "composed", {**on, "compose.yaml": COMPOSE, ".env": ""})) == {}
    named = {"config.yaml": "litellm_settings: {cache: true, cache_params: {type: redis, host: redis}}\n"}
    assert stand_ins(deploy(tmp_path / "named", named)) == {}
