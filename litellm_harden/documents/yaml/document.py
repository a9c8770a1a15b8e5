"""A YAML file: finds values with their spans and proposes edits of its text."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Values
from typing import TYPE_CHECKING, cast

from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal, Unparsable
from litellm_harden.documents.yaml import schema
from litellm_harden.documents.yaml.layout import Layout, Unsuited
from litellm_harden.documents.yaml.nodes import Mapping, Node, Scalar, Sequence, behind
from litellm_harden.documents.yaml.parse import Tree, parse
from litellm_harden.documents.yaml.resolve import Resolver
from litellm_harden.documents.yaml.tabs import stray_tab
from litellm_harden.documents.yaml.trail import follow
from litellm_harden.text.edits import Edit
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from litellm_harden.documents.yaml.edit import Editor

_STYLES = {"": "plain", "'": "single", '"': "double", "|": "literal", ">": "folded"}


class YamlDocument:
    """One YAML file as its reader sees it. Made by `litellm` or `compose`; both raise Unparsable.

    Only the first document of a file is read; where there are more, every edit is refused.
    """

    def __init__(self, source: Source, tree: Tree, data: object) -> None:
        self._source, self._tree, self._data = source, tree, data
        self._layout = Layout(source, tree.root)

    @classmethod
    def litellm(cls, source: Source) -> YamlDocument:
        """A config as LiteLLM reads it, with PyYAML's safe_load: YAML 1.1, the last duplicate key wins."""
        document = cls._read(source, schema.yaml11, strict=True)
        if document._tree.documents > 1:
            raise Unparsable("holds several YAML documents; LiteLLM reads a config of one")
        tab = stray_tab(document._layout, document._tree.root) if "\t" in source.text else None
        if tab is not None:
            line = source.position(tab).line
            raise Unparsable("holds a tab outside of quotes, which LiteLLM's YAML reader rejects", line)
        return document

    @classmethod
    def compose(cls, source: Source) -> YamlDocument:
        """A compose file as Docker Compose reads it, with go yaml.v3: `yes` is a string, duplicate keys are errors."""
        return cls._read(source, schema.compose, strict=False)

    @classmethod
    def _read(cls, source: Source, scalar: Callable[[str], object], strict: bool) -> YamlDocument:
        collecting = gc.isenabled()
        gc.disable()  # a large file makes a million objects and no garbage
        try:
            tree = parse(source.text, unique_anchors=strict)
            data = Resolver(source.text, scalar, strict).resolve(tree.root) if tree.root is not None else None
            return cls(source, tree, data)
        finally:
            if collecting:
                gc.enable()

    @property
    def source(self) -> Source:
        """The text it was parsed from."""
        return self._source

    @property
    def data(self) -> object:
        """The whole content as plain data; None for an empty file. Values behind aliases are shared objects."""
        return self._data

    comments_behind = True
    """YAML has comments behind values."""

    def holds(self, offset: int) -> bool:
        """Whether the offset lies in a scalar."""
        from litellm_harden.documents.yaml.comments import in_scalar

        return in_scalar(self._layout, offset)

    def marks(self, offset: int) -> list[int]:
        """Where a comment speaks about what stands at the offset: its line or, inside a scalar, the first of that; in
        brackets also their first line, and for a value below its key also that."""
        from litellm_harden.documents.yaml.comments import marks

        return marks(self._layout, offset)

    def find(self, path: Path) -> Located | None:
        """The value at `path`, through aliases and merges."""
        trail = follow(self._tree.root, path)
        node = trail.node
        if trail.rest or node is None:
            return None
        span = Span(node.open, self._layout.content_end(node))
        inherited = trail.inherited or behind(node) is not node
        if not trail.steps or not isinstance(parent := trail.steps[-1][0], Mapping):
            return Located(node.data, span, None, inherited)
        key = parent.children[trail.steps[-1][1] - 1]
        if self._layout.is_unwritten(key, node):
            span = Span(key.end, key.end)
        return Located(node.data, span, Span(key.open, key.end), inherited)

    def tag(self, path: Path) -> str | None:
        """The tag written at the value, such as `!reset`."""
        node = self._node(path)
        return node.tag if node is not None else None

    def style(self, path: Path) -> str | None:
        """How the value is written: plain, single, double, folded, literal, flow or block."""
        node = self._node(path)
        if node is None:
            return None
        if isinstance(node, Scalar):
            return _STYLES[node.style]
        return "flow" if isinstance(node, (Mapping, Sequence)) and node.flow else "block"

    def offsets(self, path: Path) -> list[int] | None:
        """For a string: the offset at which each of its characters is written, and behind them where it ends, so that
        single words can be edited: the word `value[i:j]` is written at `offsets[i]` to `offsets[j]`.

        None for anything else, and where the text does not map to the value character by character.
        """
        from litellm_harden.documents.yaml.offsets import offsets

        node = self._node(path)
        return offsets(self._layout, node) if isinstance(node, Scalar) and isinstance(node.data, str) else None

    def duplicates(self) -> list[tuple[Path, Span]]:
        """Keys that are there twice in one mapping: the path, and the span of each key that loses."""
        return list(_duplicates(self._tree.root, ())) if self._tree.root is not None else []

    def update(self, path: Path, values: Values[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value.

        A string keeps the quotes of the string it replaces; any other value is written bare, so that it is read as
        what it is. An empty `{}` becomes lines of its own where its parent is in block style. Lists are written as the
        last list beside them, an argument vector (`command:`) on one line. Of duplicate keys the last one is edited.
        """
        return self._propose(lambda editor: editor.update(path, dict(values.items())))

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`, which is created where missing. `[]` stays on its line."""
        return self._propose(lambda editor: editor.append(path, value))

    def remove(self, path: Path) -> Proposal:
        """Take out the key or item at `path`; comments stay. A collection that loses its last becomes `{}` or `[]`."""
        return self._propose(lambda editor: editor.remove(path))

    def rename(self, path: Path, key: str) -> Proposal:
        """Call the key at `path` by another name, which its mapping must not have; its value and comments stay."""
        from litellm_harden.documents.yaml.rename import rename

        try:
            return tuple(rename(self._tree, path, key))
        except Unsuited as reason:
            return Refusal(str(reason))

    def _node(self, path: Path) -> Node | None:
        trail = follow(self._tree.root, path)
        return None if trail.rest or trail.node is None else behind(trail.node)

    def _propose(self, edits: Callable[[Editor], list[Edit]]) -> Proposal:
        from litellm_harden.documents.yaml.edit import Editor

        try:
            made = edits(Editor(self._layout, self._tree))
        except Unsuited as reason:
            return Refusal(str(reason))
        return tuple(edit for edit in made if edit.text or edit.start < edit.end)


def _duplicates(node: Node, path: Path) -> Iterator[tuple[Path, Span]]:
    if isinstance(node, Sequence):
        for index, item in enumerate(node.children):
            yield from _duplicates(item, (*path, index))
    if isinstance(node, Mapping):
        for at, key in enumerate(node.children[::2]):
            name = cast("Key", key.data)
            if node.children[2 * at + 1] not in node.merges and node.index[name] != 2 * at:
                yield (*path, name), Span(key.open, key.end)
            yield from _duplicates(node.children[2 * at + 1], (*path, name))
