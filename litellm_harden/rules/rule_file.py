"""Reads one rule file as plain data, as Compose reads YAML: texts, numbers, truths, lists and mappings."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.yaml import schema
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, behind
from litellm_harden.documents.yaml.parse import DEEPEST, parse
from litellm_harden.documents.yaml.resolve import Resolver
from litellm_harden.rules.table import WrongRule

LARGEST = 1024 * 1024
"""Characters of a file, and of what it comes to when each alias is written out."""


def read(file: Path, where: str) -> object:
    """The content of the file, which errors call `where`. Raises WrongRule.

    `yes`, `no`, `on` and `off` are texts, `012` is 10; there are no dates, no tags, and no key twice.
    """
    try:
        text = Workspace(file.parent).source(file).text
        if len(text) > LARGEST:
            raise Unparsable("is larger than 1 MiB")
        tree = parse(text, unique_anchors=True)
        if tree.documents > 1:
            raise Unparsable("holds several YAML documents, and a rule is one")
        if tree.root is None:
            raise Unparsable("is empty")
        _Weight(text).of(tree.root)
        return Resolver(text, _plain, strict=False).resolve(tree.root)
    except Unreadable as error:
        raise _wrong(where, error.message, error.line) from None
    except Unparsable as error:
        raise _wrong(where, str(error), error.line) from None


def _wrong(where: str, message: str, line: int | None) -> WrongRule:
    return WrongRule(f"{where}:{line}: {message}" if line else f"{where}: {message}")


def _plain(text: str) -> object:
    value = schema.compose(text)
    if value is not None and not isinstance(value, str | int | float):
        raise ValueError  # a date, which nobody means
    return value


def _endless(text: str) -> bool:
    try:
        value = _plain(text)
    except ValueError:
        return False  # which is told when it is resolved
    return isinstance(value, float) and not isfinite(value)


class _Weight:
    """Measures what a tree comes to when each alias is written out: a few of them in a row make billions of values."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[Node, tuple[int, int]] = {}

    def of(self, node: Node) -> tuple[int, int]:
        """The characters and levels of a node. Raises Unparsable."""
        if isinstance(node, Alias):
            return self._known[behind(node)]
        if node.tag is not None:
            raise self._fault("holds a tag, for which a rule has no use", node)
        size, levels = 1, 0
        if isinstance(node, Scalar):
            size += len(node.value)
            if not node.style and _endless(node.value):
                raise self._fault("holds a number that is not finite, which bounds nothing", node)
        elif isinstance(node, Collection):
            for number, child in enumerate(node.children):
                if isinstance(node, Mapping) and number % 2 == 0 and not isinstance(behind(child), Scalar):
                    raise self._fault("holds a list or mapping as a key", child)
                more, deep = self.of(child)
                size, levels = size + more, max(levels, deep + 1)
        if size > LARGEST:
            raise self._fault("comes to more than 1 MiB when its aliases are written out", node)
        if levels > DEEPEST:
            raise self._fault(f"nests deeper than {DEEPEST} levels", node)
        self._known[node] = size, levels
        return size, levels

    def _fault(self, message: str, node: Node) -> Unparsable:
        return Unparsable(message, self._text.count("\n", 0, node.start) + 1)
