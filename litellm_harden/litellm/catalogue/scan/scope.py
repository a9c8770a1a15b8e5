"""What a name or an expression may hold, as far as one function and those around it tell."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from litellm_harden.litellm.catalogue.scan.facts import Constant, Filled, Key, Parameter, Root

SECTIONS = (
    "general_settings",
    "litellm_settings",
    "router_settings",
    "cache_params",
    "alerting_args",
    "retry_policy",
    "allowed_fails_policy",
)
TOP = "config"
"""The mapping of the whole file."""

_SPOKEN = re.compile(r"(?<!router_)(general_settings?|litellm_settings|router_settings|cache_params)")
_ALSO = {"redis_kwargs": "cache_params"}
_CONFIG = re.compile(r"^_?(?:new_|raw_|merged_|yaml_|proxy_)?config(?:_data|_dict)?$")
_LOADERS = frozenset(("get_config", "_get_config_from_file", "get_config_state", "load_yaml_config"))
_COPIES = frozenset(
    ("cast", "dict", "deepcopy", "copy", "list", "MappingProxyType", "validate_python", "model_validate")
)
_ASKING = frozenset(("get", "pop", "setdefault"))
_DEEPEST = 12


class Scope:
    """A module, class or function body: what its names are bound to."""

    def __init__(
        self,
        parent: Scope | None,
        function: str = "",
        parameters: frozenset[str] = frozenset(),
        class_name: str = "",
    ) -> None:
        self.parent, self.function, self.parameters, self.class_name = parent, function, parameters, class_name
        self.reads_config: bool = parent.reads_config if parent else False
        """Whether its variable `config` is the proxy's config."""
        self.loads_config: bool = parent.loads_config if parent else False
        """Whether its `get_config()` gives the proxy's config."""
        self.bound: defaultdict[str, list[tuple[str, ast.expr]]] = defaultdict(list)
        """A name with how it stands to an expression: it `is` it, an `item` of it, or a `key` or `value` of it."""
        self._roots: dict[str, frozenset[Root]] = {}
        self._texts: dict[str, tuple[Key, ...]] = {}

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """`target = value`."""
        if isinstance(target, ast.Name):
            self.bound[target.id].append(("is", value))

    def bind_item(self, target: ast.expr, values: ast.expr) -> None:
        """`for target in values`."""
        if isinstance(target, ast.Name):
            self.bound[target.id].append(("item", values))
        elif isinstance(target, ast.Tuple) and len(target.elts) == 2 and _method(values) == "items":
            for how, name in zip(("key", "value"), target.elts, strict=True):
                if isinstance(name, ast.Name):
                    self.bound[name.id].append((how, _owner(values)))

    def around(self, name: str) -> Scope | None:
        """The innermost scope that knows the name."""
        scope: Scope | None = self
        while scope is not None and name not in scope.bound and name not in scope.parameters:
            scope = scope.parent
        return scope

    def roots(self, node: ast.expr, depth: int = 0) -> frozenset[Root]:
        """The sections or parameters that an expression may be."""
        if depth > _DEEPEST:
            return frozenset()
        if isinstance(node, ast.Name):
            return self._named(node.id, depth)
        if isinstance(node, ast.Attribute):
            return self._spoken(node.attr)
        if isinstance(node, ast.Subscript):
            return _child(text_of(node.slice))
        if isinstance(node, ast.Call):
            return self._called(node, depth)
        return frozenset(root for part in _alternatives(node) for root in self.roots(part, depth + 1))

    def _named(self, name: str, depth: int) -> frozenset[Root]:
        scope = self.around(name)
        return self._spoken(name) | (scope._own_roots(name, depth) if scope is not None else frozenset())

    def _own_roots(self, name: str, depth: int) -> frozenset[Root]:
        if name not in self._roots:
            self._roots[name] = frozenset()  # what a name bound to itself adds
            found: set[Root] = {Parameter(self.function, name)} if name in self.parameters else set()
            for how, value in self.bound.get(name, ()):
                if how == "is":
                    found |= self.roots(value, depth + 1)
            self._roots[name] = frozenset(found)
        return self._roots[name]

    def _called(self, node: ast.Call, depth: int) -> frozenset[Root]:
        name = called(node)
        if name in _ASKING and node.args:
            return _child(text_of(node.args[0]))
        if name in _LOADERS and self.loads_config:
            return frozenset((TOP,))
        parts: list[ast.expr] = list(node.args) if name in _COPIES else []
        if name in _COPIES and isinstance(node.func, ast.Attribute):
            parts.append(node.func.value)
        held = {root for part in parts for root in self.roots(part, depth + 1)}
        return frozenset(held) | self._spoken(name)

    def _spoken(self, name: str) -> frozenset[Root]:
        """What a name says by itself: the program calls a section the same everywhere."""
        if name in SECTIONS:
            return frozenset((name,))
        if name in _ALSO:
            return frozenset((_ALSO[name],))
        match = _SPOKEN.search(name)
        if match:
            return frozenset((match[1] if match[1].endswith("s") else f"{match[1]}s",))
        return frozenset((TOP,)) if self.reads_config and _CONFIG.match(name) else frozenset()

    def keys_of(self, node: ast.expr, depth: int = 0) -> Iterator[Root]:
        """The mappings that an expression is a key of: the k of `for k, v in settings.items()` and the like."""
        scope = self.around(node.id) if isinstance(node, ast.Name) else None
        if isinstance(node, ast.Name) and scope is not None and depth < 2:
            for how, value in scope.bound.get(node.id, ()):
                if how == "key":
                    yield from scope.roots(value)
                elif how == "item" and not isinstance(value, (ast.List, ast.Tuple, ast.Set)):
                    yield from scope.roots(_owner(value) if _method(value) == "keys" else value)
                elif how == "is":
                    yield from scope.keys_of(value, depth + 1)

    def texts(self, node: ast.expr, depth: int = 0) -> Iterator[Key]:
        """The keys that an expression may be: texts, constants and parameters."""
        if depth > _DEEPEST:
            return
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str):
                yield node.value
        elif isinstance(node, ast.Attribute):
            yield Constant(node.attr if node.attr != "value" else getattr(node.value, "attr", "value"))
        elif isinstance(node, ast.Name):
            scope = self.around(node.id)
            if scope is None or scope.parent is None:
                yield Constant(node.id)
                return
            yield from scope._own_texts(node.id, depth)
        elif isinstance(node, ast.JoinedStr):
            yield from self._filled(node, depth)
        elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            for item in node.elts:
                yield from self.texts(item, depth + 1)
        elif isinstance(node, (ast.IfExp, ast.BoolOp)):
            for part in _alternatives(node):
                yield from self.texts(part, depth + 1)

    def _filled(self, node: ast.JoinedStr, depth: int) -> Iterator[Key]:
        """The texts of `f"a_{name}_b"`, where only one thing is filled in."""
        gaps = [place for place, part in enumerate(node.values) if isinstance(part, ast.FormattedValue)]
        if len(gaps) == 1:
            gap = node.values[gaps[0]]
            before = "".join(text_of(part) or "" for part in node.values[: gaps[0]])
            after = "".join(text_of(part) or "" for part in node.values[gaps[0] + 1 :])
            for key in self.texts(gap.value, depth + 1) if isinstance(gap, ast.FormattedValue) else ():
                if isinstance(key, str):
                    yield f"{before}{key}{after}"
                elif not isinstance(key, Filled):
                    yield Filled(before, key, after)

    def _own_texts(self, name: str, depth: int) -> tuple[Key, ...]:
        if name not in self._texts:
            self._texts[name] = ()
            found: list[Key] = [Parameter(self.function, name)] if name in self.parameters else []
            for how, value in self.bound.get(name, ()):
                if how in ("is", "item"):
                    found += self.texts(value, depth + 1)
            self._texts[name] = tuple(dict.fromkeys(found))
        return self._texts[name]


def called(node: ast.Call) -> str:
    """The last word of what is called: `f` of `f(…)`, `a.f(…)`."""
    return last_word(node.func)


def last_word(node: ast.expr) -> str:
    """`b` of `b` and of `a.b`; nothing of any other expression."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def text_of(node: ast.expr) -> str | None:
    """The text of a literal."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _method(node: ast.expr) -> str:
    return called(node) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def _owner(node: ast.expr) -> ast.expr:
    """`a` of `a.f(…)`; another expression as it is."""
    return node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else node


def _child(key: str | None) -> frozenset[Root]:
    return frozenset((key,)) if key in SECTIONS else frozenset()


def _alternatives(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, (ast.Await, ast.NamedExpr)):
        return [node.value]
    if isinstance(node, ast.Dict):
        return [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
    return []
