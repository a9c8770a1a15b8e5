"""What the rules on fallbacks, timeouts, probes and shared counts say that LiteLLM does, asked of LiteLLM."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from litellm_harden.litellm import gates
from litellm_harden.litellm.versions import Version, parse
from tests.e2e.installed import BOOT, Installed, free_port
from tests.e2e.observe_resilience import LINE

pytestmark = pytest.mark.e2e

FAILS = (
    "  - {model_name: a, litellm_params: {model: openai/a, api_key: k, mock_response: litellm.InternalServerError}}\n"
)
BACKUP = "  - {model_name: b, litellm_params: {model: openai/b, api_key: k, mock_response: B}, model_info: {id: b-1}}\n"
WILD = "  - {model_name: openai/*, litellm_params: {model: openai/*, api_key: k, mock_response: W}}\n"
MASTER_KEY = "sk-fake-master-key-of-the-tests"
MODELS = f"model_list:\n{FAILS}{BACKUP}"
SETTINGS = {
    "nothing": "",
    "known": "router_settings: {fallbacks: [{a: [b]}]}",
    "unknown": "router_settings: {fallbacks: [{a: [c]}]}",
    "provider": "router_settings: {fallbacks: [{a: [openai/gpt-4o]}]}",
    "of an entry": "router_settings: {fallbacks: [{a: [openai/b]}]}",
    "id": "router_settings: {fallbacks: [{a: [b-1]}]}",
    "then known": "router_settings: {fallbacks: [{a: [c, b]}]}",
    "text": "router_settings: {fallbacks: [{a: cc}]}",
    "default": "router_settings: {fallbacks: [{a: [c]}], default_fallbacks: [b]}",
    "default unknown": "litellm_settings: {default_fallbacks: [c]}",
    "hidden": "router_settings: {fallbacks: [{a: [c]}]}\nlitellm_settings: {fallbacks: [{a: [b]}]}",
    "other key": "router_settings: {fallbacks: [{gpt: [b]}], model_group_alias: {gpt: a}}",
    "of an alias": "router_settings: {fallbacks: [{a: [gpt]}], model_group_alias: {gpt: b}}",
    "alias": "ask: [gpt]\nrouter_settings: {model_group_alias: {gpt: b}}",
    "alias of nothing": "ask: [gpt]\nrouter_settings: {model_group_alias: {gpt: c}}",
    "alias of alias": "ask: [best]\nrouter_settings: {model_group_alias: {best: gpt, gpt: b}}",
    "wildcard": "router_settings: {fallbacks: [{a: [openai/gpt-4o]}]}",
    "wildcard bare": "router_settings: {fallbacks: [{a: [gpt-4o]}]}",
    "wildcard other": "router_settings: {fallbacks: [{a: [anthropic/opus]}]}",
    "timeout": "litellm_settings: {request_timeout: 60}",
    "router timeout": "router_settings: {timeout: 50}",
    "both timeouts": "litellm_settings: {request_timeout: 60}\nrouter_settings: {timeout: 50}",
    "redis": "router_settings: {redis_host: 127.0.0.1, redis_port: 1}",
    "redis cache": "litellm_settings: {cache: true, cache_params: {type: redis, host: 127.0.0.1, port: 1}}",
    "coordination redis": "general_settings: {coordination_redis: {host: 127.0.0.1, port: 1}}",
    "no error logs": "general_settings: {disable_error_logs: true}",
    "no error logs as text": 'general_settings: {disable_error_logs: "true"}',
    "buffer": "general_settings: {use_redis_transaction_buffer: true}",
}
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What LiteLLM does with each of the settings, by their names."""
    folder = tmp_path_factory.mktemp("claims")
    for name, settings in SETTINGS.items():
        models = f"{MODELS}{WILD}" if name.startswith("wildcard") else MODELS
        asked = "" if settings.startswith("ask") else "ask: [a]\n"
        (folder / f"{name}.yaml").write_text(f"{models}{asked}{settings}\n", encoding="utf-8")
    script = str(Path(__file__).with_name("observe_resilience.py"))
    configs = [str(folder / f"{name}.yaml") for name in SETTINGS]
    done = litellm.run(
        "python", script, *configs, environment={"LITELLM_LOCAL_MODEL_COST_MAP": "True"}, timeout=BOOT * 10
    )
    found = [json.loads(line[len(LINE) :]) for line in done.stdout.splitlines() if line.startswith(LINE)]
    by_name = {Path(one["config"]).stem: one for one in found}
    assert by_name.keys() == SETTINGS.keys(), done.stdout
    return by_name


@pytest.fixture(scope="module")
def version(litellm: Installed) -> Version:
    found = parse(litellm.version)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["known", "of an entry", "id", "then known", "default", "of an alias", "alias"])
def test_the_router_finds_the_model(seen: Seen, name: str) -> None:
    assert seen[name]["answers"] == ["B"]


@pytest.mark.parametrize("name", ["wildcard", "wildcard bare"])
def test_a_wildcard_serves_names_of_its_provider_with_and_without_it(seen: Seen, name: str) -> None:
    assert seen[name]["answers"] == ["W"]


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("unknown", "c"),
        ("provider", "openai/gpt-4o"),
        ("hidden", "c"),
        ("default unknown", "c"),
        ("wildcard other", "anthropic/opus"),
        ("alias of nothing", "c"),
        ("alias of alias", "gpt"),
        ("text", "c"),  # for each of its letters
    ],
)
def test_the_router_finds_no_model(seen: Seen, name: str, model: str) -> None:
    [said] = seen[name]["answers"]
    assert f"You passed in model={model}. There are no healthy deployments" in said


