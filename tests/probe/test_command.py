"""`lh probe` from outside: what it finds, says, keeps to itself, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Lh, Result
from tests.probe.stub import KEY, Body, Stub, completion, serving

EASY = ("--min-rps", "1", "--max-p99", "60000")
"""Targets that are met however slow the machine is."""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_API_KEY", KEY)
    monkeypatch.delenv("LITELLM_MASTER_KEY", raising=False)


def probed(lh: Lh, stub: Stub, *arguments: str) -> Result:
    with serving(stub):
        result = lh("probe", stub.url, *arguments)
    assert "canary" not in result.out + result.err
    return result


def checks(lh: Lh, stub: Stub, *arguments: str) -> dict[str, tuple[str, str]]:
    data = probed(lh, stub, "--no-load", "--format", "json", *arguments).data
    return {one["name"]: (one["standing"], one["words"]) for one in data["checks"]}


def fails(status: int, message: str) -> Any:
    return lambda _: (status, {"error": {"message": message}})


def test_a_good_proxy(lh: Lh) -> None:
    result = probed(lh, Stub(delay=0.01), *EASY)
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0].endswith(": LiteLLM 1.81.0")
    assert [line.split()[:2] for line in lines[1:5]] == [
        ["ok", "liveness:"],
        ["ok", "readiness:"],
        ["ok", "authentication:"],
        ["ok", "chat:"],
    ]
    assert lines[-1] == "all checks passed; 3 of 3 targets met"
    assert result.err == "lh: calling 1 model once (max_tokens 1)\nlh: making 100 calls, 20 at once (Ctrl-C ends it)\n"


def test_quiet_is_the_total_alone(lh: Lh) -> None:
    result = probed(lh, Stub(), "--no-load", "--quiet")
    assert (result.out, result.err) == ("all checks passed\n", "")


def test_missed_targets_fail_it(lh: Lh) -> None:
    result = probed(lh, Stub(delay=0.02), "--max-p99", "1", "--min-rps", "1")
    assert result.status == 1
    assert "missed      p99" in result.out


def test_what_the_checks_find(lh: Lh) -> None:
    models = {"dead": fails(500, f"boom {KEY}"), "away": fails(404, "no such model"), "chat": completion}
    ready = {"status": "healthy", "db": "disconnected"}
    found = checks(lh, Stub(models, open_to_all=True, live=(200, "hello"), ready=(200, ready)))
    assert {name: standing for name, (standing, _) in found.items()} == {
        "liveness": "failed",
        "readiness": "failed",
        "authentication": "failed",
        "dead": "failed",
        "away": "failed",
        "chat": "ok",
    }
    assert found["dead"][1] == "server error (500): boom ***"
    assert found["away"][1] == "not found (404): no such model"
    assert found["readiness"][1] == "healthy, database disconnected"


def test_models_of_other_kinds_are_called_as_such_or_skipped(lh: Lh) -> None:
    def embedding(body: Body) -> tuple[int, Any]:
        return (200, {"data": [1]}) if "input" in body else (404, {"error": "not a chat model"})

    def response(body: Body) -> tuple[int, Any]:
        return (200, {"output": [1]}) if body["max_output_tokens"] >= 16 else (400, {})

    models = {
        "v": embedding,
        "vectors": embedding,
        "r": response,
        "picture": fails(500, "?"),
        "openai/*": completion,
    }
    stub = Stub(models, modes={"v": "embedding", "r": "responses", "picture": "image_generation"})
    found = checks(lh, stub)
    kinds = {name: (standing, words.split(",")[0].split(":")[0]) for name, (standing, words) in found.items()}
    assert {name: kinds[name] for name in models} == {
        "v": ("ok", "embedding"),
        "vectors": ("ok", "embedding"),
        "r": ("ok", "responses"),
        "picture": ("skipped", "image_generation"),
        "openai/*": ("skipped", "a wildcard"),
    }
    assert stub.calls["picture"] == 0


def test_a_model_that_must_think_gets_room_to(lh: Lh) -> None:
    def thinker(body: Body) -> tuple[int, Any]:
        return completion(body) if body["max_tokens"] >= 16 else fails(400, "max_tokens was reached")(body)

    result = probed(lh, Stub({"o": thinker}), "--requests", "5", "--format", "json", *EASY)
    assert (result.status, result.data["load"]["asking"]["max_tokens"]) == (0, 64)


def test_chosen_models_alone_are_called(lh: Lh) -> None:
    stub = Stub({"a": completion, "b": completion})
    assert set(checks(lh, stub, "--model", "b")) == {"liveness", "readiness", "authentication", "b"}
    assert stub.calls == {"b": 1}


@pytest.mark.parametrize("listed", [{"data": []}, {"data": [{"id": "openai/*"}]}])
def test_without_a_model_there_is_no_silent_pass(lh: Lh, listed: Any) -> None:
    result = probed(lh, Stub(listed=listed))
    assert result.status in (1, 3)
    assert "no load     there is no model to call" in result.out


def test_what_is_no_list_of_models(lh: Lh) -> None:
    result = probed(lh, Stub(listed="<html>"))
    assert result.status == 3
    assert "not probed  /v1/models: unreadable answer: /v1/models is no list of models" in result.out


def test_keys_that_are_wrong_or_missing(lh: Lh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_API_KEY", "sk-canary-other")
    result = probed(lh, Stub())
    assert result.status == 3
    assert "not probed  the proxy does not take the key (key refused (401)" in result.out
    monkeypatch.delenv("LITELLM_API_KEY")
    result = probed(lh, Stub())
    assert result.status == 3
    assert "not probed  the proxy asks for a key, and none is given" in result.out


def test_a_key_from_a_file_or_another_variable(lh: Lh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LITELLM_API_KEY", "sk-canary-other")
    monkeypatch.setenv("OTHER", KEY)
    Path("key").write_text(f"{KEY}\n")
    assert probed(lh, Stub(), "--no-load", "--key-file", "key").status == 0
    assert probed(lh, Stub(), "--no-load", "--key-env", "OTHER").status == 0


def test_a_key_does_not_leave_by_a_redirect(lh: Lh) -> None:
    with serving(Stub(open_to_all=True)) as elsewhere:
        away = {"location": f"{elsewhere.url}/v1/chat/completions"}
        result = probed(lh, Stub({"chat": lambda _: (307, {})}, headers=away), "--no-load")
    assert "failed      chat: redirected (307)" in result.out
    assert elsewhere.seen == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["https://user:sk-canary@gateway"], "a URL with a user or a password"),
        (["ftp://gateway"], "not by ftp"),
        (["http://gateway:port"], "this is no URL"),
        (["http://gateway?key=sk-canary"], "ends before ?"),
        (["https://gateway.example", "--requests", "101"], "101 calls of gateway.example"),
        (["https://gateway.example", "--duration", "5"], "--yes"),
        (["http://127.0.0.1:1", "--key-env", "sk-canary"], "there is no such variable"),
        (["http://127.0.0.1:1", "--key-env", "TWO"], "this is no key"),
        (["http://127.0.0.1:1", "--rate", "nan"], "no number"),
        (["http://127.0.0.1:1", "--min-rps", "inf"], "no number"),
        (["http://127.0.0.1:1", "--against", "text"], "this is no JSON"),
        (["http://127.0.0.1:1", "--against", "other"], "its schema is 'lh-1', not lh-probe-1"),
        (["http://127.0.0.1:1", "--against", "damaged"], "is damaged"),
        (["http://127.0.0.1:1", "--save", "no/where"], "cannot be written"),
        (["https://127.0.0.1:1", "--ca", "text"], "'text'"),
    ],
)
def test_wrong_usage(lh: Lh, monkeypatch: pytest.MonkeyPatch, arguments: list[str], words: str) -> None:
    monkeypatch.setenv("TWO", "sk-canary two")
    Path("text").write_text("text")
    Path("other").write_text('{"schema": "lh-1"}')
    Path("damaged").write_text('{"schema": "lh-probe-1", "url": 1}')
    result = lh("probe", *arguments)
    assert result.status == 2
    assert words in result.err
    assert "canary" not in result.err and "Traceback" not in result.err


def test_a_proxy_that_is_not_there(lh: Lh) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        result = lh("probe", f"http://127.0.0.1:{taken.getsockname()[1]}")
    assert result.status == 3
    assert "not probed  connection refused" in result.out
    Path("before.json").write_text("kept")
    result = lh("probe", "http://nowhere.invalid", "--save", "before.json")
    assert Path("before.json").read_text() == "kept"
    assert (result.status, "not probed  host not found" in result.out) == (3, True)


def test_tls_where_there_is_none(lh: Lh) -> None:
    with serving(Stub()) as stub:
        result = lh("probe", stub.url.replace("http:", "https:"))
    assert result.status == 3
    assert "not probed  TLS failed" in result.out


def test_before_and_after(lh: Lh) -> None:
    assert probed(lh, Stub(delay=0.05), "--save", "before.json", *EASY).status == 0
    assert KEY not in Path("before.json").read_text()
    result = probed(lh, Stub(), "--against", "before.json", *EASY)
    assert result.status == 0
    [p50] = [line.split() for line in result.out.splitlines() if line.startswith("  p50 ")]
    assert p50[-1].startswith("-")
    assert "not the same" not in result.out
    page = probed(lh, Stub(), "--against", "before.json", "--concurrency", "5", "--format", "html").out
    assert "<svg" in page and "Not the same: concurrency: 20, now 5" in page and "<script" not in page
    data = probed(lh, Stub(), "--against", "before.json", "--format", "json").data
    assert (data["schema"], data["before"]["schema"], data["not_comparable"]) == ("lh-probe-1", "lh-probe-1", [])


def test_what_json_writes_can_be_compared_with(lh: Lh) -> None:
    Path("before.json").write_text(probed(lh, Stub(), "--format", "json").out)
    assert "against http://127.0.0.1" in probed(lh, Stub(), "--against", "before.json").out


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
def test_an_interrupt_gives_what_there_is(tmp_path: Path) -> None:
    began = threading.Event()

    def model(body: Body) -> tuple[int, Any]:
        if len(stub.seen) > 30:
            began.set()
        return completion(body)

    with serving(Stub({"chat": model}, delay=0.05)) as stub:
        lh = [sys.executable, "-m", "litellm_harden"]
        command = [*lh, "probe", stub.url, "--requests", "100000", "--format", "json"]
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "LITELLM_API_KEY": KEY}
        )
        assert began.wait(20)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    data = json.loads(out)
    assert data["interrupted"] and data["load"]["answered"] > 10
    assert b"Traceback" not in err


def test_without_its_extra_it_says_what_to_install(lh: Lh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "httpx", None)
    result = lh("probe", "http://127.0.0.1:1")
    assert (result.status, result.err) == (2, "lh: lh probe needs httpx: pip install 'litellm-harden[probe]'\n")
