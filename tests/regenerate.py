"""Write anew what the fixtures expect: `python -m tests.regenerate [NAME]...`; then read the difference."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from tests.fixture_runs import FIXTURES, NAMES, run


def regenerate(name: str, scratch: Path) -> None:
    """Replace the fixture's `report.txt`, `report.json` and the folder of each week by what `lh` does now."""
    seen, fixture = run(name, scratch), FIXTURES / name
    (fixture / "report.txt").write_bytes(seen.report_text.encode())
    (fixture / "report.json").write_bytes(seen.report_json.encode())
    for week, files in seen.weeks.items():
        shutil.rmtree(fixture / week, ignore_errors=True)
        for file, data in files.items():
            target = fixture / week / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for each in sys.argv[1:] or NAMES:
            regenerate(each, Path(folder))
