"""Whose LiteLLM is asked where nobody says."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from litellm_harden.verify.interpreter import find_interpreter


@pytest.fixture(autouse=True)
def not_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No LiteLLM in the interpreter of the tests, and no program but those of the test."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path))


@pytest.mark.parametrize(
    "head",
    [
        f"#!{sys.executable}\nimport litellm\n",
        f"#!/bin/sh\n'''exec' {sys.executable} \"$0\" \"$@\"\n' '''\n",
        f"#!/bin/sh\n'''exec' \"{sys.executable}\" \"$0\" \"$@\"\n' '''\n",
    ],
)
def test_the_interpreter_of_the_command_litellm(head: str, tmp_path: Path) -> None:
    command = tmp_path / "litellm"
    command.write_text(head)
    command.chmod(0o755)
    assert find_interpreter() == sys.executable


def test_none_without_that_command() -> None:
    assert find_interpreter() == ""


def test_none_where_the_command_is_no_script_of_python(tmp_path: Path) -> None:
    command = tmp_path / "litellm"
    command.write_bytes(b"\x7fELF\0\0\xff")
    command.chmod(0o755)
    assert find_interpreter() == ""
