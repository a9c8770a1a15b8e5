"""What the rules of secrets and keys say LiteLLM does, asked of LiteLLM: who is let in, what a reference becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from litellm_harden.litellm.gates import KEYLESS_IS_NO_ADMIN, METRICS_NEED_KEY, REFUSES_WEAK_MASTER_KEY
from litellm_harden.litellm.versions import parse
from tests.e2e.installed import Installed, RunningProxy

pytestmark = pytest.mark.e2e

KEY = "sk-9b1f6c03aa5e47d2"
MODELS = """\
model_list:
  - model_name: chat
    litellm_params: {model: openai/chat, api_key: none, mock_response: hello}
"""
METRICS = MODELS + "litellm_settings: {callbacks: [prometheus]}\n"
CLOSED = METRICS.replace("[prometheus]", "[prometheus], require_auth_for_metrics_endpoint: true")
OPEN = METRICS.replace("[prometheus]", "[prometheus], require_auth_for_metrics_endpoint: false")


def status(proxy: RunningProxy, path: str, key: str | None = None) -> int:
    """What the proxy answers, with a key or without."""
    headers = {"Authorization": f"Bearer {key}"} if key is not None else {}
    try:
        with urlopen(Request(f"http://127.0.0.1:{proxy.port}{path}", headers=headers), timeout=20) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def starts(litellm: Installed, folder: Path, config: str, environment: Mapping[str, str]) -> str:
    """What the proxy prints where it does not start; "" where it answers."""
    (folder / "config.yaml").write_text(config)
    try:
        with litellm.serve("--config", str(folder / "config.yaml"), output=folder / "output", environment=environment):
            return ""
    except AssertionError:
        return (folder / "output").read_text(errors="replace")


def refuses(litellm: Installed) -> bool:
    version = parse(litellm.version)
    assert version is not None
    return version >= REFUSES_WEAK_MASTER_KEY


def test_without_a_master_key_everybody_is_let_in_or_nothing_starts(litellm: Installed, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(MODELS)
    if refuses(litellm):
        assert "refused to start" in starts(litellm, tmp_path, MODELS, {})
        assert "refused to start" in starts(litellm, tmp_path, MODELS, {"LITELLM_MASTER_KEY": "sk-1234"})
        assert "refused to start" in starts(litellm, tmp_path, MODELS, {"LITELLM_MASTER_KEY": ""})
        permitted = {"LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true"}
    else:
        permitted = {}
    arguments = ("--config", str(tmp_path / "config.yaml"))
    with litellm.serve(*arguments, output=tmp_path / "output", environment=permitted) as proxy:
        assert status(proxy, "/v1/models") == 200
        assert status(proxy, "/v1/models", "sk-anything") == 200


ASKED = """
import asyncio, json, sys
from starlette.requests import Request
from litellm.proxy import proxy_server
from litellm.proxy.auth.user_api_key_auth import user_api_key_auth

async def asked(settings, path):
    proxy_server.general_settings = settings
    scope = {"type": "http", "method": "GET", "path": path, "headers": [], "query_string": b"", "app": None}
    scope |= {"scheme": "http", "server": ("127.0.0.1", 4000), "client": ("127.0.0.1", 4001), "root_path": ""}
    try:
        return (await user_api_key_auth(request=Request(scope), api_key="")).user_role.value
    except Exception as error:
        return type(error).__name__

proxy_server.premium_user = True
print("ROLES", json.dumps([asyncio.run(asked(*one)) for one in json.loads(sys.argv[1])]))
"""


def test_without_a_master_key_a_login_by_tokens_lets_in_who_has_none(litellm: Installed) -> None:
    asked = [
        ({}, "/v1/models"),
        ({"enable_jwt_auth": True}, "/v1/models"),
        ({"enable_oauth2_auth": "true"}, "/v1/models"),
        ({"enable_oauth2_auth": True}, "/user/available_roles"),
        ({"enable_oauth2_auth": True}, "/v1/models"),
    ]
    done = litellm.run("python", "-c", ASKED, json.dumps(asked))
    *open_, guarded = next(json.loads(line[6:]) for line in done.stdout.splitlines() if line.startswith("ROLES "))
    version = parse(litellm.version)
    assert version is not None
    assert open_ == 4 * ["internal_user" if version >= KEYLESS_IS_NO_ADMIN else "proxy_admin"]
    assert guarded not in ("internal_user", "proxy_admin")


def test_an_empty_master_key_lets_nobody_in(litellm: Installed, tmp_path: Path) -> None:
    if refuses(litellm):
        pytest.skip("it does not start")
    (tmp_path / "config.yaml").write_text(MODELS)
    arguments = ("--config", str(tmp_path / "config.yaml"))
    with litellm.serve(*arguments, output=tmp_path / "output", environment={"LITELLM_MASTER_KEY": ""}) as proxy:
        assert {status(proxy, "/v1/models", key) for key in (None, "", "sk-anything")}.isdisjoint({200})


def test_a_key_closes_the_proxy_and_metrics_by_release(litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    version = parse(litellm.version)
    assert version is not None
    by_default = 401 if version >= METRICS_NEED_KEY else 200
    for text, without_key in ((METRICS, by_default), (CLOSED, 401), (OPEN, 200)):
        config.write_text(text)
        with litellm.serve(
            "--config", str(config), output=tmp_path / "output", environment={"LITELLM_MASTER_KEY": KEY}
        ) as proxy:
            assert status(proxy, "/metrics/") == without_key
            assert status(proxy, "/metrics/", KEY) == 200
            assert status(proxy, "/v1/models") != 200
            assert status(proxy, "/v1/models", KEY) == 200


MOVED = """\
model_list:
  - model_name: chat
    litellm_params:
      model: openai/chat
      api_key: os.environ/OPENAI_API_KEY_2
      api_base: os.environ/CHAT_API_BASE
      extra_headers: {Authorization: os.environ/CHAT_AUTHORIZATION}
general_settings:
  master_key: os.environ/LITELLM_MASTER_KEY
  alerting: [slack]
  alert_to_webhook_url: {llm_exceptions: os.environ/LLM_EXCEPTIONS_WEBHOOK_URL}
"""
LOADED = """
import asyncio, json, sys
from litellm.proxy import proxy_server
router, models, settings = asyncio.run(
    proxy_server.ProxyConfig().load_config(router=None, config_file_path=sys.argv[1])
)
model = router.model_list[0]["litellm_params"]
print("SEEN", json.dumps([model["api_key"], model["api_base"], model["extra_headers"]["Authorization"],
    proxy_server.master_key, settings["alert_to_webhook_url"]["llm_exceptions"]]))
"""


def test_a_secret_that_moved_reaches_its_place_at_any_depth(litellm: Installed, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(MOVED)
    given = {
        "OPENAI_API_KEY_2": "sk-one",
        "CHAT_API_BASE": "http://me:two@127.0.0.1:1/v1",
        "CHAT_AUTHORIZATION": "Bearer three",
        "LITELLM_MASTER_KEY": KEY,
        "LLM_EXCEPTIONS_WEBHOOK_URL": "https://hooks.slack.com/services/four",
    }
    done = litellm.run("python", "-c", LOADED, str(tmp_path / "config.yaml"), environment=given)
    expected = '["sk-one", "http://me:two@127.0.0.1:1/v1", "Bearer three", "%s", "%s"]'
    assert f"SEEN {expected % (KEY, given['LLM_EXCEPTIONS_WEBHOOK_URL'])}" in done.stdout, done.stdout[-2000:]
