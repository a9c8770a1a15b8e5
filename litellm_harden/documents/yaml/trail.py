"""The way from a document's root to the node at a path."""

from __future__ import annotations

from litellm_harden.documents.base import Key, Path
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Sequence
from litellm_harden.documents.yaml.resolve import merged_mappings

Step = tuple[Collection, int]
"""A collection, and the place in its `children` of the value that the way takes."""


class Trail:
    """How far a path leads. `node` is what it ends at, itself possibly an alias; `rest` is the part that leads
    nowhere. `inherited` says that the way goes through an alias or a merge; `anchor` names it."""

    __slots__ = ("anchor", "inherited", "node", "rest", "steps")

    def __init__(self, steps: list[Step], node: Node | None, rest: Path = (), anchor: str | None = None) -> None:
        self.steps, self.node, self.rest = steps, node, rest
        self.anchor = anchor
        self.inherited = anchor is not None

    def collections(self) -> list[Collection]:
        """The collections on the way, with the last node where it is one."""
        last = [self.node] if isinstance(self.node, Collection) else []
        return [*(collection for collection, _ in self.steps), *last]


def follow(root: Node | None, path: Path) -> Trail:
    """Walk `path` from `root`."""
    steps: list[Step] = []
    node, anchor = root, None
    for depth, key in enumerate(path):
        at = node
        if isinstance(at, Alias):
            anchor, at = at.target.anchor, at.target
        step, merged = _step(at, key)
        if step is None:
            return Trail(steps, node, path[depth:], anchor)
        anchor = merged or anchor
        steps.append(step)
        node = step[0].children[step[1]]
    return Trail(steps, node, (), anchor)


def _step(node: Node | None, key: Key) -> tuple[Step | None, str | None]:
    """The step to `key`, and the name of the anchor that a merge takes it from."""
    if isinstance(node, Sequence) and isinstance(key, int) and 0 <= key < len(node.children):
        return (node, key), None
    anchor = None
    while isinstance(node, Mapping):
        at = node.index.get(key)
        if at is not None and isinstance(node.children[at].data, bool) == isinstance(key, bool):
            return (node, at + 1), anchor
        node = _merged_with(node, key)
        anchor = (node and node.anchor) or anchor or "<<"
    return None, None


def _merged_with(node: Mapping, key: Key) -> Node | None:
    """The strongest of the mappings merged into `node` that has the key."""
    for source in reversed(node.merges):
        for mapping in reversed(merged_mappings(source)):
            if isinstance(mapping.data, dict) and key in mapping.data:
                return mapping
    return None
