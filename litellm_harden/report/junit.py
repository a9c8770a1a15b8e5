"""JUnit's XML, as Jenkins and GitLab read it: a suite for each deployment, a case for each rule.

A rule with open findings fails, one case for each; one that could not be judged, or all of whose findings are
suppressed, is skipped; any other passes, so that a clean run is no empty report. What could not be read is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from litellm_harden.report.entries import Key, done, file_of, line_of, path, refusals, remedy
from litellm_harden.report.model import Report
from litellm_harden.rules.model import COMMENT, Finding, Rule

_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write, of what `line_of` leaves."""
_NAME = "litellm-harden"


def render(report: Report) -> str:
    """The document, with a final newline."""
    root = Element("testsuites", name=_NAME)
    for index in range(len(report.verdict.deployments)):
        root.append(_Suite(report, index).element())
    if report.problems:
        root.append(_problems(report))
    for name in ("tests", "failures", "errors"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


class _Suite:
    """What each selected rule says of one deployment."""

    def __init__(self, report: Report, index: int) -> None:
        self.report, self.index = report, index
        deployment = report.deployment(index)
        label = report.label(index)
        file = next(iter(deployment.files.all()), None)
        self.name = line_of(report, path(report, file) if label == "." and file is not None else label)
        self.refused = refusals(report)
        self.done = done(report)
        self.findings: dict[str, list[Finding]] = {}
        for finding in report.findings:
            if finding.deployment == index:
                self.findings.setdefault(finding.rule.id, []).append(finding)
        self.unclear: dict[str, list[str]] = {}
        for one in report.not_judged:
            if one.deployment == index:
                self.unclear.setdefault(one.rule.id, []).append(
                    f"{line_of(report, one.reason)} ({line_of(report, one.address)})"
                )

    def element(self) -> Element:
        rules = (rule for rule in self.report.rules if self.report.selects(rule.id, self.index))
        return _suite(self.name, (case for rule in rules for case in self._cases(rule)))

    def _cases(self, rule: Rule) -> Iterator[Element]:
        """A rule's case has the same name as long as it has no more than one finding, so that a reader sees it turn."""
        findings = self.findings.get(rule.id, [])
        still_open = [finding for finding in findings if not finding.suppressed]
        for finding in still_open:
            case = self._case(rule, line_of(self.report, finding.address) if len(still_open) > 1 else "")
            message = line_of(self.report, finding.message, finding.address)
            does = line_of(self.report, remedy(self.report, finding, self.refused), finding.address)
            _add(case, "failure", message, f"{self._where(finding)}: {message}\n→ {does}", finding.severity.word)
            yield case
        if still_open:
            return
        case = self._case(rule)
        if findings:
            reason = "; ".join(dict.fromkeys(self._suppressed(finding) for finding in findings))
            _add(case, "skipped", reason, reason)
        elif rule.id in self.unclear:
            reason = f"not judged: {'; '.join(self.unclear[rule.id])}"
            _add(case, "skipped", reason, reason)
        elif fixes := [fix for key, fix in self.done.items() if self._is_mine(rule, key)]:
            says = "\n".join(line_of(self.report, f"fixed: {fix.description}", rule.address) for fix in fixes)
            SubElement(case, "system-out").text = _writable(says)
        yield case

    def _is_mine(self, rule: Rule, key: Key) -> bool:
        return key[:2] == (rule.id, self.index)

    def _case(self, rule: Rule, address: str = "") -> Element:
        more = f" ({address})" if address else ""
        return _case(self.name, f"{rule.id} {rule.name}{more}")

    def _where(self, finding: Finding) -> str:
        place = self.report.place(finding)
        file = path(self.report, file_of(self.report, finding))
        return line_of(self.report, f"{file}:{place[0].line}:{place[0].column}" if place else file)

    def _suppressed(self, finding: Finding) -> str:
        suppression = finding.suppression
        by = "by a comment" if suppression is None or suppression.by == COMMENT else "by the baseline"
        reason = f": {suppression.reason}" if suppression is not None and suppression.reason else ""
        return line_of(self.report, f"suppressed {by}{reason}", finding.address)


def _problems(report: Report) -> Element:
    cases = []
    for problem in report.problems:
        line = f":{problem.line}" if problem.line else ""
        where, message = line_of(report, path(report, problem.file)), line_of(report, problem.message)
        case = _case("could not be judged", f"{where}{line}")
        _add(case, "error", message, f"{where}{line}: {message}", "could not be judged")
        cases.append(case)
    return _suite("could not be judged", cases)


def _suite(name: str, cases: Iterable[Element]) -> Element:
    members = list(cases)
    suite = Element("testsuite", name=_writable(name), tests=str(len(members)))
    for count, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(case.find(kind) is not None for case in members)))
    suite.extend(members)
    return suite


def _case(suite: str, name: str) -> Element:
    """Readers of Java's names take what is before the last dot for a package."""
    return Element("testcase", classname=f"{_NAME}.{_writable(suite).replace('.', '_')}", name=_writable(name))


def _add(case: Element, kind: str, message: str, body: str, type_: str = "") -> None:
    """Some readers show the message, some the body alone."""
    attributes = {"message": _writable(message), **({"type": type_} if type_ else {})}
    SubElement(case, kind, attributes).text = _writable(body)


def _writable(text: str) -> str:
    return _NO_XML.sub("\N{REPLACEMENT CHARACTER}", text)
