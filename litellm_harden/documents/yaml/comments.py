"""Which text of a YAML document is a value, and on which lines a comment speaks about it."""

from __future__ import annotations

from bisect import bisect_right

from litellm_harden.documents.yaml.layout import Layout
from litellm_harden.documents.yaml.nodes import Collection, Mapping, Node, Scalar, Sequence


def in_scalar(layout: Layout, offset: int) -> bool:
    """Whether the offset lies in the text of a scalar."""
    way = _way(layout.root, offset)
    scalar = way[-1] if way and isinstance(way[-1], Scalar) else None
    return scalar is not None and _covers(layout, scalar, offset)


def marks(layout: Layout, offset: int) -> list[int]:
    """The offset, moved out of a scalar of several lines to its first one; behind it the last line of that, the start
    of the outermost brackets around it, and the key of a value that stands below it."""
    way = _way(layout.root, offset)
    found = [offset]
    scalar = way[-1] if way and isinstance(way[-1], Scalar) else None
    if scalar is not None and _covers(layout, scalar, offset):
        found = [scalar.start]
        if scalar.style not in {"|", ">"}:
            found.append(scalar.end)
    found += [node.start for node in way if isinstance(node, Collection) and node.flow][:1]
    for parent, node in zip(way, way[1:], strict=False):
        is_list_or_scalar = isinstance(node, (Sequence, Scalar))  # a mapping starts where its first key does
        if isinstance(parent, Mapping) and is_list_or_scalar and found[0] in (node.start, node.open):
            found.append(_key(parent, node).start)
    return found


def _way(root: Node | None, offset: int) -> list[Node]:
    """The nodes around an offset, outermost first; of each collection the last member that starts at it or before."""
    way: list[Node] = []
    node = root
    while node is not None and node.start <= offset:
        way.append(node)
        if not isinstance(node, Collection):
            break
        at = bisect_right(node.children, offset, key=lambda child: child.start)
        node = node.children[at - 1] if at else None
    return way


def _covers(layout: Layout, scalar: Scalar, offset: int) -> bool:
    if scalar.style in {"|", ">"}:
        header = layout.header_end(
            scalar
        )  # behind which a comment may stand; what follows is indented text up to the end
        return scalar.start <= offset < header or layout.line_end(header) < offset < scalar.end
    return scalar.start <= offset < scalar.end


def _key(parent: Mapping, node: Node) -> Node:
    """The key of a value, or the key itself."""
    at = bisect_right(parent.children, node.start, key=lambda child: child.start) - 1
    return parent.children[at - at % 2]
