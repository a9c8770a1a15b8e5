"""Finds and reads the file that configures a folder: lh.toml, or a pyproject.toml with [tool.lh]."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from litellm_harden.record import Record
from litellm_harden.rules.configuration.errors import WrongConfiguration
from litellm_harden.text.patterns import pattern

OWN, PROJECT = "lh.toml", "pyproject.toml"
TABLE = ("tool", "lh")
"""Where a pyproject.toml says it."""

_LARGEST = 1024 * 1024
_MAY_HAVE_TABLE = pattern(r"""tool.*\blh\b|^\s*(?:\[\s*)?["']?tool["']?\s*[]=]""", re.MULTILINE)
"""`[tool.lh]` and every other way in which TOML can spell it."""
_MOST_PARTS = 64
_QUOTED = pattern(r""""[^"\n]*"|'[^'\n]*'""")
_LONG_KEY = pattern(rf"(?:\.[ \t]*[\w-]+[ \t]*){{{_MOST_PARTS}}}")
"""A key of more parts than any file here has; for thousands of them TOML parsers take minutes."""
_AT_LINE = pattern(r" \(at line (\d+), column \d+\)")


class Found(Record):
    """A file that configures its folder: its text, and what it says of `lh`."""

    file: Path
    text: str
    data: Mapping[str, object]

    @property
    def prefix(self) -> tuple[str, ...]:
        """The table that holds it all."""
        return () if self.file.name == OWN else TABLE


def find(folder: Path, unsaved: Mapping[Path, bytes]) -> Found | None:
    """What configures this very folder; `unsaved` counts instead of files on disk. Raises WrongConfiguration."""
    own = folder / OWN
    text = _text(own, unsaved)
    if text is not None:
        return Found(own, text, _toml(own, text))
    project = folder / PROJECT
    if project not in unsaved and not os.path.isfile(project):  # whatever else it is, it is no matter of lh
        return None
    text = _text(project, unsaved)
    if text is None or not _MAY_HAVE_TABLE.search(text):  # a TOML parser costs more to import than this to search
        return None
    tool = _toml(project, text).get("tool")
    table = tool.get("lh") if isinstance(tool, dict) else None
    if table is None:
        return None
    if not isinstance(table, dict):
        raise WrongConfiguration(project, "tool.lh must be a table")
    return Found(project, text, table)


def _text(file: Path, unsaved: Mapping[Path, bytes]) -> str | None:
    """The text of a file; None where there is none. Anything else by that name is an error, and is never waited for."""
    data = unsaved[file] if file in unsaved else _bytes(file)
    if data is None:
        return None
    if len(data) > _LARGEST:
        raise WrongConfiguration(file, "is larger than 1 MiB")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise WrongConfiguration(file, "is not valid UTF-8", line) from None


def _bytes(file: Path) -> bytes | None:
    try:
        # A FIFO would be waited for.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (FileNotFoundError, NotADirectoryError):
        if file.is_symlink():
            raise WrongConfiguration(file, "is a link to nothing") from None
        return None
    except OSError as error:
        raise WrongConfiguration(file, f"cannot be read: {error.strerror}") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise WrongConfiguration(file, "is not a regular file")
    with os.fdopen(descriptor, "rb") as opened:
        return opened.read(_LARGEST + 1)


def _toml(file: Path, text: str) -> dict[str, object]:
    import sys
    from importlib import import_module

    if _LONG_KEY.search(_QUOTED.sub("q", text)):
        raise WrongConfiguration(file, f"has a key of more than {_MOST_PARTS} parts")
    toml = import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    try:
        return dict(toml.loads(text))
    except RecursionError:
        raise WrongConfiguration(file, "is not valid TOML: it is nested too deep") from None
    except ValueError as error:
        at = _AT_LINE.search(str(error))
        what = _AT_LINE.sub("", str(error))
        raise WrongConfiguration(file, f"is not valid TOML: {what}", int(at[1]) if at else None) from None
