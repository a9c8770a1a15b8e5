from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.fix.compare import unplanned
from litellm_harden.fix.plan import Plan, make_plan
from litellm_harden.fix.prove import prove, proven_plan
from litellm_harden.rules.model import Applicability, Severity, Verdict
from litellm_harden.text.edits import Edit
from tests.fix.fakes import Run, Spec, one_file, sets


def proven(run: Run, unsafe: bool = False) -> Plan:
    return proven_plan(run.verdict, run, run.every, unsafe)


def failures(run: Run, plan: Plan) -> list[str]:
    def planner(verdict: Verdict) -> Plan:
        return make_plan(verdict, run, run.every)

    return [failure.reason for failure in prove(run.verdict, plan, planner)]


def test_a_good_plan_has_nothing_against_it(tmp_path: Path) -> None:
    run = one_file(tmp_path, b"\xef\xbb\xbfA=0\r\n", sets("A1", "A", "1"), sets("B1", "B", "1"))
    plan = make_plan(run.verdict, run, run.every)
    assert failures(run, plan) == []
    assert plan.workspace.source(tmp_path / ".env").encode() == b"\xef\xbb\xbfA=1\r\nB=1\r\n"


def test_edits_that_do_not_make_the_planned_text_are_found(tmp_path: Path) -> None:
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"))
    plan = make_plan(run.verdict, run, run.every)
    other = replace(plan, edits={tmp_path / ".env": (Edit(2, 3, "2"),)})
    assert failures(run, other) == ["the edits of .env cannot be taken back exactly"]


def test_data_that_no_step_touched_is_found(tmp_path: Path) -> None:
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"))
    plan = make_plan(run.verdict, run, run.every)
    other = replace(plan, steps=(replace(plan.steps[0], touched=frozenset()),))
    assert failures(run, other) == ["the edit of .env would also change A"]


def test_a_new_finding_that_no_step_admitted_is_found(tmp_path: Path) -> None:
    follows = Spec("B1", lambda v: v["A"] == "1", severity=Severity.LOW, applicability=Applicability.MANUAL)
    run = one_file(tmp_path, "A=0\n", sets("A1", "A", "1"), follows)
    plan = make_plan(run.verdict, run, run.every)
    assert failures(run, plan) == []
    other = replace(plan, steps=(replace(plan.steps[0], added=()),))
    assert failures(run, other) == ["would bring B1: B1 does not hold"]


def test_fixes_that_never_settle_are_dropped_and_the_rest_is_kept(tmp_path: Path) -> None:
    endless = Spec("N1", lambda v: True, lambda v: {"N": f"{v['N']}1"}, partial=True)
    run = one_file(tmp_path, "A=0\nN=1\n", sets("A1", "A", "1"), endless)
    plan = proven(run)
    assert plan.workspace.source(tmp_path / ".env").text == "A=1\nN=1\n"
    assert [(refused.rule.id, refused.reason) for refused in plan.refused] == [
        ("N1", "could not be proven: fixing again would change more")
    ]


def test_fixes_that_undo_each_other_are_dropped_one_at_a_time(tmp_path: Path) -> None:
    high = Spec("A1", lambda v: v["A"] == "0", lambda v: {"A": "1"}, severity=Severity.HIGH)
    low = Spec("B1", lambda v: v["A"] == "1", lambda v: {"A": "0"}, severity=Severity.LOW)
    run = one_file(tmp_path, "A=0\nC=0\n", high, low, sets("C1", "C", "1"))
    plan = proven(run)
    assert plan.workspace.source(tmp_path / ".env").text == "A=1\nC=1\n"
    assert plan.settled


