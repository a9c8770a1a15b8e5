"""The tree of a compose file: every value with the place where it is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Union

from litellm_harden.deployment.compose.interpolation import Interpolated, Interpolator
from litellm_harden.deployment.model import Origin
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.text.source import Span

if TYPE_CHECKING:
    from litellm_harden.deployment.workspace import Workspace
    from litellm_harden.documents.yaml import YamlDocument
    from litellm_harden.documents.yaml.stream import Stream

Value = Union[str, int, float, bool, None, "dict[str, Node]", "list[Node]"]

RESET, OVERRIDE = "!reset", "!override"


class ComposeFile:
    """A compose file as one project reads it: relative paths start at `directory`, names come from `variables`."""

    __slots__ = ("_tags", "directory", "interpolate", "path", "variables")

    def __init__(
        self, path: Path, directory: Path, variables: Mapping[str, Interpolated], document: YamlDocument | None = None
    ) -> None:
        self.path, self.directory, self.variables = path, directory, variables
        self.interpolate = Interpolator(variables.get)
        tagged = document is not None and any(tag in document.source.text for tag in (RESET, OVERRIDE))
        self._tags = document if tagged else None

    def document(self, workspace: Workspace) -> YamlDocument | Stream:
        """The file as its reader has it. Raises Unreadable."""
        return workspace.compose(self.path)

    def tag(self, path: DocumentPath) -> str:
        """`!reset` or `!override` where the value at `path` bears it, else ""."""
        tag = self._tags.tag(path) if self._tags else None
        return tag if tag in (RESET, OVERRIDE) else ""


class Node:
    """A value of a compose file after interpolation: a scalar, a mapping of nodes or a list of nodes.

    `unknown` says why the value cannot be told, "" where it can. `path` leads to it in the document of `file`; for an
    item `NAME=value` of a list, to the item.
    """

    __slots__ = ("_over", "path", "place", "tag", "unknown", "value")

    def __init__(
        self,
        value: Value,
        place: ComposeFile,
        path: DocumentPath,
        *,
        unknown: str = "",
        over: tuple[Node, ...] = (),
        tag: str = "",
    ) -> None:
        self.value, self.place, self.path = value, place, path
        self.unknown, self.tag, self._over = unknown, tag, over

    @property
    def file(self) -> Path:
        """The file it is written in."""
        return self.place.path

    def get(self, *keys: str) -> Node | None:
        """The node under the keys, one inside the other; None where there is none."""
        node: Node | None = self
        for key in keys:
            if node is None or not isinstance(node.value, dict):
                return None
            node = node.value.get(key)
        return node

    def items(self) -> list[Node]:
        """The items of a list; a single scalar counts as a list of one, anything else as empty."""
        if isinstance(self.value, list):
            return self.value
        return [self] if isinstance(self.value, (str, int, float)) else []

    def text(self) -> str:
        """A scalar as the text that Compose makes of it; "" for null, a mapping or a list."""
        return "" if isinstance(self.value, (dict, list)) else text_of(self.value)

    def plain(self) -> object:
        """The value as plain data."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        return [node.plain() for node in self.value] if isinstance(self.value, list) else self.value

    def unknowns(self) -> Iterator[str]:
        """Why it, or anything inside it, cannot be told."""
        if self.unknown:
            yield self.unknown
        for child in self.children():
            yield from child.unknowns()

    def children(self) -> Iterable[Node]:
        """The values of a mapping or the items of a list; none for a scalar."""
        if isinstance(self.value, dict):
            return self.value.values()
        return self.value if isinstance(self.value, list) else ()

    @property
    def shadows(self) -> tuple[Node, ...]:
        """The nodes that say it too and lose, best first: of other files, of extended services, of lines before."""
        found: list[Node] = []
        waiting = list(reversed(self._over))
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += reversed(node._over)
        return tuple(found)

    def replaced(self, value: Value, over: Node | None = None, unknown: str | None = None) -> Node:
        """The node at the same place with another value, and with one node more that it wins over."""
        unknown = self.unknown if unknown is None else unknown
        beaten = self._over if over is None else (*self._over, over)
        return Node(value, self.place, self.path, unknown=unknown, over=beaten, tag=self.tag)

    def origin(self, workspace: Workspace) -> Origin:
        """Where it is written, with its span. Raises Unreadable."""
        located = self.place.document(workspace).find(self.path)
        return Origin(self.file, located.span if located else Span(0, 0), self.path, self.plain())


def read(data: object, place: ComposeFile, path: DocumentPath) -> Node:
    """The tree of plain data that stands at `path`, interpolated with the variables of its file."""
    tag = place.tag(path)
    if isinstance(data, dict):
        mapping: dict[str, Node] = {}
        for key, value in data.items():
            mapping[text_of(key)] = read(value, place, (*path, key if isinstance(key, int) else str(key)))
        return Node(mapping, place, path, tag=tag)
    if isinstance(data, (list, tuple)):
        return Node([read(value, place, (*path, index)) for index, value in enumerate(data)], place, path, tag=tag)
    if isinstance(data, str):
        text, unknown = place.interpolate(data)
        return Node(text, place, path, unknown=unknown, tag=tag)
    return Node(data if isinstance(data, (int, float)) or data is None else str(data), place, path, tag=tag)


def text_of(value: object) -> str:
    """A YAML scalar as Compose prints it where it needs text: `true`, `1.1`, "" for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    return str(value)


def _float_text(value: float) -> str:
    """Go's `%v`, which Compose uses: no exponent below 1e21, no trailing `.0`."""
    if not math.isfinite(value):
        return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}[repr(value)]
    if 1e-4 <= abs(value) < 1e21 or value == 0:
        return f"{value:.0f}" if value.is_integer() else repr(value)
    return repr(value)
