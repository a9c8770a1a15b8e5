from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Lh, lh
from tests.secrets.world import Place

__all__ = ["lh"]

REPORT = "report.txt"

Told = Callable[..., str]


@pytest.fixture
def told(lh: Lh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    """All that runs of `lh` tell of a place, one after another: on stdout, on stderr, and in the report they write."""
    count = 0

    def run(place: Place, *runs: tuple[str, ...], stdin: str | None = None) -> str:
        nonlocal count
        count += 1
        folder = tmp_path / f"{count}"
        for name, text in place.written().items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        monkeypatch.chdir(folder)
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        pieces = []
        for arguments in runs:
            result = lh(*arguments)
            assert "unexpected" not in result.err, (place.name, arguments, result.err)
            report = folder / REPORT
            pieces += [result.out, result.err, report.read_text("utf-8") if report.exists() else ""]
            report.unlink(missing_ok=True)
        return "\n".join(pieces)

    return run
