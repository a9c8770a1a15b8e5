"""Judging: what is not known is not judged, versions gate, companions share their fate, and the order is fixed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.model import Change
from litellm_harden.rules.compile import compile_rule
from litellm_harden.rules.judge import judge, judge_one, not_applicable
from litellm_harden.rules.model import Applicability, Rule
from litellm_harden.rules.pack import rule
from tests.rules.test_grammar import with_
from tests.rules.worlds import PACK, REDIS, compose, deployment, findings, not_judged


def made(**changes: object) -> Rule:
    return rule(compile_rule("x.yaml", with_(**changes))[0])


def cooldown(folder: Path, value: str, **owner: Any) -> Any:
    return deployment(folder, {"config.yaml": f"router_settings: {{cooldown_time: {value}}}\n"}, **owner)


def test_an_unknown_setting_gives_neither_finding_nor_fix(tmp_path: Path) -> None:
    files = {"config.yaml": "{}\n", "compose.yaml": compose(service="env_file: .env")}
    found = deployment(tmp_path, files)
    assert not findings(found, "LH032")
    [open_] = not_judged(found, "LH032")
    assert open_.address == "env:LITELLM_LOG" and ".env" in open_.reason


def test_an_absent_setting_is_judged_by_the_default(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": "router_settings: {}\n"})
    assert not judge_one(0, found, [made(default=5)])[0]
    [finding] = judge_one(0, found, [made(default=90)])[0]
    assert finding.value is None
    assert finding.message == "cooldown_time is 90, not at most 60 (60)"


def test_the_default_may_stand_in_another_setting(tmp_path: Path) -> None:
    for stated, flagged in (("30", True), ("60", False), ("none", True)):
        environment = {"DATABASE_URL": "postgresql://u@db.example.com/x", "PROXY_BATCH_WRITE_AT": stated}
        files = {"config.yaml": "general_settings: {}\n", "compose.yaml": compose(environment=environment)}
        assert bool(findings(deployment(tmp_path, files), "LH012")) is flagged


def test_a_number_written_as_text_is_called_so(tmp_path: Path) -> None:
    settings = "{database_url: 'postgresql://u@db.example.com/x', proxy_batch_write_at: '60'}"
    found = deployment(tmp_path, {"config.yaml": f"general_settings: {settings}\n"})
    [finding] = findings(found, "LH012")
    assert finding.message.startswith("proxy_batch_write_at is the text 60, not an integer and at least 60")


def test_a_finding_says_all_that_a_report_needs(tmp_path: Path) -> None:
    [finding] = findings(cooldown(tmp_path, "120"), "LH042")
    assert (finding.rule.id, finding.deployment, finding.address) == finding.key
    assert (finding.value, finding.expected) == (120, "at most 60 and not 0")
    assert finding.origin is not None and finding.origin.file == tmp_path / "config.yaml"
    assert finding.fix is not None and finding.fix.description == "set cooldown_time to 60"
    assert finding.fix.changes == (Change("config:router_settings.cooldown_time", 60),)


def test_options_change_expectation_and_fix(tmp_path: Path) -> None:
    found = cooldown(tmp_path, "120")
    assert not findings(found, "LH042", options={"LH042": {"seconds": 120}})
    [finding] = findings(found, "LH042", options={"LH042": {"seconds": 30}})
    assert finding.fix is not None and finding.fix.changes[0].value == 30


@pytest.mark.parametrize(
    ("version", "gates", "flagged"),
    [
        ("1.89.9", {"since": "1.90.0"}, False),
        ("1.90.0", {"since": "1.90.0"}, True),
        ("1.89.9", {"until": "1.90.0"}, True),
        ("1.90.0", {"until": "1.90.0"}, False),
        (None, {"since": "1.90.0"}, True),
        (None, {"until": "1.90.0"}, False),
    ],
)
def test_a_rule_applies_from_since_until_until(
    tmp_path: Path, version: str | None, gates: dict[str, str], flagged: bool
) -> None:
    found, gated = cooldown(tmp_path, "120", litellm_version=version), made(**gates)
    assert bool(judge_one(0, found, [gated])[0]) is flagged
    assert bool(not_applicable(found, gated)) is not flagged


def test_the_first_clause_that_applies_counts(tmp_path: Path) -> None:
    varied = made(variants=[{"until": "1.90.0", "severity": "low"}, {"when": "redis", "severity": "high"}])
    files = {"config.yaml": "router_settings: {cooldown_time: 99, redis_host: redis, redis_port: 6379}\n"}
    for version, severity in (("1.81.0", "low"), ("1.95.0", "high")):
        found = deployment(tmp_path, files, litellm_version=version)
        assert judge_one(0, found, [varied])[0][0].severity.word == severity
    assert judge_one(0, cooldown(tmp_path, "99"), [varied])[0][0].severity.word == "critical"


def test_a_rule_whose_facts_are_missing_does_not_apply(tmp_path: Path) -> None:
    found = deployment(tmp_path, {"config.yaml": "{}\n", "compose.yaml": compose()})
    pool = PACK.get("LH011")
    assert pool is not None
    assert not_applicable(found, pool) == "no database is used"
    assert not findings(found, "LH011") and not not_judged(found, "LH011")


def test_a_fix_without_a_place_is_left_to_the_owner(tmp_path: Path) -> None:
    compose_file = compose(more="x-nothing: {}\n")
    found = deployment(tmp_path, {"config.yaml": "{}\n", "compose.yaml": compose_file})
    nowhere = made(address="redis:command", default=None, expect={"present": True}, fix__set=1)
    [finding] = judge_one(0, found, [nowhere])[0]
    assert finding.origin is None
    assert finding.fix is not None
    assert (finding.fix.changes, finding.fix.applicability) == ((), Applicability.MANUAL)


def test_companions_are_as_safe_as_the_weakest(tmp_path: Path) -> None:
    for config, expected in (("{}\n", Applicability.UNSAFE), (REDIS, Applicability.SAFE)):
        found = deployment(tmp_path, {"config.yaml": config, "compose.yaml": compose()})
        fixes = {f.rule.id: f.fix.applicability for f in findings(found) if f.fix and f.rule.id.startswith("LH02")}
        safe = Applicability.SAFE
        assert fixes == {"LH021": expected, "LH022": expected, "LH023": expected, "LH024": safe}


def test_findings_come_by_file_line_and_rule(tmp_path: Path) -> None:
    config = "router_settings:\n  cooldown_time: 99\n  allowed_fails: 5\nlitellm_settings: {set_verbose: true}\n"
    found = deployment(tmp_path, {"config.yaml": config, "compose.yaml": compose()})
    verdict = judge([found], reversed(PACK.rules))
    order = []
    for finding in verdict.findings:
        assert finding.origin is not None
        line = found.workspace.source(finding.origin.file).position(finding.origin.span.start).line
        order.append((finding.origin.file.name, line, finding.rule.id))
    assert order == sorted(order)
    assert len({name for name, _, _ in order}) == 2
