from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tests.cli.conftest import CONFIG, Lh

ARROW = "→"


def test_a_finding_is_one_line_with_its_fix(lh: Lh, gateway: Path) -> None:
    result = lh("lint", "--select", "LH032,LH042")
    assert result.status == 1
    assert result.err == ""
    assert result.out == (
        ".env\n"
        "  2:13  critical  LH032  LITELLM_LOG is DEBUG: requests are logged with their content, at up to four times "
        "the CPU → set LITELLM_LOG=ERROR\n"
        "\n"
        "config.yaml\n"
        "  4:18  critical  LH042  cooldown_time is 120 s: once a model has failed too often, it gets no calls for that "
        "long → set cooldown_time to 60\n"
        "\n"
        "2 findings (2 critical) in 1 deployment; all can be fixed: lh fix --select LH032,LH042\n"
    )


def test_lines_are_wrapped_to_the_width_at_hand(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    assert lh("lint", "--select", "LH042").out == (
        "config.yaml\n"
        "  4:18  critical  LH042  cooldown_time is 120 s: once a\n"
        "                         model has failed too often, it gets\n"
        "                         no calls for that long\n"
        "                         → set cooldown_time to 60\n"
        "\n"
        "1 finding (1 critical) in 1 deployment; it can be fixed:\n"
        "lh fix --select LH042\n"
    )


def test_verbose_shows_the_line_and_how_safe_the_fix_is(lh: Lh, gateway: Path) -> None:
    assert (
        "     4 │   cooldown_time: 120  # two minutes\n"
        "       │                  ^^^\n"
        "       = config:router_settings.cooldown_time: expected at most 60 and not 0; fix: safe\n"
    ) in lh("lint", "--select", "LH042", "-v").out


def test_quiet_says_only_the_total(lh: Lh, gateway: Path) -> None:
    assert lh("lint", "--select", "LH042", "-q").out.count("\n") == 1
    assert lh("lint", "--select", "LH034,LH013", "-q", "--ignore", "LH034").out == ""


def test_a_clean_run_is_one_line(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text(CONFIG.replace("120", "60"))
    result = lh("lint", "--select", "LH042")
    assert (result.status, result.out, result.err) == (0, "No findings in 1 deployment, 1 rule judged\n", "")


def test_colour_only_where_asked_for(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in lh("lint").out
    coloured = lh("lint", "--color", "always", "--select", "LH042").out
    assert "\x1b[1;31mcritical  \x1b[0m" in coloured
    monkeypatch.setenv("COLUMNS", "60")
    wrapped = lh("lint", "--color", "always", "--select", "LH042").out
    assert [len(line) for line in _plain(wrapped)] == [
        len(line) for line in lh("lint", "--select", "LH042").out.split("\n")
    ]


def _plain(text: str) -> list[str]:
    import re

    return re.sub(r"\x1b\[[\d;]*m", "", text).split("\n")


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["--select", "LH042"], 1),
        (["--select", "LH042", "--fail-on", "never"], 0),
        (["--select", "LH015"], 0),
        (["--week", "1", "--item", "4"], 1),
        (["--week", "2", "--item", "4"], 2),
        (["--select", "cooldown-time", "--ignore", "LH04"], 2),
    ],
)
def test_what_is_selected_decides_the_exit_code(lh: Lh, gateway: Path, arguments: list[str], status: int) -> None:
    assert lh("lint", *arguments).status == status


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "LH999"],
        ["--ignore", "no-such-rule"],
        ["--select", "LH042,"],
        ["--week", "4"],
        ["--item", "0"],
        ["--litellm-version", "newest"],
        ["--env-file", "missing.env"],
        ["--config", "missing.yaml"],
        ["--format", "xml"],
        ["--output", "no/such/folder/report"],
        ["--fail-on", "blocker"],
        ["--no-such-option"],
        ["no/such/path"],
        [""],
    ],
)
def test_wrong_usage_is_2_and_says_why(lh: Lh, gateway: Path, arguments: list[str]) -> None:
    result = lh("lint", *arguments)
    assert result.status == 2
    assert result.out == ""
    assert "Error: " in result.err


def test_a_wrong_configuration_is_2(lh: Lh, gateway: Path) -> None:
    (gateway / "lh.toml").write_text("ingore = []\n")
    result = lh("lint")
    assert result.status == 2
    assert "ingore is unknown" in result.err


def test_the_configuration_counts_and_the_command_line_counts_more(lh: Lh, gateway: Path) -> None:
    (gateway / "lh.toml").write_text('select = ["LH042"]\nfail_on = "never"\n')
    assert lh("lint").status == 0
    assert "LH042" in lh("lint").out
    assert "LH032" not in lh("lint").out
    assert "LH032" in lh("lint", "--select", "LH032").out
    assert lh("lint", "--fail-on", "critical").status == 1


