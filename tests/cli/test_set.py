"""`lh fix --set`: where values come from, which are refused, and that none is ever repeated."""

from __future__ import annotations

import os
import stat
from io import StringIO
from pathlib import Path

import pytest
from dotenv import dotenv_values

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from tests.cli.conftest import Lh

CANARY = "https://hooks.slack.com/services/T0canary/B0canary/c4n4ry"
SECRET = "sk-c4n4ry0f3a77c1d2e94b58"
SLACK = ("fix", "--select", "LH071,LH072")
SALT = ("fix", "--select", "LH081")


@pytest.fixture
def stack(lh: Lh) -> Path:
    """A deployment with a database, and neither alerting nor a salt."""
    here = Path.cwd()
    (here / "config.yaml").write_text("model_list: []\n")
    (here / "compose.yaml").write_text(
        "services:\n  litellm:\n    image: litellm/litellm:v1.81.0\n    env_file: .env\n"
        '    command: ["--config", "/app/config.yaml"]\n    volumes: ["./config.yaml:/app/config.yaml"]\n'
    )
    (here / ".env").write_text("DATABASE_URL=postgresql://u@db.internal/litellm\n")
    return here


def env(folder: Path) -> dict[str, str | None]:
    return dotenv_values(stream=StringIO((folder / ".env").read_text()), interpolate=True)


def test_one_value_fixes_webhook_and_alerting_together(lh: Lh, stack: Path) -> None:
    assert lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL={CANARY}").status == 0
    assert env(stack)["SLACK_WEBHOOK_URL"] == CANARY
    assert (stack / "config.yaml").read_text() == "model_list: []\ngeneral_settings:\n  alerting:\n    - slack\n"
    assert lh("fix", "--select", "LH071").out == "Nothing to fix in 1 deployment\n"
    assert lh("undo").status == 0
    assert "SLACK_WEBHOOK_URL" not in env(stack)


def test_projects_that_share_an_env_file_are_fixed_at_once(lh: Lh, stack: Path) -> None:
    text = (stack / "compose.yaml").read_text()
    shared = '    environment: ["A=${DATABASE_URL}"]\n'
    (stack / "compose-b.yaml").write_text(text.replace("    env_file: .env\n", shared).replace("config.yaml", "b.yaml"))
    (stack / "b.yaml").write_text("model_list: []\n")
    assert lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL={CANARY}", "--fail-on", "low").status == 0
    assert "SLACK_WEBHOOK_URL=${SLACK_WEBHOOK_URL:?" in (stack / "compose-b.yaml").read_text()
    assert (stack / ".env").read_text().count(CANARY) == 1


def test_without_the_value_nothing_is_switched_on(lh: Lh, stack: Path) -> None:
    result = lh(*SLACK)
    assert "not done: needs --set SLACK_WEBHOOK_URL=…" in result.out
    assert (stack / "config.yaml").read_text() == "model_list: []\n"


def test_a_value_may_come_from_a_file_or_a_variable(
    lh: Lh, stack: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "webhook").write_bytes(b"\xef\xbb\xbf" + CANARY.encode() + b"\r\n")
    monkeypatch.setenv("HOOK", CANARY)
    for source in (f"@{tmp_path / 'webhook'}", "env:HOOK"):
        assert lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL={source}").status == 0
        assert env(stack)["SLACK_WEBHOOK_URL"] == CANARY
        assert lh("undo").status == 0


def test_a_new_salt_is_made_where_asked_for(lh: Lh, stack: Path) -> None:
    assert lh(*SALT, "--set", "LITELLM_SALT_KEY=new").status == 0
    salt = str(env(stack)["LITELLM_SALT_KEY"])
    assert (salt[:3], len(salt)) == ("sk-", 67)
    assert lh(*SALT, "--set", "LITELLM_SALT_KEY=new").out == "Nothing to fix in 1 deployment\n"
    assert env(stack)["LITELLM_SALT_KEY"] == salt


