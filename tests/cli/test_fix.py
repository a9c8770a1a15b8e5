from __future__ import annotations

import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import COMPOSE, CONFIG, ENV, Lh

needs_patch = pytest.mark.skipif(not shutil.which("patch"), reason="patch(1) is not installed")


def texts(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text() for name in ("config.yaml", "docker-compose.yml", ".env")}


def test_fix_tells_what_it_did_and_undo_takes_it_back(lh: Lh, gateway: Path) -> None:
    result = lh("fix", "--select", "LH032,LH042")
    assert result.status == 0
    assert result.out == (
        "Fixed\n"
        ".env\n"
        "  2:13  critical  LH032  set LITELLM_LOG=ERROR\n"
        "\n"
        "config.yaml\n"
        "  4:18  critical  LH042  set cooldown_time to 60\n"
        "\n"
        "Fixed 2 findings in 2 files; nothing remains; lh undo takes it back\n"
    )
    assert texts(gateway)["config.yaml"] == CONFIG.replace("120", "60")
    again = lh("fix", "--select", "LH032,LH042")
    assert (again.status, again.out) == (0, "Nothing to fix in 1 deployment\n")
    undone = lh("undo")
    assert (undone.status, undone.out) == (0, "brought back .env\nbrought back config.yaml\n")
    assert texts(gateway) == {"config.yaml": CONFIG, "docker-compose.yml": COMPOSE, ".env": ENV}
    assert lh("undo").status == 3


def test_what_is_not_fixed_remains_with_the_reason(lh: Lh, gateway: Path) -> None:
    result = lh("fix", "--select", "LH021")
    assert result.status == 1
    assert "; not done: needs --unsafe\n" in result.out
    assert "Nothing was fixed; 1 remains (1 critical)\n" in result.out
    assert lh("fix", "--select", "LH021", "--fail-on", "never").status == 0


def test_the_json_of_a_fix_counts_what_was_fixed(lh: Lh, gateway: Path) -> None:
    data = lh("fix", "--select", "LH021,LH042", "--format", "json").data
    assert data["summary"]["fixed"] == 1
    assert [finding["rule"] for finding in data["findings"]] == ["LH021"]
    assert [(one["rule"], one["reason"][:14]) for one in data["refused"]] == [("LH021", "needs --unsafe")]
    assert [(one["file"], one["sha256"]) for one in data["plan"]] == [
        ("config.yaml", hashlib.sha256(CONFIG.encode()).hexdigest())
    ]


def test_diff_writes_nothing(lh: Lh, gateway: Path) -> None:
    result = lh("fix", "--select", "LH042", "--diff")
    assert result.status == 1
    assert result.out == (
        "--- a/config.yaml\n"
        "+++ b/config.yaml\n"
        "@@ -1,4 +1,4 @@\n"
        " model_list: []\n"
        " \n"
        " router_settings:\n"
        "-  cooldown_time: 120  # two minutes\n"
        "+  cooldown_time: 60  # two minutes\n"
    )
    data = lh("fix", "--select", "LH042", "--diff", "--format", "json").data
    assert data["plan"][0]["edits"] == [{"file": "config.yaml", "start": 50, "end": 53, "text": "60"}]
    assert data["summary"]["fixed"] == 0
    assert texts(gateway) == {"config.yaml": CONFIG, "docker-compose.yml": COMPOSE, ".env": ENV}


def test_a_diff_without_change_is_empty_and_0(lh: Lh, gateway: Path) -> None:
    result = lh("fix", "--select", "LH015", "--diff")
    assert (result.status, result.out) == (0, "")


@needs_patch
def test_patch_applies_a_diff_that_hides_nothing(lh: Lh, gateway: Path) -> None:
    arguments = ["--week", "1", "--unsafe"]
    diff = lh("fix", *arguments, "--diff", "--show-secrets").out
    subprocess.run(["patch", "-p1", "-s"], input=diff, text=True, check=True, cwd=gateway)
    patched = texts(gateway)
    subprocess.run(["patch", "-p1", "-s", "-R"], input=diff, text=True, check=True, cwd=gateway)
    lh("fix", *arguments)
    assert texts(gateway) == patched


