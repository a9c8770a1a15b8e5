"""The diff of a plan, with its secrets hidden in a form that no tool mistakes for the real text."""

from __future__ import annotations

from collections.abc import Sequence

from litellm_harden.report.model import Report
from litellm_harden.report.secrets import MASK
from litellm_harden.report.style import BOLD, CYAN, GREEN, RED, Style
from litellm_harden.text.diff import Hunk, header, hunks, unified, written
from litellm_harden.text.edits import Edit, apply
from litellm_harden.text.source import Source

NOTE = " secrets are hidden; --show-secrets prints a hunk that applies"


def render(report: Report, show_secrets: bool = False) -> str:
    """A unified diff of all files that the plan changes. patch(1) refuses a hunk in which secrets are hidden."""
    pieces = []
    planned = report.plan.edits if report.plan else {}
    for file in sorted(planned, key=report.path):
        old = report.before[0].workspace.source(file).text
        new, path = apply(old, planned[file]), report.path(file)
        edits = planned[file]
        pieces.append(unified(old, new, path, edits=edits) if show_secrets else _hidden(report, old, edits, path))
    return "".join(pieces)


def _hidden(report: Report, old: str, edits: Sequence[Edit], path: str) -> str:
    new = apply(old, edits)
    before, after = Source(old).lines(), Source(new).lines()
    shown = [Source(report.masker.text(text)).lines() for text in (old, new)]
    found = (_hunk(report, hunk, (before, after), shown) for hunk in hunks(Source(old), edits))
    body = "".join(found)
    return header(path) + body if body else ""


def _hunk(report: Report, hunk: Hunk, real: Sequence[list[str]], shown: Sequence[list[str]]) -> str:
    lines = []
    hidden = []
    for mark, index in hunk.lines:
        side = mark == "+"
        text = report.masker.say(shown[side][index])
        lines.append((mark, text))
        hidden.append(text != real[side][index])
    if not any(hidden):
        return written(hunk, lines)
    if not any(is_hidden and mark == "-" for is_hidden, (mark, _) in zip(hidden, lines, strict=True)):
        # patch(1) may skip context lines that differ, but never a line to take out that is not there.
        lines.insert(0, ("-", f"{MASK} no line of the file: it keeps patch(1) from taking what is hidden {MASK}\n"))
    return written(hunk, lines, NOTE)


def for_terminal(text: str, style: Style) -> str:
    """A diff for a person to look at: coloured, and without anything that could steer the terminal."""
    colors = {"+": GREEN, "-": RED, "@": CYAN}
    lines = []
    for line in text.rstrip("\n").split("\n") if text else []:
        heading = line.startswith(("--- ", "+++ "))
        lines.append(
            style.paint(style.plain(line.replace("\t", "    ")), BOLD if heading else colors.get(line[:1], ""))
        )
    return "".join(f"{line}\n" for line in lines)