@pytest.mark.parametrize("output", ["text", "json", "sarif"])
@pytest.mark.parametrize("diff", [["--diff"], []])
@pytest.mark.parametrize("extra", [[], ["--unsafe"], ["-v"]])
def test_no_output_repeats_a_value(lh: Lh, stack: Path, output: str, diff: list[str], extra: list[str]) -> None:
    given = ["--set", f"SLACK_WEBHOOK_URL={CANARY}", "--set", f"LITELLM_SALT_KEY={SECRET}"]
    result = lh("fix", "--week", "2", *given, *diff, *extra, "--format", output)
    assert "c4n4ry" not in result.out + result.err
    assert (SECRET in (stack / ".env").read_text()) is (not diff)


def test_show_secrets_alone_shows_them(lh: Lh, stack: Path) -> None:
    given = ["--set", f"SLACK_WEBHOOK_URL={CANARY}"]
    assert f"+SLACK_WEBHOOK_URL={CANARY}" in lh(*SLACK, *given, "--diff", "--show-secrets").out
    assert "+SLACK_WEBHOOK_URL=***" in lh(*SLACK, *given, "--diff").out


def test_the_journal_is_its_owners_alone(lh: Lh, stack: Path) -> None:
    assert lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL={CANARY}").status == 0
    [state] = (Path(os.environ["XDG_STATE_HOME"])).iterdir()
    folders = [state, *(path for path in state.rglob("*") if path.is_dir())]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


@pytest.mark.parametrize(
    ("argument", "says"),
    [
        ("c4n4ry", "--set takes NAME=VALUE"),
        ("=c4n4ry", "--set takes NAME=VALUE"),
        ("c4n4ry==", "no rule asks for that name; they ask for LITELLM_MASTER_KEY"),
        ("SLACK_WEBHOK_URL=c4n4ry", "SLACK_WEBHOK_URL: no rule asks for it, did you mean SLACK_WEBHOOK_URL?"),
        ("slack_webhook_url=c4n4ry", "did you mean SLACK_WEBHOOK_URL?"),
        ("LITELLM_SALT_KEY=c4n4ry", "none of the selected rules asks for it"),
        ("SLACK_WEBHOOK_URL=", "the value is empty"),
        ("SLACK_WEBHOOK_URL= ", "the value is empty"),
        ("SLACK_WEBHOOK_URL=c4n4ry\nb", "the value is not one line of text"),
        ("SLACK_WEBHOOK_URL=c4n4ry\x00", "the value is not one line of text"),
        ("SLACK_WEBHOOK_URL=@c4n4ry", "the file cannot be read: No such file"),
        ("SLACK_WEBHOOK_URL=@.", "the file cannot be read: Is a directory"),
        ("SLACK_WEBHOOK_URL=@", "the file cannot be read"),
        ("SLACK_WEBHOOK_URL=env:c4n4ry", "the variable that it names is not set"),
    ],
)
def test_a_wrong_value_is_refused_and_not_repeated(lh: Lh, stack: Path, argument: str, says: str) -> None:
    result = lh(*SLACK, "--set", argument)
    assert result.status == 2
    assert says in result.err
    assert "c4n4ry" not in result.out + result.err


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"c4n4ry\xff", "is not UTF-8"),
        (b"c4n4ry\nb\n", "is not one line of text"),
        (b"\n", "is empty"),
        (b"c4n4ry" * 20_000, "too long for a value"),
    ],
)
def test_a_file_that_holds_no_value_is_refused(lh: Lh, stack: Path, tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "value").write_bytes(content)
    result = lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL=@{tmp_path / 'value'}")
    assert result.status == 2
    assert says in result.err
    assert "c4n4ry" not in result.err


def test_a_value_is_given_once(lh: Lh, stack: Path) -> None:
    twice = lh(*SLACK, "--set", f"SLACK_WEBHOOK_URL={CANARY}", "--set", f"SLACK_WEBHOOK_URL={CANARY}")
    assert twice.status == 2
    assert "--set SLACK_WEBHOOK_URL is given twice" in twice.err


@pytest.mark.parametrize(
    "argument", ["cpus=many", "cpus=0", "cpus=-1", "memory=16", "memory=lots", "memory=0g", "memory=4x"]
)
def test_a_size_is_a_number_or_has_a_unit(lh: Lh, stack: Path, argument: str) -> None:
    result = lh("fix", "--select", "LH091", "--set", argument)
    assert result.status == 2
    assert f"--set {argument.partition('=')[0]}: takes a" in result.err


