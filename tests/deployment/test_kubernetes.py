"""Workloads of Kubernetes, read as deployments."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Owner, Setting
from tests.deploy import deploy, find
from tests.deployment.manifests import CONFIG, MOUNTED, config_map, together, workload

COOLDOWN = "config:router_settings.cooldown_time"


def line_of(folder: Path, setting: Setting) -> str:
    """What stands from the origin of a setting to the end of its line."""
    assert setting.origin is not None
    text = setting.origin.file.read_text("utf-8")
    return text[setting.origin.span.start :].partition("\n")[0]


def test_the_config_is_the_one_that_is_mounted_where_config_says(tmp_path: Path) -> None:
    found = deploy(tmp_path, together(config_map(), workload()))
    assert found.service == "litellm"
    assert str(found.version) == "1.81.0"
    assert found.setting(COOLDOWN).value == 120
    assert line_of(tmp_path, found.setting(COOLDOWN)) == "120  # two minutes"
    assert line_of(tmp_path, found.setting("config:litellm_settings.cache")) == "config.yaml: |"
    assert found.setting("arg:--config").value == "/etc/litellm/config.yaml"


@pytest.mark.parametrize(
    "mount",
    [
        "volumeMounts: [{name: config, mountPath: /etc/litellm/config.yaml, subPath: config.yaml}]\n",
        "volumeMounts: [{name: config, mountPath: /etc/litellm/}]\n",
    ],
)
def test_a_config_is_found_by_folder_and_by_sub_path(tmp_path: Path, mount: str) -> None:
    container = 'args: ["--config=/etc/litellm/config.yaml"]\n' + mount
    assert deploy(tmp_path, together(workload(container), config_map())).setting(COOLDOWN).value == 120


def test_items_rename_the_keys_of_a_config_map(tmp_path: Path) -> None:
    pod = workload().replace(
        "{name: litellm-config}", "{name: litellm-config, items: [{key: proxy.yml, path: config.yaml}]}"
    )
    files = together(pod, config_map(head="proxy.yml: |"))
    assert deploy(tmp_path, files).setting(COOLDOWN).value == 120


def test_config_maps_are_found_in_other_files_and_lists(tmp_path: Path) -> None:
    listed = "kind: List\nitems:\n- " + config_map().replace("\n", "\n  ").rstrip() + "\n"
    assert deploy(tmp_path, {"deploy.yaml": workload(), "cm/all.yaml": listed}).setting(COOLDOWN).value == 120


def test_a_config_map_of_another_namespace_is_another(tmp_path: Path) -> None:
    pod = workload().replace("  name: litellm\n", "  name: litellm\n  namespace: prod\n")
    other = config_map().replace("  name: litellm-config\n", "  name: litellm-config\n  namespace: test\n")
    setting = deploy(tmp_path, {"deploy.yaml": pod, "dev/cm.yaml": other}).setting(COOLDOWN)
    assert setting.unknown


def test_what_is_not_here_is_unknown_and_never_absent(tmp_path: Path) -> None:
    container = MOUNTED + "envFrom: [{secretRef: {name: keys}}]\nenv:\n"
    container += "  - {name: A, valueFrom: {secretKeyRef: {name: s, key: k}}}\n"
    container += "  - {name: B, valueFrom: {fieldRef: {fieldPath: status.podIP}}}\n  - {name: C, value: c}\n"
    found = deploy(tmp_path, together(workload(container)))
    assert found.setting(COOLDOWN).reason == "the ConfigMap litellm-config, which holds its config, is not here"
    assert found.setting("env:A").reason == "the Secret s is not here (--env-file supplies it)"
    assert found.setting("env:B").unknown
    assert found.setting("env:C").value == "c"
    assert found.setting("env:LITELLM_MODE").reason == "the Secret keys is not here (--env-file supplies it)"


def test_an_env_file_stands_in_for_a_secret(tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("KEY=x\nLITELLM_MODE=PRODUCTION\n")
    container = MOUNTED + "envFrom: [{secretRef: {name: keys}}]\n"
    container += "env: [{name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n"
    owner = Owner(env_files=(tmp_path / "secrets.env",))
    found = deploy(tmp_path, together(config_map(), workload(container)), owner)
    assert found.setting("env:KEY").value == "x"
    assert found.setting("env:LITELLM_MODE").value == "PRODUCTION"
    assert found.setting("env:OTHER").absent


def test_env_wins_over_sources_and_secrets_are_decoded(tmp_path: Path) -> None:
    config = "kind: ConfigMap\nmetadata: {name: env}\ndata: {A: from-map, B: from-map}\n"
    secret = "kind: Secret\nmetadata: {name: keys}\ndata: {K: c2VjcmV0}\nstringData: {L: plain}\n"
    container = "envFrom: [{configMapRef: {name: env}}, {secretRef: {name: keys}, prefix: P_}]\n"
    container += "env:\n  - {name: B, value: own}\n  - {name: C, value: $(A)-$(NONE)-$$(A)}\n"
    container += "  - {name: D, valueFrom: {secretKeyRef: {name: keys, key: L}}}\n"
    found = deploy(tmp_path, together(config, secret, config_map(), workload(MOUNTED + container)))
    values = {name: found.setting(f"env:{name}").value for name in ("A", "B", "C", "D", "P_K", "P_L")}
    assert values == {
        "A": "from-map", "B": "own", "C": "from-map-$(NONE)-$(A)", "D": "plain", "P_K": "secret", "P_L": "plain",
    }  # fmt: skip
    assert found.parts.manifests is not None
    assert found.parts.manifests.secrets == {"env:D", "env:P_K", "env:P_L"}


def test_arguments_take_variables_as_kubernetes_fills_them_in(tmp_path: Path) -> None:
    container = (
        'args: ["--config", "$(WHERE)/config.yaml", "--port", "${PORT}"]\nenv: [{name: WHERE, value: /etc/litellm}]\n'
    )
    container += "volumeMounts: [{name: config, mountPath: /etc/litellm}]\n"
    found = deploy(tmp_path, together(config_map(), workload(container)))
    assert found.setting("arg:--config").value == "/etc/litellm/config.yaml"
    assert found.setting(COOLDOWN).value == 120


def test_a_variable_that_another_tool_fills_in_is_unknown(tmp_path: Path) -> None:
    container = MOUNTED + "env: [{name: LITELLM_LOG, value: '${LEVEL}'}]\n"
    setting = deploy(tmp_path, together(config_map(), workload(container))).setting("env:LITELLM_LOG")
    assert setting.reason == "what fills in its variables before it is applied is not known"


def test_the_container_has_the_words_of_a_compose_service(tmp_path: Path) -> None:
    container = MOUNTED + "resources: {limits: {cpu: 1500m, memory: 4Gi}, requests: {cpu: 1, memory: 512M}}\n"
    found = deploy(
        tmp_path,
        together(config_map(), workload(container, "terminationGracePeriodSeconds: 90\n", "replicas: 3\n")),
    )
    assert found.setting("proxy:stop_grace_period").value == "90s"
    assert found.setting("proxy:restart").value == "always"
    assert found.setting("proxy:deploy.resources.limits.cpus").value == "1.5"
    assert found.setting("proxy:deploy.resources.reservations.memory").value == "512000000"
    assert (found.topology.instances, found.topology.cpus, found.topology.memory) == (3, 1.5, 4 * 1024**3)


def test_no_more_workers_are_planned_where_pods_carry_the_load(tmp_path: Path) -> None:
    found = deploy(tmp_path, together(config_map(), workload()))
    assert (found.topology.instances, found.topology.planned_workers) == (1, 1)


def test_what_scales_the_pods_says_how_many_there_may_be(tmp_path: Path) -> None:
    scaler = "kind: HorizontalPodAutoscaler\nmetadata: {name: a}\nspec:\n  maxReplicas: 7\n"
    scaler += "  scaleTargetRef: {kind: Deployment, name: litellm}\n"
    found = deploy(tmp_path, {**together(config_map(), workload(spec="replicas: 2\n")), "hpa.yaml": scaler})
    assert found.topology.instances == 7


def test_a_pod_of_its_own_and_a_side_car_beside_the_proxy_are_understood(tmp_path: Path) -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\nspec:\n  restartPolicy: Never\n  containers:\n"
    pod += "    - {name: side, image: busybox}\n    - {name: proxy, image: litellm/litellm:v1.81.0}\n"
    found = deploy(tmp_path, {"pod.yaml": pod})
    assert (found.service, found.setting("proxy:restart").value) == ("one", "no")


@pytest.mark.parametrize("head", ["config.yaml: >", "config.yaml: |2"])
def test_a_config_that_is_no_plain_literal_text_is_not_judged(tmp_path: Path, head: str) -> None:
    setting = deploy(tmp_path, together(config_map(head=head), workload())).setting(COOLDOWN)
    assert setting.reason == "config.yaml cannot be read: it is not written as a plain literal text (|)"


def test_a_config_that_is_no_yaml_is_a_problem_of_its_line(tmp_path: Path) -> None:
    found = find(tmp_path, together(config_map("model_list: []\nrouter_settings: [\n"), workload()))
    [problem] = found.problems
    assert problem.line == 9  # where the bracket is still open
    assert "is not valid YAML" in problem.message


def test_a_config_map_that_nothing_mounts_is_a_deployment_of_its_own(tmp_path: Path) -> None:
    found = deploy(tmp_path, {"cm.yaml": config_map()})
    assert found.service is None
    assert found.setting(COOLDOWN).value == 120
    assert found.setting("env:LITELLM_MODE").reason == "nothing here says what runs the proxy of this config"


def test_manifests_of_other_programs_are_none_of_ours(tmp_path: Path) -> None:
    other = workload().replace("ghcr.io/berriai/litellm:v1.81.0-stable", "postgres:16") + "  # for litellm\n"
    assert find(tmp_path, {"db.yaml": other}).deployments == ()


def test_templates_are_passed_over_and_told_only_where_they_are_asked_for(tmp_path: Path) -> None:
    template = workload().replace("replicas", "x").replace("name: litellm\n", "name: {{ .Release.Name }}-litellm\n", 1)
    files = {"chart/Chart.yaml": "name: x\n", "chart/templates/deployment.yaml": template, "deploy.yaml.j2": template}
    found = find(tmp_path, files)
    assert (found.deployments, found.problems) == ((), ())
    from litellm_harden.deployment.discovery import discover

    [problem] = discover([tmp_path / "chart/templates/deployment.yaml"], Owner()).problems
    assert "is a template" in problem.message


def test_a_manifest_that_is_no_yaml_is_a_problem(tmp_path: Path) -> None:
    [problem] = find(tmp_path, {"x.yaml": workload() + "  - [\n"}).problems
    assert "is not valid YAML" in problem.message


KUSTOMIZE = {"base/litellm.yaml": workload(), "base/kustomization.yaml": "resources: [litellm.yaml]\n"}


def test_a_kustomization_gives_the_config_and_the_tag(tmp_path: Path) -> None:
    overlay = "resources: [../base]\nimages: [{name: ghcr.io/berriai/litellm, newTag: v1.106.2}]\n"
    overlay += "configMapGenerator: [{name: litellm-config, files: [config.yaml]}]\n"
    files = {**KUSTOMIZE, "prod/kustomization.yaml": overlay, "prod/config.yaml": CONFIG}
    found = deploy(tmp_path, files)
    assert str(found.version) == "1.106.2"
    assert found.files.config == (tmp_path / "prod/config.yaml",)
    assert found.setting(COOLDOWN).value == 120


def test_overlays_that_differ_or_patch_leave_things_open(tmp_path: Path) -> None:
    tag = "resources: [../base]\nimages: [{name: ghcr.io/berriai/litellm, newTag: %s}]\n"
    patched = "resources: [../base]\npatches: [{path: p.yaml}]\n"
    files = {**KUSTOMIZE, "a/kustomization.yaml": tag % "v1.106.2", "b/kustomization.yaml": patched}
    found = deploy(tmp_path, files)
    assert found.version is None
    assert found.setting("proxy:restart").reason == "patches of b/kustomization.yaml may change it"
    assert found.setting("env:LITELLM_MODE").unknown
