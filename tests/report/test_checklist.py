"""How a deployment stands on the checklist, and that every format says so."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from litellm_harden.report.checklist import json_, markdown, text
from litellm_harden.report.checklist.needs import Needs
from litellm_harden.report.checklist.plan import tally
from litellm_harden.report.markup import safe
from litellm_harden.report.style import Style
from litellm_harden.rules.standing import Standing, judged, of_item
from tests.report.pages import FILES, lines, page


def test_a_rule_stands_in_one_of_six_ways(tmp_path: Path) -> None:
    found = lines(page(tmp_path, suppressed=["LH033"]))
    assert found["LH042"].standing is Standing.DONE
    assert found["LH032"].standing is Standing.OPEN
    assert found["LH021"].standing is Standing.NEEDS_YOU
    assert found["LH031"].standing is Standing.NOT_JUDGED
    assert found["LH033"].standing is Standing.SUPPRESSED
    assert found["LH011"].standing is Standing.NOT_APPLICABLE


def test_what_is_not_done_says_why_or_what_to_do(tmp_path: Path) -> None:
    found = lines(page(tmp_path, suppressed=["LH033"]))
    assert found["LH011"].reasons == ("no database is used",)
    assert found["LH031"].reasons == ("${NOWHERE} is set nowhere here",)
    assert [(entry.place, entry.remedy) for entry in found["LH032"].entries] == [(".env:2", "set LITELLM_LOG=ERROR")]
    [workers] = found["LH021"].entries
    assert workers.remedy.endswith("(lh fix --unsafe)")
    assert [entry.remedy for entry in found["LH033"].entries] == [""]
    assert found["LH042"].value == "router_settings.cooldown_time = 30 (config.yaml:9)"


def test_what_a_version_does_not_have_is_not_applicable(tmp_path: Path) -> None:
    gated = [one for one in lines(page(tmp_path)).values() if "does not apply to LiteLLM 1.81.0" in one.reasons]
    assert all(one.standing is Standing.NOT_APPLICABLE for one in gated)


def test_a_rule_with_several_findings_is_open_while_one_of_them_can_be_fixed(tmp_path: Path) -> None:
    compose = FILES["compose.yaml"].replace('config.yaml"]\n', 'config.yaml", "--detailed_debug"]\n', 1)
    report = page(tmp_path, {**FILES, "compose.yaml": compose}).report
    findings = [finding for finding in report.findings if finding.rule.id == "LH033"]
    first, second = (finding.key for finding in findings)
    for fixable, standing in (
        ({first, second}, Standing.OPEN),
        ({second}, Standing.OPEN),
        (set(), Standing.NEEDS_YOU),
    ):
        [one] = judged(0, [findings[0].rule], report.verdict, fixable)
        assert (one.standing, len(one.findings)) == (standing, 2)


def test_what_a_plan_refuses_needs_you(tmp_path: Path) -> None:
    (tmp_path / "gateway").mkdir()
    (tmp_path / "gateway" / ".env").touch()
    (tmp_path / "other").hardlink_to(tmp_path / "gateway" / ".env")
    line = lines(page(tmp_path / "gateway"))["LH032"]
    assert line.standing is Standing.NEEDS_YOU
    [entry] = line.entries
    assert entry.remedy.startswith("set LITELLM_LOG=ERROR; lh fix leaves it: .env has 2 hard links")


@pytest.mark.parametrize(
    ("rules", "item"),
    [
        ("done open needs_you", "open"),
        ("done needs_you not_judged", "needs_you"),
        ("done not_judged suppressed", "not_judged"),
        ("not_applicable suppressed done", "done"),
        ("not_applicable suppressed", "suppressed"),
        ("not_applicable", "not_applicable"),
    ],
)
def test_an_item_follows_from_its_rules(rules: str, item: str) -> None:
    assert of_item(Standing[word.upper()] for word in rules.split()) is Standing[item.upper()]


def test_a_week_counts_what_is_asked_for(tmp_path: Path) -> None:
    week = page(tmp_path, suppressed=["LH033"]).plans[0].weeks[0]
    counts = week.counts
    assert week.asked == sum(counts.values()) - counts[Standing.NOT_APPLICABLE]
    assert week.tally == (
        f"{counts[Standing.DONE]} of {week.asked} done ({counts[Standing.NOT_APPLICABLE]} more do not apply), "
        f"{counts[Standing.OPEN]} open, {counts[Standing.NEEDS_YOU]} need you (--unsafe), 1 not judged, 1 suppressed"
    )


def test_the_tally_tells_apart_what_the_owner_has_to_give(tmp_path: Path) -> None:
    found = page(tmp_path)
    needs = Counter(line.needs for line in lines(found).values())
    assert needs[Needs.UNSAFE] > 1
    assert needs[Needs.SET] == 1
    assert f" {needs.total() - needs[None]} need you ({needs[Needs.UNSAFE]} --unsafe, 1 --set)" in found.total


def test_a_rule_tells_the_most_that_it_takes(tmp_path: Path) -> None:
    line = lines(page(tmp_path))["LH021"]
    assert (line.needs, line.state) == (Needs.UNSAFE, "needs you (--unsafe)")
    [entry] = line.entries
    both = line._replace(entries=(entry._replace(needs=Needs.HAND), entry))
    assert both.state == "needs you (by hand)"
    assert line._replace(standing=Standing.OPEN).state == "open"


def test_where_nothing_is_asked_the_tally_says_that_alone(tmp_path: Path) -> None:
    exempt = lines(page(tmp_path))["LH011"]
    assert tally([exempt]) == "1 does not apply"
    assert tally([exempt, exempt]) == "2 do not apply"


def test_weeks_that_are_not_selected_are_left_out(tmp_path: Path) -> None:
    assert [week.number for week in page(tmp_path, weeks=[1]).plans[0].weeks] == [1]


def test_the_text_has_a_mark_for_every_standing(tmp_path: Path) -> None:
    shown = text.render(page(tmp_path, suppressed=["LH033"], weeks=[1]), Style())
    for line in (
        "✓ LH042  cooldown-time\n",
        "○ LH032  error-log-level: open, critical\n",
        "! LH021  worker-count: needs you (--unsafe), critical\n",
        "? LH031  production-mode: not judged (${NOWHERE} is set nowhere here)\n",
        "~ LH033  verbose-off: suppressed\n",
        "– LH011  database-pool-limit: not applicable (no database is used)\n",
    ):
        assert line in shown
    assert "(.env:2) → set LITELLM_LOG=ERROR\n" in shown
    assert shown.endswith(" in 1 deployment; lh fix closes what is open\n")
    assert "open,\x1b[0m\x1b[2m critical\x1b[0m\n" in text.render(page(tmp_path), Style(color=True))


def test_the_text_wraps_but_not_its_commands(tmp_path: Path) -> None:
    shown = text.render(page(tmp_path, weeks=[1]), Style(width=60)).split("\n")
    long = [line for line in shown if len(line) > 60]
    assert long
    assert all(line.startswith("        ") and "→" not in line for line in long)


def test_the_text_in_ascii(tmp_path: Path) -> None:
    shown = text.render(page(tmp_path), Style(unicode=False))
    assert shown.isascii()
    assert "+ LH042  cooldown-time\n" in shown


def test_quiet_text_is_the_tally(tmp_path: Path) -> None:
    shown = text.render(page(tmp_path, weeks=[1]), Style(), quiet=True)
    assert len(shown.splitlines()) == 2


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("set cooldown_time to 60 (assumes 4)", "set cooldown_time to 60 (assumes 4)"),
        ("<script>", "`<script>`"),
        ("a | b", "a `|` b"),
        ("ask @octo (#123)", "ask `@octo` (`#123`)"),
        ("use `x`.", "use `` `x` ``."),
        ("~~x~~ *y* _z_ snake_case", "`~~x~~` `*y*` `_z_` snake_case"),
        ("1. first", "`1.` first"),
        ("- x", "`-` x"),
        ("see https://a.b, www.c.d GH-1", "see `https://a.b`, `www.c.d` `GH-1`"),
        ("$x$ [a](b) &amp; \\n", "`$x$` `[a](b`) `&amp`; `\\n`"),
        ("two\nlines", "`two\\nlines`"),
        ("set A=${A:?set A in .env}, or B=1", "set `A=${A:?set A in .env}`, or `B=1`"),
        ("(${A:-${B:-it is}}) @x", "(`${A:-${B:-it is}}`) `@x`"),
        ("not ${A:-@octo #1", "not `${A:-@octo` `#1`"),
        ("pass --num_workers 4, then --run_gunicorn now", "pass `--num_workers 4`, then `--run_gunicorn` now"),
        ("do it (lh fix --set A=… --set B=…) now", "do it (`lh fix --set A=… --set B=…`) now"),
        ("lh fix leaves it; lh explain LH021 says", "`lh fix` leaves it; `lh explain LH021` says"),
        ("by python3 http://a:1/b.", "by `python3 http://a:1/b`."),
    ],
)
def test_markdown_takes_nothing_for_its_own(said: str, shown: str) -> None:
    assert safe(said) == shown


def test_markdown_is_a_task_list(tmp_path: Path) -> None:
    shown = markdown.render(page(tmp_path, suppressed=["LH033"], weeks=[1]))
    for line in (
        "- [x] LH042 cooldown-time\n",
        "- [ ] **LH032 error-log-level** open, critical\n",
        "- [ ] **LH021 worker-count** needs you (`--unsafe`), critical\n",
        "  - LITELLM_LOG is DEBUG: ",
        "    → set `LITELLM_LOG=ERROR`\n",
        "- [ ] **LH031 production-mode** not judged (`${NOWHERE}` is set nowhere here)\n",
        "- ~~LH033 verbose-off~~ suppressed\n",
        "- ~~LH011 database-pool-limit~~ not applicable (no database is used)\n",
        "`<script>alert(1)</script>` `@octo` `#1`",
    ):
        assert line in shown


def test_json_says_where_every_rule_stands(tmp_path: Path) -> None:
    data = json.loads(json_.render(page(tmp_path, suppressed=["LH033"])))
    assert data["schema"] == "lh-checklist-1"
    [deployment] = data["deployments"]
    assert deployment["topology"]["workers"] == 1
    assert [step["step"] for step in deployment["steps"]] == ["validate", "restart", "probe", "load-test", "watch"]
    week = deployment["weeks"][0]
    rules = {rule["rule"]: rule for item in week["items"] for rule in item["rules"]}
    assert {rule: rules[rule]["state"] for rule in ("LH042", "LH032", "LH021", "LH031", "LH033", "LH011")} == {
        "LH042": "done",
        "LH032": "open",
        "LH021": "needs_you",
        "LH031": "not_judged",
        "LH033": "suppressed",
        "LH011": "not_applicable",
    }
    assert sum(week["counts"].values()) == len(rules)
    [finding] = rules["LH032"]["findings"]
    assert (finding["file"], finding["line"], finding["fix"]["applicability"]) == (".env", 2, "safe")
    assert [(rules[rule]["needs"], rules[rule]["findings"][0]["needs"]) for rule in ("LH032", "LH021")] == [
        (None, None),
        ("unsafe", "unsafe"),
    ]
    assert week["items"][0]["title"] == "Connection pools"


def test_nothing_to_judge_gives_an_empty_plan(tmp_path: Path) -> None:
    assert page(tmp_path, {"README.md": ""}).plans == ()
