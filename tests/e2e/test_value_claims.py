"""What LH204, LH205, LH209, LH210 and LH213 say LiteLLM does with a value, asked of LiteLLM, with it and without."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import OLD
from tests.e2e.installed import Installed
from tests.e2e.observe_values import LINE
from tests.rules.worlds import compose, deployment, findings

pytestmark = pytest.mark.e2e

MODELS = """\
model_list:
  - {{model_name: answers, litellm_params: {{model: openai/a, api_key: fake-key, mock_response: hi{answers}}}}}
  - {{model_name: fails, litellm_params: {{model: openai/f, api_key: fake-key, api_base: "http://127.0.0.1:1"}}}}
{more}
"""
REDIS = "type: redis, host: 127.0.0.1, port: 1"


def settings(more: str = "", answers: str = "") -> str:
    """A config with two models, one that answers and one whose provider does not."""
    return MODELS.format(more=more, answers=answers)


def cached(params: str) -> str:
    return settings(f"litellm_settings: {{cache: true, cache_params: {params}}}")


STOPS: dict[str, tuple[str, str, str]] = {
    # rule, what is wrong, what is right
    "callbacks text": (
        "LH111",
        "litellm_settings: {callbacks: prometheus}",
        "litellm_settings: {callbacks: [prometheus]}",
    ),
    "callbacks null": ("LH204", "litellm_settings: {callbacks: }", "litellm_settings: {callbacks: []}"),
    "success null": ("LH204", "litellm_settings: {success_callback: }", "litellm_settings: {success_callback: []}"),
    "key number": (
        "LH204",
        "general_settings: {master_key: 1234}",
        'general_settings: {master_key: "sk-1-of-the-tests"}',
    ),
    "general list": ("LH204", "general_settings: [a: b]", "general_settings: {a: b}"),
    "litellm list": ("LH204", "litellm_settings: [a: b]", "litellm_settings: {a: b}"),
    "variables list": ("LH204", "environment_variables: [A=b]", "environment_variables: {A: b}"),
    "include text": ("LH204", "include: other.yaml", "include: []"),
    "cache without redis": (
        *("LH205", "litellm_settings: {cache: true}", "litellm_settings: {cache: true, cache_params: {type: local}}"),
    ),
    "cache redis nowhere": (
        "LH205",
        "litellm_settings: {cache: true, cache_params: {type: redis, ttl: 60}}",
        "litellm_settings: {cache: true, cache_params: {ttl: 60}}",
    ),
    "cache params null": (
        "LH204",
        "litellm_settings: {cache: true, cache_params: }",
        "litellm_settings: {cache: false}",
    ),
    "policy word": (
        "LH204",
        "router_settings: {retry_policy: {TimeoutErrorRetries: three}}",
        'router_settings: {retry_policy: {TimeoutErrorRetries: "3"}}',
    ),
    "alias list": (
        "LH204",
        "router_settings: {model_group_alias: [a]}",
        "router_settings: {model_group_alias: {a: b}}",
    ),
    "ttl word": (
        "LH204",
        "general_settings: {user_api_key_cache_ttl: a minute}",
        'general_settings: {user_api_key_cache_ttl: "60"}',
    ),
    "strategy": (
        "LH205",
        "router_settings: {routing_strategy: round-robin}",
        "router_settings: {routing_strategy: simple-shuffle}",
    ),
    "fallbacks mapping": (
        "LH205",
        "router_settings: {fallbacks: {answers: [fails]}}",
        "router_settings: {fallbacks: [{answers: [fails]}]}",
    ),
    "fallbacks two": (
        "LH205",
        "litellm_settings: {content_policy_fallbacks: [{a: [b], c: [d]}]}",
        "litellm_settings: {content_policy_fallbacks: [{a: [b]}, {c: [d]}]}",
    ),
    "alias": (
        "LH205",
        "router_settings: {model_group_alias: {a: {model: fails}}}",
        "router_settings: {model_group_alias: {a: {model: fails, hidden: false}}}",
    ),
    "callback unknown": (
        "LH205",
        "litellm_settings: {callbacks: [langfuze]}",
        "litellm_settings: {callbacks: [langfuse]}",
    ),
    "callback elsewhere": (
        "LH205",
        "litellm_settings: {callbacks: [sentry]}",
        "litellm_settings: {success_callback: [lunary]}",
    ),
    "hook": ("LH205", "general_settings: {custom_auth: mine}", "general_settings: {custom_auth: }"),
    "reference in callbacks": (
        "LH209",
        'litellm_settings: {success_callback: ["os.environ/LOGGER"]}',
        "litellm_settings: {success_callback: [lunary]}",
    ),
}
OTHERS: dict[str, tuple[str, str, str, str, Any, Any]] = {
    # rule, what is wrong, what is right, what to look at, what is seen with the one and the other
    "fails retries": (
        *("LH204", settings('router_settings: {num_retries: "1"}'), settings("router_settings: {num_retries: 1}")),
        *("fails", "TypeError", "InternalServerError"),
    ),
    "fails variable": (
        *(
            "LH204",
            settings("litellm_settings: {num_retries: os.environ/ONE}"),
            settings("litellm_settings: {num_retries: 1}"),
        ),
        *("fails", "TypeError", "InternalServerError"),
    ),
    "fails retry_after": (
        *("LH204", settings('router_settings: {retry_after: "1"}'), settings("router_settings: {retry_after: 1}")),
        *("fails", "TypeError", "InternalServerError"),
    ),
    "fails fallbacks": (
        "LH204",
        settings('router_settings: {max_fallbacks: "5", fallbacks: [{fails: [answers]}]}'),
        settings("router_settings: {max_fallbacks: 5, fallbacks: [{fails: [answers]}]}"),
        *("fails", "InternalServerError", "ok"),
    ),
    "cache word": (
        *("LH204", settings('litellm_settings: {cache: "false"}'), settings("litellm_settings: {cache: false}")),
        *("answers", "AttributeError", "ok"),
    ),
    "input text": (
        *(
            "LH204",
            settings("litellm_settings: {input_callback: sentry}"),
            settings("litellm_settings: {input_callback: []}"),
        ),
        *("answers", "TypeError", "ok"),
    ),
    "parallel": (
        *("LH204", settings(answers=', max_parallel_requests: "3"'), settings(answers=", max_parallel_requests: 3")),
        *("answers", "TypeError", "ok"),
    ),
    "parallel default": (
        "LH204",
        settings('router_settings: {default_max_parallel_requests: "3"}'),
        settings("router_settings: {default_max_parallel_requests: 3}"),
        *("answers", "TypeError", "ok"),
    ),
    "weight": (
        *("LH204", settings(answers=', weight: "1"'), settings(answers=", weight: 1")),
        *("answers", "TypeError", "ok"),
    ),
    "date": (
        *("LH204", settings(answers=", api_version: 2024-10-21"), settings(answers=', api_version: "2024-10-21"')),
        *("answers", "BadRequestError", "ok"),
    ),
    "timeout": (
        *("LH204", settings("router_settings: {timeout: 60s}"), settings('router_settings: {timeout: "60"}')),
        *("answers", "APIConnectionError", "ok"),
    ),
    "request timeout": (
        *(
            "LH204",
            settings("litellm_settings: {request_timeout: 1m}"),
            settings("litellm_settings: {request_timeout: 60}"),
        ),
        *("answers", "APIConnectionError", "ok"),
    ),
    "own timeout": (
        *("LH204", settings(answers=", timeout: 60s"), settings(answers=', timeout: "60"')),
        *("answers", "APIConnectionError", "ok"),
    ),
    "rpm": (
        *("LH204", settings(answers=", rpm: 10k"), settings(answers=', rpm: "10000"')),
        *("answers", "BadRequestError", "ok"),
    ),
    "checks": (
        "LH204",
        settings('general_settings: {background_health_checks: true, health_check_interval: "300"}'),
        settings("general_settings: {background_health_checks: true, health_check_interval: 300}"),
        *("checks", "ended", "run"),
    ),
    "letters": (
        "LH204",
        settings("litellm_settings: {success_callback: lunary}"),
        settings("litellm_settings: {success_callback: [lunary]}"),
        *("logs_to", list("lunary"), ["lunary"]),
    ),
    "pre-call": (
        "LH204",
        settings('router_settings: {enable_pre_call_checks: "false"}'),
        settings("router_settings: {enable_pre_call_checks: false}"),
        *("pre_call_checks", True, False),
    ),
    "cooldowns": (
        *(
            "LH204",
            settings('router_settings: {disable_cooldowns: "false"}'),
            settings("router_settings: {disable_cooldowns: false}"),
        ),
        *("cooldowns_off", True, False),
    ),
    "messages": (
        "LH204",
        settings('litellm_settings: {turn_off_message_logging: "true"}'),
        settings("litellm_settings: {turn_off_message_logging: true}"),
        *("hides_messages", False, True),
    ),
    "strategy null": (
        *("LH205", settings("router_settings: {routing_strategy: }"), settings("router_settings: {}")),
        *("answers", "RouterRateLimitError", "ok"),
    ),
    "no params": (
        *(
            "LH205",
            "model_list: [{model_name: a}]\n",
            "model_list: [{model_name: a, litellm_params: {model: openai/a}}]\n",
        ),
        *("start", "KeyError", "ok"),
    ),
    "no model": (
        "LH205",
        "model_list: [{model_name: a, litellm_params: {api_key: b}}]\n",
        "model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: b}}]\n",
        *("start", "KeyError", "ok"),
    ),
    "no name": (
        "LH205",
        "model_list: [{litellm_params: {model: openai/a, api_key: b}}]\n",
        "model_list: [{model_name: a, litellm_params: {model: openai/a, api_key: b}}]\n",
        *("start", "KeyError", "ok"),
    ),
    "option": (
        "LH205",
        cached(f"{{{REDIS}, redis_url: 'redis://127.0.0.1:1'}}"),
        cached(f"{{{REDIS}, socket_timeout: 5}}"),
        *("start", "TypeError", "ok"),
    ),
    "kind": (*("LH205", cached("{type: memcached}"), cached("{type: local}")), *("start", "AttributeError", "ok")),
    "twice": (
        "LH210",
        settings("litellm_settings: {success_callback: [lunary]}\nlitellm_settings: {drop_params: true}"),
        settings("litellm_settings: {success_callback: [lunary], drop_params: true}"),
        *("logs_to", [], ["lunary"]),
    ),
    "braces": (
        "LH213",
        "model_list: [{model_name: answers, litellm_params: {model: openai/a, api_key: '${ONE}'}}]\n",
        "model_list: [{model_name: answers, litellm_params: {model: openai/a, api_key: os.environ/ONE}}]\n",
        *("key", "${ONE}", "1"),
    ),
}
BY_RELEASE: dict[str, tuple[str, str, str, Any, Any, tuple[bool, bool]]] = {
    # rule, config, what to look at, what is seen on the old release and on the current one, on which lh tells it
    "budget": (
        *("LH204", settings('litellm_settings: {max_budget: "100"}'), "answers", "TypeError", "ok"),
        (True, False),
    ),
    "connections": (
        *("LH204", cached(f"{{{REDIS}, max_connections: '60'}}"), "start", "ValueError", "ok"),
        (True, False),
    ),
    "drop": ("LH204", settings('litellm_settings: {drop_params: "true"}'), "drops_params", False, True, (True, False)),
    "tls": ("LH205", cached(f"{{{REDIS}, ssl: false}}"), "redis", "SSLConnection", "Connection", (True, False)),
    "interval": (
        *("LH205", settings("router_settings: {health_check_interval: 5}"), "start", "ok", "ValueError"),
        (False, True),
    ),
    "managed": (
        *("LH205", settings("router_settings: {ignore_invalid_deployments: true}"), "start", "TypeError", "ok"),
        (True, False),
    ),
}
CONFIGS = {
    **{name: text for name, (_, text, *_) in BY_RELEASE.items()},
    **{
        f"{name} {which}": settings(text)
        for name, (_, *texts) in STOPS.items()
        for which, text in zip("-+", texts, strict=True)
    },
    **{
        f"{name} {which}": text
        for name, (_, bad, good, *_) in OTHERS.items()
        for which, text in (("-", bad), ("+", good))
    },
}
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def seen(litellm: Installed, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What LiteLLM does with each of the configs."""
    folder = tmp_path_factory.mktemp("values")
    files = {folder / f"{name}.yaml": text for name, text in CONFIGS.items()}
    for file, text in files.items():
        file.write_text(text, "utf-8")
    script = str(Path(__file__).with_name("observe_values.py"))
    done = litellm.run("python", script, *map(str, files), environment={"ONE": "1"}, timeout=900)
    lines = [line[len(LINE) :] for line in done.stdout.splitlines() if line.startswith(LINE)]
    found = {Path(one["config"]).stem: one for one in map(json.loads, lines)}
    assert len(found) == len(CONFIGS), done.stdout
    return found


