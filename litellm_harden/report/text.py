"""The report for people: grouped by file, one line for each finding, and a total that says what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from litellm_harden.documents.base import Refusal
from litellm_harden.report.frame import Frames
from litellm_harden.report.model import Report, grouped
from litellm_harden.report.style import BLUE, BOLD, COLORS, DIM, GREEN, YELLOW, Style, Words
from litellm_harden.report.total import total
from litellm_harden.rules.model import Applicability, Finding, Fix

Body = Callable[[Finding], tuple[Words, Words]]


def render(report: Report, style: Style, verbose: bool = False, quiet: bool = False) -> str:
    """The whole report; with `quiet` the total alone, and nothing where there is nothing to say."""
    if quiet:
        return _joined([_total(report, style)]) if report.open or report.fixed else ""
    page = _Page(report, style, verbose)
    blocks: list[list[str]] = []
    if report.plan and report.written:
        blocks += _section("Fixed", [*page.files(report.fixed, page.done), *page.brought_along()], style)
        blocks += _section("Remaining", page.files(report.open, page.body), style)
    else:
        blocks += page.files(report.open, page.body)
    if verbose:
        blocks += _section("Suppressed", page.files(report.commented, page.commented), style)
        blocks += _section("In the baseline", page.files(report.known, page.known), style)
        blocks += _section("Not judged", page.not_judged(), style)
    return _joined([*blocks, _total(report, style)])


def _section(title: str, blocks: Iterable[list[str]], style: Style) -> list[list[str]]:
    found = list(blocks)
    return [[style.paint(title, BOLD), *found[0]], *found[1:]] if found else []


def _total(report: Report, style: Style) -> list[str]:
    return [
        style.wrap([], [(style.plain(line), BOLD if not number else DIM)]) for number, line in enumerate(total(report))
    ]


def _joined(blocks: Iterable[list[str]]) -> str:
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


class _Page:
    """Lays findings out in columns that are the same for the whole report."""

    def __init__(self, report: Report, style: Style, verbose: bool) -> None:
        self.report, self.style, self.verbose = report, style, verbose
        findings = [*report.open, *report.fixed, *((*report.commented, *report.known) if verbose else ())]
        self.places = max((len(self._place(finding)) for finding in findings), default=0)
        self.severities = max((len(finding.severity.word) for finding in findings), default=0)
        self.ids = max((len(finding.rule.id) for finding in findings), default=0)
        self.frames = Frames(report, style)
        steps = report.plan.steps if report.plan else ()
        self.applied = {finding.key: finding.fix for step in steps for finding in step.findings}
        refused = report.plan.refused if report.plan else ()
        self.refused = {(one.rule.id, one.deployment, one.address): one.reason for one in refused}

    def files(self, findings: Iterable[Finding], body: Body) -> Iterator[list[str]]:
        """One block for each file: its name, then its findings."""
        by_file: dict[str, list[Finding]] = {}
        for finding in findings:
            by_file.setdefault(self._file(finding), []).append(finding)
        for file, members in by_file.items():
            shared = len({finding.deployment for finding in members}) > 1
            lines = [self.style.paint(self.style.plain(file), BOLD)]
            for finding in members:
                label = [(self._say(self.report.label(finding.deployment)) + ":", DIM)] if shared else []
                says, does = body(finding)
                lines.append(self.style.wrap(self._head(finding), [*label, *says], does))
                if self.verbose and body == self.body:
                    lines += [*self._detail(finding), ""]
            yield lines if lines[-1] else lines[:-1]

    def body(self, finding: Finding) -> tuple[Words, Words]:
        """What is and what follows from it; what the fix would do, or why it was not done."""
        says = [(self._say(finding.message, finding), "")]
        if finding.fix is None:
            return says, []
        planned = self.report.planned(finding)
        refused = self.refused.get(finding.key) or (planned.reason if isinstance(planned, Refusal) else "")
        return says, [self._refused(finding, finding.fix, refused) if refused else self._fix(finding, finding.fix)]

    def done(self, finding: Finding) -> tuple[Words, Words]:
        """What the fix did: as it was when its turn came, after the fixes before it."""
        fix = self.applied.get(finding.key, finding.fix)
        return [(self._say(fix.description if fix else finding.message, finding), GREEN)], []

    def known(self, finding: Finding) -> tuple[Words, Words]:
        """What was there before, and does not count."""
        return [(self._say(finding.message, finding), DIM)], []

    def commented(self, finding: Finding) -> tuple[Words, Words]:
        """What a comment suppresses, where, and why."""
        place, by = self.report.suppressed_at(finding), finding.suppression
        reason = by.reason if by is not None and by.reason else "no reason given"
        line = f" in line {place.line}" if place is not None else ""
        why = self.style.plain("→ ") + self._say(f"suppressed{line}: {reason}", finding)
        return [(self._say(finding.message, finding), DIM)], [(why, DIM)]

    def brought_along(self) -> Iterator[list[str]]:
        """What other fixes made necessary, and so was not there to be reported before."""
        known = {finding.key for finding in self.report.fixed}
        more = [(key, fix) for key, fix in self.applied.items() if key not in known and fix is not None]
        if more:
            head = "  " + " " * self.places + "  " + " " * self.severities + "  "
            yield [
                self.style.paint("Made necessary by these", BOLD),
                *(
                    self.style.wrap(
                        [(head, ""), (rule.ljust(self.ids) + "  ", BOLD)], [(self._say(fix.description), GREEN)]
                    )
                    for (rule, _, _), fix in more
                ),
            ]

    def not_judged(self) -> Iterator[list[str]]:
        """The reasons, each with the rules that it keeps from being judged."""
        pairs = ((one.reason, one.rule.id) for one in self.report.not_judged)
        lines = []
        for reason, ids in grouped(pairs).items():
            lines.append(self.style.wrap([("  ", "")], [(self._say(reason) + ":", ""), (", ".join(ids), DIM)]))
        if lines:
            yield lines

    def _head(self, finding: Finding) -> Words:
        return [
            ("  " + self._place(finding).rjust(self.places) + "  ", DIM),
            (finding.severity.word.ljust(self.severities) + "  ", COLORS[finding.severity]),
            (finding.rule.id.ljust(self.ids) + "  ", BOLD),
        ]

    def _fix(self, finding: Finding, fix: Fix) -> tuple[str, str]:
        does = self._say(fix.description, finding)
        if fix.applicability is Applicability.MANUAL:
            return self.style.plain("→ by hand: ") + does, BLUE
        if fix.applicability is Applicability.INPUT:
            asked = " ".join(f"--set {name}=…" for name in fix.inputs) or "--set"
            return self.style.plain(f"→ {does} ({asked})"), BLUE
        part = " in part" if fix.partial else ""
        if fix.applicability is Applicability.UNSAFE:
            return self.style.plain(f"→ {does} (--unsafe{part and ',' + part})"), YELLOW
        return self.style.plain(f"→ {does}{part and f' ({part.strip()})'}"), GREEN

    def _refused(self, finding: Finding, fix: Fix, reason: str) -> tuple[str, str]:
        return self.style.plain("→ ") + self._say(f"{fix.description}; not done: {reason}", finding), YELLOW

    def _detail(self, finding: Finding) -> Iterator[str]:
        margin = self.places + 2
        yield from self.frames.of(finding, margin)
        fix = finding.fix.applicability.value if finding.fix else "none"
        expected = f"expected {self._say(finding.expected, finding)}; " if finding.expected else ""
        about = f"{self._say(finding.address)}: {expected}fix: {fix}"
        yield self.style.wrap([(" " * margin + " = ", DIM)], [(about, DIM)])

    def _file(self, finding: Finding) -> str:
        if finding.origin is not None:
            return self.report.path(finding.origin.file)
        return f"{self.report.path(self.report.deployment(finding.deployment).root)}/"

    def _place(self, finding: Finding) -> str:
        place = self.report.place(finding)
        return f"{place[0].line}:{place[0].column}" if place else "-"

    def _say(self, text: str, finding: Finding | None = None) -> str:
        return self.style.plain(self.report.masker.say(text, finding.address if finding else ""))
