"""Reports whose findings say what a test wants them to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from xml.etree import ElementTree

from litellm_harden.deployment.model import Problem
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Finding
from tests.report.pages import page


@cache
def small() -> Report:
    """The report of a small deployment with findings of every severity, as it is judged by all rules."""
    return page(Path(mkdtemp()), weeks=(1, 2, 3, None)).report


def saying(texts: str, report: Report | None = None) -> Report:
    """The report with all that its findings and reasons say replaced by one text, and a problem that says it too."""
    told = report or small()
    verdict = told.verdict._replace(
        findings=tuple(_saying(one, texts) for one in told.verdict.findings),
        not_judged=tuple(one._replace(reason=texts) for one in told.verdict.not_judged),
    )
    return replace(told, verdict=verdict, problems=(Problem(told.cwd / "broken.yaml", 3, texts),), plan=None, before=())


def with_findings(change: Callable[[int, Finding], Finding], report: Report | None = None) -> Report:
    """The report with each finding changed."""
    told = report or small()
    findings = tuple(change(number, one) for number, one in enumerate(told.verdict.findings))
    return replace(told, verdict=told.verdict._replace(findings=findings), plan=None, before=())


def times(count: int) -> Report:
    """The report with as many findings as that."""
    [one, *_] = small().verdict.findings
    many = tuple(one._replace(address=f"config:section_{number}.key") for number in range(count))
    return replace(small(), verdict=small().verdict._replace(findings=many), plan=None, before=())


def cases(document: str) -> Iterator[ElementTree.Element]:
    """The cases of a JUnit report."""
    return ElementTree.fromstring(document).iter("testcase")


def _saying(finding: Finding, text: str) -> Finding:
    fix = finding.fix
    return finding._replace(
        message=text,
        fix=fix._replace(description=text, changes=(), inputs=()) if fix is not None else None,
    )