def test_nothing_to_judge_is_3(lh: Lh) -> None:
    result = lh("lint")
    assert result.status == 3
    assert "no LiteLLM deployment found" in result.err


def test_a_malformed_file_is_3_and_is_named(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    result = lh("lint", "--select", "LH042")
    assert result.status == 3
    assert result.err.startswith("lh: config.yaml:")


def test_a_finding_outweighs_what_could_not_be_read(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text("model_list: [\n")
    assert lh("lint", "--select", "LH032").status == 1


def test_what_is_not_judged_is_counted_and_with_strict_3(lh: Lh, gateway: Path) -> None:
    (gateway / ".env").unlink()
    result = lh("lint", "--select", "LH032")
    assert result.status == 0
    assert "1 setting not judged: " in result.out
    assert lh("lint", "--select", "LH032", "--strict").status == 3
    supplied = gateway.parent / "given.env"
    supplied.write_text("LITELLM_LOG=DEBUG\n")
    assert lh("lint", "--select", "LH032", "--env-file", str(supplied)).status == 1


def test_a_file_stands_for_the_deployments_that_it_is_in(lh: Lh, gateway: Path) -> None:
    (gateway / ".git").mkdir()
    (gateway / "Dockerfile").write_text("FROM scratch\n")
    assert "lh fix --select LH042 config.yaml" in lh("lint", "--select", "LH042", "config.yaml").out
    assert lh("lint", "Dockerfile").status == 3
    assert lh("lint", "Dockerfile", "--skip-unrelated").status == 0


def test_the_report_goes_to_a_file(lh: Lh, gateway: Path) -> None:
    result = lh("lint", "--select", "LH042", "--output", "report.txt")
    assert (result.status, result.out) == (1, "")
    assert (gateway / "report.txt").read_text().startswith("config.yaml\n")


def test_two_deployments_in_one_file_are_told_apart(lh: Lh, gateway: Path) -> None:
    compose = (gateway / "docker-compose.yml").read_text()
    second = compose.partition("services:\n")[2].replace("litellm:\n", "litellm-eu:\n", 1)
    (gateway / "docker-compose.yml").write_text(compose + second)
    out = lh("lint", "--select", "LH042").out
    assert "LH042  litellm: cooldown_time" in out
    assert "LH042  litellm-eu: cooldown_time" in out
    assert "in 2 deployments" in out


def test_escape_sequences_never_reach_the_terminal(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").write_text(
        'router_settings:\n  cooldown_time: "12\\e[31m0\\u202e"  # \u202e\x1b]0;x\x07\n'
    )
    for arguments in (["lint", "-v"], ["show"], ["lint", "--format", "json"]):
        result = lh(*arguments)
        assert not {"\x1b", "\x07", "\u202e"} & set(result.out + result.err)


def test_an_unreadable_file_is_no_traceback(lh: Lh, gateway: Path) -> None:
    (gateway / "config.yaml").unlink()
    os.mkfifo(gateway / "config.yaml")
    assert stat.S_ISFIFO((gateway / "config.yaml").stat().st_mode)
    assert lh("lint").status in {1, 3}


def test_an_unexpected_error_is_one_line_and_3(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("sk-canary-4711")

    monkeypatch.setattr("litellm_harden.cli.session.judge", broken)
    result = lh("lint")
    assert result.status == 3
    assert result.err.startswith("lh: unexpected RuntimeError at cli")
    assert "canary" not in result.err
    assert result.err.count("\n") == 1


def test_an_interrupt_ends_quietly(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("litellm_harden.cli.session.judge", interrupted)
    result = lh("lint")
    assert (result.status, result.err) == (130, "\nlh: interrupted\n")


def test_the_total_says_what_unsafe_would_add_and_repeats_the_options(lh: Lh, gateway: Path) -> None:
    arguments = ["--select", "LH021,LH042", "--litellm-version", "1.82.0", "--week", "1"]
    assert lh("lint", *arguments).out.endswith(
        "2 findings (2 critical) in 1 deployment; 1 can be fixed, 1 more with --unsafe: "
        "lh fix --week 1 --select LH021,LH042 --litellm-version 1.82.0\n"
    )


def test_a_wrong_use_is_told_in_one_line_whatever_names_hold(lh: Lh, tmp_path: Path) -> None:
    (tmp_path / "lh.toml").write_text('baseline = "x\\n::stop-commands::a\\u001b[31m"\n')
    (tmp_path / "config.yaml").write_text("model_list: []\n")
    result = lh("lint", str(tmp_path))
    assert result.status == 2
    assert "\n::" not in result.err and "\x1b" not in result.err
