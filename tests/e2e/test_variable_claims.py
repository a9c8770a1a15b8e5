"""What the rules on variables, references and includes say LiteLLM does, asked of LiteLLM."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.e2e.installed import Installed, RunningProxy

pytestmark = pytest.mark.e2e

KEY, OTHER = "sk-fake-master-key-of-the-tests", "sk-fake-other-key-of-the-tests"
MODEL = "model_list: [{model_name: %s, litellm_params: {model: openai/gpt-4o, api_key: os.environ/%s}}]\n"

LOAD = """
import asyncio, json, os, sys
from litellm.proxy.proxy_server import ProxyConfig
router, _, general = asyncio.run(ProxyConfig().load_config(router=None, config_file_path=sys.argv[1]))
models = {model["model_name"]: model["litellm_params"].get("api_key") for model in router.get_model_list()}
general = {name: general.get(name) for name in ("master_key", "alert_to")}
print("LOADED", json.dumps([models, general, {name: os.environ.get(name) for name in ("GREETING", "LATE", "NONE")}]))
"""
PARSE = """
import json, os, sys
from click import BadParameter
from litellm.proxy.proxy_cli import run_server
for variables, arguments in json.loads(sys.argv[1]):
    os.environ.update(variables)
    try:
        found = run_server.make_context("litellm", list(arguments)).params
        print("PARSED", json.dumps({name: found[name] for name in ("port", "num_workers", "debug")}))
    except BadParameter as error:
        print("PARSED", json.dumps({"refused": error.param.name}))
    for name in variables:
        del os.environ[name]
"""


def loaded(litellm: Installed, environment: Mapping[str, str], config: Path) -> list[dict[str, Any]]:
    """What comes of a config: the keys of its models, two of its general_settings, and some variables."""
    done = litellm.run("python", "-c", LOAD, str(config), environment=environment)
    return next(json.loads(line[7:]) for line in done.stdout.splitlines() if line.startswith("LOADED "))


def test_references_and_the_configs_own_variables(litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(
        MODEL % ("set", "GIVEN") + "general_settings: {master_key: os.environ/NOWHERE, alert_to: os.environ/LATE}\n"
        "environment_variables: {GREETING: late, LATE: late, NONE: os.environ/NOWHERE}\n",
        "utf-8",
    )
    environment = {"GIVEN": "a-key", "GREETING": "early", "NONE": "early", "LITELLM_MASTER_KEY": KEY}
    models, general, variables = loaded(litellm, environment, config)
    assert models == {"set": "a-key"}
    assert (general["master_key"], general["alert_to"]) == (None, None)
    assert variables == {"GREETING": "late", "LATE": "late", "NONE": "None"}


def test_a_blank_before_the_name_of_a_reference_makes_it_null(litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(MODEL.replace("os.environ/%s", '"os.environ/ %s"') % ("chat", "GIVEN"), "utf-8")
    environment = {"GIVEN": "a-key", "LITELLM_MASTER_KEY": KEY}
    assert loaded(litellm, environment, config)[0] == {"chat": None}


def test_an_include_extends_lists_and_replaces_sections(litellm: Installed, tmp_path: Path) -> None:
    main, team = tmp_path / "config.yaml", tmp_path / "team.yaml"
    settings = f"general_settings: {{master_key: {KEY}, store_model_in_db: false}}\n"
    main.write_text("include: [team.yaml]\n" + MODEL % ("one", "GIVEN") + settings, "utf-8")
    team.write_text(MODEL % ("two", "GIVEN") + "general_settings: {store_model_in_db: false}\n", "utf-8")
    environment = {"GIVEN": "a-key", "LITELLM_MASTER_KEY": KEY}
    models, general, _ = loaded(litellm, environment, main)
    assert models.keys() == {"one", "two"}
    assert general["master_key"] is None
    team.write_text(MODEL % ("two", "GIVEN") + settings, "utf-8")
    _, general, _ = loaded(litellm, environment, main)
    assert general["master_key"] == KEY


def test_what_the_command_takes_from_the_environment(litellm: Installed) -> None:
    refused = [{"DEBUG": "release"}, {"NUM_WORKERS": '"4"'}, {"PORT": "tcp://10.0.0.1:80"}, {"DETAILED_DEBUG": "app:*"}]
    taken = [
        ({"DEBUG": " False"}, []),
        ({"NUM_WORKERS": ""}, []),
        ({"PORT": "tcp://10.0.0.1:80"}, ["--port", "4000"]),
        ({"NUM_WORKERS": "4"}, ["--num_workers", "2"]),
    ]
    asked = [*((variables, []) for variables in refused), *taken]
    done = litellm.run("python", "-c", PARSE, json.dumps(asked))
    found = [json.loads(line[7:]) for line in done.stdout.splitlines() if line.startswith("PARSED ")]
    assert [each.get("refused") for each in found] == ["debug", "num_workers", "port", "detailed_debug", *[None] * 4]
    debug, workers, port, both = found[4:]
    assert (debug["debug"], workers["num_workers"], port["port"], both["num_workers"]) == (False, 1, 4000, 2)


@pytest.mark.parametrize("value", ["", "60s", '"60"'])
def test_numbers_are_made_at_import(litellm: Installed, value: str) -> None:
    done = litellm.run("python", "-c", "import litellm", environment={"PROXY_BATCH_WRITE_AT": value})
    assert done.returncode == 1
    assert "ValueError: invalid literal for int()" in done.stdout


def answered(proxy: RunningProxy, key: str = "") -> list[str] | int:
    """The models that the proxy lists, or the status with which it refuses to."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        with urlopen(Request(f"http://127.0.0.1:{proxy.port}/v1/models", headers=headers), timeout=10) as answer:
            return [model["id"] for model in json.load(answer)["data"]]
    except HTTPError as error:
        return error.code


