"""The parser to use: ruamel.yaml's in C, else its own in Python."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class Library:
    """The event classes of one parser and how to run it."""

    def __init__(self, events: Any, error: type[Exception], run: Callable[[str], Callable[[], Any]]) -> None:
        self.error = error
        self.run = run
        self.scalar, self.alias = events.ScalarEvent, events.AliasEvent
        self.mapping, self.mapping_end = events.MappingStartEvent, events.MappingEndEvent
        self.sequence, self.sequence_end = events.SequenceStartEvent, events.SequenceEndEvent
        self.document, self.document_end = events.DocumentStartEvent, events.DocumentEndEvent


def load() -> Library:
    """The C parser, else the Python one; loaded once."""
    if not _LOADED:
        _LOADED.append(_c_library() or second_opinion())
    return _LOADED[0]


def second_opinion() -> Library:
    """The Python parser, loaded once."""
    if not _SECOND:
        _SECOND.append(_python_library())
    return _SECOND[0]


_LOADED: list[Library] = []
_SECOND: list[Library] = []


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


def _c_library() -> Library | None:
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
            sys.modules["_ruamel_yaml"] = None  # type: ignore[assignment]  # to ruamel.yaml it would give what stood in
    except ImportError:
        return None


def _import_c_library() -> Library:
    import _ruamel_yaml as module

    return Library(module, module.YAMLError, lambda text: module.CParser(text).get_event)


def _python_library() -> Library:
    from ruamel.yaml import YAML, events
    from ruamel.yaml.error import YAMLError

    def run(text: str) -> Any:
        stream = YAML(typ="safe", pure=True).parse(text)
        return lambda: next(stream, None)

    return Library(events, YAMLError, run)
