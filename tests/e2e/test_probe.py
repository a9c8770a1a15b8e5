"""`lh probe` against the real LiteLLM, with a stub as the models' provider."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.cli.main import main
from tests.e2e.installed import Installed, RunningProxy
from tests.probe.stub import Body, Stub, serving

pytestmark = pytest.mark.e2e
KEY = "sk-canary-4711-master"
GENERAL = f"general_settings: {{master_key: {KEY}}}\n"
CACHE = "litellm_settings: {cache: true, cache_params: {type: local}}\n"


def chat(_: Body) -> tuple[int, Any]:
    return 200, {
        "id": "1",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "ok"}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
    }


def embedding(body: Body) -> tuple[int, Any]:
    if "input" not in body:
        return 404, {"error": {"message": "This is not a chat model"}}
    data = [{"object": "embedding", "index": 0, "embedding": [0.1, 0.2]}]
    return 200, {"object": "list", "data": data, "model": "e", "usage": {"prompt_tokens": 1, "total_tokens": 1}}


def broken(_: Body) -> tuple[int, Any]:
    return 500, {"error": {"message": "the upstream is broken"}}


def thinker(body: Body) -> tuple[int, Any]:
    if body.get("max_tokens", 99) < 16:
        return 400, {"error": {"message": "Could not finish the message because max_tokens was reached."}}
    return chat(body)


def response(_: Body) -> tuple[int, Any]:
    text = {"type": "output_text", "text": "ok", "annotations": []}
    said = {"type": "message", "id": "m", "status": "completed", "role": "assistant", "content": [text]}
    settings = {"parallel_tool_calls": True, "tool_choice": "auto", "tools": []}
    about = {"id": "r", "object": "response", "created_at": 1, "status": "completed", "model": "m", **settings}
    return 200, {**about, "output": [said], "usage": {"input_tokens": 1, "output_tokens": 1, "total_tokens": 2}}


def continued(_: Body) -> tuple[int, Any]:
    choice = {"index": 0, "text": "ok", "finish_reason": "stop", "logprobs": None}
    return 200, {"id": "c", "object": "text_completion", "created": 1, "model": "m", "choices": [choice]}


def moderated(_: Body) -> tuple[int, Any]:
    return 200, {"id": "m", "model": "m", "results": [{"flagged": False, "categories": {}, "category_scores": {}}]}


def ranked(_: Body) -> tuple[int, Any]:
    return 200, {"id": "x", "results": [{"index": 0, "relevance_score": 0.9}], "meta": {}}


UPSTREAM = {"chat": chat, "embedding": embedding, "broken": broken, "thinker": thinker}


@contextmanager
def running(
    litellm: Installed,
    folder: Path,
    settings: str = GENERAL,
    models: tuple[str, ...] = ("chat",),
    delay: float = 0,
) -> Iterator[tuple[RunningProxy, Stub]]:
    """The proxy with models of these names, each of which the stub provides."""
    with serving(Stub(UPSTREAM, open_to_all=True, delay=delay)) as upstream:
        lines = [
            f"  - {{model_name: {name}, litellm_params: {{model: openai/{name}, api_key: k, max_retries: 0, "
            f"api_base: '{upstream.url}/v1'}}}}\n"
            for name in models
        ]
        config = folder / "config.yaml"
        config.write_text(f"model_list:\n{''.join(lines)}{settings}", "utf-8")
        environment = {
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",
        }
        with litellm.serve("--config", str(config), output=folder / "log", environment=environment) as proxy:
            yield proxy, upstream


Probe = Callable[..., tuple[int, Any]]


@pytest.fixture
def probed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Probe:
    """Gives the exit code and the JSON of a probe with a key."""

    def run(proxy: RunningProxy, *arguments: str, key: str = KEY) -> tuple[int, Any]:
        monkeypatch.setenv("LITELLM_API_KEY", key)
        status = main(["probe", f"http://127.0.0.1:{proxy.port}", "--format", "json", *arguments])
        out = capsys.readouterr()
        assert "canary" not in out.out + out.err
        return status, json.loads(out.out)

    return run


def standings(data: Any) -> dict[str, str]:
    return {check["name"]: check["standing"] for check in data["checks"]}


def test_a_good_proxy_and_its_models(litellm: Installed, tmp_path: Path, probed: Probe) -> None:
    names = ("chat", "embedding", "broken", "thinker", "openai/*")
    with running(litellm, tmp_path, models=names) as (proxy, _):
        status, data = probed(proxy, "--requests", "60", "--concurrency", "5")
    assert standings(data) == {
        "liveness": "ok",
        "readiness": "ok",
        "authentication": "ok",
        "chat": "ok",
        "embedding": "ok",
        "broken": "failed",
        "thinker": "ok",
        "openai/*": "skipped",
    }
    assert status == 1
    assert data["litellm"] == litellm.version
    assert [model["name"] for model in data["load"]["models"]] == ["chat", "embedding", "thinker"]
    assert (data["load"]["answered"], data["load"]["errors"]) == (60, {})
    assert data["load"]["overhead"]["p50"] > 0


def test_keys(litellm: Installed, tmp_path: Path, probed: Probe) -> None:
    with running(litellm, tmp_path) as (proxy, _):
        status, data = probed(proxy, key="sk-canary-4711-wrong")
        assert status == 3
        assert data["unreached"].startswith("the proxy does not take the key")
        status, data = probed(proxy, key="")
        assert status == 3
        assert data["unreached"].startswith("the proxy asks for a key, and none is given")


def test_a_proxy_that_is_open_to_all(litellm: Installed, tmp_path: Path, probed: Probe) -> None:
    with running(litellm, tmp_path, settings="") as (proxy, _):
        status, data = probed(proxy, "--no-load", key="")
    assert (status, standings(data)["authentication"], standings(data)["chat"]) == (1, "failed", "ok")


def test_a_cache_does_not_spoil_the_figures(litellm: Installed, tmp_path: Path, probed: Probe) -> None:
    with running(litellm, tmp_path, settings=GENERAL + CACHE) as (proxy, upstream):
        _, data = probed(proxy, "--requests", "40")
        assert (data["load"]["answered"], data["load"]["cached"], upstream.calls["chat"]) == (40, 0, 41)
        _, data = probed(proxy, "--requests", "40", "--cached", "--concurrency", "1")
        assert (data["load"]["answered"], data["load"]["cached"]) == (40, 40)
        assert upstream.calls["chat"] == 42


KINDS = {
    "chat": ("openai/chat", "chat", chat),
    "vectors": ("openai/vectors", "embedding", embedding),
    "answers": ("openai/answers", "responses", response),
    "text": ("text-completion-openai/text", "completion", continued),
    "flags": ("openai/flags", "moderation", moderated),
    "ranks": ("cohere/ranks", "rerank", ranked),
}


def test_each_kind_is_called_as_such_and_the_provider_hears_nothing_of_caches(
    litellm: Installed, tmp_path: Path, probed: Probe
) -> None:
    with serving(Stub({name: answer for name, (_, _, answer) in KINDS.items()}, open_to_all=True)) as upstream:
        entries = [
            {
                "model_name": name,
                "litellm_params": {
                    "model": model,
                    "api_key": "k",
                    "api_base": f"{upstream.url}/v1{'/rerank' if mode == 'rerank' else ''}",
                },
                "model_info": {"mode": mode},
            }
            for name, (model, mode, _) in KINDS.items()
        ]
        config = tmp_path / "config.yaml"
        config.write_text(json.dumps({"model_list": entries, "general_settings": {"master_key": KEY}}), "utf-8")
        environment = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
        with litellm.serve("--config", str(config), output=tmp_path / "log", environment=environment) as proxy:
            status, data = probed(proxy, "--requests", "12", "--min-rps", "1", "--max-p99", "60000")
    assert (status, data["load"]["errors"]) == (0, {})
    assert [model["mode"] for model in data["load"]["models"]] == [mode for _, mode, _ in KINDS.values()]
    assert not [body for _, body, _ in upstream.seen if "cache" in body]
