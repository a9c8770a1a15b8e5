"""The Python files of a LiteLLM release: from its wheel, or from a folder it was installed or unpacked into."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

from litellm_harden.litellm.versions import Version, parse

_PACKAGES = ("litellm", "litellm_enterprise")
_SKIPPED = re.compile(r"/(?:tests?|_experimental/out)/")
_ENTERPRISE = re.compile(r"^Requires-Dist: litellm-enterprise\s*\(?==([\w.]+)", re.MULTILINE)


class Release:
    """One release: its version, the release of litellm-enterprise that it asks for, and its source files."""

    def __init__(self, *places: Path) -> None:
        """`places`: the wheels of litellm and maybe of litellm-enterprise, or the folder that holds both packages."""
        self.places = places
        name, metadata = next(_files(places[0], re.compile(r"^litellm-[\d.]+\.dist-info/METADATA$")), ("", ""))
        version = parse(name)
        if version is None:
            raise ValueError(f"{places[0]} holds no litellm with its dist-info beside it")
        self.version: Version = version
        pinned = _ENTERPRISE.search(metadata)
        self.enterprise = pinned[1] if pinned else None

    def modules(self) -> Iterator[tuple[str, str]]:
        """Each Python file: its path (below `litellm/`, or starting with `litellm_enterprise/`) and its text."""
        wanted = re.compile(rf"^(?:{'|'.join(_PACKAGES)})/.*\.py$")
        for place in self.places:
            for path, text in _files(place, wanted):
                if not _SKIPPED.search(path):
                    yield path.removeprefix("litellm/"), text


def _files(place: Path, wanted: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """The files of a wheel, or below a folder, whose path matches; in the order of their paths."""
    if place.is_dir():
        found = {path.relative_to(place).as_posix(): path for path in place.glob("litellm*/**/*") if path.is_file()}
        for name in sorted(found):
            if wanted.search(name):
                yield name, found[name].read_text("utf-8")
        return
    with ZipFile(place) as wheel:
        for name in sorted(wheel.namelist()):
            if wanted.search(name):
                yield name, wheel.read(name).decode("utf-8")
