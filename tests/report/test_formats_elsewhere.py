"""Reports opened by tools that others wrote; run with `-m formats`.

Needs the npm packages `@microsoft/sarif-multitool` and `@actions/core` in the folder that LH_NODE_MODULES names, node,
and from PyPI `cmarkgfm` (GitHub's own Markdown) and `sarif-tools` (its `sarif` beside this Python).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from litellm_harden.report import github, markdown, sarif
from tests.report.reports import saying, small
from tests.report.snapshots import FOLDER
from tests.report.test_formats import suppressed
from tests.report.test_formats_quoting import NASTY, USED, Shown, commands, said

pytestmark = pytest.mark.formats

SARIF = [small(), suppressed(), *(saying(text) for text in NASTY)]
ACCEPTED = {"SARIF2005"}
"""The program has no page of its own to name."""


def modules() -> Path:
    return Path(os.environ["LH_NODE_MODULES"]).absolute()


def output(*command: str | Path, given: str = "") -> str:
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("number", range(len(SARIF)))
def test_microsofts_validator_accepts_sarif(number: int, tmp_path: Path) -> None:
    log, found = tmp_path / "report.sarif", tmp_path / "validation.sarif"
    log.write_text(sarif.render(SARIF[number]))
    program = modules() / ".bin" / "sarif-multitool"
    output(program, "validate", log, "--output", found, "--rule-kind", "Sarif\\;Gh\\;Ghas", "--log", "ForceOverwrite")
    [run] = json.loads(found.read_text("utf-8-sig"))["runs"]
    assert {result["ruleId"] for result in run["results"]} <= ACCEPTED


def test_sarif_tools_count_what_is_there(tmp_path: Path) -> None:
    log = tmp_path / "report.sarif"
    log.write_text(sarif.render(small()))
    lines = output(Path(sys.executable).with_name("sarif"), "summary", log).splitlines()
    counts = {level: int(line.partition(": ")[2]) for line in lines for level in ("error",) if line.startswith(level)}
    assert counts == {"error": sum(one.severity.word in {"critical", "high"} for one in small().open)}


@pytest.mark.parametrize("text", NASTY)
def test_githubs_toolkit_writes_the_same_commands(text: str) -> None:
    ours = [line for line in github.render(saying(text)).splitlines() if line.startswith("::")]
    toolkit = (modules() / "@actions/core/lib/command.js").as_uri()
    script = f"""
        import {{ issueCommand }} from {json.dumps(toolkit)}
        import {{ readFileSync }} from 'node:fs'
        for (const one of JSON.parse(readFileSync(0, 'utf8'))) issueCommand(...one)
    """
    given = json.dumps(list(commands("\n".join(ours))))
    theirs = output("node", "--input-type=module", "-e", script, given=given).splitlines()
    assert theirs == ours


@pytest.mark.parametrize("text", NASTY)
def test_githubs_markdown_shows_what_was_said(text: str) -> None:
    import cmarkgfm
    from cmarkgfm.cmark import Options

    told = saying(text)
    shown = Shown(cmarkgfm.github_flavored_markdown_to_html(markdown.render(told), Options.CMARK_OPT_UNSAFE))
    words = " ".join(said(text).split())
    rows = [row for row in shown.rows if row[1] != "rule"]
    assert len(rows) == len(told.open)
    assert {" ".join(row[3].partition("\n")[0].split()) for row in rows} == {words}
    assert shown.tags <= USED
    assert shown.mentions == []


@pytest.mark.parametrize("log", sorted(FOLDER.rglob("*.sarif")), ids=lambda log: log.parent.name)
def test_sarif_tools_read_whole_reports(log: Path) -> None:
    assert output(Path(sys.executable).with_name("sarif"), "ls", log)
