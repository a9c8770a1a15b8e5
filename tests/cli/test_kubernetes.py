"""Every command on manifests: what it says, what it writes, and what it never shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Lh
from tests.deployment.manifests import MOUNTED, config_map, together, workload

SECRET = """\
apiVersion: v1
kind: Secret
metadata: {name: keys}
stringData:
  LITELLM_MASTER_KEY: sk-canary-4711
  COLOUR: canary-yellow
data:
  HIDDEN: Y2FuYXJ5LWJlbG93
"""
CONTAINER = MOUNTED + (
    "envFrom: [{secretRef: {name: keys}}]\nenv:\n  - name: OPENAI_API_KEY\n    value: canary-in-env\n"
    "  - name: LITELLM_LOG\n    value: INFO  # later\n"
)


@pytest.fixture
def manifests(lh: Lh) -> Path:
    """A config, a Secret and a workload in one file of the working directory."""
    file = Path.cwd() / "litellm.yaml"
    file.write_text(together(config_map(), SECRET, workload(CONTAINER))["litellm.yaml"])
    return file


def test_findings_stand_where_the_manifest_says_it(lh: Lh, manifests: Path) -> None:
    result = lh("lint", "--select", "LH032,LH042")
    assert [line.split()[:3] for line in result.out.splitlines()[1:3]] == [
        ["9:22", "critical", "LH042"],
        ["42:22", "high", "LH032"],
    ]


def test_json_names_the_manifests_beside_the_other_files(lh: Lh, manifests: Path) -> None:
    [deployment] = lh("lint", "--format", "json").data["deployments"]
    assert deployment["service"] == "litellm"
    assert deployment["files"] == {
        "config": ["litellm.yaml"], "env": [], "compose": [], "dockerfile": None, "kubernetes": ["litellm.yaml"],
    }  # fmt: skip


def test_a_fix_is_proven_written_and_taken_back(lh: Lh, manifests: Path) -> None:
    before = manifests.read_text()
    diff = lh("fix", "--diff", "--select", "LH032,LH042").out
    assert "-      cooldown_time: 120  # two minutes\n+      cooldown_time: 60  # two minutes\n" in diff
    assert lh("fix", "--select", "LH032,LH042").status == 0
    assert manifests.read_text() == before.replace("120", "60").replace("INFO", "ERROR")
    lh("undo")
    assert manifests.read_text() == before


@pytest.mark.parametrize(
    "arguments",
    [
        *(("lint", "--format", name) for name in ("text", "json", "sarif", "html")),
        ("lint", "-v"), ("fix", "--diff"), ("fix", "--diff", "--format", "json"), ("show",), ("checklist",),
        ("checklist", "--format", "json"), ("show", "--format", "json"),
    ],
)  # fmt: skip
def test_no_secret_is_ever_shown(lh: Lh, manifests: Path, arguments: tuple[str, ...]) -> None:
    result = lh(*arguments)
    assert "canary" not in result.out + result.err
    assert "Y2FuYXJ5" not in result.out + result.err


def test_the_checklist_says_how_pods_are_restarted(lh: Lh, manifests: Path) -> None:
    out = lh("checklist").out
    assert "kubectl apply -f litellm.yaml" in out
    assert "kubectl rollout restart deployment/litellm" in out
    assert "kubectl port-forward deployment/litellm 4000:4000" in out
    assert "docker" not in out


def test_values_of_a_chart_are_rolled_out_by_helm(lh: Lh) -> None:
    Path("values.yaml").write_text("proxy_config:\n  model_list: []\n")
    assert "helm upgrade litellm CHART -f values.yaml" in lh("checklist").out


def test_a_chart_alone_is_nothing_to_judge(lh: Lh) -> None:
    Path("templates").mkdir()
    Path("Chart.yaml").write_text("name: litellm\n")
    Path("templates/deployment.yaml").write_text(workload().replace("litellm\n", "{{ .Release.Name }}\n", 1))
    result = lh("lint")
    assert (result.status, result.err) == (3, "lh: .: no LiteLLM deployment found\n")
    assert "templates/deployment.yaml: is a template" in lh("lint", "-v").err
