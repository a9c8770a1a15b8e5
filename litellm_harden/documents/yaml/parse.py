"""Text to tree, by ruamel.yaml's C parser, else by its Python one."""

from __future__ import annotations

import gc
import re
import sys
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence

DEEPEST = 200
"""Levels of nesting; PyYAML, and with it LiteLLM, gives up at some 330."""

_PROPERTIES = re.compile(r"(?:[&!]\S*(?:\s+(?:#.*\n\s*)*|$))+")

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
    library = _library()
    collecting = gc.isenabled()
    gc.disable()  # a large file makes a million objects and no garbage
    try:
        return _build(text, library, unique_anchors)
    except library.YAMLError as error:
        raise _unparsable(text, error) from None
    finally:
        if collecting:
            gc.enable()


def _build(text: str, library: Any, unique_anchors: bool) -> Tree:
    tree = Tree()
    scalar, alias = library.ScalarEvent, library.AliasEvent
    mapping, sequence = library.MappingStartEvent, library.SequenceStartEvent
    ends = (library.MappingEndEvent, library.SequenceEndEvent)
    anchors: dict[str, Node] = {}
    top: list[Node] = []
    siblings = top
    open_nodes: list[tuple[Collection, list[Node]]] = []
    next_event = library.events(text)
    while (event := next_event()) is not None:
        kind = type(event)
        if kind is scalar:
            start, tag, anchor = event.start_mark.index, event.tag, event.anchor
            opening = start if tag is None and anchor is None else _behind_properties(text, start, event.end_mark.index)
            node: Node = Scalar(
                start, opening, event.end_mark.index, _tag(tag, event), anchor, event.value, event.style or ""
            )
            siblings.append(node)
        elif kind is mapping or kind is sequence:
            start, end, tag, anchor = event.start_mark.index, event.end_mark.index, event.tag, event.anchor
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
        elif kind is library.DocumentStartEvent:
            tree.documents += 1
            if tree.documents == 1 and event.start_mark.index != event.end_mark.index:
                tree.opened = event.end_mark.index
            anchors = {}
            continue
        else:
            if kind is library.DocumentEndEvent and tree.documents == 1:
                tree.end = event.start_mark.index
            continue
        if anchor is not None:
            if unique_anchors and anchor in anchors:
                raise Unparsable(f"the anchor &{anchor} is there twice", _line(text, start))
            anchors[anchor] = node
    tree.root = top[0] if top else None
    return tree


def _alias(text: str, tree: Tree, anchors: dict[str, Node], event: Any) -> Alias:
    start = event.start_mark.index
    target = anchors.get(event.anchor)
    if target is None:
        raise Unparsable(f"the alias *{event.anchor} stands for no anchor", _line(text, start))
    if target.end < 0:
        raise Unparsable(f"the anchor &{event.anchor} contains itself", _line(text, start))
    tree.aliased.add(target)
    return Alias(start, event.end_mark.index, target)


def _tag(tag: Any, event: Any) -> str | None:
    if tag is None:
        return None
    return str(tag)


def _behind_properties(text: str, start: int, end: int) -> int:
    found = _PROPERTIES.match(text, start, end)
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


class _Library:
    """The event classes of one parser and how to run it."""

    def __init__(self, module: Any, events: Any) -> None:
        self.events = events
        self.YAMLError = module.YAMLError
        for name in ("Scalar", "Alias", "MappingStart", "MappingEnd", "SequenceStart", "SequenceEnd"):
            setattr(self, f"{name}Event", getattr(module, f"{name}Event"))
        self.DocumentStartEvent, self.DocumentEndEvent = module.DocumentStartEvent, module.DocumentEndEvent


def _library() -> Any:
    if not _LOADED:
        _LOADED.append(_c_library() or _python_library())
    return _LOADED[0]


_LOADED: list[_Library] = []


class _StandIn(ModuleType):
    """A module in which every name is the same exception."""

    class Error(Exception):
        """Stands for every exception of ruamel.yaml."""

    def __getattr__(self, name: str) -> type[Exception]:
        if name.startswith("__"):
            raise AttributeError(name)
        return self.Error


_REAL = ("ruamel.yaml.events", "ruamel.yaml.tag")
_STOOD_IN = tuple(
    f"ruamel.yaml.{name}"
    for name in (
        *("error", "reader", "scanner", "parser", "composer", "constructor"),
        *("emitter", "serializer", "representer", "nodes", "tokens"),
    )
)


def _c_library() -> _Library | None:
    """The C parser without the rest of ruamel.yaml, of which it needs the events alone: all of it takes 18 ms to
    import. What it asks for otherwise, mostly exceptions, is stood in for while it is imported."""
    try:
        if "ruamel.yaml" in sys.modules:
            return _import_c_library()
        package = _StandIn("ruamel.yaml")
        package.__path__ = list(getattr(find_spec("ruamel.yaml"), "submodule_search_locations", None) or [])
        sys.modules.update({"ruamel.yaml": package, **{name: _StandIn(name) for name in _STOOD_IN}})
        try:
            return _import_c_library()
        finally:
            for name in ("ruamel.yaml", *_STOOD_IN, *_REAL):
                sys.modules.pop(name, None)
    except ImportError:
        return None


def _import_c_library() -> _Library:
    import _ruamel_yaml_clibz as module  # type: ignore[import-not-found]

    return _Library(module, lambda text: module.CParser(text).get_event)


def _python_library() -> _Library:
    from ruamel.yaml import YAML, events
    from ruamel.yaml.error import YAMLError

    def run(text: str) -> Any:
        stream = YAML(typ="safe", pure=True).parse(text)
        return lambda: next(stream, None)

    events.YAMLError = YAMLError  # type: ignore[attr-defined]
    return _Library(events, run)
