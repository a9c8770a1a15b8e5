"""One proxy as its files describe it: asks for a setting, answers with its effective value and origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change, Owner, Planned, Problem, Setting
from litellm_harden.deployment.workspace import Workspace
from litellm_harden.documents.base import Refusal

if TYPE_CHECKING:
    from litellm_harden.deployment.topology import Topology
    from litellm_harden.litellm.versions import Version


@dataclass(frozen=True, slots=True)
class Files:
    """The files that make up a deployment, by role."""

    config: tuple[Path, ...] = ()
    env: tuple[Path, ...] = ()
    compose: tuple[Path, ...] = ()
    dockerfile: Path | None = None


class Deployment:
    """One LiteLLM proxy: its compose service (if any), config, env files, Dockerfile and version."""

    root: Path
    service: str | None
    files: Files
    version: Version | None
    version_source: str | None
    problems: tuple[Problem, ...]
    owner: Owner
    workspace: Workspace

    @property
    def topology(self) -> Topology:
        """Instances, workers, database budget and demand."""
        raise NotImplementedError

    def setting(self, address: str) -> Setting:
        """The effective setting at an address such as `env:LITELLM_LOG`."""
        raise NotImplementedError

    def settings(self) -> Iterable[Setting]:
        """Every setting that the files state."""
        raise NotImplementedError

    def plan(self, changes: Sequence[Change]) -> Planned | Refusal:
        """The edits that make all `changes` so, each at the place where it belongs, or why not."""
        raise NotImplementedError

    def reloaded(self, workspace: Workspace) -> Deployment:
        """The same deployment over other texts."""
        raise NotImplementedError
