"""`lh baseline`, and what lint and fix make of it: known findings do not count, new ones do, gone ones are told."""

from __future__ import annotations

import json
import shutil
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from tests.cli.conftest import COMPOSE, CONFIG, ENV, Lh, Result
from tests.deploy import write
from tests.fixture_runs import states

FILE = "lh-baseline.json"


@pytest.fixture
def recorded(lh: Lh, gateway: Path) -> Path:
    """The small deployment, with a repository around it and all of its findings in the baseline that lh.toml states."""
    (gateway / ".git").mkdir()
    (gateway / "lh.toml").write_text(f'baseline = "{FILE}"\n')
    assert lh("baseline").status == 0
    return gateway


def entries(file: str = FILE) -> list[dict[str, str]]:
    data = json.loads(Path(file).read_text())
    assert data["schema"] == "lh-baseline-1"
    found: list[dict[str, str]] = data["findings"]
    return found


def change(name: str, *pairs: tuple[str, str]) -> None:
    file = Path(name)
    text = file.read_text()
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text)


def new(result: Result) -> list[str]:
    """The rules of the findings that count."""
    return [one["rule"] for one in result.data["findings"] if not one["suppressed"]]


def gone(result: Result) -> list[str]:
    return [one["rule"] for one in result.data["baseline"]["gone"]]


def test_it_records_what_counts_and_says_what_to_type_next(lh: Lh, gateway: Path) -> None:
    found = lh("lint", "--format", "json").data["findings"]
    told = lh("baseline")
    assert (told.status, told.err) == (0, "")
    assert told.out == f"{len(found)} findings recorded in {FILE}; lh lint --baseline {FILE} counts new ones alone\n"
    assert {one["fingerprint"] for one in entries()} == {one["fingerprint"] for one in found}
    one = next(one for one in entries() if one["rule"] == "LH042")
    assert one["deployment"] == "docker-compose.yml#litellm"
    assert (one["address"], one["file"]) == ("config:router_settings.cooldown_time", "config.yaml")


def test_again_it_writes_the_same_bytes(lh: Lh, recorded: Path) -> None:
    before = Path(FILE).read_bytes()
    assert "(0 added, 0 gone); lh lint counts new ones alone" in lh("baseline").out
    assert Path(FILE).read_bytes() == before


def test_it_holds_no_secret(lh: Lh, recorded: Path) -> None:
    assert "4711" not in Path(FILE).read_text()


def test_what_a_comment_covers_is_not_recorded(lh: Lh, gateway: Path) -> None:
    change("config.yaml", ("  cooldown_time", "  # lh: ignore[LH042] agreed\n  cooldown_time"))
    assert lh("baseline").status == 0
    assert "LH042" not in [one["rule"] for one in entries()]


# The gate


def test_known_findings_do_not_count(lh: Lh, recorded: Path) -> None:
    known = len(entries())
    told = lh("lint")
    assert told.status == 0
    assert (
        told.out.startswith("No new findings in 1 deployment") and f"\n{known} known findings (baseline)\n" in told.out
    )
    assert "is 120 s" not in told.out and "is 120 s" in lh("lint", "-v").out
    data = lh("lint", "--format", "json").data
    assert data["baseline"] == {"known": known, "gone": []}
    assert {json.dumps(one["suppression"]) for one in data["findings"]} == {'{"by": "baseline"}'}
    assert data["summary"]["critical"] == 0 and data["summary"]["suppressed"] == known


def test_without_the_baseline_all_count(lh: Lh, recorded: Path) -> None:
    told = lh("lint", "--no-baseline", "--format", "json")
    assert told.status == 1 and "baseline" not in told.data
    assert len(new(told)) == len(entries())


def test_a_new_finding_counts(lh: Lh, recorded: Path) -> None:
    change("config.yaml", ("router_settings:", "router_settings:\n  allowed_fails: 1"))
    before = [one["rule"] for one in entries()]
    told = lh("lint", "--format", "json", "--fail-on", "low")
    assert told.status == 1 and new(told) and not set(new(told)) & set(before)


