"""The data files that come with the modules, which may lie in a zip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from importlib.abc import ResourceLoader


def read(file: Path) -> str:
    """The text of a file of this package, by whatever has loaded the package."""
    return cast("ResourceLoader", __spec__.loader).get_data(str(file)).decode("utf-8")
