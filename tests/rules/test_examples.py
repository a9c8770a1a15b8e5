"""Every rule keeps what its examples say: what they flag, what they pass, and what the fix makes of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Change, Owner, Planned
from litellm_harden.rules.judge import judge, judge_one
from litellm_harden.rules.model import Applicability, Finding, Rule, Verdict
from litellm_harden.rules.pack import load

PACK = load()
EXAMPLES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}")
    for rule in PACK.rules
    for number, example in enumerate(PACK.prose(rule).examples)
]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")


def deployments(folder: Path, example: dict[str, Any]) -> tuple[Deployment, ...]:
    owner = replace(Owner(), litellm_version=example.get("version"), **example.get("owner", {}))
    found = discover([folder], owner)
    assert not found.problems
    return found.deployments


def verdict(folder: Path, rule: Rule, example: dict[str, Any]) -> Verdict:
    return judge(deployments(folder, example), [rule], {rule.id: example.get("options", {})})


def flagged(finding: Finding, verdict: Verdict) -> str:
    """The text at which a finding stands."""
    assert finding.origin is not None
    source = verdict.deployments[finding.deployment].workspace.source(finding.origin.file)
    return source.text[slice(*finding.origin.span)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_example(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, example["files"])
    found = verdict(tmp_path, rule, example)
    assert len(found.deployments) == 1
    assert found.findings or not found.not_judged
    assert [flagged(finding, found) for finding in found.findings] == example.get("flags", [])
    if "fixed" in example:
        fixes = [finding.fix for finding in found.findings]
        expected = Applicability.UNSAFE if example.get("unsafe") else Applicability.SAFE
        assert [fix.applicability for fix in fixes if fix] == [expected] * len(found.findings)
        changes = [change for fix in fixes if fix for change in fix.changes]
        assert changed(tmp_path, found.deployments[0], changes) == example["files"] | example["fixed"]
        assert not verdict(tmp_path, rule, example).findings


def changed(folder: Path, deployment: Deployment, changes: list[Change]) -> dict[str, str]:
    """The files of the folder after the changes were written to it."""
    planned = deployment.plan(changes)
    assert isinstance(planned, Planned), planned
    workspace = deployment.workspace.edited(planned.edits)
    for path in planned.edits:
        path.write_bytes(workspace.source(path).encode())
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_judging_is_pure(tmp_path: Path) -> None:
    write(tmp_path, {"config.yaml": "router_settings: {cooldown_time: 99}\n"})
    first, second = (judge_one(0, deployments(tmp_path, {})[0], PACK.rules, {}) for _ in range(2))
    assert [finding.message for finding in first[0]] == [finding.message for finding in second[0]]
