from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import COMPOSE, CONFIG, ENV, Lh
from tests.fixture_runs import FIXTURES, NAMES, files


def test_a_comment_is_written_and_undone(lh: Lh, gateway: Path) -> None:
    result = lh("suppress", "LH042", "--reason", "the provider recovers slowly")
    assert (result.status, result.out, result.err) == (
        0,
        "config.yaml: suppressed 1 finding of LH042 in line 4\nlh undo takes it back\n",
        "",
    )
    config = gateway / "config.yaml"
    comment = "  # lh: ignore[LH042] the provider recovers slowly\n"
    assert config.read_text() == CONFIG.replace("  cooldown", f"{comment}  cooldown")
    linted = lh("lint", "--select", "LH042")
    assert (linted.status, linted.out) == (0, "No findings in 1 deployment, 1 rule judged\n1 finding suppressed\n")
    assert lh("undo").out == "brought back config.yaml\n"
    assert config.read_text() == CONFIG


def test_what_is_suppressed_is_listed_with_its_reason(lh: Lh, gateway: Path) -> None:
    lh("suppress", "cooldown-time", "--reason", "recovers slowly")
    told = lh("lint", "--select", "LH042", "-v").out
    assert told.startswith("Suppressed\nconfig.yaml\n  5:18  critical  LH042  cooldown_time is 120 s")
    assert " → suppressed in line 4: recovers slowly\n" in told
    [finding] = lh("lint", "--select", "LH042", "--format", "json").data["findings"]
    assert finding["suppressed"] is True
    expected = {"by": "comment", "reason": "recovers slowly", "file": "config.yaml", "line": 4}
    assert finding["suppression"] == expected


def test_every_finding_of_the_rule_or_that_at_one_address(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: []\ngeneral_settings:\n  abc: 1\n  def: 2\n")
    lh("suppress", "LH201", "--reason", "ours", "--address", "config:general_settings.def")
    assert (gateway / "config.yaml").read_text().count("lh:") == 1
    result = lh("suppress", "LH201", "--reason", "ours")
    assert result.out == "config.yaml: suppressed 1 finding of LH201 in line 3\nlh undo takes it back\n"
    lh("undo")
    lh("undo")
    result = lh("suppress", "LH201", "--reason", "ours", "--file-wide")
    assert result.out == "config.yaml: suppressed 2 findings of LH201 in line 1\nlh undo takes it back\n"


def test_a_comment_with_the_same_reason_takes_the_rule_in(lh: Lh, gateway: Path) -> None:
    for rule, reason in (("LH043", "a test"), ("LH041", "a test"), ("LH044", "another")):
        lh("suppress", rule, "--reason", reason, "--file-wide")
    comments = [line for line in (gateway / "config.yaml").read_text().splitlines() if "lh:" in line]
    assert comments[0] == "# lh: ignore-file[LH043] a test"
    text = (gateway / "config.yaml").read_text()
    assert lh("suppress", "LH072", "--reason", "a test", "--file-wide").status == 0
    assert (gateway / "config.yaml").read_text() == text.replace("[LH043]", "[LH043, LH072]")
    assert lh("suppress", "LH111", "--reason", "another", "--file-wide").status == 0
    assert (
        "# lh: ignore-file[LH043, LH072] a test\n# lh: ignore-file[LH111] another\n"
        in (gateway / "config.yaml").read_text()
    )


def test_a_diff_writes_nothing(lh: Lh, gateway: Path) -> None:
    result = lh("suppress", "LH032", "--reason", "looking for something", "--diff")
    assert result.status == 0
    assert "+# lh: ignore[LH032] looking for something\n" in result.out
    assert "canary" not in result.out
    assert (gateway / ".env").read_text() == ENV


def test_a_reason_and_a_rule_are_asked_for(lh: Lh, gateway: Path) -> None:
    assert lh("suppress", "LH042").status == 2
    assert lh("suppress", "LH042", "--reason", " ").status == 2
    assert lh("suppress", "LH042", "--reason", "two\nlines").status == 2
    unknown = lh("suppress", "LH942", "--reason", "x")
    assert (unknown.status, "there is no rule 'LH942', did you mean" in unknown.err) == (2, True)
    about = lh("suppress", "LH901", "--reason", "x")
    assert (about.status, "cannot be suppressed by a comment" in about.err) == (2, True)


def test_nothing_to_suppress_is_said_with_the_reason(lh: Lh, gateway: Path) -> None:
    def said(*arguments: str) -> str:
        result = lh("suppress", *arguments, "--reason", "x")
        assert (result.status, result.out) == (3, "")
        return result.err

    assert said("LH061") == "lh: nothing to suppress: LH061 finds nothing here\n"
    elsewhere = said("LH042", "--address", "config:x")
    assert "finds nothing at config:x, but at config:router_settings.cooldown_time" in elsewhere
    lh("suppress", "LH042", "--reason", "x")
    assert said("LH042") == "lh: nothing to suppress: what LH042 finds here is suppressed already\n"
    (gateway / "lh.toml").write_text('ignore = ["LH032"]\n')
    assert said("LH032") == "lh: nothing to suppress: LH032 is left out here\n"


def test_where_no_comment_can_stand_nothing_is_written(lh: Lh, gateway: Path) -> None:
    (gateway / "config.json").write_text('{"model_list": [], "router_settings": {"cooldown_time": 120}}\n')
    (gateway / "docker-compose.yml").write_text(COMPOSE.replace("config.yaml", "config.json"))
    result = lh("suppress", "LH042", "--reason", "x")
    assert (result.status, result.out) == (3, "")
    assert "no comment can stand in config.json" in result.err
    assert 'ignore = ["LH042"] in lh.toml' in result.err


def test_only_the_comment_goes_when_the_finding_is_repaired(lh: Lh, gateway: Path) -> None:
    for rule in ("LH042", "LH032", "LH024"):
        lh("suppress", rule, "--reason", "x")
    config, env = gateway / "config.yaml", gateway / ".env"
    config.write_text(config.read_text().replace("120", "60"))
    env.write_text(env.read_text().replace("DEBUG", "ERROR"))
    assert lh("fix", "--select", "LH901").status == 0
    assert config.read_text() == CONFIG.replace("120", "60")
    assert env.read_text() == ENV.replace("DEBUG", "ERROR")
    assert "# lh: ignore[LH024] x" in (gateway / "docker-compose.yml").read_text()


KEPT = 10
"""So many runs can be undone."""


# Of these two, one has the same findings many times, the other has suppressions already.
PLAIN = [name for name in NAMES if name not in ("version-gates", "suppressions")]


@pytest.mark.parametrize("name", PLAIN)
def test_each_rule_can_be_suppressed_in_every_fixture(name: str, lh: Lh) -> None:
    here = Path.cwd()
    shutil.copytree(FIXTURES / name / "before", here, dirs_exist_ok=True)
    found = lh("lint", "--format", "json").data["findings"]
    states = [files(here)]
    for rule in sorted({one["rule"] for one in found}):
        assert lh("suppress", rule, "--reason", "tested").status == 0
        states.append(files(here))
    after = lh("lint", "--format", "json").data["findings"]
    assert [one["rule"] for one in after if not one["suppressed"]] == []
    assert len(after) == len(found)
    for state in states[-2 : -2 - KEPT : -1]:
        assert lh("undo").status == 0
        assert files(here) == state
