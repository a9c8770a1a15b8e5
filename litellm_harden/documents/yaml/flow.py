"""Edits of elements in flow style: `{key: value}` and `[value]`, on one line or many. Siblings are never touched."""

from __future__ import annotations

from litellm_harden.documents.yaml import emit
from litellm_harden.documents.yaml.layout import Layout, Unsuited
from litellm_harden.documents.yaml.nodes import Collection, Mapping, Scalar, Sequence
from litellm_harden.text.edits import Edit


def put(layout: Layout, parent: Collection, at: int, text: str) -> list[Edit]:
    """Make `text` the value of the element."""
    node = parent.children[at]
    start = node.open if node.tag in {None, "!override"} else node.start
    if layout.comments(node, node.start, node.end):
        raise Unsuited("the value holds comments that would be lost")
    if node.start < node.end:
        text += " " if layout.text.startswith("#", node.end) else ""
        gap = "" if start < node.end or layout.text[start - 1].isspace() else " "
        return [Edit(start, node.end, gap + text)]
    if not isinstance(parent, Mapping):
        return [Edit(node.start, node.end, text)]
    key = parent.children[at - 1]
    colon = layout.skip(key.end)
    if layout.text[colon : colon + 1] == ":":
        return [Edit(colon + 1, colon + 1, " " + text)]
    if layout.line_end(key.start) < key.end:
        raise Unsuited("its key is written over several lines")
    return [Edit(key.end, key.end, ": " + text)]


def insert(layout: Layout, mapping: Mapping, values: dict[object, object]) -> list[Edit]:
    """Add keys at the end of a flow mapping."""
    keys = mapping.children[::2]
    quote = '"' if keys and all(isinstance(key, Scalar) and key.style == '"' for key in keys) else ""
    elements = [f"{emit.scalar(key, True, quote)}: {emit.inline(value, quote)}" for key, value in values.items()]
    return _add(layout, mapping, elements)


def append(layout: Layout, sequence: Sequence, value: object) -> list[Edit]:
    """Add an item at the end of a flow list, quoted as the item before."""
    last = sequence.children[-1] if sequence.children else None
    quote = last.style if isinstance(last, Scalar) else '"'
    return _add(layout, sequence, [emit.inline(value, quote)])


def remove(layout: Layout, parent: Collection, at: int) -> list[Edit]:
    """Take out an element and one comma. Comments stay."""
    step = 2 if isinstance(parent, Mapping) else 1
    first = at - step + 1
    start, end = parent.children[first].start, _end(layout, parent, at)
    if layout.comments(parent.children[at], start, end):
        raise Unsuited("the value holds comments that would be lost")
    comma = layout.skip(end)
    has_comma = layout.text[comma : comma + 1] == ","
    if has_comma:
        return (
            _cut_line(layout, start, end, comma)
            if at + 1 < len(parent.children) or first
            else _alone(layout, start, end, comma)
        )
    if not first:
        return _alone(layout, start, end, end - 1)
    before = _end(layout, parent, first - 1)
    between = layout.skip(before)
    if layout.comments_between(before, start) or "\n" in layout.text[before:start]:
        return [Edit(between, between + 1, ""), *_cut_line(layout, start, end, end - 1)]
    return [Edit(before, end, "")]


def check(layout: Layout, collection: Collection) -> None:
    """Raises Unsuited for a pair without braces of its own, as in `[a: 1]`."""
    if layout.text[collection.open : collection.open + 1] not in {"{", "["}:
        raise Unsuited("it is a single pair inside a list, without braces")


def _end(layout: Layout, parent: Collection, at: int) -> int:
    """The end of an element; of its key where no value is written."""
    node = parent.children[at]
    if isinstance(parent, Mapping) and node.start == node.end:
        key = parent.children[at - 1]
        colon = layout.skip(key.end)
        return colon + 1 if layout.text[colon : colon + 1] == ":" else key.end
    return node.end


def _alone(layout: Layout, start: int, end: int, comma: int) -> list[Edit]:
    """The only element: blanks inside the brackets go with it."""
    text = layout.text
    while text[start - 1] in " \t":
        start -= 1
    stop = max(end, comma + 1) if not layout.comments_between(end, comma) else end
    if stop == end and comma >= end:
        return [Edit(start, end, ""), Edit(comma, comma + 1, "")]
    while text[stop] in " \t" and not layout.comments_between(stop, layout.line_end(stop)):
        stop += 1
    return [Edit(start, stop, "")]


def _cut_line(layout: Layout, start: int, end: int, comma: int) -> list[Edit]:
    """An element with the comma behind it, and its line where nothing else stands on it."""
    text = layout.text
    if layout.comments_between(end, comma):
        return [Edit(start, end, ""), Edit(comma, comma + 1, "")]
    stop = max(end, comma + 1)
    line_end = layout.line_end(stop)
    if layout.starts_line(start) and not text[stop:line_end].strip(" \t"):
        return [Edit(layout.line_start(start), layout.next_line(stop), "")]
    if text[stop : stop + 1] == " " and not text[stop:line_end].lstrip(" ").startswith("#"):
        stop += len(text[stop:line_end]) - len(text[stop:line_end].lstrip(" "))
    return [Edit(start, stop, "")]


def _add(layout: Layout, collection: Collection, elements: list[str]) -> list[Edit]:
    text, closing = layout.text, collection.end - 1
    if not collection.children:
        inside = text[collection.open + 1 : closing]
        start = closing if inside.strip(" \t") else collection.open + 1
        return [Edit(start, closing, ", ".join(elements))]
    last = len(collection.children) - 1
    end = _end(layout, collection, last)
    comma = layout.skip(end)
    trailing = text[comma : comma + 1] == ","
    empty = collection.children[last].open == collection.children[last].end
    gap = " " if empty else ""  # directly behind a colon or a tag, a comma would become part of it
    behind = layout.line_end(comma if trailing else end)
    if behind >= closing:
        return [Edit(end, end, gap + "".join(f", {element}" for element in elements))]
    column = layout.column(_first_of_line(layout, collection, last))
    newline = layout.newline(behind)
    lines = ",".join(f"{newline}{' ' * column}{element}" for element in elements)
    if trailing:
        return [Edit(behind, behind, lines + ",")]
    return [Edit(end, end, gap + ","), Edit(behind, behind, lines)]


def _first_of_line(layout: Layout, collection: Collection, last: int) -> int:
    """The first character of the line on which the last element starts."""
    node = collection.children[last - 1 if isinstance(collection, Mapping) else last]
    at = layout.line_start(node.start)
    while layout.text[at] in " \t":
        at += 1
    return at
