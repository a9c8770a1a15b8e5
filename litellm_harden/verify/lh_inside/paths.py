"""Paths into the config's data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Path = tuple[Any, ...]


def removal(path: Path) -> Path:
    """What to take out to be rid of the part at the path: of the model list, whole models."""
    return path[:2] if path[0] == "model_list" else path


def remove(data: Any, paths: list[Path]) -> None:
    """Take out what stands at the paths, which name the places that items had before any went."""
    items = []
    for path in paths:
        within = data
        try:
            for key in path[:-1]:
                within = within[key]
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(within, dict):
            within.pop(path[-1], None)
        elif isinstance(within, list) and path[-1] < len(within):
            items.append((path[-1], within))
    for place, within in sorted(items, key=lambda item: -item[0]):
        del within[place]


def original(path: Path, removed: list[Path]) -> Path:
    """A path of the data without what was removed, as it was before."""
    found: list[Any] = []
    for key in path:
        place = key
        for gone in sorted(one[-1] for one in removed if one[:-1] == tuple(found) and isinstance(one[-1], int)):
            place += isinstance(key, int) and gone <= place
        found.append(place)
    return tuple(found)


def parts(data: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    """Every key and item with its path."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in pairs:
        yield (*path, key), value
        yield from parts(value, (*path, key))
