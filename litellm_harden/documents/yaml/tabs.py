"""Tabs between values: YAML and Compose allow them, PyYAML's scanner, and with it LiteLLM, does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litellm_harden.documents.yaml.layout import COMMENT, Layout
from litellm_harden.documents.yaml.nodes import Collection, Node, Scalar


def stray_tab(layout: Layout, root: Node | None) -> int | None:
    """The offset of the first tab that is neither in a comment, in quotes nor in the lines of a block scalar."""
    text, at = layout.text, 0
    for start, end, plain in _leaves(layout, root):
        tab = _tab_between(text, at, start)
        if tab < 0 and plain:
            tab = text.find("\t", start, end)
        if tab >= 0:
            return tab
        at = end
    tab = _tab_between(text, at, len(text))
    return tab if tab >= 0 else None


def _tab_between(text: str, start: int, end: int) -> int:
    """The first tab outside of comments in a stretch without values, or -1."""
    gap = text[start:end]
    if "\t" not in gap:
        return -1
    tab = re.sub(COMMENT, lambda found: " " * len(found.group()), gap).find("\t")
    return start + tab if tab >= 0 else -1


def _leaves(layout: Layout, node: Node | None) -> Iterator[tuple[int, int, bool]]:
    """The text of each value, and whether it is plain; of a block scalar, its lines."""
    if isinstance(node, Collection):
        for child in node.children:
            yield from _leaves(layout, child)
    elif isinstance(node, Scalar) and node.style in {"|", ">"}:
        yield min(layout.next_line(node.open), node.end), node.end, False
    elif node is not None:
        yield node.open, node.end, not (isinstance(node, Scalar) and node.style)