def test_what_moves_or_gets_another_value_is_known(lh: Lh, recorded: Path) -> None:
    change("config.yaml", ("router_settings", "# more\n\nrouter_settings"), ("120", "500"))
    change("docker-compose.yml", ("services:", "# more\nservices:"))
    told = lh("lint", "--format", "json", "--fail-on", "low")
    assert (told.status, new(told), gone(told)) == (0, [], [])


def test_a_repaired_one_is_gone(lh: Lh, recorded: Path) -> None:
    change("config.yaml", ("120", "30"))
    assert "\n1 finding of the baseline is gone: lh baseline records what is left\n" in lh("lint").out
    assert gone(lh("lint", "--format", "json")) == ["LH042"]
    assert "(0 added, 1 gone)" in lh("baseline").out
    assert gone(lh("lint", "--format", "json")) == []


def test_fix_fixes_known_findings_and_counts_new_ones(lh: Lh, recorded: Path) -> None:
    assert lh("fix", "--diff", "--select", "LH042").status == 1
    told = lh("fix", "--select", "LH042", "--format", "json", "--fail-on", "low")
    assert (told.status, new(told), gone(told)) == (0, [], ["LH042"])
    assert "cooldown_time: 60" in Path("config.yaml").read_text()
    change("config.yaml", ("router_settings:", "router_settings:\n  redis_url: redis://cache"))
    assert lh("fix", "--select", "LH061", "--fail-on", "low").status == 1


def test_fix_tells_of_a_wrong_baseline_before_it_writes(lh: Lh, recorded: Path) -> None:
    Path(FILE).write_text("{}")
    told = lh("fix")
    assert told.status == 2 and "its schema is not lh-baseline-1" in told.err
    assert Path("config.yaml").read_text() == CONFIG


# Only of what was looked at


def test_nothing_is_gone_that_was_not_looked_for(lh: Lh, recorded: Path) -> None:
    change("config.yaml", ("120", "30"))
    assert gone(lh("lint", "--week", "2", "--format", "json")) == []
    assert gone(lh("lint", "--ignore", "LH042", "--format", "json")) == []
    Path("config.yaml").write_text("router_settings: {")
    assert gone(lh("lint", "--format", "json")) == []


def test_nothing_is_gone_of_what_is_not_judged_any_more(lh: Lh, recorded: Path) -> None:
    assert "LH032" in [one["rule"] for one in entries()]  # LITELLM_LOG=DEBUG of the .env, which is in no checkout
    Path(".env").unlink()
    told = lh("lint", "--format", "json")
    assert "LH032" in [one["rule"] for one in told.data["not_judged"]] and "LH032" not in gone(told)
    lh("baseline")
    assert "LH032" in [one["rule"] for one in entries()]


@pytest.fixture
def two(lh: Lh) -> Path:
    """A repository of two deployments, in the baseline that its lh.toml states."""
    here = Path.cwd()
    files = {"compose.yaml": COMPOSE, "config.yaml": CONFIG, ".env": ENV}
    write(here, {f"{folder}/{name}": text for folder in "ab" for name, text in files.items()})
    write(here, {"lh.toml": f'baseline = "{FILE}"\n', ".git/HEAD": ""})
    assert lh("baseline").status == 0
    return here


def of(folder: str) -> set[str]:
    return {one["fingerprint"] for one in entries() if one["deployment"].startswith(f"{folder}/")}


def test_one_baseline_serves_the_repository_its_folders_and_their_files(lh: Lh, two: Path) -> None:
    for path in (".", "a", "a/config.yaml", "b/compose.yaml"):
        told = lh("lint", path, "--format", "json")
        assert (told.status, new(told), gone(told)) == (0, [], []), path


def test_recording_one_folder_keeps_what_is_recorded_of_the_other(lh: Lh, two: Path) -> None:
    others = of("b")
    change("a/config.yaml", ("120", "30"))
    assert "(0 added, 1 gone)" in lh("baseline", "a").out
    assert of("b") == others
    assert "(0 added, 0 gone)" in lh("baseline", "--select", "LH042").out