def test_fallbacks_of_what_an_alias_stands_for_are_not_those_of_the_alias(seen: Seen) -> None:
    [said] = seen["other key"]["answers"]
    assert "mock internal server error" in said


def test_the_timeout_of_a_call(seen: Seen, version: Version) -> None:
    assert seen["nothing"]["timeout"] == 6000
    assert seen["timeout"]["timeout"] == 60
    assert seen["router timeout"]["timeout"] == 50
    assert seen["both timeouts"]["timeout"] == (60 if version >= gates.REQUEST_TIMEOUT_WINS else 50)


def test_processes_share_a_redis_only_where_there_is_one(seen: Seen, version: Version) -> None:
    shares = {name: (one["redis"], one["shared"]) for name, one in seen.items() if "redis" in name or name == "nothing"}
    coordinated = version >= gates.COORDINATION_REDIS
    assert shares == {
        "nothing": (False, False),
        "redis": (True, False),  # of the router alone: the limits of keys are not shared
        "redis cache": (True, True),
        "coordination redis": (coordinated, coordinated),
    }


def test_errors_are_logged_unless_a_boolean_says_otherwise(seen: Seen) -> None:
    assert seen["nothing"]["logs_errors"]
    assert not seen["no error logs"]["logs_errors"]
    assert seen["no error logs as text"]["logs_errors"]


def test_spend_is_not_written_where_its_buffer_has_no_redis(seen: Seen) -> None:
    assert seen["nothing"]["writes_spend"]
    assert not seen["buffer"]["writes_spend"]


COUNTS = """
import asyncio, logging, os
from litellm import Router
logging.disable(logging.CRITICAL)
models = [{"model_name": "a", "litellm_params": {"model": "openai/a", "api_key": "k", "rpm": 1, "mock_response": "A"}}]

async def calls():
    router = Router(model_list=models, routing_strategy="usage-based-routing-v2", num_retries=0)
    for _ in range(3):
        try:
            await router.acompletion(model="a", messages=[{"role": "user", "content": "x"}])
            os.write(1, b"ANSWERED\\n")
        except Exception:
            pass
        await asyncio.sleep(1)

processes = [os.fork(), os.fork()]
asyncio.run(calls())
"""


def test_without_redis_each_process_has_the_whole_limit(litellm: Installed) -> None:
    done = litellm.run("python", "-c", COUNTS, environment={"LITELLM_LOCAL_MODEL_COST_MAP": "True"})
    assert done.stdout.count("ANSWERED") == 4, (
        done.stdout
    )  # two forks make four processes; one call a minute is allowed


def test_from_1_82_1_on_the_proxy_does_not_start_where_the_buffer_has_no_redis(
    litellm: Installed, version: Version, tmp_path: Path
) -> None:
    if version < gates.BUFFER_NEEDS_REDIS_TO_START:
        pytest.skip("before, it starts and writes no spend")
    config = tmp_path / "config.yaml"
    config.write_text(f"{SETTINGS['buffer'][:-1]}, master_key: {MASTER_KEY}}}\n", encoding="utf-8")
    done = litellm.run("litellm", "--config", str(config), "--port", str(free_port()))
    assert "use_redis_transaction_buffer` is enabled" in done.stdout


PROBED = """\
model_list:
  - {{model_name: chat, litellm_params: {{model: openai/chat, api_key: k, api_base: "{base}"}}}}
  - {{model_name: think, litellm_params: {{model: openai/think, api_key: k, api_base: "{base}"}}}}
  - model_name: spared
    litellm_params: {{model: openai/spared, api_key: k, api_base: "{base}"}}
    model_info: {{disable_background_health_check: true}}
general_settings:
  master_key: {MASTER_KEY}
  background_health_checks: true
  health_check_interval: 3600
  completion_model: nothing
"""


def test_each_worker_probes_each_model_and_refuses_what_is_none(litellm: Installed, tmp_path: Path) -> None:
    with provider() as (base, calls):
        config = tmp_path / "config.yaml"
        config.write_text(PROBED.format(base=base, MASTER_KEY=MASTER_KEY), encoding="utf-8")
        with litellm.serve(
            "--config", str(config), "--num_workers", "2", "--run_gunicorn", output=tmp_path / "log"
        ) as proxy:
            end = time.monotonic() + BOOT
            while sum(calls.values()) < 4 and time.monotonic() < end:
                time.sleep(0.5)
            time.sleep(3)
            refused = status_of_a_question(proxy.port, "chat")
    assert calls == {"chat": 2, "think": 2}
    assert refused == 400


def status_of_a_question(port: int, model: str) -> int:
    """The status with which the proxy answers a chat completion."""
    request = Request(
        f"http://127.0.0.1:{port}/v1/chat/completions",
        json.dumps({"model": model, "messages": [{"role": "user", "content": "x"}]}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {MASTER_KEY}"},
    )
    try:
        with urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@contextmanager
def provider() -> Iterator[tuple[str, Counter[str]]]:
    """A server that answers chat completions, and how often each model was asked."""
    calls: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            calls[asked["model"]] += 1
            message = {"role": "assistant", "content": "x"}
            body = {
                "id": "1",
                "object": "chat.completion",
                "created": 1,
                "model": asked["model"],
                "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
                "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
            }
            answer = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/v1", calls
    finally:
        server.shutdown()
        server.server_close()
