"""Text to tree, by ruamel.yaml's C parser, else by its Python one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.yaml.library import Library, load, second_opinion
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence

DEEPEST = 100
"""Levels of nesting; PyYAML, and with it LiteLLM, gives up at some 330."""

LONGEST_SECOND_READING = 1_000_000
"""Characters; the Python parser takes some 20 s for ten times as many."""

GAP = "(?:[ \t\n\r\x85\u2028\u2029\ufeff]+|#[^\n\r\x85\u2028\u2029]*)*"
"""Blanks, line breaks and comments."""
_PROPERTIES = r"(?:[&!]\S*(?:\s+(?:#.*\n\s*)*|$))+"

_WORDS = {
    "mapping values are not allowed": "a second ': ' in one value, or a line that is indented too far",
    "did not find expected key": "a line that does not fit the indentation, or a quote or bracket too many",
    "could not find expected ':'": "a key without ': ', or a line that does not fit the indentation",
    "did not find expected '-' indicator": "a line in a list that does not start with '- '",
    "did not find expected ','": "a bracket that is not closed, or a comma that is missing",
    "found unexpected end of stream": "a quote that is not closed",
    "found character that cannot start any token": "a tab, or a character that YAML reserves, where a value starts",
    "found undefined tag handle": "a tag with an undefined handle",
    "control characters are not allowed": "a control character",
    "special characters are not allowed": "a control character",
    "did not find expected <document start>": "text after the end of the document",
}


class Tree:
    """A parsed file: the first document's root (None where the file holds none), its number of documents, the
    offset behind its `---` (None without one), where it ends, and which nodes aliases stand for."""

    __slots__ = ("aliased", "documents", "end", "opened", "root")

    def __init__(self) -> None:
        self.root: Node | None = None
        self.documents = 0
        self.opened: int | None = None
        self.end = 0
        self.aliased: set[Node] = set()


def parse(text: str, unique_anchors: bool) -> Tree:
    """The tree of `text`. With `unique_anchors` an anchor's name may be given only once, as PyYAML has it.

    Raises Unparsable for what is not YAML, nests deeper than `DEEPEST`, or holds an anchor that contains itself.
    """
    if text.startswith("\ufeff"):
        raise Unparsable("starts with two byte order marks", 1)  # the parser counts no second one
    library = load()
    try:
        return _build(text, library, unique_anchors)
    except library.error as error:
        tree = _second_reading(text, unique_anchors)
        if tree is None:
            raise _unparsable(text, error) from None
        return tree


def _second_reading(text: str, unique_anchors: bool) -> Tree | None:
    """The tree as the Python parser has it: ruamel's C parser rejects a plain `a:b` inside brackets, which LiteLLM's
    and Compose's parsers take."""
    if not ("{" in text or "[" in text) or len(text) > LONGEST_SECOND_READING:
        return None
    library = second_opinion()
    try:
        tree = _build(text, library, unique_anchors)
    except library.error:
        return None
    if tree.root is None:
        return tree
    if any(re.search(r"[^\w-]", node.anchor, re.ASCII) for node in _nodes(tree.root) if node.anchor):
        return None  # which only this parser takes
    _place_unwritten(tree.root, text)
    return tree


def _nodes(node: Node) -> Iterator[Node]:
    yield node
    for child in node.children if isinstance(node, Collection) else ():
        yield from _nodes(child)


def _place_unwritten(node: Node, text: str) -> None:
    """Put values of which nothing is written behind their colons: the Python parser has them at the next key."""
    children = node.children if isinstance(node, Collection) else []
    for at, child in enumerate(children):
        if isinstance(child, Collection):
            _place_unwritten(child, text)
        elif isinstance(node, Mapping) and at % 2 and child.start == child.end:
            found = re.compile(GAP).match(text, children[at - 1].end)
            colon = found.end() if found else child.start
            if text.startswith(":", colon):
                child.start = child.open = child.end = colon + 1


def _build(text: str, library: Library, unique_anchors: bool) -> Tree:
    tree = Tree()
    scalar, alias = library.scalar, library.alias
    mapping, sequence = library.mapping, library.sequence
    ends = (library.mapping_end, library.sequence_end)
    anchors: dict[str, Node] = {}
    top: list[Node] = []
    siblings = top
    open_nodes: list[tuple[Collection, list[Node]]] = []
    next_event = library.run(text)
    while (event := next_event()) is not None:
        kind = type(event)
        if kind is scalar:
            start, tag, anchor = event.start_mark.index, event.tag, event.anchor
            opening = start if tag is None and anchor is None else _behind_properties(text, start, event.end_mark.index)
            node: Node = Scalar(
                start, opening, event.end_mark.index, tag and str(tag), anchor, event.value, event.style or ""
            )
            siblings.append(node)
        elif kind is mapping or kind is sequence:
            start, tag, anchor = event.start_mark.index, event.tag, event.anchor
            flow = bool(event.flow_style)
            opening = start if tag is None and anchor is None else _behind_properties(text, start, len(text))
            kind_of_node = Mapping if kind is mapping else Sequence
            node = kind_of_node(start, opening, tag and str(tag), anchor, flow)
            siblings.append(node)
            open_nodes.append((node, siblings))
            siblings = node.children
            if len(open_nodes) > DEEPEST:
                raise Unparsable(f"nests deeper than {DEEPEST} levels", _line(text, start))
        elif kind in ends:
            closed, siblings = open_nodes.pop()
            closed.end = event.end_mark.index
            continue
        elif kind is alias:
            siblings.append(_alias(text, tree, anchors, event))
            continue
        elif kind is library.document:
            tree.documents += 1
            if tree.documents == 1 and event.start_mark.index != event.end_mark.index:
                tree.opened = event.end_mark.index
            anchors = {}
            continue
        else:
            if kind is library.document_end and tree.documents == 1:
                tree.end = event.start_mark.index
            continue
        if anchor is not None:
            if unique_anchors and anchor in anchors:
                raise Unparsable("an anchor is there twice", _line(text, start))
            anchors[anchor] = node
    tree.root = top[0] if top else None
    return tree


def _alias(text: str, tree: Tree, anchors: dict[str, Node], event: Any) -> Alias:
    start = event.start_mark.index
    target = anchors.get(event.anchor)
    if target is None:
        raise Unparsable("an alias stands for no anchor", _line(text, start))
    if target.end < 0:
        raise Unparsable(f"the anchor &{event.anchor} contains itself", _line(text, start))
    tree.aliased.add(target)
    return Alias(start, event.end_mark.index, target)


def _behind_properties(text: str, start: int, end: int) -> int:
    found = re.compile(_PROPERTIES).match(text, start, end)
    return found.end() if found else start


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _unparsable(text: str, error: Exception) -> Unparsable:
    """In our words: the parser's own may quote the text, and so a secret."""
    marks = [argument.index for argument in error.args if hasattr(argument, "index") and hasattr(argument, "line")]
    offsets = marks or [argument for argument in error.args if isinstance(argument, int)]
    line = _line(text, min(offsets[-1] if marks else offsets[0], len(text))) if offsets else None
    said = " ".join(argument for argument in error.args if isinstance(argument, str))
    cause = next((words for known, words in _WORDS.items() if known in said), None)
    return Unparsable("is not valid YAML" + (f": {cause}" if cause else ""), line)
