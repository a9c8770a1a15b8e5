"""A YAML document as a light tree of nodes with offsets."""

from __future__ import annotations


class Node:
    """A value as written. `start` includes its anchor and tag, `open` does not; `end` is exclusive.

    `data` is the plain value its reader sees, set by `resolve`.
    """

    __slots__ = ("anchor", "data", "end", "open", "start", "tag")

    def __init__(self, start: int, opening: int, end: int, tag: str | None, anchor: str | None) -> None:
        self.start, self.open, self.end = start, opening, end
        self.tag, self.anchor = tag, anchor
        self.data: object = None


class Scalar(Node):
    """A single value. `style` is one of `'`, `"`, `|`, `>` or empty for plain."""

    __slots__ = ("style", "value")

    def __init__(
        self, start: int, opening: int, end: int, tag: str | None, anchor: str | None, value: str, style: str
    ) -> None:
        self.start, self.open, self.end = start, opening, end
        self.tag, self.anchor = tag, anchor
        self.value, self.style = value, style


class Collection(Node):
    """A mapping or sequence. The end of a block collection runs past blank lines and comments: see `layout`."""

    __slots__ = ("children", "flow")

    def __init__(self, start: int, opening: int, tag: str | None, anchor: str | None, flow: bool) -> None:
        super().__init__(start, opening, -1, tag, anchor)
        self.flow = flow
        self.children: list[Node] = []


class Sequence(Collection):
    """A list; `children` are its items."""

    __slots__ = ()


class Mapping(Collection):
    """A mapping; `children` are its keys and values in turn. `index` gives the place of each key in `children`,
    the last one of duplicates, without what merges bring."""

    __slots__ = ("index", "merges")

    def __init__(self, start: int, opening: int, tag: str | None, anchor: str | None, flow: bool) -> None:
        super().__init__(start, opening, tag, anchor, flow)
        self.index: dict[object, int] = {}
        self.merges: list[Node] = []

    def pairs(self) -> list[tuple[Node, Node]]:
        """The keys with their values, in the order written."""
        return list(zip(self.children[::2], self.children[1::2], strict=True))


class Alias(Node):
    """A reference to an anchored node."""

    __slots__ = ("target",)

    def __init__(self, start: int, end: int, target: Node) -> None:
        super().__init__(start, start, end, None, None)
        self.target = target


def behind(node: Node) -> Node:
    """The node itself, or what an alias stands for."""
    return node.target if isinstance(node, Alias) else node
