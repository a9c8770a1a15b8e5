"""Every rule keeps what its examples say: what they flag, what they pass, and what the fix makes of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Applicability, Finding, Rule, Verdict
from litellm_harden.rules.pack import load

PACK = load()
EXAMPLES = {
    f"{rule.id}-{number}": (rule, dict(example))
    for rule in PACK.rules
    for number, example in enumerate(PACK.prose(rule).examples)
}
FIXED = {name: (rule, example) for name, (rule, example) in EXAMPLES.items() if "fixed" in example}


def verdict(folder: Path, rule: Rule, example: dict[str, Any]) -> Verdict:
    """What the rule alone says of the example's files."""
    for name, text in example["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    owner = Owner(
        litellm_version=example.get("version"),
        values=example.get("set", {}),
        options={rule.id: example.get("options", {})},
        **example.get("owner", {}),
    )
    found = discover([folder], owner)
    assert not found.problems
    assert len(found.deployments) == 1
    return judge(found.deployments, [rule])


def flagged(finding: Finding, verdict: Verdict) -> str:
    """The text at which a finding stands."""
    assert finding.origin is not None
    source = verdict.deployments[finding.deployment].workspace.source(finding.origin.file)
    return source.text[slice(*finding.origin.span)]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES.values(), ids=EXAMPLES)
def test_example_is_judged_as_it_says(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    found = verdict(tmp_path, rule, example)
    assert found.findings or not found.not_judged
    assert [flagged(finding, found) for finding in found.findings] == example.get("flags", [])


@pytest.mark.parametrize(("rule", "example"), FIXED.values(), ids=FIXED)
def test_example_is_fixed_as_it_says(rule: Rule, example: dict[str, Any], tmp_path: Path) -> None:
    found = verdict(tmp_path, rule, example)

    def fixed(unsafe: bool) -> dict[str, str]:
        plan = proven_plan(found, Judge((rule,)), frozenset({rule.id}), unsafe)
        return {path.relative_to(tmp_path).as_posix(): plan.workspace.source(path).text for path in plan.edits}

    unsafe = example.get("unsafe", False)
    assert fixed(unsafe) == example["fixed"]
    safe = [f for f in found.findings if f.fix and f.fix.applicability is Applicability.SAFE]
    assert bool(fixed(unsafe=False)) is bool(safe)
    assert unsafe or len(safe) == len(found.findings)
