"""An owner's own rules: which files are taken, what they find, and what is refused in one line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.fix.prove import proven_plan
from litellm_harden.rules.custom import WrongRule, load_rules
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Finding
from litellm_harden.rules.pack import Pack, load
from tests.rules.worlds import deployment

RULE = """\
id: ACME001
name: acme-timeout
title: A call may take long
severity: high
address: config:litellm_settings.request_timeout
options:
  seconds: {type: integer, minimum: 1, default: 120}
expect: {at_most: $seconds}
stated_only: true
message: "request_timeout is {value}, not {expected} ({seconds})"
fix: {set: $seconds, applicability: safe}
why: Because.
sources: []
examples:
  - files: {config.yaml: "litellm_settings: {request_timeout: 600}"}
    flags: ["600"]
  - files: {config.yaml: "litellm_settings: {request_timeout: 60}"}
    passes: true
"""
SECOND = RULE.replace("ACME001", "ACME002").replace("acme-timeout", "acme-second")
PROVIDERS = (
    RULE.replace("litellm_settings.request_timeout", "model_list.*.litellm_params.model")
    .replace("{at_most: $seconds}", "{matches: 'azure/.*'}")
    .replace("fix: {set: $seconds, applicability: safe}\n", "")
)


def loaded(folder: Path, *texts: str, known: Pack | None = None) -> Pack:
    """The built-in rules and those of the texts, each in a file of the folder."""
    folder.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (folder / f"{number}.yaml").write_text(text, "utf-8")
    pack = known or load()
    return pack.extended(load_rules(folder, pack))


def judged(found: Deployment, pack: Pack, *ids: str) -> list[Finding]:
    """What the rules of these ids find, where all are judged."""
    return [finding for finding in judge([found], pack.rules).findings if finding.rule.id in ids]


def fixed(found: Deployment, pack: Pack, rule: str) -> dict[str, str]:
    """The files that the fix of a rule changes."""
    plan = proven_plan(judge([found], pack.rules), Judge(pack.rules), frozenset({rule}))
    return {file.name: plan.workspace.source(file).text for file in plan.edits}


def test_a_folder_of_rules_extends_the_pack(tmp_path: Path) -> None:
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "x.yaml").write_text("no rule")
    (tmp_path / "notes.txt").write_text("no rule")
    pack = loaded(tmp_path, RULE, SECOND)
    assert {rule.id for rule in pack.matching("ACME")} == {"ACME001", "ACME002"}
    rule = pack.get("acme-timeout")
    assert rule is not None and pack.prose(rule).file == tmp_path / "0.yaml"
    assert pack.matching("a") == pack.matching("") == ()


def test_a_rule_finds_and_its_fix_mends(tmp_path: Path) -> None:
    pack = loaded(tmp_path / "rules", RULE)
    files = {"config.yaml": "model_list: []\nlitellm_settings:\n  request_timeout: 600  # ten minutes\n"}
    found = deployment(tmp_path, files)
    found.owner = found.owner._replace(options={"ACME001": {"seconds": 90}})
    [finding] = judged(found, pack, "ACME001")
    assert finding.message == "request_timeout is 600, not at most 90 (90)"
    assert fixed(found, pack, "ACME001") == {"config.yaml": files["config.yaml"].replace("600", "90")}


def test_a_star_stands_for_each_item_and_each_key(tmp_path: Path) -> None:
    models = "".join(f"- {{model_name: m, litellm_params: {{model: {name}}}}}\n" for name in ("azure/a", "b", "c"))
    found = deployment(tmp_path, {"config.yaml": f"model_list:\n{models}"})
    assert [one.address for one in judged(found, loaded(tmp_path / "rules", PROVIDERS), "ACME001")] == [
        "config:model_list.1.litellm_params.model",
        "config:model_list.2.litellm_params.model",
    ]
    aliases = PROVIDERS.replace("model_list.*.litellm_params.model", "router_settings.model_group_alias.*")
    config = "model_list: []\nrouter_settings: {model_group_alias: {'*': x, 'gpt-4.1': azure/y}}\n"
    found = deployment(tmp_path, {"config.yaml": config})
    [finding] = judged(found, loaded(tmp_path / "more", aliases), "ACME001")
    assert (finding.address, finding.value) == ("config:router_settings.model_group_alias.*", "x")


def test_what_is_to_be_done_names_its_setting(tmp_path: Path) -> None:
    rule = RULE.replace("request_timeout", "x").replace("stated_only: true\n", "")
    for address, does in (
        ('"image:"', "set image to 120"),
        ("proxy:stop_grace_period", "set stop_grace_period to 120"),
        ('config:router_settings.model_group_alias."gpt-4.1"', "set gpt-4.1 to 120"),
    ):
        text = rule.replace("config:litellm_settings.x", address).replace("{at_most: $seconds}", "{equals: $seconds}")
        found = deployment(tmp_path, {"config.yaml": "model_list: []\n"})
        [finding] = judged(found, loaded(tmp_path / "rules", text), "ACME001")
        assert finding.fix is not None and finding.fix.description.startswith(does)


def test_a_folder_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    pack = loaded(tmp_path / "rules", RULE)
    (tmp_path / "link").symlink_to("rules")
    assert load_rules(tmp_path / "link", pack) == load_rules(tmp_path / "rules", pack) == {}


def test_ids_and_names_are_unique(tmp_path: Path) -> None:
    with pytest.raises(WrongRule, match=r"b/0\.yaml: ACME001 is the id of .*a/0\.yaml too"):
        loaded(tmp_path / "b", RULE, known=loaded(tmp_path / "a", RULE))
    with pytest.raises(WrongRule, match="acme-timeout is the name of ACME001 too"):
        loaded(tmp_path / "c", RULE, RULE.replace("ACME001", "ACME002"))
    with pytest.raises(WrongRule, match="request-timeout is the name of LH405 too"):
        loaded(tmp_path / "d", RULE.replace("acme-timeout", "request-timeout"))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("ACME001", "LH901", "'id' has the wrong form"),
        ("ACME001", "A001", "'id' has the wrong form"),
        ("expect: {at_most: $seconds}", "check: worker-count", "'check' is refused"),
        ("why:", "inputs: [KEY]\nwhy:", "'inputs' is refused"),
        ("why:", "checklist: {item: 1, week: 1}\nwhy:", "'checklist' is refused"),
        ("why:", "companions: [LH998]\nwhy:", "companion LH998 is no rule"),
        ("{config.yaml", "{../config.yaml", "cannot be the name of a file"),
        ("{config.yaml", "{/etc/config.yaml", "cannot be the name of a file"),
        ("{config.yaml", "{.GIT/config", "cannot be the name of a file"),
        ("why: Because.", "why: !!python/object/apply:os.system x", "0.yaml:12: holds a tag"),
        ("why: Because.", "why: 2024-01-01", "0.yaml:12: holds a value"),
        ("why:", "id: ACME002\nwhy:", "0.yaml:12: holds a key is there twice"),
        ("why:", "why: x\0", "0.yaml:12: holds a NUL"),
        ("why:", "? [a]\n: 1\nwhy:", "0.yaml:12: holds a list or mapping as a key"),
        ("{at_most: $seconds}", "{at_most: .inf}", "0.yaml:8: holds a number that is not finite"),
        ("{at_most: $seconds}", "{at_least: .NaN}", "0.yaml:8: holds a number that is not finite"),
        ("default: 120", "default: 1e999", "0.yaml:7: holds a number that is not finite"),
        ("{set: $seconds,", "{set: -.inf,", "0.yaml:11: holds a number that is not finite"),
        ("why: Because.", "why: *none", "0.yaml:12: an alias stands for no anchor"),
        ("why: Because.", f"why: {'[' * 20_000}", "0.yaml:12: nests deeper than 100 levels"),
        ("why: Because.", f"why: {'x' * 2_000_000}", "is larger than 1 MiB"),
        (RULE, "", "is empty"),
        (RULE, f"{RULE}---\n{RULE}", "several YAML documents"),
        (RULE, "- a list", "must be a mapping"),
    ],
)
def test_what_is_no_rule_is_refused_by_file_and_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    with pytest.raises(WrongRule) as caught:
        loaded(tmp_path, RULE.replace(old, new, 1))
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_aliases_and_merges_do_not_expand_without_bound(tmp_path: Path) -> None:
    bomb = "x0: &a0 [y, y, y]\n" + "".join(f"x{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 40))
    merges = "m0: &m0 {a: 1}\n" + "".join(f"m{n}: &m{n} {{<<: [*m{n - 1}, *m{n - 1}]}}\n" for n in range(1, 40))
    nested = "n0: &n0 [y]\n" + "".join(f"n{n}: &n{n} [*n{n - 1}]\n" for n in range(1, 200))
    for text, says in ((bomb, "more than 1 MiB"), (merges, "more than 1 MiB"), (nested, "deeper than 100")):
        with pytest.raises(WrongRule, match=says):
            loaded(tmp_path, RULE + text)


def test_only_plain_files_inside_the_folder_are_read(tmp_path: Path) -> None:
    folder, file = tmp_path / "rules", tmp_path / "rules" / "a.yaml"
    with pytest.raises(WrongRule, match="cannot be read"):
        load_rules(folder, load())
    folder.mkdir()
    assert load_rules(folder, load()) == {}
    file.mkdir()
    with pytest.raises(WrongRule, match=r"a\.yaml: is not a regular file"):
        load_rules(folder, load())
    file.rmdir()
    os.mkfifo(file)
    with pytest.raises(WrongRule, match=r"a\.yaml: is not a regular file"):
        load_rules(folder, load())
    file.unlink()
    (tmp_path / "outside.yaml").write_text(RULE)
    file.symlink_to(tmp_path / "outside.yaml")
    with pytest.raises(WrongRule, match=r"a\.yaml: lies outside"):
        load_rules(folder, load())
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(WrongRule, match="cannot be read"):
        load_rules(tmp_path / "loop", load())


_LINES = RULE.splitlines()
_PIECES = st.sampled_from(
    ["{", "}", "[", "]", "*", "$x", "null", "true", "-1", "{}", ": ", "- ", "&a ", "''", "\t", "é"]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, len(_LINES) - 1), st.integers(0, 80), st.integers(0, 80), _PIECES)
def test_a_damaged_rule_is_a_rule_or_wrong(tmp_path: Path, line: int, start: int, end: int, piece: str) -> None:
    damaged = [*_LINES]
    damaged[line] = damaged[line][:start] + piece + damaged[line][max(start, end) :]
    try:
        pack = loaded(tmp_path, "\n".join(damaged))
    except WrongRule as error:
        assert "\n" not in str(error)
        return
    found = deployment(tmp_path, {"config.yaml": "model_list: []\nlitellm_settings: {request_timeout: 600}\n"})
    judged(found, pack, *(pack.proses))
