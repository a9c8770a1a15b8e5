"""Suppressions by comment: what they cover, and what is said of those that cover nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.plan import Plan
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Finding, Verdict
from litellm_harden.rules.pack import load
from tests.rules.worlds import compose

PACK = load()
SLOW = "model_list: []\nrouter_settings:\n{above}  cooldown_time: 120{behind}\n"


def written(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, "utf-8", newline="")


def judged(folder: Path, files: dict[str, str], *paths: str, **owner: Any) -> Verdict:
    """What all rules say of the deployments that the files make up: all, or those of some paths."""
    written(folder, files)
    owned = Owner(litellm_version="1.81.0", **owner)
    found = discover([folder / path for path in paths] or [folder], owned)
    return judge(found.deployments, PACK.rules)


def covered(verdict: Verdict) -> list[tuple[str, str]]:
    """The rules that are suppressed, with the reasons."""
    return [(one.rule.id, one.suppression.reason) for one in verdict.findings if one.suppression is not None]


def told(verdict: Verdict) -> list[tuple[str, str, str]]:
    """What is said of suppressions: the rule, the address without its file, the message."""
    return [_told(one) for one in verdict.findings if one.rule.id.startswith("LH9")]


def _told(finding: Finding) -> tuple[str, str, str]:
    return finding.rule.id, finding.address.partition("#")[2], finding.message


def slow(folder: Path, above: str = "", behind: str = "") -> Verdict:
    """A cooldown that is too long, with comments above its line and behind it."""
    return judged(folder, {"config.yaml": SLOW.format(above=above, behind=behind)})


def fixed(verdict: Verdict, *ids: str, unsafe: bool = False) -> Plan:
    return proven_plan(verdict, Judge(PACK.rules), frozenset(ids), unsafe)


def text(plan: Plan, name: str = "config.yaml") -> str:
    [file] = [file for file in plan.edits if file.name == name]
    return plan.workspace.source(file).text


@pytest.mark.parametrize(
    ("above", "behind"),
    [
        ("  # lh: ignore[LH042] why\n", ""),
        ("", " # lh: ignore[LH042] why"),
        ("", " # two minutes # lh: ignore[LH042] why"),
        ("#lh:ignore[ LH011 ,LH042 ]   why\n", ""),
        ("  # lh: ignore[cooldown-time] why\n  # another comment\n\n", ""),
        ("  # lh: ignore[LH04] why\n", ""),
        ("  # lh: ignore-file[lh042] why\n  num_retries: 2\n", ""),
    ],
)
def test_a_comment_covers_the_finding_on_its_line_or_in_its_file(tmp_path: Path, above: str, behind: str) -> None:
    assert covered(slow(tmp_path, above, behind)) == [("LH042", "why")]


@pytest.mark.parametrize(
    ("above", "behind"),
    [
        ("  # lh: ignore[LH041] why\n", ""),
        ("  # lh: ignore[LH042] why\n  num_retries: 2\n", ""),
        ("  # not lh: ignore[LH042] why\n", ""),
        ("", "\n  note: '# lh: ignore[LH042] why'"),
    ],
)
def test_other_comments_do_not(tmp_path: Path, above: str, behind: str) -> None:
    assert covered(slow(tmp_path, above, behind)) == []


@pytest.mark.parametrize("meant", ["LH: ignore[LH042]", "lh : ignore[LH042]", "lh: ignored[LH042]", "lh:IGNORE LH042"])
def test_what_is_meant_to_be_a_suppression_is_told(tmp_path: Path, meant: str) -> None:
    verdict = slow(tmp_path, f"  # {meant} why\n")
    assert covered(verdict) == []
    assert told(verdict) == [("LH901", "LH042", "this looks like a suppression and is none")]


@pytest.mark.parametrize("name", ["L", "l", "H", "", "LH042x", "*"])
def test_a_name_is_one_that_can_be_selected(tmp_path: Path, name: str) -> None:
    assert covered(slow(tmp_path, f"# lh: ignore-file[{name}] why\n")) == []


def test_a_name_like_no_rule_is_not_repeated(tmp_path: Path) -> None:
    [(_, _, message)] = told(slow(tmp_path, "# lh: ignore[hunter2hunter] why\n"))
    assert message == "there is no rule called so (13 characters)"


def test_a_setting_that_is_absent_is_suppressed_where_it_would_stand(tmp_path: Path) -> None:
    config = (
        "# lh: ignore[LH072] nobody listens\n\n# about us\nmodel_list: []\n"
        "# lh: ignore[LH043] later\nrouter_settings: {}\n"
    )
    assert covered(judged(tmp_path, {"config.yaml": config})) == [("LH072", "nobody listens"), ("LH043", "later")]


def test_what_is_absent_stays_suppressed_when_a_fix_adds_the_section_that_it_would_stand_in(tmp_path: Path) -> None:
    config = "# lh: ignore[LH405] they all hang\nmodel_list: []\n"
    verdict = judged(tmp_path, {"config.yaml": config, "compose.yaml": compose()})
    assert ("LH405", "they all hang") in covered(verdict)
    plan = fixed(verdict, "LH034")
    assert "litellm_settings:" in text(plan)
    assert ("LH405", "they all hang") in covered(plan.after)


def test_a_suppression_tells_its_own_place(tmp_path: Path) -> None:
    verdict = slow(tmp_path, "  # lh: ignore[LH042] why\n")
    [finding] = [one for one in verdict.findings if one.suppressed]
    assert finding.suppression is not None
    assert finding.suppression.origin is not None
    source = verdict.deployments[0].workspace.source(finding.suppression.origin.file)
    assert source.text[slice(*finding.suppression.origin.span)] == "# lh: ignore[LH042] why"


def test_every_kind_of_file_takes_comments(tmp_path: Path) -> None:
    files = {
        "compose.yaml": compose(
            "litellm:v1.81.0-stable", service="# lh: ignore[LH401] by hand\nenv_file: .env", environment={}
        ).replace("  litellm:\n", "  # lh: ignore[LH024] short calls\n  litellm:\n"),
        ".env": "# lh: ignore[LH032] looking for something\nLITELLM_LOG=DEBUG\n",
        "config.yaml": SLOW.format(above="", behind=" # lh: ignore[LH042] slow"),
        "own/Dockerfile": "FROM ghcr.io/berriai/litellm:v1.81.0-stable\n# lh: ignore[LH021] one core\n"
        'CMD ["--config", "/app/config.yaml"]\n',
    }
    reasons = {reason for _, reason in covered(judged(tmp_path, files))}
    assert reasons == {"short calls", "looking for something", "slow", "one core"}


MANIFEST = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: litellm}
data:
  config.yaml: |
    model_list: []
    router_settings:
      # lh: ignore[LH042] slow
      cooldown_time: 120
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: litellm}
spec:
  template:
    spec:
      volumes:
        - {name: config, configMap: {name: litellm}}
      containers:
        - name: litellm
          # lh: ignore[LH052] watched from outside
          image: ghcr.io/berriai/litellm:v1.81.0-stable
          args: ["--config", "/app/config.yaml"]
          volumeMounts:
            - {name: config, mountPath: /app/config.yaml, subPath: config.yaml}
"""


