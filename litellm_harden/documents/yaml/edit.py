"""Which edits make a change so: chooses between block and flow, and refuses what would reach others."""

from __future__ import annotations

from collections.abc import Mapping as Values

from litellm_harden.documents.base import Path
from litellm_harden.documents.yaml import block, emit, flow
from litellm_harden.documents.yaml.block import Entry
from litellm_harden.documents.yaml.emit import Shape
from litellm_harden.documents.yaml.layout import Layout, Unsuited
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence
from litellm_harden.documents.yaml.parse import Tree
from litellm_harden.documents.yaml.trail import Trail, follow
from litellm_harden.text.edits import Edit


class Editor:
    """Proposes edits of one document. Its methods raise Unsuited where an edit cannot be made."""

    def __init__(self, layout: Layout, tree: Tree) -> None:
        self._layout, self._tree = layout, tree

    def update(self, path: Path, values: Values[object, object]) -> list[Edit]:
        """Make each key of the mapping at `path` hold its value."""
        trail = follow(self._tree.root, path)
        if any(isinstance(key, int) for key in trail.rest):
            raise Unsuited("the list item it belongs to is not there")
        wanted: dict[object, object] = dict(values)
        for key in reversed(trail.rest):
            wanted = {key: wanted}
        if not wanted:
            return []
        if trail.node is None:
            return self._start_document(wanted)
        if not trail.rest and isinstance(trail.node.data, dict) and _holds(trail.node.data, wanted):
            return []
        self._check_local(trail)
        return self._set(trail, wanted)

    def append(self, path: Path, value: object) -> list[Edit]:
        """Add an item to the end of the list at `path`."""
        trail = follow(self._tree.root, path)
        if trail.rest:
            return self.update(path[:-1], {path[-1]: [value]})
        node = trail.node
        if node is None:
            raise Unsuited("the document is empty")
        self._check_local(trail)
        if not isinstance(node, Sequence):
            if node.data is None and trail.steps:
                return self._replace(trail, len(trail.steps) - 1, [value])
            raise Unsuited("it is not a list")
        if not node.children and isinstance(value, (dict, list)) and trail.steps and not trail.steps[-1][0].flow:
            return self._replace(trail, len(trail.steps) - 1, [value])
        if node.flow:
            flow.check(self._layout, node)
            return flow.append(self._layout, node, value)
        self._check_end(node)
        return block.append(self._layout, node, value, self._shape(trail.collections()))

    def remove(self, path: Path) -> list[Edit]:
        """Take out the key or item at `path`."""
        trail = follow(self._tree.root, path)
        if trail.rest or not trail.steps:
            return [] if trail.steps or path else self._refuse("the document itself cannot be removed")
        self._check_local(trail, itself=False)
        parent, at = trail.steps[-1]
        self._check_subtree(parent.children[at])
        if isinstance(parent, Mapping):
            if parent.children[at - 1] in self._tree.aliased:
                raise Unsuited(_shared(parent.children[at - 1]))
            for place in (at, at + 2)[: 1 if at + 1 == len(parent.children) else 2]:
                self._check_key(parent, place)
            if sum(key.data == path[-1] for key in parent.children[::2]) > 1:
                raise Unsuited("the key is there twice")
        if parent.flow:
            flow.check(self._layout, parent)
            return flow.remove(self._layout, parent, at)
        if len(parent.children) > (2 if isinstance(parent, Mapping) else 1):
            return block.remove(self._layout, Entry(self._layout, parent, at))
        empty = "{}" if isinstance(parent, Mapping) else "[]"
        if len(trail.steps) == 1:
            return self._replace_root(parent, empty)
        holder, place = trail.steps[-2]
        if isinstance(holder, Mapping):
            self._check_key(holder, place)
        return block.put_inline(self._layout, Entry(self._layout, holder, place), empty)

    def _set(self, trail: Trail, wanted: dict[object, object]) -> list[Edit]:
        node = trail.node
        if isinstance(node, Mapping):
            return self._update_mapping(trail, node, wanted)
        if isinstance(node, Sequence):
            return self._update_items(trail, node, wanted)
        if node is not None and node.data is None:
            if trail.steps:
                return self._replace(trail, len(trail.steps) - 1, wanted)
            return self._start_document(wanted)
        raise Unsuited("its place holds a value that is not a mapping")

    def _update_items(self, trail: Trail, node: Sequence, wanted: dict[object, object]) -> list[Edit]:
        edits: list[Edit] = []
        for index, value in wanted.items():
            if not isinstance(index, int) or not 0 <= index < len(node.children):
                raise Unsuited("its place holds a list, not a mapping")
            edits += self._change(trail, node, index, value)
        return edits

    def _update_mapping(self, trail: Trail, node: Mapping, wanted: dict[object, object]) -> list[Edit]:
        edits: list[Edit] = []
        fresh: dict[object, object] = {}
        data = node.data if isinstance(node.data, dict) else {}
        for key, value in wanted.items():
            at = node.index.get(key)
            if at is not None:
                edits += self._change(trail, node, at + 1, value)
            elif key not in data or not same(data[key], value):
                fresh[key] = value
        return [*edits, *self._insert(trail, node, fresh)] if fresh else edits

    def _insert(self, trail: Trail, node: Mapping, fresh: dict[object, object]) -> list[Edit]:
        if not node.flow:
            self._check_end(node)
            shape = self._shape(trail.collections())
            return block.insert(self._layout, node, fresh, shape, _flow_lists(node))
        flow.check(self._layout, node)
        if not node.children:
            if not trail.steps:
                return self._replace_root(node, *emit.body(fresh, 0, self._shape([])))
            if not trail.steps[-1][0].flow:
                return self._replace(trail, len(trail.steps) - 1, fresh)
        return flow.insert(self._layout, node, fresh)

    def _change(self, trail: Trail, parent: Collection, at: int, value: object) -> list[Edit]:
        node = parent.children[at]
        if same(node.data, value):
            return []
        inner = Trail([*trail.steps, (parent, at)], node)
        if isinstance(node, Mapping) and node not in self._tree.aliased and _extends(node.data, value):
            assert isinstance(value, dict)
            return self._update_mapping(inner, node, value)
        return self._replace(inner, len(inner.steps) - 1, value)

    def _replace(self, trail: Trail, depth: int, value: object) -> list[Edit]:
        parent, at = trail.steps[depth]
        node = parent.children[at]
        self._check_subtree(node)
        if isinstance(parent, Mapping):
            self._check_key(parent, at)
        quote = node.style if isinstance(node, Scalar) and node.style in {"'", '"'} else ""
        if parent.flow:
            flow.check(self._layout, parent)
            return flow.put(self._layout, parent, at, emit.inline(value, quote))
        entry = Entry(self._layout, parent, at)
        if not emit.is_block(value):
            return block.put_inline(self._layout, entry, emit.single(value, quote))
        if isinstance(value, list) and self._on_one_line(parent, at, value):
            return block.put_inline(self._layout, entry, emit.inline(value, '"'))
        return block.put_block(self._layout, entry, value, self._shape(trail.collections()[: depth + 1]))

    def _on_one_line(self, parent: Collection, at: int, value: list[object]) -> bool:
        node = parent.children[at]
        if any(isinstance(member, (dict, list)) for member in value):
            return False
        if isinstance(node, Sequence):
            return node.flow
        return (
            isinstance(parent, Sequence)
            or _flow_lists(parent)
            or emit.suits_one_line(parent.children[at - 1].data, value)
        )

    def _start_document(self, wanted: dict[object, object]) -> list[Edit]:
        text, layout, root = self._layout.text, self._layout, self._tree.root
        lines = emit.body(wanted, 0, self._shape([]))
        if root is not None and root.start < root.end:
            return self._replace_root(root, *lines)
        at = len(text)
        if self._tree.opened is not None:
            at = layout.line_end(self._tree.opened)
        newline = layout.newline(at)
        if at < len(text) or (text and text[-1] != "\n"):
            return [Edit(at, at, "".join(newline + line for line in lines))]
        return [Edit(at, at, "".join(line + newline for line in lines))]

    def _replace_root(self, root: Node, *lines: str) -> list[Edit]:
        layout, end = self._layout, self._layout.content_end(root)
        self._check_subtree(root)
        newline = layout.newline(root.open)
        comments = layout.comments(root, root.start, end)
        below = layout.line_end(end)
        start, column = root.start, layout.column(root.start)
        if not layout.starts_line(start):  # behind `---`, where a block mapping may not stand
            start, column, lines = len(layout.text[:start].rstrip(" \t")), 0, ("", *lines)
        text = (newline + " " * column).join(lines)
        edits = [Edit(start, end, text)]
        return [*edits, Edit(below, below, "".join(newline + comment for comment in comments))] if comments else edits

    def _shape(self, collections: list[Collection]) -> Shape:
        """How the value of a new key in the last of `collections` is laid out: as its siblings, else as its parents,
        else as most of the file."""
        layout = self._layout
        step = offset = None
        for collection in reversed(collections):
            if isinstance(collection, Mapping) and not collection.flow:
                for child in collection.children[1::2]:
                    found = layout.step(collection, child)
                    if found is not None and isinstance(child, Mapping):
                        step = step if step is not None and collection is not collections[-1] else found
                    elif found is not None:
                        offset = offset if offset is not None and collection is not collections[-1] else found
            if step is not None and offset is not None:
                break
        style = layout.style() if step is None or offset is None else None
        if step is None:
            assert style is not None
            step = style.step
        if offset is None:
            assert style is not None
            offset = step if style.offset is None else style.offset
        return Shape(step, offset)

    def _check_local(self, trail: Trail, itself: bool = True) -> None:
        if trail.inherited:
            raise Unsuited(f"its text belongs to the anchor &{trail.anchor}, which serves others too")
        if itself and isinstance(trail.node, Alias):
            raise Unsuited(f"it is the alias *{trail.node.target.anchor}")
        for collection in trail.collections():
            if collection in self._tree.aliased:
                raise Unsuited(_shared(collection))
        if itself and trail.node in self._tree.aliased and trail.node is not None:
            raise Unsuited(_shared(trail.node))
        if self._tree.documents > 1:
            raise Unsuited("the file holds several documents")

    def _check_subtree(self, node: Node) -> None:
        if not self._tree.aliased:
            return
        if node in self._tree.aliased:
            raise Unsuited(_shared(node))
        if isinstance(node, Collection):
            for child in node.children:
                self._check_subtree(child)

    def _check_key(self, parent: Mapping, at: int) -> None:
        layout, key = self._layout, parent.children[at - 1]
        start = layout.skip(layout.content_end(parent.children[at - 2]) if at > 1 else parent.open)
        if layout.text[start : start + 1] in {",", "{"}:
            start = layout.skip(start + 1)
        if start < key.start and layout.text[start] == "?":
            raise Unsuited("the key is written in the complex form (? key)")

    def _check_end(self, node: Node) -> None:
        if self._layout.open_ended(node):
            raise Unsuited("a block scalar without a final line end stands before its place")

    def _refuse(self, reason: str) -> list[Edit]:
        raise Unsuited(reason)


def same(old: object, new: object) -> bool:
    """Whether two values are equal and of the same types: 1, 1.0 and True are three values."""
    if old is new:
        return True
    if type(old) is not type(new):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return len(old) == len(new) and all(key in old and same(old[key], value) for key, value in new.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(same(a, b) for a, b in zip(old, new, strict=True))
    return old == new


def _holds(data: dict[object, object], wanted: dict[object, object]) -> bool:
    return all(key in data and same(data[key], value) for key, value in wanted.items())


def _extends(old: object, new: object) -> bool:
    return isinstance(old, dict) and bool(old) and isinstance(new, dict) and old.keys() <= new.keys()


def _shared(node: Node) -> str:
    return f"the anchor &{node.anchor} is used elsewhere too"


def _flow_lists(parent: Collection) -> bool:
    """Whether the last list among the values of a mapping is written on one line."""
    lists = [child for child in parent.children if isinstance(child, Sequence) and child.children]
    return bool(lists) and lists[-1].flow
