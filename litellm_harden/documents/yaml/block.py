"""Edits of entries in block style: `key: value` and `- value` lines."""

from __future__ import annotations

from litellm_harden.documents.yaml import emit
from litellm_harden.documents.yaml.emit import Shape
from litellm_harden.documents.yaml.layout import Layout, Unsuited
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Scalar, Sequence
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern

_PROPERTY = pattern(r"[&!]\S*(?:[ \t]+[&!]\S*)*")


class Entry:
    """One value in a block collection, and where it and its lead (`key:` or `-`) stand."""

    def __init__(self, layout: Layout, parent: Collection, at: int) -> None:
        self.layout, self.parent, self.at = layout, parent, at
        self.node = node = parent.children[at]
        if isinstance(parent, Mapping):
            self.start = parent.children[at - 1].start
            self.lead = layout.skip(parent.children[at - 1].end) + 1
        else:
            assert isinstance(parent, Sequence)
            self.start = layout.dash(parent, at)
            self.lead = self.start + 1
        self.column = layout.column(self.start)
        self.end = layout.content_end(node)
        self.empty = node.open == node.end
        self.in_block = isinstance(node, Collection) and not node.flow and bool(node.children)
        below = not self.empty and not self.in_block and layout.starts_line(node.start)
        if below and layout.column(node.start) <= self.column:
            raise Unsuited("its value does not stand to the right of its key")

    @property
    def properties_end(self) -> int:
        """Where the anchor and tag of the value end that a new value keeps or drops; without any, the lead's end."""
        node = self.node
        if node.tag is None and node.anchor is None:
            return self.lead
        found = _PROPERTY.match(self.layout.text, node.start)
        return found.end() if found else self.lead

    @property
    def origin(self) -> int:
        """Where the text to replace starts: an anchor and `!override` stay, another tag goes with its value."""
        return self.node.open if self.node.tag in {None, "!override"} else self.node.start


def put_inline(layout: Layout, entry: Entry, text: str) -> list[Edit]:
    """Make `text`, of one line, the value of the entry. Comments inside the old value get lines of their own."""
    node, end = entry.node, entry.end
    if isinstance(node, Scalar) and node.style in {"|", ">"}:
        header = layout.header_end(node)
        return [Edit(entry.origin, header, text), *_cut(layout.line_end(header), end)]
    if entry.in_block and layout.starts_line(node.open):
        kept = entry.properties_end if entry.origin == node.open else entry.lead
        head = layout.line_end(entry.properties_end)
        body = Edit(head, layout.line_end(end), _lines(layout, end, _inner_comments(layout, entry)))
        return [Edit(kept, entry.properties_end, " " + text), body]
    if entry.empty:
        gap = "" if layout.text[entry.origin - 1 : entry.origin] in {" ", "\t"} else " "
        return [Edit(entry.origin, node.end, gap + text)]
    text += " " if layout.text.startswith("#", end) else ""
    return [Edit(entry.origin, end, text), *_comments_below(layout, entry, end)]


def put_block(layout: Layout, entry: Entry, value: object, shape: Shape) -> list[Edit]:
    """Make the list or mapping the value of the entry, on lines of its own."""
    node, end = entry.node, entry.end
    gap = " " if layout.text.startswith("#", end) else ""
    column = entry.column + _indent(entry, value, shape)
    lines = emit.body(value, column, shape)
    if isinstance(node, Scalar) and node.style in {"|", ">"}:
        header = layout.header_end(node)
        behind = layout.line_end(header)
        return [Edit(entry.lead, header, ""), Edit(behind, max(behind, end), _lines(layout, end, lines))]
    if entry.in_block and layout.starts_line(node.open):
        head = layout.line_end(entry.properties_end)
        dropped = _cut(entry.lead, entry.properties_end) if entry.origin != node.open else []
        lines = _inner_comments(layout, entry) + lines
        return [*dropped, Edit(head, layout.line_end(end), _lines(layout, end, lines))]
    if entry.empty:
        behind = layout.line_end(node.end)
        return [*_cut(entry.origin, node.end), Edit(behind, behind, _lines(layout, behind, lines))]
    in_place = layout.starts_line(entry.origin) or (isinstance(entry.parent, Sequence) and not node.anchor)
    if in_place:
        column = layout.column(entry.origin)
        first, *rest = emit.body(value, column, shape)
        behind = layout.line_end(end)
        edits = [Edit(entry.origin, end, first.lstrip(" ") + gap), Edit(behind, behind, _lines(layout, behind, rest))]
        return [*edits, *_comments_below(layout, entry, end)]
    kept = entry.properties_end if entry.origin == node.open else entry.lead
    behind = layout.line_end(end)
    below = Edit(behind, behind, _lines(layout, end, lines))
    return [Edit(kept, end, gap), *_comments_below(layout, entry, end), below]


