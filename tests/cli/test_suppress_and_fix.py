"""What is suppressed, left out or not chosen stays as it is, whatever fixes do around it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Lh
from tests.fixture_runs import FIXTURES, NAMES, files


def start(name: str) -> None:
    shutil.copytree(FIXTURES / name / "before", Path.cwd(), dirs_exist_ok=True)


def findings(lh: Lh) -> list[dict[str, Any]]:
    found = lh("lint", "--format", "json").data["findings"]
    assert isinstance(found, list)
    return found


def suppressed(lh: Lh) -> set[tuple[str, int, str]]:
    return {(one["rule"], one["deployment"], one["address"]) for one in findings(lh) if one["suppressed"]}


@pytest.mark.parametrize("chosen", [["--select", "LH111"], ["--ignore", "LH901"], []])
def test_what_is_suppressed_above_the_config_in_helm_values_stays(chosen: list[str], lh: Lh) -> None:
    start("helm-values")
    lh("suppress", "LH405", "--reason", "they all hang")
    assert lh("fix", "--unsafe", *chosen).status == 0
    text = Path("values.yaml").read_text()
    assert "litellm_settings:" in text
    assert "request_timeout" not in text
    assert "  # lh: ignore[LH405] they all hang\n  proxy_config:\n" in text
    assert [key[0] for key in suppressed(lh)] == ["LH405"]


def test_a_rule_that_is_left_out_is_fixed_with_no_other(lh: Lh) -> None:
    start("checklist-1.81")
    lh("fix", "--unsafe", "--ignore", "LH022", "--select", "LH021")
    assert "--run_gunicorn" not in "".join(text.decode() for text in files(Path.cwd()).values())
    assert "LH022" in {one["rule"] for one in findings(lh)}


def _tried(seed: int, lh: Lh) -> None:
    """One finding suppressed at random; then everything fixed, twice, and undone."""
    choose = random.Random(seed)
    start(choose.choice(NAMES))
    here = Path.cwd()
    found = [one for one in findings(lh) if not one["rule"].startswith("LH9") and not one["suppressed"]]
    if not found:
        return
    one = choose.choice(found)
    which = choose.choice([[], ["--address", one["address"]], ["--file-wide"]])
    if lh("suppress", one["rule"], "--reason", "tried", *which).status != 0:
        return
    before, texts = suppressed(lh), files(here)
    assert lh("fix", "--unsafe").status in (0, 1)
    fixed = files(here)
    assert suppressed(lh) <= before
    lh("fix", "--unsafe")
    assert files(here) == fixed
    assert [other["message"] for other in findings(lh) if other["rule"] == "LH901"] == []
    if fixed != texts:
        assert lh("undo").status == 0
    assert files(here) == texts


@pytest.mark.parametrize("seed", range(6))
def test_a_suppression_among_fixes(seed: int, lh: Lh) -> None:
    _tried(seed, lh)


@pytest.mark.harness
@pytest.mark.parametrize("seed", range(6, 300))
def test_many_suppressions_among_fixes(seed: int, lh: Lh) -> None:
    _tried(seed, lh)
