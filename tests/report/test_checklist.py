"""How a deployment stands on the checklist, and that every format says so."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from litellm_harden.report.checklist import json_, markdown, text
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
        [one] = judged(0, [findings[0].rule], report.verdict, {}, fixable)
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
        f"{counts[Standing.DONE]} of {week.asked} done, {counts[Standing.OPEN]} open, "
        f"{counts[Standing.NEEDS_YOU]} need you, 1 not judged, 1 suppressed, {counts[Standing.NOT_APPLICABLE]} "
        "not applicable"
    )


def test_weeks_that_are_not_selected_are_left_out(tmp_path: Path) -> None:
    assert [week.number for week in page(tmp_path, weeks=[1]).plans[0].weeks] == [1]


def test_the_text_has_a_mark_for_every_standing(tmp_path: Path) -> None:
    shown = text.render(page(tmp_path, suppressed=["LH033"], weeks=[1]), Style())
    for line in (
        "✓ LH042  cooldown-time\n",
        "○ LH032  error-log-level: open\n",
        "! LH021  worker-count: needs you\n",
        "? LH031  production-mode: not judged (${NOWHERE} is set nowhere here)\n",
        "~ LH033  verbose-off: suppressed\n",
        "– LH011  database-pool-limit: not applicable (no database is used)\n",
    ):
        assert line in shown
    assert "(.env:2) → set LITELLM_LOG=ERROR\n" in shown


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
    ],
)
def test_markdown_takes_nothing_for_its_own(said: str, shown: str) -> None:
    assert markdown.safe(said) == shown


def test_markdown_is_a_task_list(tmp_path: Path) -> None:
    shown = markdown.render(page(tmp_path, suppressed=["LH033"], weeks=[1]))
    for line in (
        "- [x] LH042 cooldown-time\n",
        "- [ ] **LH032 error-log-level** open\n",
        "  - LITELLM_LOG is DEBUG: ",
        "    → set LITELLM_LOG=ERROR\n",
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
    assert week["items"][0]["title"] == "Connection pools"


def test_the_steps_fit_the_deployment(tmp_path: Path) -> None:
    _, restart, probe, load, watch = page(tmp_path).plans[0].steps
    assert restart.commands[0] == "docker compose -f compose.yaml up -d --force-recreate litellm"
    assert probe.commands[0] == "curl -fsS http://localhost:8080/health/readiness"
    assert "small-embedding" in probe.text
    assert '-H "Authorization: Bearer $PROXY_KEY"' in load.commands[0]
    assert "litellm_overhead_latency_metric_bucket" in watch.watched[1].query


def test_the_probe_is_a_shell_script_that_asks_every_model(tmp_path: Path) -> None:
    """Run with an echo in the place of curl, since no proxy listens here."""
    probe = page(tmp_path).plans[0].steps[2]
    script = "curl() { for word; do :; done; printf '%s ' \"$@\"; echo; }\n" + probe.commands[1]
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={"PROXY_KEY": "k"})
    bodies = [line.split("-d ")[1].split(" http://")[0] for line in done.stdout.splitlines()]
    assert [json.loads(body)["model"] for body in bodies] == ["gpt-4o", "it's <b>"]


def test_other_kinds_of_deployment_have_steps_too(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    alone = page(tmp_path / "a", {"config.yaml": "model_list: []\n"}).plans[0].steps
    assert "litellm --config config.yaml --validate_config" in alone[0].commands
    (tmp_path / "b").mkdir()
    dockerfile = 'FROM ghcr.io/berriai/litellm:v1.109.1\nCOPY config.yaml /app/\nCMD ["--config", "/app/config.yaml"]\n'
    image = page(tmp_path / "b", {"config.yaml": "model_list: []\n", "Dockerfile": dockerfile}).plans[0].steps
    assert image[1].commands == ("docker build -t litellm-proxy -f Dockerfile .",)
    assert image[0].commands[-1].endswith("--config /app/config.yaml --validate_config")


def test_a_release_without_a_check_of_its_own_is_not_asked_for_one(tmp_path: Path) -> None:
    validate = page(tmp_path).plans[0].steps[0]
    assert validate.commands == ("docker compose -f compose.yaml config -q",)
    assert "1.81.0 has no check of its own" in validate.text


def test_nothing_to_judge_gives_an_empty_plan(tmp_path: Path) -> None:
    assert page(tmp_path, {"README.md": ""}).plans == ()


@pytest.mark.parametrize(
    ("changed", "to", "url"),
    [
        ('ports: ["127.0.0.1:8080:4000"]', "network_mode: host", "http://localhost:4000/"),
        ('ports: ["127.0.0.1:8080:4000"]', 'ports: ["10.0.0.5:80:4000"]', "http://10.0.0.5:80/"),
        ('ports: ["127.0.0.1:8080:4000"]', "expose: [4000]", "http://litellm:4000/"),
        ('"/app/config.yaml"]\n', '"/app/config.yaml", --port, "5000"]\n', "http://litellm:5000/"),
        ("8080:4000", '8080:5000"]\n    labels: ["x=y', "http://litellm:4000/"),
    ],
)
def test_the_proxy_is_asked_where_it_answers(tmp_path: Path, changed: str, to: str, url: str) -> None:
    probe = page(tmp_path, {**FILES, "compose.yaml": FILES["compose.yaml"].replace(changed, to)}).plans[0].steps[2]
    assert f" {url}health/readiness" in probe.commands[0]
    assert ("publishes no port" in probe.text) == ("litellm" in url)
