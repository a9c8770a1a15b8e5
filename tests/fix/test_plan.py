from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from litellm_harden.fix.plan import Plan, make_plan
from litellm_harden.rules.model import Applicability, Severity
from tests.fix.fakes import Run, Spec, one_file, sets

CRITICAL, HIGH, MEDIUM, LOW = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW


def planned(run: Run, *selected: str, unsafe: bool = False) -> Plan:
    return make_plan(run.verdict, run, frozenset(selected) or run.every, unsafe)


def text(run: Run, plan: Plan, name: str = ".env") -> str:
    return plan.workspace.source(run.root / name).text


def fixed(plan: Plan) -> list[str]:
    return [finding.rule.id for finding in plan.fixed]


def reasons(plan: Plan) -> dict[str, str]:
    return {refused.rule.id: refused.reason for refused in plan.refused}


def test_only_selected_findings_are_fixed(tmp_path: Path) -> None:
    run = one_file(tmp_path, "# mine\nA=0\nB=0\n", sets("A1", "A", "1"), sets("B1", "B", "1"))
    plan = planned(run, "A1")
    assert text(run, plan) == "# mine\nA=1\nB=0\n"
    assert fixed(plan) == ["A1"]
    assert [finding.rule.id for finding in plan.after.findings] == ["B1"]
    assert list(plan.edits) == [tmp_path / ".env"]


def test_companions_come_along_transitively_and_only_in_their_direction(tmp_path: Path) -> None:
    specs = (
        sets("A1", "A", "1", companions=("B1",)),
        sets("B1", "B", "1", companions=("C1",)),
        sets("C1", "C", "1"),
    )
    run = one_file(tmp_path, "A=0\nB=0\nC=0\n", *specs)
    assert fixed(planned(run, "A1")) == ["A1", "B1", "C1"]
    assert fixed(planned(run, "C1")) == ["C1"]


def test_a_group_is_as_safe_as_its_weakest_member(tmp_path: Path) -> None:
    specs = (sets("A1", "A", "1", companions=("B1",)), sets("B1", "B", "1", applicability=Applicability.UNSAFE))
    run = one_file(tmp_path, "A=0\nB=0\n", *specs)
    plan = planned(run)
    assert not plan.edits
    assert reasons(plan) == {"A1": "needs --unsafe, since B1 belongs to it", "B1": "needs --unsafe"}
    assert fixed(planned(run, unsafe=True)) == ["A1", "B1"]


def test_a_member_that_changes_nothing_does_not_weaken(tmp_path: Path) -> None:
    manual = Spec("B1", lambda v: True, applicability=Applicability.MANUAL)
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1", companions=("B1",)), manual)
    plan = planned(run)
    assert fixed(plan) == ["A1"]
    assert not plan.refused


def test_what_needs_a_value_says_which(tmp_path: Path) -> None:
    run = one_file(tmp_path, "", sets("A1", "A", "1", applicability=Applicability.INPUT))
    assert reasons(planned(run, unsafe=True)) == {"A1": "needs --set WEBHOOK=…"}


def test_suppressed_findings_are_left_alone_and_do_not_come_along(tmp_path: Path) -> None:
    specs = (sets("A1", "A", "1", companions=("B1",)), sets("B1", "B", "1", suppressed=True))
    run = one_file(tmp_path, "A=0\nB=0\n", *specs)
    assert text(run, planned(run)) == "A=1\nB=0\n"


@pytest.mark.parametrize(("companions", "severity"), [(("BUDGET",), LOW), ((), HIGH), ((), CRITICAL)])
def test_what_the_fix_brings_about_is_fixed_with_it(
    tmp_path: Path, companions: tuple[str, ...], severity: Severity
) -> None:
    """Where it is a companion, or would speak against the fix."""
    workers = sets("WORKERS", "WORKERS", "4", companions=companions)
    budget = Spec(
        "BUDGET", lambda v: v["WORKERS"] == "4" and v.get("MAX") != "200", lambda v: {"MAX": "200"}, severity=severity
    )
    run = one_file(tmp_path, "WORKERS=1\n", workers, budget)
    plan = planned(run, "WORKERS")
    assert text(run, plan) == "WORKERS=4\nMAX=200\n"
    assert fixed(plan) == ["WORKERS"]
    assert len(plan.steps) == 1


def test_a_group_that_would_leave_something_as_bad_is_taken_back(tmp_path: Path) -> None:
    workers = sets("WORKERS", "WORKERS", "4", companions=("BUDGET",))
    budget = Spec(
        "BUDGET",
        lambda v: v["WORKERS"] == "4" and v["POOL"] == "50",
        lambda v: {"POOL": "25"},
        applicability=Applicability.UNSAFE,
    )
    run = one_file(tmp_path, "WORKERS=1\nPOOL=50\nLOG=0\n", workers, budget, sets("LOG", "LOG", "1"))
    plan = planned(run)
    assert text(run, plan) == "WORKERS=1\nPOOL=50\nLOG=1\n"
    assert reasons(plan) == {
        "WORKERS": "would bring BUDGET: BUDGET does not hold; its fix needs --unsafe",
    }
    assert text(run, planned(run, unsafe=True)) == "WORKERS=4\nPOOL=25\nLOG=1\n"


@pytest.mark.parametrize(("severity", "allowed"), [(LOW, True), (MEDIUM, True), (HIGH, False), (CRITICAL, False)])
def test_only_lower_findings_may_appear(tmp_path: Path, severity: Severity, allowed: bool) -> None:
    follows = Spec("B1", lambda v: v["A"] == "1", severity=severity, applicability=Applicability.MANUAL)
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1", severity=HIGH), follows)
    assert bool(planned(run).edits) is allowed


