"""Whole reports are what they were: `python -m tests.report.snapshots` after a wanted change, then read it."""

from __future__ import annotations

from pathlib import Path

from tests.report.snapshots import FOLDER, made


def test_reports_are_what_they_were(tmp_path: Path) -> None:
    found = dict(made(tmp_path))
    stored = {path.relative_to(FOLDER).as_posix(): path for path in FOLDER.rglob("*") if path.is_file()}
    assert set(stored) == set(found)
    for name, text in found.items():
        assert text == stored[name].read_text(encoding="utf-8"), name
