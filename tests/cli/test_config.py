"""`lh config`, and what lh.toml files in the folders of a repository do to every command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import COMPOSE, CONFIG, Lh

TOP = """\
litellm_version = "1.81.0"
fail_on = "high"
exclude = ["old"]

[rules.LH042]
seconds = 90
"""
FAST = """\
instances = 3
ignore = ["LH303", "LH034"]
[rules]
cooldown-time.severity = "low"
"""
SLOW = 'select = ["LH042"]\nfail_on = "never"\n[rules.LH042]\nseconds = 110\n'
QUIET = 'select = ["LH04"]\nignore = ["LH04"]\n'


@pytest.fixture
def monorepo(lh: Lh) -> Path:
    """A repository with a deployment in each of several folders."""
    here = Path.cwd()
    (here / ".git").mkdir()
    for name, text in {".": TOP, "fast": FAST, "slow": SLOW, "quiet": QUIET}.items():
        (here / name).mkdir(exist_ok=True)
        (here / name / "lh.toml").write_text(text)
    for name in ("fast/prod", "slow", "quiet", "old/x"):
        (here / name).mkdir(parents=True, exist_ok=True)
        (here / name / "config.yaml").write_text(CONFIG)
        (here / name / "docker-compose.yml").write_text(COMPOSE.replace("    env_file: .env\n", ""))
    return here


def _found(data: Any, folder: str) -> list[tuple[object, ...]]:
    """The findings of the deployment in a folder, without what depends on where `lh` runs."""
    [index] = [n for n, one in enumerate(data["deployments"]) if Path(one["root"]).resolve().name == Path(folder).name]
    keys = ("rule", "severity", "address", "message", "value", "expected", "line", "fingerprint")
    return [tuple(one[key] for key in keys) for one in data["findings"] if one["deployment"] == index]


def test_each_folder_is_judged_as_its_files_say(monorepo: Path, lh: Lh) -> None:
    data = lh("lint", "--format", "json").data
    assert sorted(Path(one["root"]).name for one in data["deployments"]) == ["prod", "quiet", "slow"]
    prod = {one[0]: one for one in _found(data, "prod")}
    assert prod["LH042"][1] == "low" and prod["LH042"][5] == "at most 90 and not 0"
    assert {"LH043"} <= prod.keys() and not {"LH034", "LH303"} & prod.keys()
    assert [(one[0], one[1], one[5]) for one in _found(data, "slow")] == [
        ("LH042", "critical", "at most 110 and not 0"),
    ]
    assert _found(data, "quiet") == []


@pytest.mark.parametrize("folder", ["fast/prod", "slow"])
def test_a_deployment_is_judged_alike_however_it_is_named(
    monorepo: Path, lh: Lh, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found(*paths: str) -> list[tuple[object, ...]]:
        return _found(lh("lint", "--format", "json", *paths).data, folder)

    expected = found()
    assert expected
    assert found(folder) == expected
    assert found(f"{folder}/config.yaml") == expected
    assert found(f"{folder}/docker-compose.yml", f"{folder}/config.yaml") == expected
    assert found("quiet", folder, "fast") == expected
    monkeypatch.chdir(monorepo / folder)
    assert found() == expected
    assert found("config.yaml") == expected


def test_each_folder_has_its_own_gate(monorepo: Path, lh: Lh) -> None:
    assert lh("lint", "slow").status == 0
    assert lh("lint", "slow", "--fail-on", "critical").status == 1
    assert lh("lint", "fast").status == 1
    assert lh("lint", "fast", "--select", "LH042").status == 0  # low there, and the gate is at high
    assert lh("lint", "fast", "--select", "LH042", "--fail-on", "low").status == 1


def test_a_folder_for_which_no_rule_is_left_is_passed_over_but_not_a_whole_run(monorepo: Path, lh: Lh) -> None:
    assert lh("lint", "quiet", "slow").status == 0
    alone = lh("lint", "quiet")
    assert (alone.status, alone.out) == (2, "")
    assert "no rule is left" in alone.err


def test_fix_obeys_each_folder(monorepo: Path, lh: Lh) -> None:
    lh("fix", "--select", "LH042")
    values = {
        name: (monorepo / name / "config.yaml").read_text().partition("cooldown_time: ")[2].split()[0]
        for name in ("fast/prod", "slow", "quiet", "old/x")
    }
    assert values == {"fast/prod": "90", "slow": "110", "quiet": "120", "old/x": "120"}


def test_what_is_excluded_counts_where_it_is_named(monorepo: Path, lh: Lh) -> None:
    for path in ("old", "old/x", "old/x/config.yaml"):
        [one] = lh("lint", "--format", "json", path).data["deployments"]
        assert one["files"]["compose"] == ["old/x/docker-compose.yml"], path
    hook = lh("lint", "--skip-unrelated", "old/x/config.yaml")
    assert (hook.status, hook.out) == (0, "Nothing was judged\n")


def test_strict_makes_an_open_question_an_error_where_it_is_stated(gateway: Path, lh: Lh) -> None:
    (gateway / ".env").unlink()
    assert lh("lint", "--select", "LH032").status == 0
    (gateway / "lh.toml").write_text("strict = true\n")
    assert lh("lint", "--select", "LH032").status == 3


def test_config_says_what_holds_who_says_so_and_what_it_overrides(monorepo: Path, lh: Lh) -> None:
    (monorepo / "fast" / "lh.toml").write_text(FAST + 'retry-policy.timeout = 1\n[rules.LH022]\nseverity = "high"\n')
    out = lh("config", "slow").out
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in out.splitlines() if line.startswith("  ")}
    assert out.startswith("slow: slow/lh.toml, lh.toml\n")
    assert lines["fail_on"] == '"never" slow/lh.toml:2 overrides "high" of lh.toml:2'
    assert lines["litellm_version"] == '"1.81.0" lh.toml:1'
    assert lines["expected_rps"] == "100 (default)"
    assert lines["rules.LH042.seconds"] == "110 slow/lh.toml:4 overrides 90 of lh.toml:6"
    assert "rules.LH043.timeout" not in lines
    assert "rules.LH043.timeout" in lh("config", "-v", "slow").out


def test_config_in_json_has_every_key_with_its_source(monorepo: Path, lh: Lh) -> None:
    (monorepo / "fast" / "lh.toml").write_text('exclude = ["x"]\n')
    [folder] = lh("config", "--format", "json", "fast/prod/config.yaml").data["folders"]
    settings = {one["key"]: one for one in folder["settings"]}
    assert (folder["folder"], folder["files"]) == ("fast/prod", ["fast/lh.toml", "lh.toml"])
    outer = [{"value": ["old"], "file": "lh.toml", "line": 3}]
    mine = {"value": ["x"], "file": "fast/lh.toml", "line": 1, "source": "file", "adds_to": outer}
    assert settings["exclude"] == {"key": "exclude", **mine}
    assert settings["fail_on"] == {
        "key": "fail_on", "value": "high", "file": "lh.toml", "line": 2, "source": "file", "overrides": []
    }  # fmt: skip
    assert settings["expected_rps"] == {"key": "expected_rps", "value": 100, "source": "default"}
    assert settings["instances"] == {"key": "instances", "value": None, "source": "none"}
    assert settings["rules.LH012.seconds"] == {"key": "rules.LH012.seconds", "value": 60, "source": "default"}


@pytest.mark.parametrize("command", ["lint", "fix", "checklist", "show", "config"])
def test_a_wrong_file_ends_every_command_by_file_line_and_key(monorepo: Path, lh: Lh, command: str) -> None:
    (monorepo / "fast" / "lh.toml").write_text("\ninstnces = 2\n")
    result = lh(command, "fast/prod")
    assert (result.status, result.out) == (2, "")
    assert "Error: fast/lh.toml:2: instnces is unknown, did you mean instances?" in result.err


def test_the_schema_is_printed(lh: Lh) -> None:
    assert "cooldown-time" in json.loads(lh("config", "--schema").out)["properties"]["rules"]["properties"]


OWN_RULE = r"""
id: TEAM001
name: short-cooldown
title: The cooldown is longer than the team wants
severity: low
address: config:router_settings.cooldown_time
options: {seconds: {type: integer, minimum: 1, default: 10, description: longest cooldown in seconds}}
expect: {at_most: $seconds}
message: "cooldown_time is {value}, more than {seconds}"
fix: {set: $seconds, applicability: safe}
why: The team says so.
sources: []
examples:
  - files: {config.yaml: "router_settings: {cooldown_time: 11}\n"}
    flags: ["11"]
  - files: {config.yaml: "router_settings: {cooldown_time: 5}\n"}
    passes: true
"""


def test_the_rules_of_a_folder_hold_below_it_alone(monorepo: Path, lh: Lh) -> None:
    (monorepo / "slow" / "rules").mkdir()
    (monorepo / "slow" / "rules" / "TEAM001-short-cooldown.yaml").write_text(OWN_RULE)
    (monorepo / "slow" / "lh.toml").write_text(
        '[rules]\ndirs = ["rules"]\nTEAM001 = {seconds = 7, severity = "high"}\n'
    )
    [finding] = lh("lint", "--select", "TEAM001", "--format", "json").data["findings"]
    assert (finding["file"], finding["severity"]) == ("slow/config.yaml", "high")
    assert finding["message"] == "cooldown_time is 120, more than 7"
    assert lh("lint", "fast", "--select", "TEAM001").status == 2
    assert "rules.TEAM001.seconds" in lh("config", "slow").out
    assert "TEAM001" not in lh("config", "-v", "fast").out
