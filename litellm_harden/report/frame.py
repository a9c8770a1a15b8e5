"""The lines of a file that a finding is about, with the place marked and secrets hidden."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile

from litellm_harden.report.model import Report
from litellm_harden.report.secrets import masked, merged
from litellm_harden.report.style import DIM, Style, shown_width
from litellm_harden.rules.model import Finding
from litellm_harden.text.source import Source, Span

_TAB = "    "


class Frames:
    """Draws frames for the findings of one report; looks for secrets once per file."""

    def __init__(self, report: Report, style: Style) -> None:
        self._report, self._style = report, style
        self._secrets: dict[int, list[Span]] = {}

    def of(self, finding: Finding, margin: int) -> Iterator[str]:
        """The marked line, then a line of marks, both right of `margin` columns."""
        source, place = self._report.source(finding), self._report.place(finding)
        if source is None or place is None or finding.origin is None:
            return
        style, span = self._style, finding.origin.span
        line = source.line_span(span.start)
        end = min(max(span.end, span.start), line.end)
        before, marked, after = (
            self._visible(source, Span(a, b)) for a, b in ((line.start, span.start), (span.start, end), (end, line.end))
        )
        bar = style.paint(style.plain("│"), DIM)
        room = max(style.width - margin - 3, 24) if style.width else 200
        before, marked, after = _cut(before, marked, after, room)
        number = style.paint(str(place[0].line).rjust(margin), DIM)
        yield f"{number} {bar} {style.plain(before + marked + after).rstrip()}"
        start = shown_width(style.plain(before))
        marks = "^" * max(shown_width(style.plain(marked)), 1)
        yield f"{' ' * margin} {bar} {' ' * start}{style.paint(marks, '1')}"

    def _visible(self, source: Source, span: Span) -> str:
        inside = []
        for secret in self._on_line(source, source.line_span(span.start)):
            a, b = max(secret.start, span.start), min(secret.end, span.end)
            if a < b:
                inside.append(Span(a - span.start, b - span.start))
        return self._report.masker.say(masked(source.text[span.start : span.end], inside)).replace("\t", _TAB)

    def _on_line(self, source: Source, line: Span) -> list[Span]:
        """The secrets on a line, of which a finding's place may cover a part."""
        if id(source) not in self._secrets:
            self._secrets[id(source)] = self._report.masker.spans(source.text)
        secrets = self._secrets[id(source)]
        first = max(bisect_left(secrets, line) - 1, 0)
        written = takewhile(lambda one: one.start < line.end, (secrets[at] for at in range(first, len(secrets))))
        repeated = self._report.masker.repeated(source.text[line.start : line.end])
        return merged([*written, *(Span(line.start + a, line.start + b) for a, b in repeated)])


def _cut(before: str, marked: str, after: str, room: int) -> tuple[str, str, str]:
    """The three parts of a line made to fit, so that what is marked stays in sight."""
    if len(before) + len(marked) + len(after) <= room:
        return before, marked, after
    if len(before) + min(len(marked), room // 2) > room:
        before = "…" + before[-(room // 3) :]
    left = room - len(before)
    if len(marked) > left:
        return before, marked[: left - 1] + "…", ""
    return before, marked, after[: left - len(marked) - 1] + "…"
