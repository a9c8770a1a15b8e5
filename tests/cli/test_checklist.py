"""`lh checklist`, and the page of `lh lint --format html`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Lh
from tests.cli.test_formats import SECRETS
from tests.cli.test_telling import imported
from tests.fixture_runs import FIXTURES

FORMATS = ("text", "markdown", "json", "html")


def states(lh: Lh, *arguments: str) -> dict[str, str]:
    """How the first deployment stands on each rule."""
    weeks = lh("checklist", "--format", "json", *arguments).data["deployments"][0]["weeks"]
    return {rule["rule"]: rule["state"] for week in weeks for item in week["items"] for rule in item["rules"]}


def test_findings_do_not_make_it_fail(lh: Lh, gateway: Path) -> None:
    result = lh("checklist", "--week", "1")
    assert result.status == 0
    assert result.err == ""
    assert "○ LH042  cooldown-time: open, critical\n" in result.out
    assert "Week 1  " in result.out
    assert "Week 2  " not in result.out
    assert result.out.endswith(" in 1 deployment; lh fix --week 1 closes what is open\n")


def test_nothing_to_judge_is_3(lh: Lh) -> None:
    assert lh("checklist").status == 3


def test_what_cannot_be_read_is_3_and_on_the_page(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    result = lh("checklist", "--format", "html")
    assert result.status == 3
    assert "Could not be read" in result.out
    assert "lh: config.yaml:" in result.err


def test_strict_is_3_where_something_is_not_judged(lh: Lh, gateway: Path) -> None:
    (gateway / ".env").unlink()
    assert lh("checklist").status == 0
    assert lh("checklist", "--strict").status == 3


@pytest.mark.parametrize("arguments", [["--week", "4"], ["--select", "LH999"], ["--format", "sarif"], ["nowhere"]])
def test_wrong_usage_is_2(lh: Lh, gateway: Path, arguments: list[str]) -> None:
    assert lh("checklist", *arguments).status == 2


def test_a_selection_of_rules(lh: Lh, gateway: Path) -> None:
    assert set(states(lh, "--item", "4")) == {"LH041", "LH042", "LH043", "LH044"}
    assert set(states(lh, "--item", "4", "--ignore", "LH041,retry-policy")) == {"LH042", "LH044"}


def test_what_lies_beyond_is_told_with_the_command_that_shows_it(lh: Lh, gateway: Path) -> None:
    with (gateway / "config.yaml").open("a") as file:
        file.write("general_settings: {database_url: os.environ/DATABASE_URL, database_connection_pool_limit: 500}\n")
    (gateway / "lh.toml").write_text("max_db_connections = 100\n")
    told = re.search(r"^(\d+) findings? beyond the checklist: lh (lint .*)$", lh("checklist").out, re.MULTILINE)
    assert told is not None
    shown = lh(*told[2].split(), "--format", "json").data
    assert len(shown["findings"]) == int(told[1]) > 0
    assert {finding["week"] for finding in shown["findings"]} == {None}
    assert "beyond the checklist" not in lh("checklist", "--week", "1").out


def test_quiet_says_the_tally_alone(lh: Lh, gateway: Path) -> None:
    assert len(lh("checklist", "--week", "1", "-q").out.splitlines()) == 2


def test_verbose_says_what_is_in_force_and_why_not_the_letter(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("router_settings: {cooldown_time: 30, allowed_fails: 5}\n")
    shown = lh("checklist", "-v").out
    assert "router_settings.cooldown_time = 30 (config.yaml:1)" in shown
    assert "The checklist says: " in shown


def test_one_plan_for_each_deployment(lh: Lh, gateway: Path) -> None:
    (gateway / "docker-compose.yml").write_text(
        "services:\n"
        + "".join(
            f"  {name}:\n    image: ghcr.io/berriai/litellm:v1.81.0\n    command: [--config, /app/config.yaml]\n"
            "    volumes: ['./config.yaml:/app/config.yaml']\n"
            for name in ("one", "two")
        )
    )
    headings = [line for line in lh("checklist").out.splitlines() if line.endswith("LiteLLM 1.81.0 (by image)")]
    assert headings == ["one: LiteLLM 1.81.0 (by image)", "two: LiteLLM 1.81.0 (by image)"]
    page = lh("checklist", "--format", "html").out
    assert page.count("<article ") == 2
    assert len(set(re.findall(r' id="([^"]+)"', page))) == len(re.findall(r' id="([^"]+)"', page))


@pytest.mark.parametrize("name", ["checklist-1.81", "replicas", "compose-postgres-redis", "single-deployments"])
def test_what_is_open_is_what_fix_closes(lh: Lh, name: str) -> None:
    shutil.copytree(FIXTURES / name / "before", Path.cwd(), dirs_exist_ok=True)
    before = states(lh)
    assert "open" in before.values()
    lh("fix")
    after = states(lh)
    assert {after[rule] for rule, state in before.items() if state == "open"} <= {"done", "not_applicable"}
    assert "open" not in after.values()


@pytest.mark.parametrize("form", FORMATS)
def test_the_same_report_twice(lh: Lh, gateway: Path, form: str) -> None:
    assert lh("checklist", "--format", form).out == lh("checklist", "--format", form).out


@pytest.mark.parametrize("command", [*(("checklist", form) for form in FORMATS), ("lint", "html")])
def test_no_secret_in_any_format(lh: Lh, gateway: Path, command: tuple[str, str]) -> None:
    (gateway / ".env").write_text("".join(SECRETS.values()) + "LITELLM_LOG=canary-level\n")
    with (gateway / "config.yaml").open("a") as file:
        file.write("  redis_url: redis://:canary-redis@cache:6379\ngeneral_settings:\n  master_key: canary-literal\n")
        file.write("litellm_settings: {set_verbose: canary-literal}\n")
    (gateway / "docker-compose.yml").write_text(
        (gateway / "docker-compose.yml").read_text() + "    stop_grace_period: canary-literal\n"
    )
    result = lh(command[0], "--format", command[1], "-v")
    said = result.out + result.err
    assert "LH042" in said
    assert [secret for secret in (*SECRETS, "canary-literal", "canary-redis") if secret in said] == []


def test_lints_page_exits_as_lint_does(lh: Lh, gateway: Path) -> None:
    result = lh("lint", "--format", "html")
    assert result.status == 1
    assert result.out.startswith("<!doctype html>")
    assert lh("lint", "--format", "html", "--fail-on", "never").status == 0


def test_lint_imports_nothing_of_the_checklist(gateway: Path) -> None:
    loaded = imported("from litellm_harden.cli.main import main; main(['lint', '--output', '/dev/null'])", gateway)
    assert "litellm_harden.report.text" in loaded
    assert not [name for name in loaded if "checklist" in name or "report.html" in name or "fix.plan" in name]
