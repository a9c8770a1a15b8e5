from __future__ import annotations

import io
import sys
import time

import pytest

from litellm_harden.cli import progress


class Terminal(io.StringIO):
    """A stream that a person looks at."""

    def isatty(self) -> bool:
        return True


def during(seconds: float, monkeypatch: pytest.MonkeyPatch, stream: io.StringIO) -> str:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    monkeypatch.setattr(sys, "stderr", stream)
    with progress.working("judging"):
        time.sleep(seconds)
    return stream.getvalue()


def test_what_takes_long_is_told_and_wiped_away(monkeypatch: pytest.MonkeyPatch) -> None:
    assert during(0.5, monkeypatch, Terminal()) == "lh: judging …\r\x1b[2K"


def test_what_is_quick_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert during(0, monkeypatch, Terminal()) == ""


def test_only_a_terminal_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert during(0.2, monkeypatch, io.StringIO()) == ""
