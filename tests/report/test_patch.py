"""Diffs against patch(1) itself."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.text.diff import unified

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n", "d d\n"]), max_size=12).map("".join)
ENDS = st.sampled_from(["", "x", "y\n"])

pytestmark = pytest.mark.skipif(not shutil.which("patch"), reason="patch(1) is not installed")


@given(LINES, ENDS, LINES, ENDS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_patch_turns_the_old_text_into_the_new(tmp_path: Path, old: str, old_end: str, new: str, new_end: str) -> None:
    file = tmp_path / "with space.yaml"
    file.write_bytes((old + old_end).encode())
    diff = unified(old + old_end, new + new_end, file.name)
    if diff:
        subprocess.run(
            ["patch", "-p1", "-s", "-E", "--binary"], input=diff.encode(), cwd=tmp_path, check=True, capture_output=True
        )
    written = file.read_bytes() if file.exists() else b""
    assert written == (new + new_end).encode()
