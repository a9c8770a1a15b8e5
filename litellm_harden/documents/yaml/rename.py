"""Calling a key otherwise: its value and all around it stay as they are."""

from __future__ import annotations

from litellm_harden.documents.base import Path
from litellm_harden.documents.yaml import emit
from litellm_harden.documents.yaml.layout import Unsuited
from litellm_harden.documents.yaml.nodes import Mapping, Scalar
from litellm_harden.documents.yaml.parse import Tree
from litellm_harden.documents.yaml.trail import follow
from litellm_harden.text.edits import Edit


def rename(tree: Tree, path: Path, name: str) -> list[Edit]:
    """The edit of the key at `path`. Raises Unsuited where there is none, or where others would feel it."""
    trail = follow(tree.root, path)
    parent, at = trail.steps[-1] if trail.steps else (None, 0)
    if trail.rest or not isinstance(parent, Mapping):
        raise Unsuited("there is no such key")
    key = parent.children[at - 1]
    shared = [collection for collection in trail.collections() if collection in tree.aliased]
    if trail.inherited or shared or key in tree.aliased:
        raise Unsuited("its text belongs to an anchor, which serves others too")
    if tree.documents > 1:
        raise Unsuited("the file holds several documents")
    if name in parent.index or (isinstance(parent.data, dict) and name in parent.data):
        raise Unsuited(f"{name} is there already")
    if sum(other.data == path[-1] for other in parent.children[::2]) > 1:
        raise Unsuited("the key is there twice")
    quote = key.style if isinstance(key, Scalar) and key.style in {"'", '"'} else ""
    return [Edit(key.open, key.end, emit.scalar(name, parent.flow, quote))]
