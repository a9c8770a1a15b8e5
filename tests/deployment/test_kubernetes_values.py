"""Values of LiteLLM's Helm charts, read as deployments."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest

from litellm_harden.deployment.deployment import Deployment
from tests.deploy import after, deploy
from tests.rules.worlds import findings

VALUES = """\
image:
  tag: main-v1.81.0-stable
replicaCount: 2
envVars:
  LITELLM_LOG: INFO
environmentSecrets: []
proxy_config:
  model_list: []
  router_settings:
    cooldown_time: 120  # two minutes
"""
GATEWAY = """\
gateway:
  numWorkers: 2
  hpa: {enabled: true, maxReplicas: 4}
  extraEnv:
    - name: LITELLM_LOG
      value: INFO
  config:
    create: true
    proxy_config:
      model_list: []
"""
COOLDOWN = "config:router_settings.cooldown_time"


def values(folder: Path, text: str = VALUES) -> Deployment:
    """The deployment of one values file."""
    return deploy(folder, {"values.yaml": text})


def test_what_the_values_say_is_known(tmp_path: Path) -> None:
    found = values(tmp_path)
    assert (found.service, str(found.version)) == ("litellm", "1.81.0")
    assert found.setting(COOLDOWN).value == 120
    assert found.setting("env:LITELLM_LOG").value == "INFO"
    assert found.setting("proxy:image").value == "ghcr.io/berriai/litellm-database:main-v1.81.0-stable"
    assert found.topology.instances == 2
    assert found.setting("env:LITELLM_MODE").absent


@pytest.mark.parametrize(
    "address",
    [
        "env:DISABLE_SCHEMA_UPDATE",
        "env:PROXY_MASTER_KEY",
        "config:general_settings.master_key",
        "proxy:stop_grace_period",
    ],
)
def test_what_the_chart_decides_is_unknown(tmp_path: Path, address: str) -> None:
    assert "its Helm chart" in values(tmp_path).setting(address).reason


def test_without_a_tag_the_chart_decides_the_release(tmp_path: Path) -> None:
    found = values(tmp_path, VALUES.replace("image:\n  tag: main-v1.81.0-stable\n", ""))
    assert found.version is None
    assert found.setting("proxy:image").unknown
    assert found.setting("env:LITELLM_LOG").value == "INFO"


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("", True),
        ("db: {deployStandalone: false}\n", None),
        ("db: {deployStandalone: false, useExisting: true}\n", True),
    ],
)
def test_the_chart_brings_a_database_unless_it_is_told_not_to(tmp_path: Path, text: str, uses: bool | None) -> None:
    assert bool(values(tmp_path, VALUES + text).database) is bool(uses)


def test_a_secret_that_is_not_here_leaves_the_environment_open(tmp_path: Path) -> None:
    found = values(tmp_path, VALUES.replace("environmentSecrets: []", "environmentSecrets: [keys]"))
    assert found.setting("env:LITELLM_MODE").reason == "the Secret keys is not here (--env-file supplies it)"
    assert found.setting("env:LITELLM_LOG").value == "INFO"


def test_other_values_files_may_say_more(tmp_path: Path) -> None:
    found = deploy(tmp_path, {"values.yaml": VALUES, "values-prod.yaml": "envVars: {A: b}\n"})
    assert found.setting("env:LITELLM_MODE").reason == "the values beside these may say more"


def test_one_of_several_values_of_a_release_is_not_all_of_them(tmp_path: Path) -> None:
    text = (
        "releases:\n  - name: llm\n    values:\n      - ingress: {}\n      - "
        + VALUES.replace("\n", "\n        ").strip()
    )
    found = values(tmp_path, text + "\n")
    assert found.setting(COOLDOWN).value == 120
    assert found.setting("env:LITELLM_MODE").reason == "the values beside these may say more"


def test_an_umbrella_chart_has_them_under_a_name(tmp_path: Path) -> None:
    found = values(tmp_path, "global: {}\nllm:\n" + indent(VALUES, "  "))
    assert found.service == "llm"
    assert after(found, (COOLDOWN, 60), ("env:LITELLM_MODE", "PRODUCTION")) == {
        "values.yaml": "global: {}\nllm:\n"
        + indent(VALUES.replace("120", "60").replace("INFO\n", "INFO\n  LITELLM_MODE: PRODUCTION\n"), "  ")
    }


def test_the_gateway_of_the_larger_chart_has_names_of_its_own(tmp_path: Path) -> None:
    found = values(tmp_path, GATEWAY)
    assert (found.topology.instances, found.topology.workers) == (4, 2)
    assert found.setting("env:LITELLM_LOG").value == "INFO"
    assert after(found, ("env:LITELLM_LOG", "ERROR"), ("env:LITELLM_MODE", "PRODUCTION")) == {
        "values.yaml": GATEWAY.replace("INFO\n", "ERROR\n    - name: LITELLM_MODE\n      value: PRODUCTION\n")
    }


def test_values_in_the_text_of_an_application_are_edited_there(tmp_path: Path) -> None:
    head = "kind: Application\nmetadata: {name: llm}\nspec:\n  source:\n    helm:\n      values: |\n"
    found = deploy(tmp_path, {"app.yaml": head + indent(VALUES, "        ")})
    assert found.service == "llm"
    assert after(found, (COOLDOWN, 60), ("env:LITELLM_LOG", "ERROR")) == {
        "app.yaml": head + indent(VALUES.replace("120", "60").replace("INFO", "ERROR"), "        ")
    }


def test_arguments_that_the_chart_passes_are_left_to_it(tmp_path: Path) -> None:
    assert "its Helm chart makes the arguments" in str(after(values(tmp_path), ("arg:--run_gunicorn", True)))


def test_arguments_that_the_values_state_are_edited(tmp_path: Path) -> None:
    text = VALUES + 'args: ["--config", "/etc/litellm/config.yaml"]\n'
    assert after(values(tmp_path, text), ("arg:--run_gunicorn", True)) == {
        "values.yaml": text.replace('yaml"]', 'yaml", "--run_gunicorn"]')
    }


def test_a_config_that_the_chart_is_told_not_to_make_is_unknown(tmp_path: Path) -> None:
    assert values(tmp_path, VALUES + "proxyConfigMap: {create: false}\n").setting(COOLDOWN).unknown


def test_of_another_chart_only_the_config_is_known(tmp_path: Path) -> None:
    chart = {"chart/Chart.yaml": "name: mine\n", "chart/templates/x.yaml": "a: {{ .Values.b }}\n"}
    found = deploy(tmp_path, {**chart, "chart/values.yaml": VALUES})
    assert found.setting(COOLDOWN).value == 120
    assert found.setting("env:LITELLM_LOG").unknown
    assert after(found, (COOLDOWN, 60)) == {"chart/values.yaml": VALUES.replace("120", "60")}


def test_what_can_be_a_variable_or_an_argument_becomes_a_variable(tmp_path: Path) -> None:
    found = values(tmp_path, VALUES + "numWorkers: 2\n")
    [recycling] = findings(found, "LH023")
    assert recycling.address == "env:MAX_REQUESTS_BEFORE_RESTART"
    assert recycling.fix is not None
    assert recycling.fix.changes
    [server] = findings(found, "LH022")
    assert server.fix is not None
    assert server.fix.description.endswith("as args of its Helm values, with all those that its chart passes")
