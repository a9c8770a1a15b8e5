"""One judgement: of the deployments that contain what is open under one root, as the editor holds it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from litellm_harden.deployment.discovery import UNRELATED, discover
from litellm_harden.deployment.exclusion import is_excluded
from litellm_harden.deployment.folders import DOCKERFILE, common_root, is_env_file
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.workspace import Workspace
from litellm_harden.lsp.lines import Lines
from litellm_harden.record import Record
from litellm_harden.report.model import Report
from litellm_harden.rules.configuration import Configurations, WrongConfiguration
from litellm_harden.rules.judge import judge
from litellm_harden.rules.select import named, select

if TYPE_CHECKING:
    from lsprotocol.types import Diagnostic

    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.lsp.buffers import Buffer
    from litellm_harden.lsp.watch import Stop
    from litellm_harden.rules.model import Finding
    from litellm_harden.rules.pack import Pack

T = TypeVar("T")

_LANGUAGES = {"yaml", "yml", "dockercompose", "yaml.docker-compose", "dockerfile", "dotenv"}
"""How editors call the languages of the files that `lh` reads, where their names do not tell."""


class Root(Record):
    """The folder within which what belongs to a file is looked for. In a repository it is the repository's."""

    folder: Path
    repository: bool


class Wrong(Record):
    """A configuration or baseline that cannot be used: its file, the line (from 1) if known, and what is wrong."""

    file: Path
    line: int | None
    message: str


class Broken(Record):
    """A judgement that broke off: a bug in lh, at a place in it."""

    place: str


class Stopped(Exception):
    """Nobody waits any more for what was being worked out."""


