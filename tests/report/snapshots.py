"""Whole reports in every format for tools: `python -m tests.report.snapshots` writes them anew.

In `reports/`, a folder for each run. SARIF is laid out to be read, and names its rules in place of describing them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.deploy import write
from tests.fixture_runs import copy, lh

FOLDER = Path(__file__).parent / "reports"
FORMATS = {
    "github": "report.txt",
    "gitlab": "gitlab.json",
    "jsonl": "report.jsonl",
    "junit": "junit.xml",
    "markdown": "report.md",
    "sarif": "report.sarif",
}
SHARED = {
    "config.yaml": "model_list: []\nrouter_settings:\n  cooldown_time: 120\n",
    "compose.yaml": """\
        services:
          east:
            image: ghcr.io/berriai/litellm:v1.81.0-stable
            command: ["--config", "/app/config.yaml"]
            volumes: ["./config.yaml:/app/config.yaml"]
          west:
            image: ghcr.io/berriai/litellm:v1.83.0-stable
            command: ["--config", "/app/config.yaml"]
            volumes: ["./config.yaml:/app/config.yaml"]
        """,
}
RUNS = {
    "not-judged": ("missing-env", "lint", "--week", "1", "--select", "LH02,LH03,LH04"),
    "after-a-fix": ("single-deployments", "fix", "--week", "1", "--week", "2"),
    "not-readable": ("config-only", "lint", "--item", "4", "--item", "7", ".", "broken.yaml"),
    "a-shared-file": ("", "lint", "--select", "LH024,LH042,LH072"),
}
"""The fixture, and what is done with a copy of it."""


def made(scratch: Path) -> Iterator[tuple[str, str]]:
    """The reports by their path below `FOLDER`."""
    for name, (fixture, *arguments) in RUNS.items():
        for form, file in FORMATS.items():
            home = scratch / name / form
            folder = copy(fixture, home) if fixture else write(home, SHARED)
            if "broken.yaml" in arguments:
                write(folder, {"broken.yaml": "model_list: [\n"})
            text = lh(folder, *arguments, "--format", form).stdout
            yield f"{name}/{file}", _laid_out(text) if form == "sarif" else text


def _laid_out(text: str) -> str:
    log = json.loads(text)
    driver = log["runs"][0]["tool"]["driver"]
    driver["rules"] = [rule["id"] for rule in driver["rules"]]
    driver["version"] = driver["semanticVersion"] = "…"
    return json.dumps(log, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for path, report in made(Path(folder)):
            (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / path).write_text(report, encoding="utf-8")
