"""Tabs between values: YAML and Compose allow them, PyYAML's scanner, and with it LiteLLM, does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litellm_harden.documents.yaml.layout import COMMENT, Layout
from litellm_harden.documents.yaml.nodes import Collection, Node, Scalar


def stray_tab(layout: Layout, root: Node | None) -> int | None:
    """The offset of the first tab that is neither in a comment, in quotes nor in the lines of a block scalar."""
    at = 0
    for start, end in [*_tabs_allowed(layout, root), (len(layout.text), 0)]:
        tab = layout.text.find("\t", at, start)
        if tab >= 0:
            blanked = re.sub(
                COMMENT, lambda found: " " * len(found.group()), layout.text[layout.line_start(at) : start]
            )
            tab = blanked.find("\t", at - layout.line_start(at))
            if tab >= 0:
                return layout.line_start(at) + tab
        at = end
    return None


def _tabs_allowed(layout: Layout, node: Node | None) -> Iterator[tuple[int, int]]:
    if isinstance(node, Collection):
        for child in node.children:
            yield from _tabs_allowed(layout, child)
    elif isinstance(node, Scalar) and node.style in {"'", '"'}:
        yield node.open, node.end
    elif isinstance(node, Scalar) and node.style:
        yield layout.next_line(node.open), node.end