def test_manifests_and_a_config_in_them_take_comments(tmp_path: Path) -> None:
    verdict = judged(tmp_path, {"litellm.yaml": MANIFEST})
    assert covered(verdict) == [("LH042", "slow"), *2 * [("LH052", "watched from outside")]]
    assert told(verdict) == []
    old = MANIFEST.replace("cooldown_time: 120", "cooldown_time: 60")
    unused = judged(tmp_path, {"litellm.yaml": old})
    assert text(fixed(unused, "LH901"), "litellm.yaml") == old.replace("      # lh: ignore[LH042] slow\n", "")


def test_what_covers_nothing_is_told_name_by_name_and_taken_out(tmp_path: Path) -> None:
    verdict = slow(tmp_path, "  # lh: ignore[LH043, LH042] why\n", " # lh: ignore[LH201] x")
    assert told(verdict) == [
        ("LH901", "LH043", "there is no finding of LH043 here to suppress"),
        ("LH901", "LH201", "there is no finding of LH201 here to suppress"),
    ]
    assert text(fixed(verdict, "LH901")) == SLOW.format(above="  # lh: ignore[LH042] why\n", behind="")


def test_names_that_are_no_rule_and_comments_that_are_no_suppression_are_left_to_their_owner(tmp_path: Path) -> None:
    verdict = slow(tmp_path, "  # lh: ignore[LH942] x\n  # lh: ignroe[LH042] x\n  # lh: ignore LH042\n  # lh: hello\n")
    assert [message for _, _, message in told(verdict)] == [
        "there is no rule LH942 (did you mean LH402?)",
        "this looks like a suppression and is none",
        "this looks like a suppression and is none",
    ]
    assert not fixed(verdict, "LH901").edits


def test_what_is_told_of_suppressions_cannot_be_suppressed(tmp_path: Path) -> None:
    verdict = slow(tmp_path, "  # lh: ignore-file[LH901] quiet\n  # lh: ignore[LH043] x\n")
    assert [(rule, address) for rule, address, _ in told(verdict)] == [("LH901", "LH901"), ("LH901", "LH043")]
    assert covered(verdict) == []


def test_a_suppression_without_a_reason_works_and_is_told(tmp_path: Path) -> None:
    verdict = slow(tmp_path, "  # lh: ignore[LH043, LH042]\n")
    assert covered(verdict) == [("LH042", "")]
    assert [(rule, address) for rule, address, _ in told(verdict)] == [("LH901", "LH043"), ("LH902", "LH042")]
    assert text(fixed(verdict, "LH901")) == SLOW.format(above="  # lh: ignore[LH042]\n", behind="")


