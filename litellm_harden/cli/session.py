"""One run, from paths to a verdict: the configuration, the rules, the deployments, and what holds for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from litellm_harden.cli.choosing import chosen, some
from litellm_harden.cli.exits import CLEAN, COULD_NOT_JUDGE, FOUND, USAGE
from litellm_harden.cli.options import FAIL_ON, Common, quoted
from litellm_harden.deployment.discovery import UNRELATED, Discovered, discover
from litellm_harden.deployment.folders import common_root, shared_folder
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.workspace import NOTHING_UNSAVED
from litellm_harden.report.model import Report, shown_path
from litellm_harden.rules.configuration import Configuration, Configurations, WrongConfiguration
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Finding, Verdict
from litellm_harden.rules.pack import Pack
from litellm_harden.rules.select import named

if TYPE_CHECKING:
    from litellm_harden.fix.plan import Plan


class Misconfigured(click.ClickException):
    """A wrong lh.toml: no mistake in what was typed."""

    exit_code = USAGE


class Session:
    """Reads as it is asked. Raises click.ClickException for a wrong configuration or selection."""

    def __init__(self, options: Common, unsaved: Mapping[Path, bytes] = NOTHING_UNSAVED) -> None:
        """`unsaved` is what counts instead of files on disk, by absolute path."""
        self.options, self._unsaved = options, unsaved
        self.values: Mapping[str, str] = {}
        """Those that the owner gives for this run, by name; they count from the first reading of a file on."""
        self._configurations = Configurations(unsaved)
        self._owners: dict[Path, Owner] = {}
        self.paths = [_place(Path(path)) for path in options.paths or (".",)]

    def configured(self, folder: Path) -> Configuration:
        """What lh.toml says for a folder, if there is one."""
        try:
            return self._configurations.at(folder)
        except WrongConfiguration as error:
            raise Misconfigured(f"{_place_of(error.file, error.line)}: {error.message}") from None

    def where(self, folder: Path, key: str) -> str:
        """The file and line that state a key of lh.toml for a folder; "" where none does."""
        stated = self.configured(folder).stated.get(key)
        return _place_of(stated.file, self._configurations.line(stated)) if stated is not None else ""

    @cached_property
    def configuration(self) -> Configuration:
        """What lh.toml says for the folder that all PATHs share."""
        return self.configured(shared_folder([Path(os.path.abspath(path)) for path in self.paths]))

    @property
    def known(self) -> Pack:
        """The rules that are known before a deployment is looked for."""
        _ = self.configuration
        return self._configurations.pack

    @cached_property
    def pack(self) -> Pack:
        """All rules. All are judged, whatever is selected: what a fix is worth depends on every one of them."""
        _ = self.discovered  # whose folders may name rules of their own
        return self._configurations.pack

    @cached_property
    def selected(self) -> frozenset[str]:
        """The ids of the rules that the run is about, for whichever deployment. Raises click.UsageError where none is
        left."""
        deployments = self.discovered.deployments
        chosen = (one.owner.selected or () for one in deployments)
        left = frozenset().union(*chosen) if deployments else self._about(self.configuration)
        return some(left, () if left else self._choices())

    def _choices(self) -> Iterable[str]:
        """Where lh.toml chooses rules."""
        folders = [self.discovered.root, *(one.root for one in self.discovered.deployments)]
        places = (self.where(folder, key) for folder in folders for key in ("select", "ignore"))
        return dict.fromkeys(place for place in places if place)

    def _about(self, configured: Configuration) -> frozenset[str]:
        """The ids of the rules that the run is about where a configuration holds, if any.

        --select and --ignore of the command line come on top of those of the configuration: the one instead of it,
        the other beside it. The rules that an owner states for another folder do not hold here.
        """
        wanted = self.options._replace(
            select=self.options.select or configured.select, ignore=(*self.options.ignore, *configured.ignore)
        )
        return chosen(self._configurations.pack, wanted) - self._elsewhere(configured)

    def _elsewhere(self, configured: Configuration) -> frozenset[str]:
        return frozenset(self._configurations.custom.keys() - configured.custom.keys())

    @cached_property
    def discovered(self) -> Discovered:
        """The deployments."""
        found = discover(self._wanted(), self._owner(self.configuration), self._owner_of, self._unsaved)
        for deployment in found.deployments:  # now that all rules are known which their folders may name
            configured = self.configured(deployment.root)
            left_out = (*self.options.ignore, *configured.ignore)
            deployment.owner = deployment.owner._replace(
                selected=self._about(configured),
                ignored=named(self._configurations.pack, left_out),
                elsewhere=self._elsewhere(configured),
            )
        if self.options.skip_unrelated:
            from litellm_harden.deployment.kubernetes.discovery import TEMPLATE

            related = tuple(problem for problem in found.problems if problem.message not in (UNRELATED, TEMPLATE))
            return found._replace(problems=related)
        if found.deployments or found.problems:
            return found
        nothing = tuple(Problem(path.absolute(), None, "no LiteLLM deployment found") for path in self.paths)
        return found._replace(problems=nothing)

    def _wanted(self) -> list[Path]:
        """The PATHs to look at: pre-commit names every file, so that there those count which no `exclude` covers."""
        if not self.options.skip_unrelated:
            return self.paths
        from litellm_harden.deployment.exclusion import is_excluded

        places = [Path(os.path.abspath(path)) for path in self.paths]
        return [place for place in places if not is_excluded(place, self.configured(place.parent).owner.exclude)]

    @cached_property
    def verdict(self) -> Verdict:
        """What holds for the files as they are."""
        return judge(self.discovered.deployments, self.pack.rules)

    @cached_property
    def judge(self) -> Judge:
        """Judges by all rules, as a plan of fixes asks for it."""
        return Judge(self.pack.rules)

    def plan(self, unsafe: bool) -> Plan:
        """The joint plan of the fixes. There must be a deployment."""
        from litellm_harden.fix.prove import proven_plan

        return proven_plan(self.verdict, self.judge, self.selected, unsafe)

    def report(self) -> Report:
        """What to tell of the files as they are."""
        return Report(
            self.verdict,
            self.pack.rules,
            self.selected,
            self.discovered.problems,
            Path(os.getcwd()),
            again=self._again(),
            undo=self._undo(),
            root=self.discovered.root,
            proses=self.pack.proses,
        )

    def overview(self) -> Report:
        """The deployments alone, with no rule judged."""
        nothing = Verdict(self.discovered.deployments, (), ())
        return Report(nothing, (), frozenset(), self.discovered.problems, Path(os.getcwd()))

    def status(self, report: Report, fail_on: str | None) -> int:
        """The exit code for what is reported."""
        if any(self._fails(report, finding, fail_on) for finding in report.open):
            return FOUND
        open_questions = any(self._must_be_judged(report, one.deployment) for one in report.not_judged)
        nothing = not report.verdict.deployments and not self.options.skip_unrelated
        return COULD_NOT_JUDGE if report.problems or open_questions or nothing else CLEAN

    def _again(self) -> str:
        """The options and PATHs to give another command, without PATHs that were passed over."""
        if not self.options.skip_unrelated:
            return self.options.again()
        used = {file for one in self.discovered.deployments for file in one.files.all()}
        pairs = zip(self.options.paths, self.paths, strict=False)
        related = tuple(name for name, path in pairs if path.is_dir() or Path(os.path.abspath(path)) in used)
        return self.options._replace(paths=related).again()

    def _undo(self) -> str:
        """What to type here to take back a fix of these PATHs."""
        here, root = Path(os.getcwd()), self.discovered.root
        return "lh undo" if common_root([here]) == root else f"lh undo {quoted(shown_path(root, here))}"

    def _fails(self, report: Report, finding: Finding, fail_on: str | None) -> bool:
        home = report.deployment(finding.deployment).root
        threshold = self.configured(home).fail_on if fail_on is None else FAIL_ON[fail_on]
        return threshold is not None and finding.severity >= threshold

    def _must_be_judged(self, report: Report, deployment: int) -> bool:
        return self.options.strict or self.configured(report.deployment(deployment).root).strict

    def _owner_of(self, folder: Path) -> Owner:
        if folder not in self._owners:
            self._owners[folder] = self._owner(self.configured(folder))
        return self._owners[folder]

    def _owner(self, configured: Configuration) -> Owner:
        """What the owner states: the command line before the configuration."""
        options, owner = self.options, configured.owner
        return owner._replace(
            litellm_version=options.litellm_version or owner.litellm_version,
            env_files=tuple(file.absolute() for file in options.env_file) or owner.env_files,
            config=options.config.absolute() if options.config else owner.config,
            values=self.values,
        )


def _place_of(file: Path, line: int | None) -> str:
    return shown_path(file, Path(os.getcwd())) + (f":{line}" if line else "")


def _place(path: Path) -> Path:
    """What a PATH stands for: a configuration for the folder that it is about, anything else for itself."""
    return path.parent if path.name == "lh.toml" else path