@pytest.mark.parametrize("value", [" ", "\t", "\u3000 "])
@pytest.mark.parametrize("name", ["LITELLM_SALT_KEY", "SLACK_WEBHOOK_URL", "cpus", "memory"])
def test_no_value_is_blank(lh: Lh, stack: Path, name: str, value: str) -> None:
    result = lh("fix", "--select", "LH071,LH081,LH091", "--set", f"{name}={value}")
    assert (result.status, result.err.count("the value is empty")) == (2, 1)


def test_sizes_go_where_the_limits_stand(lh: Lh, stack: Path) -> None:
    compose = stack / "compose.yaml"
    compose.write_text(
        compose.read_text() + '    deploy:\n      resources:\n        limits: {cpus: "0.5", memory: 1g}\n'
    )
    assert lh("fix", "--select", "LH091", "--set", "cpus=1", "--set", "memory=4g").status == 0
    assert compose.read_text().endswith('limits: {cpus: "1", memory: 4g}\n')


def test_a_machine_is_never_half_as_large_as_it_was_asked_to_be(lh: Lh, stack: Path) -> None:
    compose = stack / "compose.yaml"
    before = compose.read_text() + "    cpus: 0.5\n    mem_limit: 1g\n"
    compose.write_text(before)
    sizes = ("--select", "LH091", "--set", "cpus=8", "--set", "memory=16g")
    refused = lh("fix", *sizes)
    assert compose.read_text() == before
    assert "would bring LH021: 1 worker where 4 fit" in refused.out
    assert "its fix needs --unsafe" in refused.out
    assert lh("fix", *sizes, "--unsafe").status == 0
    assert "    cpus: 8\n    mem_limit: 16g\n" in compose.read_text()
    assert '"--num_workers", "4"' in compose.read_text()


def test_with_a_redis_a_larger_machine_gets_its_workers(lh: Lh, stack: Path) -> None:
    (stack / "config.yaml").write_text("router_settings: {redis_host: redis, redis_port: 6379}\n")
    compose = stack / "compose.yaml"
    compose.write_text(compose.read_text() + "    cpus: 0.5\n    mem_limit: 1g\n")
    assert lh("fix", "--select", "LH091", "--set", "cpus=8", "--set", "memory=16g").status == 0
    assert "    cpus: 8\n    mem_limit: 16g\n" in compose.read_text()


@pytest.mark.parametrize(
    "password",
    [
        "pa$$w0rd-and-more",
        "a $HOME #1 of them",
        "#starts-with-a-hash",
        '"quoted-and-longer"',
        "'quoted-and-longer'",
        "back\\slash-and-more",
        "it's-got-a-quote-in",
        "ünïcödé-and-a-bit-more",
        "equals==and=signs==",
        "{{curly}}-and-(round)!*?&|;<>`~",
        " blank-at-either-end ",
    ],
)
def test_every_reader_gets_the_same_password(lh: Lh, stack: Path, password: str) -> None:
    assert lh(*SALT, "--set", f"LITELLM_SALT_KEY={password}").status == 0
    assert env(stack)["LITELLM_SALT_KEY"] == password
    [deployment] = discover([stack], Owner()).deployments
    assert deployment.setting("env:LITELLM_SALT_KEY").value == password


@pytest.mark.parametrize("password", ["both'and$dollar-sign", "${HOME}-and-a-bit-more", "'single-and-$-and-more"])
def test_what_no_quoting_saves_is_refused(lh: Lh, stack: Path, password: str) -> None:
    before = (stack / ".env").read_text()
    result = lh(*SALT, "--set", f"LITELLM_SALT_KEY={password}", "--fail-on", "high")
    assert result.status == 1
    assert "differently" in result.out
    assert password not in result.out + result.err
    assert (stack / ".env").read_text() == before


def test_a_value_that_no_fix_needs_is_told(lh: Lh, stack: Path) -> None:
    assert stack
    result = lh(*SALT, "--set", "LITELLM_SALT_KEY=new", "--diff")
    assert "--set" not in result.err
    assert lh(*SALT, "--set", "LITELLM_SALT_KEY=new").status == 0
    assert (
        "lh: --set LITELLM_SALT_KEY: no fix that was made needs it\n" in lh(*SALT, "--set", "LITELLM_SALT_KEY=new").err
    )