def test_the_variable_for_the_config_goes_before_the_argument(litellm: Installed, tmp_path: Path) -> None:
    first, second = tmp_path / "first.yaml", tmp_path / "second.yaml"
    first.write_text(MODEL % ("by-argument", "GIVEN") + f"general_settings: {{master_key: {KEY}}}\n", "utf-8")
    second.write_text(MODEL % ("by-variable", "GIVEN") + f"general_settings: {{master_key: {KEY}}}\n", "utf-8")
    environment = {"GIVEN": "a-key", "CONFIG_FILE_PATH": str(second), "LITELLM_MASTER_KEY": OTHER}
    with litellm.serve("--config", str(first), output=tmp_path / "output", environment=environment) as proxy:
        assert answered(proxy, KEY) == ["by-variable"]
        assert answered(proxy, OTHER) in (400, 401)


def test_a_config_that_is_not_named_or_not_there_is_not_loaded(litellm: Installed, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(MODEL % ("mine", "GIVEN"), "utf-8")
    environment = {"LITELLM_MASTER_KEY": KEY, "CONFIG_FILE_PATH": str(tmp_path / "elsewhere.yaml")}
    with litellm.serve(output=tmp_path / "output", environment=environment) as proxy:
        assert answered(proxy, KEY) == []
    done = litellm.run("litellm", "--config", str(tmp_path / "elsewhere.yaml"), environment={"LITELLM_MASTER_KEY": KEY})
    assert done.returncode != 0
    assert "elsewhere.yaml" in done.stdout


def test_a_master_key_that_refers_to_nothing_opens_the_proxy(old_litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(MODEL % ("mine", "GIVEN") + "general_settings: {master_key: os.environ/NOWHERE}\n", "utf-8")
    environment = {"GIVEN": "a-key", "LITELLM_MASTER_KEY": KEY}
    with old_litellm.serve("--config", str(config), output=tmp_path / "open", environment=environment) as proxy:
        assert answered(proxy) == ["mine"]
    fixed = {**environment, "NOWHERE": KEY}
    with old_litellm.serve("--config", str(config), output=tmp_path / "closed", environment=fixed) as proxy:
        assert answered(proxy) == 401


def test_a_master_key_that_refers_to_nothing_stops_newer_releases(current_litellm: Installed, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(MODEL % ("mine", "GIVEN") + "general_settings: {master_key: os.environ/NOWHERE}\n", "utf-8")
    environment = {"GIVEN": "a-key", "LITELLM_MASTER_KEY": KEY}
    done = current_litellm.run("litellm", "--config", str(config), "--port", "0", environment=environment)
    assert done.returncode != 0
    assert "master_key" in done.stdout.lower()
