"""`lh verify` with the real LiteLLM: what it tells of good and bad keys, that nothing leaves, and that `lh` agrees."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
import yaml

from litellm_harden.cli.main import main
from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.verify.everything import verify
from litellm_harden.verify.model import Loaded
from tests.deploy import write
from tests.e2e.installed import Installed

pytestmark = pytest.mark.e2e

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/before"))
CONFIG = """
    x-note: aside
    unheard_of: true
    model_list:
      - model_name: chat
        litellm_params: {model: openai/chat, api_key: os.environ/OPENAI_API_KEY}
      - model_name: nobody
        litellm_params: {model: unheard-of-provider/chat}
      - model_name: bare
        litellm_params: {api_key: os.environ/OPENAI_API_KEY}
      - model_name: empty
    general_settings:
      master_key: sk-fake-master-key-of-the-tests
      database_connection_pool_limit: 20
      unheard_of_key: true
    litellm_settings:
      drop_params: true
      unheard_of_setting: true
      cache: true
      cache_params: {type: redis, host: 127.0.0.1, port: 1, max_connections: 7, redis_connection_pool_limit: 5}
    router_settings:
      routing_strategy: fastest
      cooldown_time: 60
      redis_connection_pool_limit: 5
      health_check_interval: 60
      retry_policy: {TimeoutErrorRetries: 3, TimeoutErorRetries: 3}
    environment_variables: {SOME_NAME: text}
"""


def loaded(litellm: Installed, folder: Path, files: dict[str, str]) -> Loaded:
    """What that LiteLLM makes of the one deployment of the files."""
    found = discover([write(folder, files)], Owner())
    [load] = verify(found.deployments, str(litellm.folder / "bin" / "python"), (), 60).loads
    return load


def answers(load: Loaded) -> dict[str, str]:
    return {one.address.removeprefix("config:"): one.answer.value for one in load.answers}


def test_each_key_gets_the_answer_that_litellm_gives(litellm: Installed, tmp_path: Path) -> None:
    load = loaded(litellm, tmp_path, {"config.yaml": CONFIG})
    assert (load.version, load.open, load.stand_ins) == (litellm.version, "", ("OPENAI_API_KEY",))
    told = answers(load)
    sections = ("model_list", "general_settings", "litellm_settings", "router_settings", "environment_variables")
    assert {told.pop(section) for section in sections} == {"accepted"}
    old = litellm.version == "1.81.0"
    assert {address: answer for address, answer in told.items() if not address.endswith(".model_name")} == {
        "unheard_of": "ignored",
        "model_list.0": "accepted",
        "model_list.1": "refused",
        "model_list.2": "not seen",
        "model_list.2.litellm_params": "refused",
        "model_list.3": "refused",
        "general_settings.master_key": "accepted",
        "general_settings.database_connection_pool_limit": "not seen",
        "general_settings.unheard_of_key": "ignored",
        "litellm_settings.drop_params": "accepted",
        "litellm_settings.unheard_of_setting": "ignored",
        "litellm_settings.cache": "accepted",
        "litellm_settings.cache_params": "not seen",
        "litellm_settings.cache_params.type": "accepted",
        "litellm_settings.cache_params.host": "accepted",
        "litellm_settings.cache_params.port": "accepted",
        "litellm_settings.cache_params.max_connections": "accepted",
        "litellm_settings.cache_params.redis_connection_pool_limit": "refused",
        "router_settings.routing_strategy": "refused",
        "router_settings.cooldown_time": "accepted",
        "router_settings.redis_connection_pool_limit": "ignored",
        "router_settings.health_check_interval": "ignored" if old else "refused",
        "router_settings.retry_policy": "accepted",
        "router_settings.retry_policy.TimeoutErrorRetries": "accepted",
        "router_settings.retry_policy.TimeoutErorRetries": "ignored",
        "environment_variables.SOME_NAME": "accepted",
    }


CONNECTS = """
    model_list:
      - model_name: chat
        litellm_params: {{model: openai/chat, api_base: "http://127.0.0.1:{port}", api_key: fake-key}}
    general_settings:
      master_key: sk-fake-master-key-of-the-tests
      database_url: postgresql://litellm:pw@127.0.0.1:{port}/litellm
      alerting: [slack]
      alert_to_webhook_url: {{budget_alerts: "http://127.0.0.1:{port}/"}}
    litellm_settings:
      callbacks: [prometheus, calling.handler]
      success_callback: [langfuse]
      cache: true
      cache_params: {{{cache}}}
    router_settings: {{redis_host: 127.0.0.1, redis_port: {port}}}
    mcp_servers: {{tools: {{url: "http://127.0.0.1:{port}/mcp"}}}}
    guardrails:
      - guardrail_name: own
        litellm_params: {{guardrail: calling.Guardrail, mode: pre_call}}
    environment_variables: {{LANGFUSE_HOST: "http://127.0.0.1:{port}", LANGFUSE_PUBLIC_KEY: a, LANGFUSE_SECRET_KEY: b}}