class Judged:
    """What was found, and the texts it was found in. `buffers` are the open files under the root; `outdated` tells
    whether they have changed since."""

    def __init__(
        self,
        report: Report,
        pack: Pack,
        workspace: Workspace,
        buffers: Mapping[Path, Buffer],
        encoding: str,
        outdated: Stop,
    ) -> None:
        self.report, self.pack, self.workspace = report, pack, workspace
        self.buffers, self._encoding, self.outdated = buffers, encoding, outdated
        self.shown: Mapping[Path, list[Diagnostic]] = {}
        """What is to be shown in each open file."""
        self._lines: dict[Path, Lines] = {}
        self._memory: dict[object, object] = {}

    def lines(self, file: Path) -> Lines:
        """How the editor counts the lines of a file of the deployments. Raises Unreadable."""
        if file not in self._lines:
            buffer = self.buffers.get(file)
            text = buffer.text if buffer is not None else self.workspace.source(file).text
            self._lines[file] = Lines(text, self._encoding)
        return self._lines[file]

    def remember(self, key: object, make: Callable[[], T]) -> T:
        """What `make` gives, made once for this judgement."""
        if key not in self._memory:
            self._memory[key] = make()
        return cast(T, self._memory[key])

    def deployments(self, file: Path) -> Iterator[tuple[int, Deployment]]:
        """The deployments that a file belongs to, with their indexes."""
        for index, deployment in enumerate(self.report.verdict.deployments):
            if file in deployment.files.all():
                yield index, deployment

    def find(self, fingerprint: str) -> Finding | None:
        """The open finding with that fingerprint."""
        return self._by_fingerprint.get(fingerprint)

    @cached_property
    def _by_fingerprint(self) -> Mapping[str, Finding]:
        return {self.report.fingerprint(one): one for one in self.report.open}

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What could not be read of the open files."""
        return tuple(one for one in self.report.problems if one.file in self.buffers)


def root_of(file: Path, folders: Sequence[Path]) -> Root:
    """The root of a file: its repository, else the folder that the editor has opened (`folders`), else its own.

    Neither is ever a home folder, or above one: that is nobody's deployment, and takes long to walk through.
    """
    top = common_root([file])
    if (top / ".git").exists() and not _holds_home(top):
        return Root(top, True)
    open_ = [folder for folder in folders if file.is_relative_to(folder) and not _holds_home(folder)]
    return Root(max(open_, key=lambda folder: len(folder.parts), default=file.parent), False)


def _holds_home(folder: Path) -> bool:
    home = os.path.expanduser("~")  # noqa: PTH111 - that of Path raises where there is none
    return Path(home).is_relative_to(folder)


def judge_root(
    root: Root, buffers: Mapping[Path, Buffer], here: Mapping[Path, Buffer], encoding: str, stop: Stop
) -> Judged | Wrong | None:
    """Judge what the files `here` belong to; all `buffers` count instead of what is on disk. None: stopped midway."""
    unsaved = {path: buffer.encode() for path, buffer in buffers.items()}
    configurations = Configurations(unsaved)
    try:
        paths = list(_to_judge(root, here, configurations))
        owner_of = _owners(configurations, stop)
        found = discover(paths, owner_of(root.folder), owner_of, unsaved)
    except WrongConfiguration as error:
        return Wrong(error.file, error.line, error.message)
    except Stopped:
        return None
    deployments = [one for one in found.deployments if not here.keys().isdisjoint(one.files.all())]
    verdict = judge(deployments, configurations.pack.rules)
    if stop():
        return None
    known = _known(deployments, configurations)
    if isinstance(known, Wrong):
        return known
    problems = tuple(one for one in found.problems if one.message != UNRELATED and one not in found.templates)
    everything = frozenset(rule.id for rule in configurations.pack.rules)
    report = Report(verdict, configurations.pack.rules, everything, problems, root.folder, baseline=known)
    return Judged(report, configurations.pack, found.workspace, here, encoding, stop)


def _to_judge(root: Root, here: Mapping[Path, Buffer], configurations: Configurations) -> Iterator[Path]:
    """What to look at: the open files that may describe a deployment, in the repository around them; outside of one,
    their folder, and those files that a walk through it would not find. Nothing of what lies in a home folder itself.
    """
    if _holds_home(root.folder):
        return
    if not root.repository:
        yield root.folder
    for path, buffer in here.items():
        named = _is_named_so(path)
        found = not root.repository and named and path.is_file()
        if (named or buffer.language.lower() in _LANGUAGES) and not found and not _excluded(path, configurations):
            yield path


def _is_named_so(path: Path) -> bool:
    """Whether a file is called as those are that describe a deployment."""
    return path.suffix.lower() in (".yaml", ".yml") or is_env_file(path) or bool(DOCKERFILE.fullmatch(path.name))


def _excluded(path: Path, configurations: Configurations) -> bool:
    return is_excluded(path, configurations.at(path.parent).owner.exclude)


def _owners(configurations: Configurations, stop: Stop) -> Callable[[Path], Owner]:
    """What owners state, asked for each file that a walk comes upon: the walk ends where it is told to stop."""

    def owner_of(folder: Path) -> Owner:
        if stop():
            raise Stopped
        configured = configurations.at(folder)
        pack = configured.pack
        return configured.owner._replace(
            selected=select(pack, select=configured.select, ignore=configured.ignore),
            ignored=named(pack, configured.ignore),
        )

    return owner_of


def _known(
    deployments: Sequence[Deployment], configurations: Configurations
) -> frozenset[tuple[int, str]] | Wrong | None:
    """The findings that were there before, as a report has them; None where no configuration names a baseline."""
    users: dict[Path, list[int]] = {}
    for place, deployment in enumerate(deployments):
        if (file := configurations.at(deployment.root).baseline) is not None:
            users.setdefault(file, []).append(place)
    if not users:
        return None
    from litellm_harden.rules.baseline import WrongBaseline, read

    known: set[tuple[int, str]] = set()
    for file, places in users.items():
        try:
            known.update((place, entry.fingerprint) for entry in read(file) for place in places)
        except FileNotFoundError:
            continue
        except WrongBaseline as error:
            return Wrong(error.file, error.line, error.message)
    return frozenset(known)