def test_a_deployment_that_is_deleted_is_gone_where_it_was_looked_for(lh: Lh, two: Path) -> None:
    for name in ("compose.yaml", "config.yaml", ".env"):
        (two / "b" / name).unlink()
    assert gone(lh("lint", "a", "--format", "json")) == []
    assert len(gone(lh("lint", "--format", "json"))) == len(of("b"))
    lh("baseline")
    assert of("a") and not of("b")


def test_a_folder_may_be_called_anything(lh: Lh, two: Path) -> None:
    (two / "b").rename(two / "b#1 %23 ü")
    assert lh("baseline").status == lh("lint").status == 0
    (two / "b#1 %23 ü").rename(two / "c")
    told = lh("lint", "--format", "json")
    assert len(gone(told)) == len(new(told)) > 0


def test_a_file_from_stdin_is_judged_against_it_too(lh: Lh, recorded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TextIOWrapper(BytesIO(CONFIG.replace("120", "30").encode()))
    monkeypatch.setattr("sys.stdin", text)
    told = lh("lint", "--stdin-filename", "config.yaml", "--format", "json", "--fail-on", "low")
    assert (told.status, new(told), gone(told)) == (0, [], ["LH042"])


def test_a_service_that_is_taken_out_is_gone(lh: Lh, two: Path) -> None:
    (two / "b" / "compose.yaml").write_text("services: {db: {image: postgres:16}}\n")
    (two / "b" / "config.yaml").unlink()
    assert len(gone(lh("lint", "--format", "json"))) == len(of("b"))


def test_the_nearest_baseline_counts(lh: Lh, two: Path) -> None:
    (two / "b" / "lh.toml").write_text('baseline = "own.json"\n')
    missing = lh("lint")
    assert missing.status == 2 and "own.json: there is no such baseline; lh baseline records one" in missing.err
    told = lh("baseline")
    assert "lh-baseline.json" in told.out and "b/own.json" in told.out
    assert of("a") and not of("b")
    assert lh("lint").status == 0
    assert {one["deployment"] for one in entries("b/own.json")} == {"b/compose.yaml#litellm"}


@pytest.mark.parametrize("outer", [(), (".git",), ("lh.toml",)])
def test_a_repository_inside_of_a_folder_keeps_its_baseline(lh: Lh, recorded: Path, outer: tuple[str, ...]) -> None:
    inner = recorded / "inner"
    shutil.copytree(recorded, inner)
    shutil.rmtree(recorded / ".git")
    for name in ("config.yaml", ".env", "docker-compose.yml", "lh.toml"):
        (recorded / name).unlink()
    for name in outer:
        (recorded / name).touch()
    told = lh("lint", "--format", "json")
    assert (told.status, new(told), gone(told)) == (0, [], [])


# What cannot be used


@pytest.mark.parametrize("command", ["lint", "fix"])
def test_a_baseline_that_is_not_there_is_wrong_usage(lh: Lh, gateway: Path, command: str) -> None:
    told = lh(command, "--baseline", "no ne.json")
    assert told.status == 2
    assert "no ne.json: there is no such baseline; lh baseline --output 'no ne.json' records one" in told.err


def test_the_two_options_exclude_each_other(lh: Lh, gateway: Path) -> None:
    assert lh("lint", "--baseline", FILE, "--no-baseline").status == 2


def test_another_file_is_not_overwritten(lh: Lh, gateway: Path) -> None:
    told = lh("baseline", "--output", "config.yaml")
    assert told.status == 2 and "config.yaml:1: is not valid JSON" in told.err
    assert Path("config.yaml").read_text() == CONFIG


def test_a_place_that_cannot_be_written_is_wrong_usage(lh: Lh, gateway: Path) -> None:
    told = lh("baseline", "--output", "nowhere/b.json")
    assert told.status == 2 and "nowhere/b.json: cannot be written" in told.err


def test_without_a_deployment_nothing_is_recorded(lh: Lh) -> None:
    told = lh("baseline")
    assert (told.status, told.out, list(Path.cwd().iterdir())) == (3, "", [])


def test_the_checklist_knows_no_baseline(lh: Lh, recorded: Path) -> None:
    found = set(states(lh("checklist", "--format", "json").data))
    assert ("LH042", "open") in found and "suppressed" not in {state for _, state in found}
