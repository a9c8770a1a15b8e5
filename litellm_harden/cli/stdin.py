"""`--stdin-filename`: one file as an editor holds it, judged and fixed among the files on disk."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litellm_harden.cli.exits import COULD_NOT_JUDGE
from litellm_harden.cli.known import against_baseline
from litellm_harden.cli.options import Common
from litellm_harden.cli.output import emit, say_problems, say_refused
from litellm_harden.cli.session import Session
from litellm_harden.deployment.workspace import LARGEST_FILE
from litellm_harden.report.model import Report

if TYPE_CHECKING:
    from litellm_harden.fix.plan import Plan
    from litellm_harden.fix.state import Key
    from litellm_harden.rules.model import Finding


class StdinSession(Session):
    """A run about one file, whose text comes on stdin. Nothing is written to disk."""

    def __init__(self, options: Common, name: str) -> None:
        """`name` is the file, there or not. Raises click.UsageError."""
        if options.paths not in ((), ("-",)):
            raise click.UsageError("--stdin-filename is about that one file: PATH can only be -")
        if options.format == "html":
            raise click.UsageError("--format html is about whole deployments, not about --stdin-filename")
        if not name or Path(name).is_dir():
            raise click.UsageError(f"--stdin-filename: {name!r} is not the name of a file")
        self.file = Path(os.path.abspath(name))
        self.content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        """No more of it than tells that it is too long."""
        super().__init__(options._replace(paths=(name,)), {self.file: self.content})

    def report(self) -> Report:
        """What to tell of the file: what is found in it, or belongs into it."""
        return self.narrowed(super().report())

    def narrowed(self, report: Report) -> Report:
        """A report without what is found in other files."""
        found = tuple(one for one in report.verdict.findings if self._is_here(one))
        return replace(report, verdict=report.verdict._replace(findings=found))

    def plan(self, unsafe: bool) -> Plan:
        """The joint plan of the fixes that need no other file, refusing what is found here and does."""
        from litellm_harden.fix.prove import proven_plan

        dropped: dict[Key, str] = {}
        while True:
            plan = proven_plan(self.verdict, self.judge, self.selected, unsafe, dropped)
            beyond = self._beyond(plan)
            if not beyond:
                here = {one.key for one in self.verdict.findings if self._is_here(one)}
                refused = tuple(one for one in plan.refused if (one.rule.id, one.deployment, one.address) in here)
                return replace(plan, refused=refused)
            dropped |= beyond

    def _beyond(self, plan: Plan) -> dict[Key, str]:
        """The findings whose fixes a plan makes in other files, and why they must not be made."""
        found: dict[Key, str] = {}
        for step in plan.steps:
            others = sorted({file.name for file, _ in step.touched if file != self.file})
            if others:
                found[step.findings[0].key] = f"would also change {', '.join(others)}; lh fix does that on disk"
        return found

    def _is_here(self, finding: Finding) -> bool:
        return finding.origin is not None and finding.origin.file == self.file


def rewrite(session: StdinSession, unsafe: bool, fail_on: str | None) -> int:
    """Print the file with its fixes made, as formatters do; nothing where it cannot be judged. The exit code."""
    if session.options.format != "text":
        raise click.UsageError("--stdin-filename prints the text of the file: --format goes with --diff")
    report, content = session.report(), session.content
    if report.verdict.deployments and not report.problems:
        plan = session.plan(unsafe)
        content = plan.workspace.source(session.file).encode()
        report = session.narrowed(replace(report, verdict=plan.after, plan=plan, before=report.verdict.deployments))
    say_problems(report)
    status = session.status(against_baseline(session, report), fail_on or "never")
    if status != COULD_NOT_JUDGE:
        emit(content.decode("utf-8", "surrogateescape"), session.options)
        if not session.options.quiet:
            say_refused(report)
    return status