RULES = [
    sets("R1", "A", "1", companions=("R2",)),
    sets("R2", "B", "1"),
    Spec("R3", lambda v: v.get("A") == "1" and v.get("C") != "2", lambda v: {"C": "2"}, severity=Severity.LOW),
    Spec("R4", lambda v: v.get("C") == "2" and "D" in v, lambda v: {"D": "9"}, partial=True),
    sets("R5", "E", "1", applicability=Applicability.UNSAFE),
    Spec("R6", lambda v: v.get("B") == "1" and v.get("E") != "1", severity=Severity.MEDIUM),
    Spec("R7", lambda v: len(v.get("F") or "") < 3, lambda v: {"F": f"{v.get('F') or ''}x"}, severity=Severity.LOW),
]

lines = st.sampled_from(["A=0", "A=1 # kept", "B='0'", "C=1", 'D="4"', "E=", "export F=é", "# note", "", "junk here"])
texts = st.builds(
    lambda parts, newline, end, bom: (b"\xef\xbb\xbf" if bom else b"") + (newline.join(parts) + end).encode(),
    st.lists(lines, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
    st.booleans(),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(texts, texts, st.sets(st.sampled_from(RULES), min_size=1), st.booleans())
def test_what_is_proven_holds_and_fixing_twice_is_fixing_once(
    tmp_path: Path, one: bytes, shared: bytes, specs: Iterable[Spec], unsafe: bool
) -> None:
    names = [["one.env", "shared.env"], ["shared.env"]]
    run = Run(tmp_path, {"one.env": one, "shared.env": shared}, names, *specs)
    plan = proven(run, unsafe)
    after = {path.name: plan.workspace.source(path).encode() for path in tmp_path.glob("*.env")}
    again = Run(tmp_path, dict(after), names, *specs)
    assert {finding.key for finding in again.verdict.findings} == {finding.key for finding in plan.after.findings}
    assert not proven(again, unsafe).edits


@pytest.mark.parametrize(
    ("before", "after", "touched", "stray"),
    [
        ({"a": 1}, {"a": 1}, [], None),
        ({"a": 1}, {"a": 2}, [("a",)], None),
        ({"a": 1}, {"a": 2}, [], ("a",)),
        ({"a": 1}, {"a": True}, [], ("a",)),
        ({"a": float("nan")}, {"a": float("nan")}, [], None),
        ({}, {"s": {"t": {"a": 1}}}, [("s", "t", "a")], None),
        ({"s": None}, {"s": {"a": 1}}, [("s", "a")], None),
        (None, {"s": {"a": 1}}, [("s", "a")], None),
        ({}, {"s": {"a": 1, "b": 1}}, [("s", "a")], ("s", "b")),
        ({"s": {"a": 1}}, {}, [("s", "a")], None),
        ({"s": {"a": 1, "b": 1}}, {}, [("s", "a")], ("s", "b")),
        ({"l": [1, 2, 3]}, {"l": [1, 3]}, [("l", 1)], None),
        ({"l": [1, 2, 3]}, {"l": [1, 2]}, [("l", 1)], ("l", 2)),
        ({"l": [1]}, {"l": [1, 2]}, [("l", 1)], None),
        ({"l": [1]}, {"l": [1, 2]}, [], ("l", 1)),
        ({}, {"l": [1]}, [("l", 0)], None),
        ({"l": [{"a": 1}, {"a": 1}]}, {"l": [{"a": 1}, {"a": 2}]}, [("l", 1, "a")], None),
    ],
)
def test_only_touched_paths_may_differ(
    before: object, after: object, touched: list[tuple[str | int, ...]], stray: tuple[str | int, ...] | None
) -> None:
    assert unplanned(before, after, touched) == stray


def test_data_that_shares_its_parts_is_compared_in_linear_time() -> None:
    def bomb(leaf: int) -> object:
        value: object = leaf
        for _ in range(200):
            value = [value, value]
        return {"bomb": value, "a": leaf}

    assert unplanned(bomb(1), bomb(1), []) is None
    assert unplanned({"b": bomb(1), "a": 1}, {"b": bomb(2), "a": 1}, []) is not None
