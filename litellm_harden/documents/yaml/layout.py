"""Where things stand in the text: lines as YAML has them, columns, the ends of values, comments between them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter

from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence
from litellm_harden.documents.yaml.parse import GAP
from litellm_harden.record import Record
from litellm_harden.text.source import Source

BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
COMMENT = "[&!][^\\s,\\[\\]{}]*|(#[^\n\r\x85\u2028\u2029]*)"
"""A comment (the group), in text without values; anchors and tags are passed over, for a tag may hold a `#`."""
_BREAKS = "\n\r\x85\u2028\u2029"


class Unsuited(Exception):
    """An edit that cannot be made here; says why."""


class Style(Record):
    """What most of the file does: columns per level, and the columns by which a list stands in from its key."""

    step: int
    offset: int | None


class Layout:
    """Questions about one text and its tree."""

    def __init__(self, source: Source, root: Node | None) -> None:
        self.text, self.root = source.text, root
        self.newline = source.newline
        self._style: Style | None = None
        self._line_starts: list[int] | None = None

    def line_start(self, offset: int) -> int:
        """Where the line of `offset` starts."""
        if self._line_starts is None:
            self._line_starts = [0, *(found.end() for found in re.compile(BREAK).finditer(self.text))]
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]

    def line_end(self, offset: int) -> int:
        """Where the line of `offset` ends, before its line end."""
        found = re.compile(BREAK).search(self.text, offset)
        return found.start() if found else len(self.text)

    def next_line(self, offset: int) -> int:
        """Where the next line starts, or the end of the text."""
        found = re.compile(BREAK).search(self.text, offset)
        return found.end() if found else len(self.text)

    def column(self, offset: int) -> int:
        """Characters before `offset` on its line."""
        return offset - self.line_start(offset)

    def starts_line(self, offset: int) -> bool:
        """Whether only blanks stand before `offset` on its line."""
        return not self.text[self.line_start(offset) : offset].strip(" \ufeff")

    def content_end(self, node: Node) -> int:
        """The end of what is written of `node`: without the blank lines and comments that follow it."""
        while isinstance(node, Collection) and not node.flow and node.children:
            last, before = node.children[-1], node.children[-2:-1]
            if isinstance(node, Mapping) and self.is_unwritten(before[0], last):
                last = before[0]
            node = last
        if isinstance(node, Scalar) and node.style in {"|", ">"}:
            return self._block_scalar_end(node)
        return node.end

    def is_unwritten(self, key: Node, value: Node) -> bool:
        """Whether not even the colon is there, as in `? key`."""
        return value.start == value.end and not self.text.startswith(":", self.skip(key.end))

    def open_ended(self, node: Node) -> bool:
        """Whether the file ends with `node` in the middle of a line that a line end would change: a block scalar."""
        at_end = node.end == len(self.text) and self.text[-1:] not in _BREAKS
        return at_end and self.ends_as_block_scalar(node)

    def ends_as_block_scalar(self, node: Node) -> bool:
        """Whether the last value of `node` is a block scalar that keeps its last line end."""
        while isinstance(node, Collection) and not node.flow and node.children:
            node = node.children[-1]
        if not (isinstance(node, Scalar) and node.style in {"|", ">"}):
            return False
        return "-" not in self.text[node.open : self.header_end(node)]

    def header_end(self, node: Scalar) -> int:
        """Where the `|-` of a block scalar ends."""
        found = re.compile(r"[|>][-+0-9]*").match(self.text, node.open)
        return found.end() if found else node.open

    def _block_scalar_end(self, node: Scalar) -> int:
        """The end of the last line of the scalar; where it keeps trailing blank lines, of the last of those."""
        header = self.text[node.open : self.header_end(node)]
        first = self.next_line(node.open)
        if first >= node.end:
            return min(self.header_end(node), node.end)
        if "+" in header:
            found = re.search("(\r\n|[\n\r\x85\u2028\u2029])$", self.text[first : node.end])
            return node.end - len(found.group()) if found else node.end
        indent = self.block_indentation(node)
        end = node.end
        while end > first:
            start = self.line_start(end)
            if len(line := self.text[start:end]) > indent or line.strip(" "):
                return end
            end = start - 2 if self.text[start - 2 : start] == "\r\n" else start - 1
        return self.header_end(node)

    def block_indentation(self, node: Scalar) -> int:
        """The columns by which the lines of a block scalar are indented."""
        lines = re.split(BREAK, self.text[self.next_line(node.open) : node.end])
        written = [line for line in lines if line.strip(" ")]
        digits = re.sub("[^0-9]", "", self.text[node.open : self.header_end(node)])
        if not digits:
            return len(written[0]) - len(written[0].lstrip(" ")) if written else max(map(len, lines))
        leading = len(written[0]) - len(written[0].lstrip(" ")) if written else 0
        return leading - (len(node.value.lstrip("\n")) - len(node.value.lstrip("\n ")))

    def skip(self, offset: int) -> int:
        """The first offset from `offset` on that is neither blank nor in a comment."""
        found = re.compile(GAP).match(self.text, offset)
        return found.end() if found else offset

    def comments(self, node: Node, start: int, end: int) -> list[str]:
        """The comments from `start` to `end`, which `node` covers, outside of values."""
        found: list[str] = []
        at = start
        for leaf_start, leaf_end in self._leaves(node):
            if leaf_start >= end:
                break
            found += self.comments_between(at, leaf_start)
            at = max(at, leaf_end)
        return found + self.comments_between(at, end)

    def comments_between(self, start: int, end: int) -> list[str]:
        """The comments in a stretch without values."""
        found = re.compile(COMMENT).finditer(self.text, start, max(start, end))
        return [comment[1].rstrip() for comment in found if comment[1]]

    def _leaves(self, node: Node) -> list[tuple[int, int]]:
        if isinstance(node, Collection):
            return [span for child in node.children for span in self._leaves(child)]
        if isinstance(node, Scalar) and node.style in {"|", ">"}:
            header = self.header_end(node)
            return [(node.open, header), (min(self.next_line(header), node.end), self.content_end(node))]
        return [(node.open, node.end)]

    def dash(self, sequence: Sequence, index: int) -> int:
        """The offset of the `-` of an item of a block list."""
        if index == 0:
            return sequence.open
        return self.skip(self.content_end(sequence.children[index - 1]))

    def style(self) -> Style:
        """The style of most of the file."""
        if self._style is None:
            steps: Counter[int] = Counter()
            offsets: Counter[int] = Counter()
            if self.root is not None:
                self._count(self.root, steps, offsets)
            step = steps.most_common(1)[0][0] if steps else 2
            self._style = Style(step, offsets.most_common(1)[0][0] if offsets else None)
        return self._style

    def _count(self, node: Node, steps: Counter[int], offsets: Counter[int]) -> None:
        if not isinstance(node, Collection) or node.flow or isinstance(node, Alias):
            return
        for child in node.children:
            self._count(child, steps, offsets)
        if isinstance(node, Mapping):
            for child in node.children[1::2]:
                found = self.step(node, child)
                if found is not None:
                    (steps if isinstance(child, Mapping) else offsets)[found] += 1

    def step(self, node: Mapping, child: Node) -> int | None:
        """The columns by which a block value of `node` stands in, or None where it is no block collection."""
        if not isinstance(child, Collection) or child.flow or not child.children:
            return None
        return self.column(child.open) - self.column(node.open)