def insert(
    layout: Layout, mapping: Mapping, values: dict[object, object], shape: Shape, flow_lists: bool
) -> list[Edit]:
    """Add keys behind the last line of a block mapping."""
    column = layout.column(mapping.open)
    lines: list[str] = []
    for key, value in values.items():
        on_one_line = isinstance(value, list) and not _nested(value) and (flow_lists or emit.suits_one_line(key, value))
        lines += emit.entry(key, value, column, shape, on_one_line)
    return _below(layout, layout.content_end(mapping), lines)


def append(layout: Layout, sequence: Sequence, value: object, shape: Shape) -> list[Edit]:
    """Add an item behind the last line of a block list, laid out and quoted as the item before."""
    last = len(sequence.children) - 1
    node, dash = sequence.children[last], layout.dash(sequence, last)
    same_line = layout.line_end(dash) >= node.open and node.open > dash
    gap = node.open - dash - 1 if same_line and node.open != node.end and node.open == node.start else 1
    quote = node.style if isinstance(node, Scalar) and node.style in {"'", '"'} else ""
    lines = emit.item(value, layout.column(dash), shape, max(gap, 1), quote)
    return _below(layout, layout.content_end(sequence), lines)


def remove(layout: Layout, entry: Entry) -> list[Edit]:
    """Take out the lines of an entry that is not the only one; its comments stay, as lines of their own."""
    end, line_end = entry.end, layout.line_end(entry.end)
    comments = layout.comments(entry.node, entry.lead, end) + layout.comments_between(end, line_end)
    if not layout.starts_line(entry.start):
        return _slide(layout, entry, comments)
    start = layout.line_start(entry.start)
    lines = [" " * entry.column + comment for comment in comments]
    if lines:
        return [Edit(start, line_end, layout.newline(start).join(lines))]
    following = layout.next_line(line_end)
    if following > line_end or start == 0:
        return [Edit(start, following, "")]
    step = 2 if isinstance(entry.parent, Mapping) else 1
    if layout.ends_as_block_scalar(entry.parent.children[entry.at - step]):
        return [Edit(start, following, "")]
    kept = len(layout.text[:start].rstrip())  # the text stays without a final line end
    return [Edit(kept, line_end, "")]


def _slide(layout: Layout, entry: Entry, comments: list[str]) -> list[Edit]:
    """Take out the first entry of a collection that starts on its parent's line: the next one moves up."""
    step = 2 if isinstance(entry.parent, Mapping) else 1
    following = Entry(layout, entry.parent, entry.at + step)
    comments = comments + layout.comments_between(layout.line_end(entry.end), following.start)
    line = layout.line_start(entry.start)
    pad = layout.text[line : entry.start]
    pad = pad[: len(pad) - len(pad.lstrip(" "))]
    newline = layout.newline(line)
    above = "".join(f"{pad}{comment}{newline}" for comment in comments)
    return [*([Edit(line, line, above)] if above else []), Edit(entry.start, following.start, "")]


def _inner_comments(layout: Layout, entry: Entry) -> list[str]:
    """The comments in the lines below the entry's key or dash, as lines of their own."""
    stop = layout.line_end(entry.end)
    comments = layout.comments(entry.node, layout.line_end(entry.properties_end), entry.end)
    comments += layout.comments_between(entry.end, stop)
    return [" " * layout.column(entry.node.open) + comment for comment in comments]


def _nested(value: list[object]) -> bool:
    return any(isinstance(member, (dict, list)) for member in value)


def _indent(entry: Entry, value: object, shape: Shape) -> int:
    if isinstance(entry.parent, Sequence):
        return 2
    return shape.offset if isinstance(value, list) else shape.step


def _below(layout: Layout, end: int, lines: list[str]) -> list[Edit]:
    at = layout.line_end(end)
    return [Edit(at, at, _lines(layout, at, lines))]


def _lines(layout: Layout, offset: int, lines: list[str]) -> str:
    newline = layout.newline(offset)
    return "".join(newline + line for line in lines)


def _cut(start: int, end: int) -> list[Edit]:
    return [Edit(start, end, "")] if start < end else []


def _comments_below(layout: Layout, entry: Entry, end: int) -> list[Edit]:
    if isinstance(entry.node, (Alias, Scalar)):
        return []
    comments = layout.comments(entry.node, entry.node.open, end)
    return (
        _below(layout, end, [" " * layout.column(entry.node.open) + comment for comment in comments])
        if comments
        else []
    )
