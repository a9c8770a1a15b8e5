"""The commands that only tell: show, rules, explain, help."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from litellm_harden import __version__
from litellm_harden.rules import pack
from tests.cli.conftest import Lh


def test_show_tells_what_the_proxy_sees_and_where_it_is_decided(lh: Lh, gateway: Path) -> None:
    result = lh("show")
    assert result.status == 0
    assert result.out.startswith(
        "litellm: LiteLLM 1.81.0 (by image)\n"
        "  files      config.yaml, .env, docker-compose.yml\n"
        "  processes  1 instance with 1 worker\n"
        "  database   a pool of 10 in each worker: up to 10 connections of an unknown number; "
        "they carry 10 requests at once\n"
        "\n"
    )
    assert "  config:router_settings.cooldown_time = 120  config.yaml:4\n" in result.out
    assert "  env:LITELLM_MASTER_KEY = ***  .env:1\n" in result.out


def test_show_names_what_is_hidden(lh: Lh, gateway: Path) -> None:
    with (gateway / "docker-compose.yml").open("a") as file:
        file.write("    environment: {LITELLM_LOG: ERROR}\n")
    assert "  env:LITELLM_LOG = ERROR  docker-compose.yml:7 hides DEBUG in .env:2\n" in lh("show").out
    setting = lh("show", "--address", "env:LITELLM_LOG", "--format", "json").data["deployments"][0]["settings"][0]
    assert (setting["state"], setting["value"]) == ("known", "ERROR")
    assert setting["shadows"] == [{"file": ".env", "line": 2, "column": 13, "value": "DEBUG"}]


def test_show_tells_absent_from_unknown(lh: Lh, gateway: Path) -> None:
    assert "  env:JSON_LOGS = not set\n" in lh("show", "--address", "env:JSON_LOGS").out
    (gateway / ".env").unlink()
    assert "  env:JSON_LOGS = unknown: " in lh("show", "--address", "env:JSON_LOGS").out


@pytest.mark.parametrize("arguments", [["--address", "nonsense"], ["--address", "bad:x"], ["no/such/path"]])
def test_show_with_wrong_usage_is_2(lh: Lh, gateway: Path, arguments: list[str]) -> None:
    assert lh("show", *arguments).status == 2


def test_show_of_nothing_is_3(lh: Lh) -> None:
    assert lh("show").status == 3


def test_rules_lists_every_rule(lh: Lh) -> None:
    ids = [rule.id for rule in pack.load().rules]
    assert [line.split()[0] for line in lh("rules").out.splitlines()] == ids
    assert [rule["id"] for rule in lh("rules", "--format", "json").data["rules"]] == ids
    assert [line.split()[0] for line in lh("rules", "--select", "LH042").out.splitlines()] == ["LH042"]
    assert lh("rules", "--select", "LH999").status == 2


@pytest.mark.parametrize("rule", [rule.id for rule in pack.load().rules])
def test_every_rule_can_be_explained(lh: Lh, rule: str) -> None:
    result = lh("explain", rule)
    assert result.status == 0
    for heading in ("Flagged\n", "Holds\n", "Sources\n"):
        assert heading in result.out
    assert lh("explain", rule, "--format", "json").data["id"] == rule


def test_explain_takes_a_name_and_suggests_the_nearest(lh: Lh) -> None:
    assert lh("explain", "cooldown-time").out == lh("explain", "lh042").out
    result = lh("explain", "cooldown-times")
    assert result.status == 2
    assert "did you mean cooldown-time?" in result.err


@pytest.mark.parametrize(
    "arguments", [["-h"], ["--help"], ["lint", "-h"], ["fix", "-h"], ["undo", "-h"], ["--version"]]
)
def test_help_is_0(lh: Lh, arguments: list[str]) -> None:
    result = lh(*arguments)
    assert result.status == 0
    assert result.out


def test_version(lh: Lh) -> None:
    assert lh("--version").out == f"lh {__version__}\n"


@pytest.mark.parametrize("arguments", [["checklist-of-mine"], ["explain"], ["undo", "no/such/path"]])
def test_wrong_usage_is_2(lh: Lh, arguments: list[str]) -> None:
    assert lh(*arguments).status == 2


@pytest.mark.parametrize("command", ["lint", "fix", "checklist", "show", "verify", "undo", "rules", "config"])
def test_quiet_and_verbose_exclude_each_other(lh: Lh, gateway: Path, command: str) -> None:
    result = lh(command, "-q", "-v")
    assert result.status == 2
    assert "--quiet and --verbose exclude each other" in result.err


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-c", "import sys; from litellm_harden.cli.main import main; sys.exit(main())"]
    return subprocess.run([*command, *arguments], cwd=folder, env=environment, capture_output=True, check=False)


def test_an_ascii_terminal_gets_ascii(gateway: Path) -> None:
    out = run(gateway, "lint", "--select", "LH042", "-v", PYTHONIOENCODING="ascii", PATH="/usr/bin").stdout
    assert out.isascii()
    assert b"-> set cooldown_time to 60" in out


def imported(code: str, folder: Path) -> set[str]:
    """The modules that Python has loaded after `code`, beyond those that it starts with."""
    told = f"import sys; before = set(sys.modules); {code}; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", told], cwd=folder, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_nothing_heavy_is_imported_to_lint(gateway: Path) -> None:
    loaded = imported("from litellm_harden.cli.main import main; main(['lint', '--output', '/dev/null'])", gateway)
    heavy = {"rich", "difflib", "subprocess", "tempfile", "tomllib", "shlex", "litellm_harden.report.sarif"}
    assert "litellm_harden.report.text" in loaded
    assert not loaded & heavy - imported("import click", gateway)
