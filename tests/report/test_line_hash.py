"""The hash of a line, by the vectors of github/codeql-action (src/fingerprints.test.ts)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.cli.main import lh
from litellm_harden.report.line_hash import line_hashes

GREETINGS = [
    *("e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1"),
    *("c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1"),
]


def hashes(text: str) -> list[str]:
    """Those of all lines."""
    return list(line_hashes(text, range(1, len(text) + 2)).values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["c129715d7a2bc9a3:1"]),
        (
            " a\nb\n  \t\tc\n d",
            ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"],
        ),
        (
            " hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End",
            [
                *("8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1"),
                *("b86d3392aea1be30:1", "e6ceba753e1a442:1"),
            ],
        ),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", GREETINGS),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", GREETINGS),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", GREETINGS),
        (" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", GREETINGS),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [
                *(f"a7f2ff13bc495cf2:{number}" for number in range(1, 7)),
                *("a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1"),
                "c129715d7a2bc9a3:1",
            ],
        ),
    ],
)
def test_a_hash_is_that_of_the_upload_action(text: str, expected: list[str]) -> None:
    assert hashes(text) == expected


@given(st.text("ab \t\r\n\ufeff\U0001f989\u2028", max_size=400))
def test_it_is_that_of_a_window_that_rolls_over_the_file(text: str) -> None:
    assert hashes(text) == list(rolled(text))


def rolled(text: str) -> list[str]:
    """As the action says it: unit by unit, a hash of the last hundred whenever they start a line."""
    units = [*_units(re.sub(r"[ \t]", "", re.sub(r"\r\n?", "\n", text))), 0xFFFF]
    starts = [0, *(at + 1 for at, unit in enumerate(units) if unit == ord("\n"))]
    padded, found, seen = [*units, *[0] * 100], 0, dict[int, int]()
    known: dict[int, int] = {}
    for at, unit in enumerate(padded):
        found = (found * 37 + unit - (padded[at - 100] * 37**100 if at >= 100 else 0)) % 2**64
        known[at - 99] = found
    lines = []
    for start in starts:
        one = known[start]
        seen[one] = seen.get(one, 0) + 1
        lines.append(f"{one:x}:{seen[one]}")
    return lines


def _units(text: str) -> list[int]:
    data = text.encode("utf-16-le")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def test_results_have_it_beside_our_own(tmp_path: Path) -> None:
    text = "model_list: []\nrouter_settings:\n  cooldown_time: 120\n"
    [result] = _results(tmp_path, text)
    expected = line_hashes(text, {3})[3]
    assert result["partialFingerprints"] == {
        "primaryLocationLineHash": expected,
        "litellmHarden/v1": result["partialFingerprints"]["litellmHarden/v1"],
    }


def test_a_hash_tells_nothing_of_a_secret(tmp_path: Path) -> None:
    text = "router_settings:\n  cooldown_time: 120\ngeneral_settings:\n  master_key: sk-{}\n"
    told = [_results(tmp_path, text.format(key)) for key in ("3fa9Qk1LmZ", "9sJw72bVxa")]
    assert told[0] == told[1] != _results(tmp_path, text.replace("general", "litellm"))
    far = "general_settings:\n  master_key: sk-3fa9Qk1LmZ\nrouter_settings:\n  cooldown_time: 120\n"
    [result] = _results(tmp_path, far)
    assert result["partialFingerprints"]["primaryLocationLineHash"] == line_hashes(far, {4})[4]


def _results(folder: Path, text: str) -> Any:
    file = folder / "config.yaml"
    file.write_text(text)
    said = CliRunner().invoke(lh, ["lint", str(file), "--select", "LH042", "--format", "sarif"])
    return json.loads(said.stdout)["runs"][0]["results"]