def test_a_lower_finding_that_appears_is_fixed_in_its_turn(tmp_path: Path) -> None:
    follows = Spec("B1", lambda v: v["A"] == "1" and "B" not in v, lambda v: {"B": "1"}, severity=LOW)
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"), follows)
    assert text(run, planned(run)) == "A=1\nB=1\n"


def test_what_was_refused_is_tried_again_once_others_are_fixed(tmp_path: Path) -> None:
    first = Spec("A1", lambda v: v["A"] == "0", lambda v: {"A": "1"})
    guard = Spec("B1", lambda v: v["A"] == "1" and v["B"] == "0", lambda v: {"B": "1"})
    later = sets("C1", "B", "1")
    run = one_file(tmp_path, "A=0\nB=0\n", first, guard, later)
    plan = planned(run)
    assert text(run, plan) == "A=1\nB=1\n"
    assert not plan.refused


def test_a_partial_fix_is_made_once_and_stays_open(tmp_path: Path) -> None:
    run = one_file(tmp_path, "N=1\n", Spec("A1", lambda v: True, lambda v: {"N": "5"}, partial=True))
    plan = planned(run)
    assert text(run, plan) == "N=5\n"
    assert [finding.rule.id for finding in plan.improved] == ["A1"]
    assert not plan.fixed
    assert not plan.refused
    assert plan.settled


def test_a_fix_that_does_not_help_is_taken_back(tmp_path: Path) -> None:
    run = one_file(tmp_path, "A=0\n", Spec("A1", lambda v: True, lambda v: {"A": "1"}))
    plan = planned(run)
    assert not plan.edits
    assert reasons(plan) == {"A1": "A1 would still be open: A1 does not hold"}


def test_fixes_that_contradict_each_other_are_made_one_after_the_other(tmp_path: Path) -> None:
    specs = (
        Spec("A1", lambda v: v["N"] == "0", lambda v: {"N": "1"}, companions=("B1",)),
        Spec("B1", lambda v: v["N"] != "2", lambda v: {"N": "2"}),
    )
    run = one_file(tmp_path, "N=0\n", *specs)
    plan = planned(run, "A1")
    assert text(run, plan) == "N=2\n"
    assert len(plan.edits[tmp_path / ".env"]) == 1


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("READONLY", "READONLY stands in a file of others"),
        ("STRAY", "the edit of .env would also change VICTIM"),
        ("CLASH", "two of its edits claim the same text in .env"),
    ],
)
def test_a_plan_that_cannot_be_made_is_refused_and_the_rest_goes_on(tmp_path: Path, name: str, reason: str) -> None:
    run = one_file(
        tmp_path, f"{name}=0\nVICTIM=0\nA=0\n", sets("A1", "A", "1"), sets("B1", name, "1", companions=("A1",))
    )
    plan = planned(run)
    assert text(run, plan) == f"{name}=0\nVICTIM=0\nA=1\n"
    assert reasons(plan) == {"B1": reason}


def test_the_companion_whose_own_fix_is_refused_is_named(tmp_path: Path) -> None:
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1", companions=("B1",)), sets("B1", "READONLY", "1"))
    assert reasons(planned(run, "A1")) == {"A1": "READONLY stands in a file of others (for B1, which belongs to it)"}


def test_a_deployment_that_could_not_be_read_is_left_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.env": "A=0\n", "broken.env": b"\0", "b.env": "A=0\n"}
    run = Run(tmp_path, files, [["broken.env", "a.env"], ["b.env"]], sets("A1", "A", "1"))
    plan = planned(run)
    assert list(plan.edits) == [tmp_path / "b.env"]
    assert [(r.deployment, r.reason) for r in plan.refused] == [
        (0, "broken.env could not be read, and the deployment is left alone")
    ]


def test_a_file_shared_with_a_deployment_that_could_not_be_read_is_left_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.env": "A=0\n", "broken.env": b"\0"}
    run = Run(tmp_path, files, [["a.env"], ["a.env", "broken.env"]], sets("A1", "A", "1"))
    assert not planned(run).edits


def test_deployments_that_share_a_file_are_judged_together(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"shared.env": "A=0\n", "one.env": "", "two.env": "TWO=1\n"}
    follows = Spec("B1", lambda v: v.get("TWO") == "1" and v["A"] == "1", applicability=Applicability.MANUAL)
    run = Run(tmp_path, files, [["one.env", "shared.env"], ["shared.env", "two.env"]], sets("A1", "A", "1"), follows)
    plan = planned(run)
    assert not plan.edits
    assert reasons(plan) == {"A1": "would bring B1: B1 does not hold"}


def test_one_edit_of_a_shared_file_fixes_both(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"shared.env": "A=0\n", "one.env": "", "two.env": ""}
    run = Run(tmp_path, files, [["one.env", "shared.env"], ["two.env", "shared.env"]], sets("A1", "A", "1"))
    plan = planned(run)
    assert text(run, plan, "shared.env") == "A=1\n"
    assert [finding.deployment for finding in plan.fixed] == [0, 1]
    assert len(plan.steps) == 1
    assert all(one.workspace is plan.workspace for one in plan.after.deployments)


def test_a_file_with_hard_links_is_refused(tmp_path: Path) -> None:
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"))
    (tmp_path / "other").hardlink_to(tmp_path / ".env")
    assert reasons(planned(run)) == {"A1": ".env has 2 hard links, and replacing it would part it from the others"}


@pytest.mark.skipif(sys.platform == "win32", reason="owners as POSIX has them")
def test_a_file_of_another_user_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"))
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    assert reasons(planned(run)) == {"A1": ".env belongs to another user, and a replacement would not"}
