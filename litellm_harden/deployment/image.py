"""The image of a proxy as far as its Dockerfile tells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.litellm.images import WORKDIR, is_official
from litellm_harden.record import Record

if TYPE_CHECKING:
    from litellm_harden.documents.dockerfile import DockerfileDocument
    from litellm_harden.documents.dockerfile.stages import Stage

_NO_ARGUMENTS: Mapping[str, str] = MappingProxyType({})


class Image(Record):
    """A Dockerfile, the stage of it that is built, the folder that COPY takes files from, and the build arguments."""

    file: Path
    document: DockerfileDocument
    stage: Stage
    context: Path
    arguments: Mapping[str, str] = _NO_ARGUMENTS

    @property
    def root(self) -> Stage:
        """The stage, or the first of the stages it is built from."""
        stage = self.stage
        while stage.parent is not None:
            stage = stage.parent
        return stage

    @property
    def base(self) -> str:
        """The image that the build starts from."""
        return self.document.base_image(self.stage, self.arguments) if self.arguments else self.root.base

    @property
    def run_text(self) -> str:
        """What its RUN instructions run."""
        return self.document.run_text(self.stage, self.arguments)

    @property
    def official(self) -> bool:
        """Whether it is built from one of LiteLLM's own images."""
        return is_official(self.base)

    @property
    def workdir(self) -> str:
        """The working directory of the proxy."""
        return self.document.workdir(self.stage, self._base_workdir)

    @property
    def own_entrypoint(self) -> bool:
        """Whether the Dockerfile sets an ENTRYPOINT, be it an empty one."""
        return self.document.entrypoint(self.stage) is not None

    def path(self, *keys: str) -> DocumentPath:
        """The path of a setting of this stage inside the document."""
        if self.stage is self.document.final:
            return keys
        return ("stages", self.stage.index, *keys)

    def copies(self) -> list[tuple[str, Path | None]]:
        """Container path and host file (None: written in the Dockerfile itself or taken from elsewhere), in order."""
        found: list[tuple[str, Path | None]] = []
        for copy in self.document.copies(self.stage, self._base_workdir):
            here = copy.source is not None and copy.origin is None
            found.append((copy.destination, self.context / str(copy.source).lstrip("/") if here else None))
        return found

    @property
    def _base_workdir(self) -> str:
        return WORKDIR if self.official else "/"
