"""A secret that stands in any place is in nothing that `lh` tells."""

from __future__ import annotations

import json
import os
import stat
import sys
from itertools import cycle
from pathlib import Path

import pytest

from tests.cli.conftest import Lh
from tests.secrets.conftest import Told
from tests.secrets.outputs import STDIN, TELLING, WRITING, Arguments
from tests.secrets.places import GROUPS, PLACES
from tests.secrets.world import CANARY, Place, compose, leaks

MASTER = compose("master_key", general="master_key: @@", router="num_retries: 2")


@pytest.mark.parametrize("group", GROUPS)
def test_a_report_gives_no_secret_away(told: Told, group: str) -> None:
    for place, output in zip(GROUPS[group], cycle(TELLING[1:]), strict=False):
        _holds(place, output, told(place, TELLING[0], output))


@pytest.mark.harness
@pytest.mark.parametrize("output", TELLING, ids=" ".join)
def test_no_output_gives_any_secret_away(told: Told, output: Arguments) -> None:
    for place in PLACES:
        _holds(place, output, told(place, output))


@pytest.mark.harness
@pytest.mark.parametrize("runs", WRITING, ids=lambda runs: " ".join(runs[0]))
def test_no_run_that_writes_gives_any_secret_away(told: Told, runs: tuple[Arguments, ...]) -> None:
    for place in PLACES:
        _holds(place, runs[0], told(place, *runs))


@pytest.mark.harness
@pytest.mark.parametrize("options", STDIN, ids=" ".join)
def test_no_text_on_stdin_is_given_away(told: Told, options: Arguments) -> None:
    for place in PLACES:
        for name, text in place.written().items():
            output = ("lint", "--stdin-filename", name, *options)
            _holds(place, output, told(place, output, stdin=text))


@pytest.mark.parametrize("runs", WRITING, ids=lambda runs: " ".join(runs[0]))
def test_a_fix_and_its_undo_give_no_secret_away(told: Told, runs: tuple[Arguments, ...]) -> None:
    _holds(MASTER, runs[0], told(MASTER, *runs))


def _holds(place: Place, output: Arguments, text: str) -> None:
    found = leaks(place.secret, text)
    lines = [line for line in text.splitlines() if any(part in line for part in found)]
    assert not found, f"{place.name}: lh {' '.join(output)}: {lines[:3]}"


# What is given on the command line

SET = [
    ("--set", f"SLACK_WEBHOOK_URL=https://hooks.slack.com/services/T0/B0/{CANARY}"),
    ("--set", f"LITELLM_SALT_KEY={CANARY}"),
    ("--set", f"SLACK_WEBHOOK_URL={CANARY}"),
    ("--set", f"LITELLM_MASTERKEY={CANARY}"),
    ("--set", f"A={CANARY}"),
    ("--set", f"sk-{CANARY}"),
    ("--set", "LITELLM_SALT_KEY=env:GIVEN"),
    ("--set", "LITELLM_SALT_KEY=@given"),
    ("--set", f"LITELLM_SALT_KEY=@sk-{CANARY}"),
    ("--env-file", f"sk-{CANARY}"),
    ("--select", f"sk-{CANARY}"),
]


@pytest.mark.parametrize("given", SET, ids=" ".join)
@pytest.mark.parametrize("output", [("--diff",), ("--diff", "--format", "json"), ("-v",)], ids=" ".join)
def test_what_is_given_is_not_given_away(
    told: Told, monkeypatch: pytest.MonkeyPatch, given: Arguments, output: Arguments
) -> None:
    monkeypatch.setenv("GIVEN", CANARY)
    place = compose("nothing", env="A=b")
    place = Place(place.name, {**place.files, "given": f"{CANARY}\n", ".gitignore": ".env\n"})
    _holds(place, given, told(place, ("fix", "--unsafe", *given, *output)))


def test_only_show_secrets_shows_them(told: Told) -> None:
    place = compose("variable", env="LITELLM_MASTER_KEY=@@")
    assert CANARY not in told(place, ("fix", "--diff", "--unsafe"))
    assert CANARY in told(place, ("fix", "--diff", "--unsafe", "--show-secrets"))


# Where secrets are kept


def test_what_a_fix_keeps_to_undo_it_is_for_its_owner_alone(told: Told, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        told(MASTER, ("fix", "--unsafe"))
    finally:
        os.umask(before)
    kept = list((tmp_path / "state").rglob("*"))
    assert any(CANARY.encode() in path.read_bytes() for path in kept if path.is_file())
    modes = {(path.is_dir(), stat.S_IMODE(path.stat().st_mode)) for path in kept}
    assert modes == {(True, 0o700), (False, 0o600)}


def test_a_baseline_holds_neither_values_nor_addresses_of_secrets(told: Told) -> None:
    place = compose("alias", "sk-" + CANARY, router="fallbacks: [{@@: [gpt-4o]}]", general="@@: true")
    text = told(place, ("baseline", "--output", "report.txt"))
    assert json.loads(text.strip().splitlines()[-1] if text.strip().startswith("lh") else text[text.index("{") :])
    _holds(place, ("baseline",), text)


def test_children_are_given_no_secrets(told: Told, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tools, log = tmp_path / "tools", tmp_path / "log"
    tools.mkdir()
    for name in ("git", "docker"):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\n{{ echo "$0 $@"; env; cat; }} >>{log}\nexit 1\n')
        tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}{os.pathsep}{os.environ['PATH']}")
    place = compose("all", env="OPENAI_API_KEY=@@", general="master_key: @@", service="environment: {A_TOKEN: @@}")
    place = Place(place.name, {**place.files, ".git/HEAD": "ref: refs/heads/main\n"})
    told(place, *TELLING, ("fix", "--unsafe", "--set", f"LITELLM_SALT_KEY={CANARY}"))
    assert "git" in log.read_text()
    assert not leaks(CANARY, log.read_text())


def test_a_bug_shows_the_names_of_places_and_no_values(lh: Lh, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError(CANARY)

    Path("config.yaml").write_text("model_list: []\nrouter_settings: {cooldown_time: 120}\n")
    monkeypatch.setattr("litellm_harden.rules.judge.judge", fail)
    for module in list(sys.modules.values()):
        if getattr(module, "judge", None) is not None and module.__name__.startswith("litellm_harden.cli"):
            monkeypatch.setattr(module, "judge", fail)
    result = lh("lint")
    assert result.status == 3
    assert "unexpected ValueError" in result.err
    assert not leaks(CANARY, result.err)


def test_what_cannot_be_read_is_not_quoted(told: Told) -> None:
    place = Place("undecodable", {**MASTER.files, ".env": "OPENAI_API_KEY=@@\0\n"})
    assert ".env" in told(place, ("lint",))
    _holds(place, ("lint",), told(place, ("lint", "-v")))


# Hiding too much is a mistake as well


@pytest.mark.parametrize("word", ["postgres", "litellm", "redis", "gpt", "openai", "true", "1234", "config"])
def test_a_password_that_is_a_word_hides_no_words(told: Told, word: str) -> None:
    place = compose("word", db=f"environment:\n  POSTGRES_PASSWORD: {word}", env=f"OTHER_PASSWORD={word}")
    plain = compose("none", db="environment:\n  POSTGRES_PASSWORD: ${A}", env="A_NUMBER=5")
    for output in (("lint",), ("checklist",), ("lint", "-v", "--select", "LH042")):
        assert _without_password(told(place, output)) == _without_password(told(plain, output))


def _without_password(text: str) -> list[str]:
    return [line for line in text.splitlines() if "***" not in line and "assword" not in line and "LH0" in line]
