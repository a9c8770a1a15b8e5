"""Fingerprints: the same for the same finding whatever stands around it, and unlike those of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from litellm_harden.rules.fingerprint import Fingerprints
from litellm_harden.rules.judge import judge
from litellm_harden.rules.pack import load
from tests.deploy import write
from tests.fixture_runs import FIXTURES, NAMES

COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./config.yaml:/app/config.yaml"]
"""


class Printed(NamedTuple):
    """A finding's rule, address and fingerprint."""

    rule: str
    address: str
    fingerprint: str


def printed(*paths: Path) -> list[Printed]:
    """The findings of the deployments in the paths."""
    verdict = judge(discover(paths, Owner()).deployments, load().rules)
    prints = Fingerprints(verdict.deployments, verdict.findings)
    return [Printed(one.rule.id, one.address, prints.of(one)) for one in verdict.findings]


def fingerprints(files: dict[str, str], *paths: str) -> list[str]:
    """The fingerprints of what is found in a repository of these files, called on the paths in it."""
    with TemporaryDirectory() as folder:
        root = write(Path(folder), files)
        (root / ".git").mkdir()
        return sorted(one.fingerprint for one in printed(*(root / path for path in paths or (".",))))


@pytest.mark.parametrize("name", NAMES)
def test_no_two_findings_of_a_run_have_the_same(name: str) -> None:
    found = Counter(one.fingerprint for one in printed(FIXTURES / name / "before"))
    assert [one for one, count in found.items() if count > 1] == []


def test_a_key_of_two_surrogates_has_one(tmp_path: Path) -> None:
    write(tmp_path, {"config.yaml": 'router_settings: {"\\ud83d\\ude00": 1}\n'})
    assert any("\ud83d" in one.address for one in printed(tmp_path))


def test_two_compose_files_of_one_folder_are_two_deployments() -> None:
    files = {"compose.yaml": COMPOSE, "compose.server.yaml": COMPOSE, "config.yaml": "model_list: []\n"}
    found = fingerprints(files)
    assert len(found) == len(set(found)) > 0


def test_it_is_the_same_called_on_the_repository_a_folder_or_a_file() -> None:
    files = {"gateway/compose.yaml": COMPOSE, "gateway/config.yaml": "model_list: []\n"}
    whole = fingerprints(files)
    assert whole == fingerprints(files, "gateway") == fingerprints(files, "gateway/config.yaml")


def test_outside_git_the_topmost_configured_folder_stands_for_the_repository(tmp_path: Path) -> None:
    write(tmp_path, {"lh.toml": "", "a/lh.toml": "", "a/compose.yaml": COMPOSE, "a/config.yaml": "model_list: []\n"})
    assert printed(tmp_path) == printed(tmp_path / "a") == printed(tmp_path / "a" / "compose.yaml")


def test_a_link_to_the_folder_makes_no_difference(tmp_path: Path) -> None:
    write(tmp_path, {"a/compose.yaml": COMPOSE, "a/config.yaml": "model_list: []\n"})
    (tmp_path / "a" / ".git").mkdir()
    (tmp_path / "b").symlink_to("a")
    assert printed(tmp_path / "a") == printed(tmp_path / "b")


def test_a_renamed_service_and_a_moved_file_are_others() -> None:
    before = set(fingerprints({"compose.yaml": COMPOSE, "config.yaml": "model_list: []\n"}))
    renamed = fingerprints(
        {"compose.yaml": COMPOSE.replace("litellm:\n", "proxy:\n"), "config.yaml": "model_list: []\n"}
    )
    moved = fingerprints({"deploy/compose.yaml": COMPOSE, "deploy/config.yaml": "model_list: []\n"})
    assert before and renamed and moved
    assert before.isdisjoint(renamed) and before.isdisjoint(moved)


# Whatever stands around

KEYS = "LH213"
"""The rule that flags every model's key in the configs below."""

WORDS = st.text("abcdefgh", min_size=1, max_size=6)
MODELS = st.lists(st.tuples(WORDS, WORDS), max_size=5, unique=True)
NOISE = st.lists(st.sampled_from(["", "# a remark", "  # indented"]), max_size=3)


def config(models: Sequence[tuple[str, str]], noise: Sequence[str] = (), turned: bool = False) -> str:
    """A config each of whose models names its key in a way that nothing resolves, and that has a fallback to nothing;
    `turned` writes the keys of each mapping in the opposite order."""
    lines = ["model_list:"]
    for name, model in models:
        params = [f"      model: openai/{model}", f"      api_key: ${{{model.upper()}}}"]
        item = [f"model_name: {name}", "\n".join(["litellm_params:", *params[:: -1 if turned else 1]])]
        first, second = item[:: -1 if turned else 1]
        lines += [*noise, f"  - {first}", f"    {second}"]
    lines[0] += "" if models else " []"
    routing = ["router_settings:", "  cooldown_time: 600", "  fallbacks: [{a: [missing]}]", *noise]
    general = ["general_settings:", *noise, "  master_key: sk-1234"]
    blocks = ["\n".join(block) for block in (lines, routing, general)]
    return "\n".join(blocks[:: -1 if turned else 1]) + "\n"


def found_in(text: str, rule: str = "") -> set[str]:
    """What is found in a config (by one rule, if named)."""
    with TemporaryDirectory() as folder:
        root = write(Path(folder), {"compose.yaml": COMPOSE, "config.yaml": text})
        (root / ".git").mkdir()
        return {one.fingerprint for one in printed(root) if one.rule == rule or not rule}


@given(MODELS, NOISE, st.booleans())
@settings(max_examples=25, deadline=None)
def test_comments_blank_lines_and_the_order_of_keys_change_nothing(
    models: list[tuple[str, str]], noise: list[str], turned: bool
) -> None:
    assert found_in(config(models, noise, turned)) == found_in(config(models))


@given(st.lists(st.tuples(WORDS, WORDS), min_size=1, max_size=6, unique=True), st.data())
@settings(max_examples=25, deadline=None)
def test_other_models_change_nothing(models: list[tuple[str, str]], data: st.DataObject) -> None:
    kept = [one for one in models if data.draw(st.booleans())]
    order = data.draw(st.permutations(models))
    fewer, more = found_in(config(kept), KEYS), found_in(config(order), KEYS)
    assert fewer <= more
    assert (len(fewer), len(more)) == (len(kept), len(models))


def test_items_alike_are_numbered_among_themselves() -> None:
    alike = found_in(config([("a", "b"), ("a", "b")]), KEYS)
    assert len(alike) == 2
    assert found_in(config([("a", "b")]), KEYS) < alike
    assert found_in(config([("c", "d"), ("a", "b"), ("e", "f"), ("a", "b")]), KEYS) > alike


def test_the_first_of_two_alike_may_go_right_without_renaming_the_second() -> None:
    both = config([("a", "b"), ("a", "b")])
    assert set() < found_in(both.replace("${B}", "os.environ/B", 1), KEYS) < found_in(both, KEYS)


def test_a_value_in_a_list_is_known_by_itself() -> None:
    text = "litellm_settings:\n  callbacks: [{}]\n"
    one, two = (found_in(text.format(items), "LH209") for items in ("os.environ/A", "prometheus, os.environ/A"))
    assert one == two != set()
