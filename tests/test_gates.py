"""Every release at which LiteLLM changed is seen from both sides."""

from pathlib import Path

from tests.gates import EXPECTED, all_gates, differences, rendered


def test_lint_says_on_both_sides_of_each_gate_what_it_said(tmp_path: Path) -> None:
    assert rendered(tmp_path) == EXPECTED.read_text("utf-8")


def test_each_gate_makes_a_difference(tmp_path: Path) -> None:
    silent = [str(version) for version, (gone, come) in differences(tmp_path).items() if not gone and not come]
    assert not silent, {version: all_gates()[version] for version in all_gates() if str(version) in silent}
