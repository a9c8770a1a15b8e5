"""Before and after as data: did anything change that no change named?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Path as DocumentPath

_MISSING = object()


def misread(before: Workspace, after: Workspace, file: Path, touched: Iterable[DocumentPath]) -> str | None:
    """Why the edited `file` is not as planned, in any of the ways it was read before; None where it is."""
    paths = list(touched)
    documents = before.documents(file)
    if not documents:
        return f"{file.name} was not read in a way in which it could be compared"
    for kind, old in documents.items():
        try:
            new = after.document(file, kind)
        except Unreadable as error:
            return f"the edited {file.name} would not parse: {error.message}"
        stray = unplanned(old.data, new.data, [_read_as(kind, path) for path in paths])
        if stray is not None:
            return f"the edit of {file.name} would also change {dotted(stray)}"
    return None


def unplanned(before: object, after: object, touched: Iterable[DocumentPath]) -> DocumentPath | None:
    """The first path whose data differs without being touched, or None.

    What lies below a touched path may differ, and what leads to it may be created or emptied. A pair of containers
    off those paths is visited once, so data that shares its parts (anchors) is compared in linear time.
    """
    paths = _with_ancestors(touched)
    seen: set[tuple[int, int]] = set()
    pending: list[tuple[DocumentPath, object, object]] = [((), before, after)]
    while pending:
        path, old, new = pending.pop()
        named = paths.get(path)
        if named:
            continue
        if named is None:
            if (id(old), id(new)) in seen:
                continue
            seen.add((id(old), id(new)))
        else:
            old, new = _or_empty(old, new), _or_empty(new, old)
        if isinstance(old, dict) and isinstance(new, dict):
            pending += [((*path, k), old.get(k, _MISSING), new.get(k, _MISSING)) for k in {**old, **new}]
        elif isinstance(old, list) and isinstance(new, list):
            pending += _items(path, old, new, paths)
        elif not _same(old, new):
            return path
    return None


def _read_as(kind: str, path: DocumentPath) -> DocumentPath:
    """A path in the way in which a file was read: a manifest's start with the number of the document."""
    numbered = bool(path) and isinstance(path[0], int)
    if kind == "manifest":
        return path if numbered else (0, *path)
    return path[1:] if numbered else path


def dotted(path: DocumentPath) -> str:
    """A document path as people write it."""
    return ".".join(str(key) for key in path) or "the whole file"


def _with_ancestors(touched: Iterable[DocumentPath]) -> dict[DocumentPath, bool]:
    """Each touched path with True, and each of its ancestors with False."""
    result: dict[DocumentPath, bool] = {}
    for path in touched:
        result.update({path[:depth]: False for depth in range(len(path)) if path[:depth] not in result})
        result[path] = True
    return result


def _items(
    path: DocumentPath, old: list[object], new: list[object], touched: Collection[DocumentPath]
) -> Iterator[tuple[DocumentPath, object, object]]:
    """Items side by side; those behind a planned removal are compared with where they moved to."""
    kept = list(enumerate(old))
    surplus = len(old) - len(new)
    if surplus > 0:
        gone = [index for index, _ in kept if (*path, index) in touched][:surplus]
        kept = [(index, item) for index, item in kept if index not in gone]
    for position in range(max(len(kept), len(new))):
        index, item = kept[position] if position < len(kept) else (position, _MISSING)
        yield (*path, index), item, new[position] if position < len(new) else _MISSING


def _or_empty(value: object, other: object) -> object:
    """For nothing beside a container: an empty one of its kind, since a planned path may create what it lies in."""
    if (value is None or value is _MISSING) and isinstance(other, (dict, list)):
        return type(other)()
    return value


def _same(old: object, new: object) -> bool:
    """Equal in type too (1, 1.0 and true differ); not-a-number equals itself."""
    return type(old) is type(new) and (old == new or (old != old and new != new))  # noqa: PLR0124
