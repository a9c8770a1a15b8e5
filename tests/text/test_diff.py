"""Unified diffs: applied by the few lines of a patch program written here, they give the new text."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.text.diff import unified

lines = st.sampled_from(["a", "b", "", "-", "+x", " y", "@@ -1 +1 @@", "\\ z", "é\u2028\x85\x0c\rf", "--- q", "c"])
texts = st.builds(
    lambda pairs, last: "".join(line + end for line, end in pairs) + last,
    st.lists(st.tuples(lines, st.sampled_from(["\n", "\r\n"])), max_size=12),
    st.sampled_from(["", "last", "a", "b\r"]),
)
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@\n")


def cut(text: str) -> list[str]:
    """The lines of a text with their line ends."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def patched(old: str, diff: str) -> str:
    """The text after a diff, with every line number, count and context line checked."""
    before, after, diff_lines, at = cut(old), list[str](), cut(diff), 2
    done = 0
    while at < len(diff_lines):
        match = HUNK.fullmatch(diff_lines[at])
        assert match, diff_lines[at]
        start, count, new_start, new_count = (1 if number is None else int(number) for number in match.groups())
        first = start - 1 if count else start
        assert first >= done
        after += before[done:first]
        assert len(after) == (new_start - 1 if new_count else new_start)
        at, done, goal = at + 1, first + count, len(after) + new_count
        while first < done or len(after) < goal:
            mark, line, at = diff_lines[at][0], diff_lines[at][1:], at + 1
            if at < len(diff_lines) and diff_lines[at] == "\\ No newline at end of file\n":
                line, at = line[:-1], at + 1
            if mark in " -":
                assert before[first] == line
                first += 1
            if mark in " +":
                after.append(line)
        assert (first, len(after)) == (done, goal)
    return "".join(after + before[done:])


@given(texts, texts, st.integers(0, 4))
def test_a_diff_turns_the_old_text_into_the_new(old: str, new: str, context: int) -> None:
    diff = unified(old, new, "config.yaml", context)
    assert (diff == "") == (old == new)
    if diff:
        assert diff.startswith("--- a/config.yaml\n+++ b/config.yaml\n@@ ")
        assert patched(old, diff) == new


@pytest.mark.parametrize(
    ("old", "new", "body"),
    [
        ("a\nb\n", "a\nc\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n"),
        (
            "a\r\nb",
            "a\r\nc",
            "@@ -1,2 +1,2 @@\n a\r\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
        ),
        ("", "a\n", "@@ -0,0 +1 @@\n+a\n"),
        ("a\n", "", "@@ -1 +0,0 @@\n-a\n"),
        ("a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"),
        ("a\u2028b\n", "a\u2028c\n", "@@ -1 +1 @@\n-a\u2028b\n+a\u2028c\n"),
    ],
)
def test_line_ends_come_out_as_they_are(old: str, new: str, body: str) -> None:
    assert unified(old, new, "f") == f"--- a/f\n+++ b/f\n{body}"


@pytest.mark.skipif(shutil.which("patch") is None, reason="the same is held without patch(1) above")
@pytest.mark.parametrize("new", ["a\r\nB\r\nc", "a\r\nb\r\nc\r\n", "", "x\n\x0c\u2028y\r\n"])
def test_patch_applies_it(new: str, tmp_path: Path) -> None:
    file, old = tmp_path / "config.yaml", "a\r\nb\r\nc"
    file.write_bytes(old.encode())
    diff = unified(old, new, "config.yaml").encode()
    subprocess.run(["patch", "--binary", "-p1", "-s"], input=diff, cwd=tmp_path, check=True)
    assert (file.read_bytes() if file.exists() else b"") == new.encode()
