"""Finding deployments: in a folder, or around a file."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.assembly import assemble, load_project, read_image
from litellm_harden.deployment.config import is_config, load_config
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.folders import DOCKERFILE, common_root, git_ignored, is_env_file, walk
from litellm_harden.deployment.image import Image
from litellm_harden.deployment.model import Owner, Problem
from litellm_harden.deployment.parts import OtherUsers, Seed
from litellm_harden.deployment.recognition import makes_proxy, runs_litellm, troubles, without_nuls
from litellm_harden.deployment.workspace import NOTHING_UNSAVED, Unreadable, Workspace
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service

_COMPOSE = pattern(r"(?:.+[-_.])?(?:docker-)?compose(?:[-_.].+)?\.ya?ml", re.IGNORECASE)
_CONFIG_KEYS = (b"model_list", b"litellm_settings", b"router_settings", b"general_settings")
_CONFIG_TEXT = pattern(
    r"^\ufeff?[\"']?(?:model_list|litellm_settings|router_settings|general_settings)\b", re.MULTILINE
)

UNRELATED = "belongs to no LiteLLM deployment"
"""The message of the problem that a file given by name is in no deployment."""


class Discovered(Record):
    """What a run is about. `root` is the repository, or the folder, that the paths lie in. `templates` are files that
    might describe a deployment once something has filled them in."""

    root: Path
    workspace: Workspace
    deployments: tuple[Deployment, ...]
    problems: tuple[Problem, ...]
    templates: tuple[Problem, ...] = ()


def discover(
    paths: Sequence[Path],
    owner: Owner,
    owner_of: Callable[[Path], Owner] | None = None,
    unsaved: Mapping[Path, bytes] = NOTHING_UNSAVED,
) -> Discovered:
    """The deployments in the folders, and those that contain the files, of `paths`. Bad input becomes problems.

    `owner_of` says what the owner states for what lies in a folder, where that differs from `owner`. `unsaved` is what
    an editor holds of files, by absolute path.
    """
    owner_of = owner_of or (lambda _: owner)
    given = [Path(os.path.abspath(path)) for path in paths]
    problems = [Problem(path, None, "does not exist") for path in given if not path.exists() and path not in unsaved]
    given = [path for path in given if path.exists() or path in unsaved]
    root = common_root(given) if given else Path(os.path.abspath("."))
    workspace = Workspace(root, [*owner.env_files, *([owner.config] if owner.config else [])], unsaved)
    deployments: dict[tuple[object, ...], Deployment] = {}
    templates: list[Problem] = []
    elsewhere: set[Path] = set()
    for folder, named in _searches(given, root):
        search = _Search(workspace, folder, owner_of, named)
        for seed in search.seeds():
            deployment = search.assembled(seed)
            if not named or not _concerned(deployment).isdisjoint(named):
                place = (seed.manifest.file, seed.manifest.workload) if seed.manifest is not None else None
                key = (seed.compose, seed.service, seed.dockerfile, seed.config, place)
                deployments.setdefault(key, deployment)
            else:
                elsewhere.update(deployment.files.all())
        problems += [problem for problem in search.problems if not named or problem.file in named]
        templates += search.templates
        if named and not search.problems:
            used = {file for found in deployments.values() for file in _concerned(found)}
            problems += [Problem(path, None, UNRELATED) for path in named if path not in used]
    for deployment in deployments.values():
        deployment.seed = deployment.seed._replace(elsewhere=frozenset(elsewhere))
        problems += deployment.problems
    found = tuple(deployments.values())
    return Discovered(root, workspace, found, tuple(dict.fromkeys(problems)), tuple(dict.fromkeys(templates)))


def _searches(given: Sequence[Path], root: Path) -> Iterator[tuple[Path, tuple[Path, ...]]]:
    """The folders to walk through, each with the files that it is walked through for; without any, it is itself what
    was given. The files share one walk."""
    yield from ((path, ()) for path in given if path.is_dir())
    files = tuple(path for path in given if not path.is_dir())
    if files:
        yield root, files


class _Search:
    """One walk through a folder."""

    def __init__(
        self, workspace: Workspace, folder: Path, owner_of: Callable[[Path], Owner], named: Sequence[Path]
    ) -> None:
        self.workspace, self.folder, self.named = workspace, folder, named
        self._owner_of = owner_of
        self.problems: list[Problem] = []
        self.templates: list[Problem] = []
        self.uses: dict[Path, dict[str, None]] = {}
        self.included: set[tuple[Path, str]] = set()

    def seeds(self) -> list[Seed]:
        """What is there to judge, compose services first, then Dockerfiles, then configs that nothing else uses."""
        files = self._files()
        by_folder: dict[Path, list[str]] = {}
        for file in files:
            if _COMPOSE.fullmatch(file.name):
                by_folder.setdefault(file.parent, []).append(file.name)
        seeds = [seed for folder, names in by_folder.items() for seed in self._composed(folder, names)]
        seeds = [seed for seed in seeds if (seed.compose[0], seed.service) not in self.included]
        built = {seed.dockerfile for seed in seeds} | set(self.uses)
        seeds += [
            seed
            for file in files
            if DOCKERFILE.fullmatch(file.name) and file not in built
            for seed in self._dockerfile(file)
        ]
        seeds += self._manifests(files)
        provided = {seed.manifest.file for seed in seeds if seed.manifest is not None}
        for seed in seeds:
            deployment = self.assembled(seed)
            provided.update(deployment.parts.container.host_files())
            for file in (*deployment.files.config, *deployment.files.scrape):
                if file not in seed.kubernetes:
                    self._use(file, seed.name)
        used = {_end(file) for file in provided | self.uses.keys()}
        alone = [file for file in files if _end(file) not in used and self._is_config(file)]
        self._leave_to_broken(alone)
        included = {one.file for file in alone for one in load_config(self.workspace, file).files[1:]}
        seeds += [Seed(file.parent, self.folder, config=file) for file in alone if file not in included]
        return [seed._replace(shared=OtherUsers(self.uses, seed.name)) for seed in seeds]

    def assembled(self, seed: Seed) -> Deployment:
        """The deployment of a seed, as what its owner states there completes it."""
        return assemble(seed, self.workspace, self.owner_of(seed.root))

    def owner_of(self, folder: Path) -> Owner:
        """What the owner states for a folder."""
        owner = self._owner_of(folder)
        self.workspace.admit(owner.env_files)
        return owner

    def _leave_to_broken(self, configs: Sequence[Path]) -> None:
        """Note that a compose file above a config that cannot be read may run it: then nothing of it is edited."""
        for broken in [problem.file for problem in self.problems if _COMPOSE.fullmatch(problem.file.name)]:
            for config in configs:
                if config.is_relative_to(broken.parent):
                    self._use(config, f"{broken.name}, which cannot be read")
                    self._use(config.parent / ".env", f"{broken.name}, which cannot be read")

    def _composed(self, folder: Path, names: list[str]) -> Iterator[Seed]:
        from litellm_harden.deployment.compose.files import projects_in
        from litellm_harden.deployment.compose.overlays import completes, is_overlay, overlays_of

        if not any(self._may_run_litellm(folder / name) for name in names):
            return
        main: list[Path] = []
        env_files = self.owner_of(folder).env_files
        for own in projects_in(self.workspace, folder, names):
            base = load_project(self.workspace, main, env_files) if main else None
            files, proxies = own, self._proxies(own)
            if base is not None and any(completes(service, base) for service in proxies):
                files, base = [*main, *own], None
                proxies = self._proxies(files)
            main = main or own
            project = load_project(self.workspace, files, env_files)
            if not proxies:
                self.problems += [one for one in troubles(self.workspace, project) if self._mentions_litellm(one.file)]
            elif base is None or not any(is_overlay(service, base) for service in proxies):
                self._note_uses(project, files)
                for service in proxies:
                    siblings = tuple(other.name for other in proxies if other is not service)
                    overlays = overlays_of(self.workspace, files, names, project.services)
                    yield Seed(folder, self.folder, tuple(files), service.name, overlays, siblings=siblings)

    def _proxies(self, files: Sequence[Path]) -> list[Service]:
        project = load_project(self.workspace, files, self.owner_of(files[0].parent).env_files)
        return [service for service in project.services.values() if runs_litellm(self.workspace, service)]

    def _note_uses(self, project: Project, files: Sequence[Path]) -> None:
        for service in project.services.values():
            user = f"{service.name} in {files[0].name}"
            for reference in service.env_files:
                self._use(reference.path, user)
            try:
                image = read_image(self.workspace, service)
            except Unreadable:
                image = None
            self._use(image.file if image is not None else None, user)
            home, _ = service.home()
            if home not in files:
                self.included.add((home, service.name))

    def _dockerfile(self, file: Path) -> Iterator[Seed]:
        if not self._mentions_litellm(file):
            return
        try:
            document = self.workspace.dockerfile(file)
        except Unreadable as error:
            self.problems.append(Problem(error.file, error.line, error.message))
            return
        if makes_proxy(Image(file, document, document.final, file.parent)):
            yield Seed(file.parent, self.folder, dockerfile=file)

    def _manifests(self, files: Sequence[Path]) -> list[Seed]:
        """What Kubernetes manifests and Helm values describe."""
        texts = {file: text for file in files if self._is_yaml(file) and (text := self._text(file)) is not None}
        if not any("kind:" in text or "proxy_config:" in text for text in texts.values()):
            return []
        from litellm_harden.deployment.kubernetes.discovery import TEMPLATE, search

        found = search(self.workspace, list(texts), self.folder, texts.get)
        self.problems += found.problems
        self.templates = [Problem(file, None, TEMPLATE) for file in found.templates]
        self.problems += [one for one in self.templates if one.file in self.named]
        return found.seeds

    def _use(self, file: Path | None, user: str) -> None:
        if file is not None:
            self.uses.setdefault(file, {})[user] = None

    # Files

    def _files(self) -> list[Path]:
        walked = [file for file in walk(self.folder) if not self._excluded(file)]
        ignored = git_ignored(common_root([self.folder]), walked)
        self.workspace.note_ignored(file for file in ignored if is_env_file(file))
        found = [file for file in walked if not is_env_file(file)]
        return [file for file in found if file not in ignored or file in self.named] + [
            file for file in self.named if file not in found
        ]

    def _excluded(self, file: Path) -> bool:
        exclusions = self._owner_of(file.parent).exclude
        if not exclusions or file in self.named:
            return False
        from litellm_harden.deployment.exclusion import is_excluded

        # What a PATH names, a folder as much as a file, its owner wants to be looked at.
        asked = self.named or (self.folder,)
        counts = [one for one in exclusions if not any(is_excluded(path, (one,)) for path in asked)]
        return is_excluded(file, counts)

    def _is_config(self, file: Path) -> bool:
        if not self._is_yaml(file) and file not in self.named:
            return False
        text = self._text(file)
        if text is None:
            self._report_if_config(file)
        if text is None or not _CONFIG_TEXT.search(text):
            return False
        try:
            return is_config(self.workspace.config(file).data)
        except Unreadable as error:
            self.problems.append(Problem(error.file, error.line, error.message))
            return False

    def _is_yaml(self, file: Path) -> bool:
        """Whether a file is YAML by its name, and not of Compose."""
        return file.suffix.lower() in (".yaml", ".yml") and not _COMPOSE.fullmatch(file.name)

    def _report_if_config(self, file: Path) -> None:
        """A config in another encoding, or with a byte that is none of UTF-8, must not pass for no config."""
        try:
            self.workspace.source(file)
        except Unreadable as error:
            if any(key in without_nuls(self.workspace, file) for key in _CONFIG_KEYS):
                self.problems.append(Problem(file, error.line, error.message))

    def _may_run_litellm(self, file: Path) -> bool:
        text = self._text(file)
        return text is not None and bool(re.search(r"litellm|build:|include:|extends:", text, re.IGNORECASE))

    def _mentions_litellm(self, file: Path) -> bool:
        text = self._text(file)
        return text is None or "litellm" in text.lower()

    def _text(self, file: Path) -> str | None:
        try:
            return self.workspace.source(file).text
        except Unreadable as error:
            if file in self.named or _COMPOSE.fullmatch(file.name):
                self.problems.append(Problem(error.file, error.line, error.message))
            return None


def _concerned(deployment: Deployment) -> set[Path]:
    """The files of a deployment, and those that would be if they could be read."""
    return {*deployment.files.all(), *(problem.file for problem in deployment.problems)}


def _end(file: Path) -> Path:
    """The file that a link leads to, which is not to be judged twice."""
    return Path(os.path.realpath(file)) if file.is_symlink() else file
