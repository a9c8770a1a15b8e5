"""What is observed of a load, with a LiteLLM of a hundred lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.verify.model import Observed
from litellm_harden.verify.run import NotStarted, observe
from tests.deploy import deploy
from tests.verify.fake_litellm import interpreter

GOOD: dict[str, Any] = {"general_settings": {"master_key": "sk-of-the-tests"}}


def observed(folder: Path, config: dict[str, Any], files: dict[str, str] | None = None, **variables: str) -> Observed:
    text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in {**GOOD, **config}.items())
    deployment = deploy(folder / "gateway", {"config.yaml": text, **(files or {})})
    return observe(interpreter(folder), deployment, variables, 60)


def refusals(seen: Observed) -> list[tuple[list[str | int] | None, str]]:
    return [(one["path"], one["why"]) for one in seen.refused]


def model(name: str, **params: str) -> dict[str, Any]:
    return {"model_name": name, "litellm_params": {"model": "openai/x", **params}}


def test_a_good_config(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"model_list": [model("a")], "router_settings": {"routing_strategy": "simple", "x": 1}})
    assert (seen.version, seen.loaded, seen.refused) == ("9.9.9", True, [])
    assert seen.router == ["model_list", "routing_strategy"]
    assert ["general_settings", "master_key"] in seen.reads
    assert seen.fields == {"router_settings.retry_policy": ["TimeoutErrorRetries"]}


def test_what_litellm_knew_before_and_what_it_was_only_given(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"litellm_settings": {"drop_params": True, "unheard": 1, "max_budget": 3}})
    assert seen.declared == ["drop_params"]
    assert seen.attributes == ["drop_params", "unheard"]


def test_all_that_is_refused_is_found_in_one_go_and_named_as_the_config_has_it(tmp_path: Path) -> None:
    models = [model("a"), {"model_name": "b"}, model("c"), {"model_name": "d", "litellm_params": {}}, model("e")]
    config = {
        "litellm_settings": {"max_budget": "a lot"},
        "model_list": models,
        "router_settings": {"routing_strategy": "fastest"},
    }
    seen = observed(tmp_path, config)
    assert seen.loaded
    assert refusals(seen) == [
        (["litellm_settings", "max_budget"], "refused"),
        (["model_list", 1], "refused"),
        (["model_list", 3, "litellm_params"], "refused"),
        (["router_settings", "routing_strategy"], "refused"),
    ]


def test_a_refusal_that_names_nothing_is_put_on_what_was_asked_for_last(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"model_list": [model("a"), model("UPPER")]})
    assert refusals(seen) == [(["model_list", 1, "model_name"], "refused")]


def test_a_refusal_that_nothing_explains_is_left_without_a_place(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"general_settings": {}})
    assert refusals(seen) == [(None, "refused")]
    assert not seen.loaded


def test_where_no_key_is_asked_for_each_of_the_section_is_tried(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"litellm_settings": {"drop_params": True, "max_budget": None, "unheard": 1}})
    assert refusals(seen) == [(["litellm_settings", "max_budget"], "refused")]


def test_a_callback_that_litellm_does_not_know_is_refused_and_a_missing_module_is_not(tmp_path: Path) -> None:
    for name, why in (("litellm.nothing.handler", "module"), ("unheard", "refused")):
        seen = observed(tmp_path / why, {"litellm_settings": {"callbacks": [name]}})
        assert refusals(seen) == [(["litellm_settings", "callbacks"], why)]


def test_what_would_connect_is_no_refusal(tmp_path: Path) -> None:
    seen = observed(tmp_path, {"general_settings": {**GOOD["general_settings"], "policy_url": "http://127.0.0.1:9/"}})
    assert refusals(seen) == [(["general_settings", "policy_url"], "offline")]
    assert seen.attempted == ["127.0.0.1:9"]


def test_own_code_is_not_run(tmp_path: Path) -> None:
    files = {"calling.py": "raise SystemExit('was run')"}
    seen = observed(tmp_path, {"litellm_settings": {"callbacks": ["calling.handler"]}}, files)
    assert (seen.loaded, seen.own_code) == (True, ["calling.handler"])


def test_a_model_that_the_router_leaves_out(tmp_path: Path) -> None:
    assert observed(tmp_path, {"model_list": [model("a"), model("b", model="odd"), model("c")]}).dropped == [1]


def test_a_variable_that_the_start_does_not_bear(tmp_path: Path) -> None:
    with pytest.raises(NotStarted, match="AttributeError: no level LOUD"):
        observed(tmp_path, {}, LITELLM_LOG="LOUD")
