"""`lh rules`, `lh rules test`, and what every command makes of an owner's own rules."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Lh

EXAMPLES = Path(__file__).parents[2] / "docs" / "custom-rules"
RULE = (EXAMPLES / "ACME001-gateway-timeout.yaml").read_text("utf-8")


@pytest.fixture
def team(gateway: Path) -> Path:
    """The rule file of a team, which lh.toml names."""
    (gateway / "team").mkdir()
    (gateway / "lh.toml").write_text('[rules]\ndirs = ["team"]\n')
    file = gateway / "team" / "timeout.yaml"
    file.write_text(RULE)
    return file


def test_the_examples_of_the_documentation_hold(lh: Lh) -> None:
    found = lh("rules", "test", str(EXAMPLES))
    assert (found.status, found.out) == (0, "4 rules, 10 examples: all hold\n")


def test_rules_lists_and_explain_tells_them(lh: Lh, team: Path) -> None:
    assert "ACME001  high              gateway-timeout" in lh("rules", "--select", "acme").out
    assert [rule["id"] for rule in lh("rules", "--select", "gateway-timeout", "--format", "json").data["rules"]] == [
        "ACME001"
    ]
    assert lh("explain", "acme001").out.startswith("ACME001 gateway-timeout: A call may hang")
    assert lh("rules", "--select", "a").status == lh("rules", "--select", "L").status == 2


def test_every_command_knows_them(lh: Lh, team: Path, gateway: Path) -> None:
    (gateway / "lh.toml").write_text('rules = ["team"]\nselect = ["ACME"]\nfail_on = "high"\n')
    assert lh("lint").status == 1
    [finding] = lh("lint", "--format", "json").data["findings"]
    assert (finding["rule"], finding["value"], finding["fix"]["applicability"]) == ("ACME001", None, "safe")
    assert lh("lint", "--ignore", "gateway-timeout").status == 2  # nothing is left
    assert "1 finding beyond the checklist: lh lint --select ACME" in lh("checklist").out
    assert "<h4>ACME</h4>" in lh("lint", "--format", "html").out
    assert lh("fix").status == 0
    assert "request_timeout: 120" in (gateway / "config.yaml").read_text()
    assert lh("lint").status == 0
    (gateway / "lh.toml").write_text('[rules]\ndirs = ["team"]\n[rules.gateway-timeout]\nseconds = 90\n')
    assert "90" in lh("lint", "--select", "ACME001").out
    assert lh("undo").status == 0
    assert "request_timeout" not in (gateway / "config.yaml").read_text()


def test_rules_of_several_folders_come_together(lh: Lh, team: Path, gateway: Path) -> None:
    inner = gateway / "inner"
    inner.mkdir()
    (inner / "lh.toml").write_text('rules = ["../team", "more"]\n')
    (inner / "more").mkdir()
    (inner / "more" / "x.yml").write_text(RULE.replace("ACME001", "OPS001").replace("gateway-timeout", "ops-timeout"))
    shutil.copy("config.yaml", inner)
    found = lh("lint", "--select", "ACME,OPS", "--format", "json", "inner").data["findings"]
    assert [finding["rule"] for finding in found] == ["ACME001", "OPS001"]
    (inner / "more" / "x.yml").write_text(RULE)
    found = lh("lint", "inner")
    assert found.status == 2
    assert "inner/more/x.yml: ACME001 is the id of team/timeout.yaml too" in found.err


def test_an_example_that_does_not_hold_is_told(lh: Lh, team: Path) -> None:
    team.write_text(
        RULE.replace('flags: ["600"]', 'flags: ["601"]').replace("timeout: 120  # ten", "timeout: 60  # ten")
    )
    found = lh("rules", "test")
    assert found.status == 1
    assert found.out == (
        "team/timeout.yaml: examples[0]: states that '601' is flagged, but '600' is\n"
        "team/timeout.yaml: examples[0]: states something else of config.yaml than the fix makes of it:\n"
        "    --- a/config.yaml\n    +++ b/config.yaml\n    @@ -1,3 +1,3 @@\n"
        "     model_list: []\n     litellm_settings:\n"
        "    -  request_timeout: 60  # ten minutes\n    +  request_timeout: 120  # ten minutes\n"
        "1 rule, 4 examples: 1 does not hold\n"
    )
    data = lh("rules", "test", "team/timeout.yaml", "--format", "json").data
    [failure] = data["failures"]
    assert (data["rules"], data["examples"]) == (1, 4)
    assert (failure["rule"], failure["file"], failure["example"]) == ("ACME001", "team/timeout.yaml", 0)
    assert len(failure["problems"]) == 2
    assert lh("rules", "test", "-q").out == "1 rule, 4 examples: 1 does not hold\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("request_timeout: 60}", "request_timeout: ]", "examples[2]: config.yaml:1: is not valid YAML"),
        ('config.yaml: "litellm', 'other.txt: "litellm', "examples[2]: its files hold 0 deployments, not one"),
        ("passes: true", "flags: []\n    fixed: {config.yaml: x}", "states what the fix makes of config.yaml, but"),
        ("applicability: safe", "applicability: unsafe", "does not state `unsafe: true`"),
        ("default: 6000", "default_from: env:REQUEST_TIMEOUT", "examples[1]: is not judged: no compose file"),
    ],
)
def test_each_kind_of_failure_has_its_words(lh: Lh, team: Path, old: str, new: str, says: str) -> None:
    team.write_text(RULE.replace(old, new, 1))
    assert says in lh("rules", "test").out


@pytest.mark.parametrize("command", [("lint",), ("fix",), ("rules",), ("rules", "test"), ("explain", "LH042")])
def test_a_wrong_rule_file_is_one_line_and_exit_2(lh: Lh, team: Path, command: tuple[str, ...]) -> None:
    team.write_text(RULE.replace("title:", "titel:"))
    found = lh(*command)
    assert (found.status, found.out) == (2, "")
    assert "team/timeout.yaml: unknown key 'titel', did you mean title?" in found.err


def test_without_rules_there_is_nothing_to_test(lh: Lh, gateway: Path) -> None:
    assert "lh.toml here names" in lh("rules", "test").err
    (gateway / "empty").mkdir()
    found = lh("rules", "test", "empty")
    assert found.status == 2
    assert "no rule file (*.yaml) in empty" in found.err


def test_no_secret_of_the_files_comes_out(lh: Lh, team: Path) -> None:
    team.write_text(
        RULE.replace("config:litellm_settings.request_timeout", "env:LITELLM_MASTER_KEY")
        .replace("{at_most: $seconds, at_least: 1}", "{matches: 'sk-acme-.*'}")
        .replace("{set: $seconds, applicability: safe}", "{applicability: manual, description: rotate it}")
        .replace("{value} s", "{value}")
    )
    for form in ("text", "json", "sarif", "markdown"):
        found = lh("lint", "--select", "ACME", "--format", form)
        assert "canary" not in found.out + found.err
        assert "ACME001" in found.out