@needs_patch
def test_patch_refuses_a_hunk_that_hides_a_secret_and_applies_the_others(lh: Lh, gateway: Path) -> None:
    diff = lh("fix", "--select", "LH032,LH042", "--diff").out
    assert "sk-canary" not in diff
    done = subprocess.run(["patch", "-p1", "-s"], input=diff, text=True, check=False, cwd=gateway, capture_output=True)
    assert done.returncode == 1
    assert texts(gateway) == {"config.yaml": CONFIG.replace("120", "60"), "docker-compose.yml": COMPOSE, ".env": ENV}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--set", "NAME=1"],
        ["--set", "NAME"],
        ["--show-secrets"],
        ["--select", "LH999"],
    ],
)
def test_wrong_usage_is_2_and_writes_nothing(lh: Lh, gateway: Path, arguments: list[str]) -> None:
    assert lh("fix", *arguments).status == 2
    assert texts(gateway) == {"config.yaml": CONFIG, "docker-compose.yml": COMPOSE, ".env": ENV}


def test_a_set_value_is_not_repeated(lh: Lh, gateway: Path) -> None:
    assert "hunter2" not in lh("fix", "--set", "SLACK_WEBHOOK_URL=hunter2").err


def test_undo_refuses_a_file_that_changed_since(lh: Lh, gateway: Path) -> None:
    lh("fix", "--select", "LH042")
    with (gateway / "config.yaml").open("a") as file:
        file.write("# mine\n")
    result = lh("undo")
    assert result.status == 3
    assert "config.yaml changed since" in result.err


def test_nothing_to_fix_in_an_empty_folder_is_3(lh: Lh) -> None:
    assert lh("fix").status == 3
    assert lh("fix", "--diff").status == 3


def test_a_fix_elsewhere_says_where_to_undo_it(lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(gateway.parent)
    assert lh("fix", "--select", "LH042", "gateway").out.endswith("; lh undo gateway takes it back\n")
    assert lh("undo").status == 3
    assert lh("undo", "gateway").out == "brought back gateway/config.yaml\n"


def test_a_fix_below_the_repositorys_root_is_undone_from_anywhere_in_it(
    lh: Lh, gateway: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gateway / ".git").mkdir()
    (gateway / "docs").mkdir()
    monkeypatch.chdir(gateway / "docs")
    assert lh("fix", "--select", "LH042", "..").out.endswith("; lh undo takes it back\n")
    assert lh("undo").out == "brought back ../config.yaml\n"


def test_a_fix_that_was_cut_short_is_told_at_the_next_run(lh: Lh, gateway: Path) -> None:
    from litellm_harden.fix.where import UNFINISHED, journal_folder

    lh("fix", "--select", "LH042")
    (run,) = (folder for folder in journal_folder(gateway).iterdir() if folder.is_dir())
    (run / UNFINISHED).touch()
    assert "lh undo" in lh("lint").err
    assert lh("undo").status == 0
    assert lh("lint").err == ""


def test_a_diff_tells_what_it_leaves_out(lh: Lh) -> None:
    Path("config.yaml").write_text(
        "model_list: []\nlitellm_settings: {cache: true, cache_params: {type: local, ttl: 60}}\n", encoding="utf-8"
    )
    result = lh("fix", "--diff", "--select", "LH101")
    assert (result.status, result.out, result.err) == (0, "", "lh: not fixed (LH101): needs --unsafe\n")
    assert not lh("fix", "--diff", "--select", "LH101", "-q").err


def test_an_env_file_that_no_commit_carries_is_told(lh: Lh, gateway: Path) -> None:
    def told(*arguments: str) -> str:
        return lh("fix", "--select", "LH032", *arguments).err

    assert told("--diff") == ""
    subprocess.run(["git", "init", "-q", str(gateway)], check=True)
    assert told("--diff") == "lh: git does not track .env, and does not ignore it: other hosts need its new lines too\n"
    (gateway / ".gitignore").write_text(".env\n", encoding="utf-8")
    assert told("-q") == ""
    lh("undo")
    assert told() == "lh: git does not track .env: other hosts need its new lines too\n"
    lh("undo")
    subprocess.run(["git", "-C", str(gateway), "add", "-f", ".env"], check=True)
    assert told() == ""