"""
CALLING = """
    import pathlib, socket
    pathlib.Path(__file__).with_name("was-run").write_text("")
    socket.create_connection(("127.0.0.1", {port}))
    handler = None
"""


@pytest.mark.parametrize(
    ("cache", "opens"),
    [
        ("type: redis, host: 127.0.0.1, port: {port}", False),
        (
            'type: qdrant-semantic, similarity_threshold: 0.8, qdrant_collection_name: c, qdrant_api_base: "{base}"',
            True,
        ),
    ],
    ids=["redis", "qdrant"],
)
def test_nothing_leaves(litellm: Installed, cache: str, opens: bool, tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        port = listening.getsockname()[1]
        config = CONNECTS.format(port=port, cache=cache.format(port=port, base=f"http://127.0.0.1:{port}"))
        load = loaded(litellm, tmp_path, {"config.yaml": config, "calling.py": CALLING.format(port=port)})
        with pytest.raises(TimeoutError):
            listening.accept()
    assert f"127.0.0.1:{port}" in load.attempted
    assert bool(load.open) == opens, load.open
    assert "refused" not in answers(load).values()
    assert set(load.own_code) == {"calling.handler", "calling.Guardrail"}
    assert sorted(file.name for file in tmp_path.iterdir()) == ["calling.py", "config.yaml"]


def test_a_variable_that_stops_the_start_is_named(litellm: Installed, tmp_path: Path) -> None:
    files = {
        "config.yaml": "model_list: []\n",
        "compose.yaml": """
            services:
              litellm:
                image: ghcr.io/berriai/litellm:v1.81.0-stable
                command: ["--config", "/app/config.yaml"]
                volumes: ["./config.yaml:/app/config.yaml"]
                environment: ['LITELLM_LOG="ERROR"']
        """,
    }
    load = loaded(litellm, tmp_path, files)
    assert answers(load) == {"env:LITELLM_LOG": "refused", "model_list": "accepted"}


def test_lh_and_litellm_agree_about_the_fixtures(litellm: Installed, capsys: pytest.CaptureFixture[str]) -> None:
    data = verified(litellm, capsys, *map(str, FIXTURES))
    assert disagreements(data) == []
    assert data["summary"]["accepted"] > 100


def test_lh_and_litellm_agree_about_the_examples_of_the_rules(
    litellm: Installed, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the rules about keys and values say of their examples, LiteLLM does."""
    for file in (Path(__file__).parents[2] / "rules").glob("LH2*.yaml"):
        for number, example in enumerate(yaml.safe_load(file.read_text("utf-8"))["examples"]):
            if "config.yaml" in example["files"]:
                write(tmp_path / f"{file.stem}-{number}", example["files"])
    data = verified(litellm, capsys, str(tmp_path))
    assert disagreements(data) == []
    assert data["summary"]["ignored"] > 10
    assert data["summary"]["refused"] > 5


def disagreements(data: Any) -> list[tuple[str, str, str, str]]:
    return [
        (one["file"], one["address"], one["lh"], one["litellm"])
        for deployment in data["deployments"]
        for one in deployment["disagreements"]
    ]


def verified(litellm: Installed, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What the command reports as JSON."""
    main(["verify", "--python", str(litellm.folder / "bin" / "python"), "--format", "json", *arguments])
    return json.loads(capsys.readouterr().out)