@pytest.mark.parametrize("name", STOPS)
def test_what_stops_the_proxy_is_critical_and_what_is_right_starts_it(
    name: str, seen: Seen, litellm: Installed, tmp_path: Path
) -> None:
    rule = STOPS[name][0]
    assert seen[f"{name} -"]["start"] != "ok"
    assert seen[f"{name} +"]["start"] == "ok", seen[f"{name} +"]
    assert [finding.severity.word for finding in judged(tmp_path, f"{name} -", rule, litellm)] == ["critical"]
    assert not judged(tmp_path, f"{name} +", rule, litellm)


@pytest.mark.parametrize("name", OTHERS)
def test_what_a_value_is_said_to_do_it_does(name: str, seen: Seen, litellm: Installed, tmp_path: Path) -> None:
    rule, _, _, look, wrong, right = OTHERS[name]
    assert seen[f"{name} -"].get(look) == wrong, seen[f"{name} -"]
    assert seen[f"{name} +"].get(look) == right, seen[f"{name} +"]
    assert judged(tmp_path, f"{name} -", rule, litellm)
    assert not judged(tmp_path, f"{name} +", rule, litellm)


@pytest.mark.parametrize("name", BY_RELEASE)
def test_what_depends_on_the_release_does(name: str, seen: Seen, litellm: Installed, tmp_path: Path) -> None:
    rule, _, look, *expected, flagged = BY_RELEASE[name]
    current = litellm.version != OLD
    assert seen[name].get(look) == expected[current], seen[name]
    assert bool(judged(tmp_path, name, rule, litellm)) is flagged[current]


def test_a_database_that_is_no_postgres_is_refused(current_litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(settings(), "utf-8")
    environment = {"DATABASE_URL": "mysql://u@127.0.0.1:1/x"}
    done = current_litellm.run("litellm", "--config", str(config), environment=environment)
    assert done.returncode == 1
    assert "unsupported scheme 'mysql'" in done.stdout


def judged(folder: Path, name: str, rule: str, litellm: Installed) -> Any:
    """What the rule says of one of the configs, for that release, which runs with `ONE=1` and no other variable."""
    (folder / name).mkdir()
    files = {"config.yaml": CONFIGS[name], "compose.yaml": compose(environment={"ONE": "1"})}
    return findings(deployment(folder / name, files, litellm_version=litellm.version), rule)
