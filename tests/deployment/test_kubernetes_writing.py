"""Edits of manifests: made in place, or refused with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Including, Secret
from tests.deploy import after, deploy, find
from tests.deployment.manifests import CONFIG, MOUNTED, config_map, together, workload

ENV = "env:\n  - name: LITELLM_LOG\n    value: INFO  # later\n"


def changed(folder: Path, container: str, *changes: tuple[str, object], config: str = CONFIG) -> tuple[str, object]:
    """One file of config and workload, and what the changes make of it."""
    files = together(config_map(config), workload(container))
    made = after(deploy(folder, files), *changes)
    return files["litellm.yaml"], made if isinstance(made, str) else made["litellm.yaml"]


def test_the_config_is_edited_inside_its_config_map(tmp_path: Path) -> None:
    before, made = changed(
        tmp_path, MOUNTED, ("config:router_settings.cooldown_time", 60), ("config:litellm_settings.json_logs", True)
    )
    assert made == before.replace(
        "120  # two minutes\n", "60  # two minutes\n    litellm_settings:\n      json_logs: true\n"
    )


def test_a_key_of_the_config_is_taken_out_and_an_item_put_in(tmp_path: Path) -> None:
    before, made = changed(
        tmp_path,
        MOUNTED,
        ("config:router_settings.cooldown_time", ABSENT),
        ("config:litellm_settings.callbacks", Including("prometheus")),
        config=CONFIG + "litellm_settings:\n  callbacks: []\n",
    )
    assert made == before.replace(
        "router_settings:\n      cooldown_time: 120  # two minutes", "router_settings: {}\n      # two minutes"
    ).replace("[]\n---", '["prometheus"]\n---')


def test_crlf_stays_crlf(tmp_path: Path) -> None:
    text = together(config_map(), workload())["litellm.yaml"].replace("\n", "\r\n")
    made = after(deploy(tmp_path, {"x.yaml": text}), ("config:litellm_settings.json_logs", True))
    assert made == {
        "x.yaml": text.replace("minutes\r\n", "minutes\r\n    litellm_settings:\r\n      json_logs: true\r\n")
    }


def test_a_variable_is_set_in_the_list_that_has_it(tmp_path: Path) -> None:
    before, made = changed(tmp_path, MOUNTED + ENV, ("env:LITELLM_LOG", "ERROR"))
    assert made == before.replace("INFO", "ERROR")


def test_a_new_variable_is_quoted_where_it_would_be_a_number(tmp_path: Path) -> None:
    before, made = changed(tmp_path, MOUNTED + ENV, ("env:A", "1"), ("env:B", "true"), ("env:C", "on"))
    rest = "".join(f'            - name: {name}\n              value: "{text}"\n' for name, text in
                   (("A", "1"), ("B", "true"), ("C", "on")))  # fmt: skip
    assert made == before + rest


def test_a_container_without_variables_gets_a_list(tmp_path: Path) -> None:
    before, made = changed(tmp_path, MOUNTED, ("env:LITELLM_MODE", "PRODUCTION"))
    assert made == before + "          env:\n            - name: LITELLM_MODE\n              value: PRODUCTION\n"


def test_a_variable_is_taken_out_whole(tmp_path: Path) -> None:
    other = "            - {name: B, value: b}\n"
    before, made = changed(tmp_path, MOUNTED + ENV + "  - {name: B, value: b}\n", ("env:B", ABSENT))
    assert made == before.replace(other, "")


def test_arguments_are_edited_and_made(tmp_path: Path) -> None:
    before, made = changed(tmp_path, MOUNTED, ("arg:--num_workers", "2"))
    assert made == before.replace('yaml"]', 'yaml", "--num_workers", "2"]')


def test_the_pod_is_given_time_in_whole_seconds(tmp_path: Path) -> None:
    before, made = changed(tmp_path, MOUNTED, ("proxy:stop_grace_period", "60s"))
    assert made == before + "      terminationGracePeriodSeconds: 60\n"


@pytest.mark.parametrize(("given", "written"), [("16g", "16Gi"), ("512M", "512Mi"), ("1000", '"1000"')])
def test_sizes_are_written_as_kubernetes_has_them(tmp_path: Path, given: str, written: str) -> None:
    container = MOUNTED + "resources: {limits: {memory: 1Gi}}\n"
    before, made = changed(tmp_path, container, ("proxy:deploy.resources.limits.memory", given))
    assert made == before.replace("1Gi", written)


@pytest.mark.parametrize(
    ("address", "value", "reason"),
    [
        ("env:KEY", Secret("x"), "a manifest is no place for KEY: put it into the Secret that litellm reads"),
        ("env:KEY", "${KEY:?}", "a manifest is no place for KEY: put it into the Secret that litellm reads"),
        ("proxy:ports.4001", "4001", "Kubernetes has no ports.4001 for litellm"),
        ("proxy:tmpfs", Including("/tmp"), "Kubernetes has no tmpfs for litellm"),
    ],
)
def test_what_kubernetes_has_no_place_for_is_refused(tmp_path: Path, address: str, value: object, reason: str) -> None:
    assert changed(tmp_path, MOUNTED, (address, value))[1] == reason


def test_a_variable_of_a_config_map_is_overridden_beside_it(tmp_path: Path) -> None:
    env = "kind: ConfigMap\nmetadata: {name: env}\ndata: {LITELLM_LOG: INFO}\n"
    files = together(env, config_map(), workload(MOUNTED + "envFrom: [{configMapRef: {name: env}}]\n"))
    made = after(deploy(tmp_path, files), ("env:LITELLM_LOG", "ERROR"))
    entry = "          env:\n            - name: LITELLM_LOG\n              value: ERROR\n"
    assert made == {"litellm.yaml": files["litellm.yaml"] + entry}


def test_a_config_that_another_workload_has_too_is_left_alone(tmp_path: Path) -> None:
    other = workload().replace("name: litellm\n", "name: worker\n", 1)
    found = find(tmp_path, together(config_map(), workload(), other)).deployments
    assert [one.service for one in found] == ["litellm", "worker"]
    assert after(found[0], ("config:router_settings.cooldown_time", 60)) == "worker has the same config"
    assert "LITELLM_MODE" in str(after(found[0], ("env:LITELLM_MODE", "PRODUCTION")))