def test_nothing_is_told_of_a_rule_that_was_not_judged_or_is_left_out(tmp_path: Path) -> None:
    assert told(slow(tmp_path, "  # lh: ignore[LH011] x\n")) == []  # whether there is a database is not known
    ignored = judged(tmp_path, {"config.yaml": SLOW.format(above="  # lh: ignore[LH043] x\n", behind="")})
    assert told(ignored) != []
    assert told(judged(tmp_path, {}, ignored=frozenset({"LH043"}))) == []


TWO = {
    "one/compose.yaml": compose().replace("./config", "../config"),
    "two/compose.yaml": compose(environment={"LITELLM_LOG": "DEBUG"}).replace("./config", "../config"),
    "config.yaml": "# lh: ignore[LH042] x\nmodel_list: []\n",
}


def test_a_shared_file_is_told_of_once_and_only_where_all_that_use_it_are_judged(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    verdict = judged(tmp_path, TWO)
    assert len(verdict.deployments) == 2
    assert [one.deployment for one in verdict.findings if one.rule.id == "LH901"] == [0]
    assert "# lh:" not in text(fixed(verdict, "LH901"))
    assert told(judged(tmp_path, TWO, "one/compose.yaml")) == []


def test_the_same_suppression_twice_keeps_its_address_while_the_other_is_taken_out(tmp_path: Path) -> None:
    config = "model_list: []\n# lh: ignore[LH043] x\nlitellm_settings: {}\n# lh: ignore[LH043] x\nrouter_settings: {}\n"
    again = config + "# lh: ignore[LH043] x\ngeneral_settings: {}\n"
    verdict = judged(tmp_path, {"config.yaml": again})
    assert [address for _, address, _ in told(verdict)] == ["LH043", "LH043.3"]
    left = "model_list: []\nlitellm_settings: {}\n# lh: ignore[LH043] x\nrouter_settings: {}\ngeneral_settings: {}\n"
    assert text(fixed(verdict, "LH901")) == left


@pytest.mark.parametrize(
    "comment", ["  # lh: ignore[LH405] x\n  success_callback:\n", "  success_callback: # lh: ignore[LH405] x\n"]
)
def test_a_fix_takes_a_suppression_out_with_the_line_that_it_is_about(tmp_path: Path, comment: str) -> None:
    config = "model_list: []\nlitellm_settings:\n{}  request_timeout: 6000\n"
    verdict = judged(tmp_path, {"config.yaml": config.format(comment)})
    assert text(fixed(verdict, "LH204")) == config.format("")


def test_a_fix_that_leaves_a_suppression_without_its_finding_takes_it_along(tmp_path: Path) -> None:
    config = (
        "model_list: []\n# lh: ignore[LH112] not measured\nlitellm_settings:\n  drop_params: true\n"
        "router_settings:\n  service_callback: [prometheus_system]\n"
    )
    verdict = judged(tmp_path, {"config.yaml": config})
    assert covered(verdict) == [("LH112", "not measured")]
    assert "lh:" not in text(fixed(verdict, "LH202", unsafe=True))


def test_a_suppressed_finding_is_not_fixed(tmp_path: Path) -> None:
    assert not fixed(slow(tmp_path, "  # lh: ignore[LH042] why\n"), "LH042").edits


@pytest.mark.parametrize("name", ["config.yaml", "compose.yaml", ".env"])
def test_bytes_around_an_unused_suppression_stay(tmp_path: Path, name: str) -> None:
    files = {
        "config.yaml": "\ufeffmodel_list: []\r\n",
        "compose.yaml": compose(service="env_file: .env"),
        ".env": "A=1",
    }
    bom, newline = ("\ufeff", "\r\n") if name == "config.yaml" else ("", "\n")
    above = f"{bom}# lh: ignore[LH302] x{newline}{files[name].removeprefix(bom)}"
    verdict = judged(tmp_path, {**files, name: above})
    assert [rule for rule, _, _ in told(verdict)] == ["LH901"]
    plan = fixed(verdict, "LH901")
    [(file, _)] = plan.edits.items()
    assert plan.workspace.source(file).encode() == files[name].encode()


def test_a_suppression_outside_of_the_folder_is_told_and_left_alone(tmp_path: Path) -> None:
    outside = tmp_path / "stage.env"
    written(tmp_path, {"stage.env": "# lh: ignore[LH032] x\nLITELLM_LOG=ERROR\n"})
    files = {"compose.yaml": compose(service="env_file: .env"), "config.yaml": "model_list: []\n", ".env": "A=1\n"}
    (tmp_path / "gateway").mkdir()
    verdict = judged(tmp_path / "gateway", files, env_files=(outside,))
    assert [rule for rule, _, _ in told(verdict)] == ["LH901"]
    plan = fixed(verdict, "LH901")
    assert not plan.edits
    assert [one.reason for one in plan.refused] == ["stage.env lies outside the folder to be fixed"]
