"""One source file, looked through once."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence

from litellm_harden.litellm.catalogue.scan.facts import Facts, Function, Key, Model, Named, Passed, Read, Root
from litellm_harden.litellm.catalogue.scan.scope import Scope, called, last_word, text_of
from litellm_harden.litellm.catalogue.scan.text import default_text, type_text

_CONFIG_READERS = re.compile(r"^proxy/(?:proxy_cli|common_utils/(?:load_config|config_)\w*)\.py$")
_LONGEST = 80
"""Longer texts are prose."""

_CONFIG_CLASS = "ProxyConfig"
_KEY = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_VARIABLE = re.compile(r"^(?:[A-Z][A-Z0-9_]*[A-Z0-9]|(?:https?|no|all)_proxy|prometheus_multiproc_dir)$")
_ENVIRONMENT_READER = re.compile(r"env|secret|AliasChoices", re.IGNORECASE)
_VALIDATING = frozenset(("model_validate", "validate_python", "parse_obj"))
_LOOPED = frozenset(("cache_params",))
"""Its loop in ProxyConfig.load_config is within that over litellm_settings and uses the same variable."""

_Functions = (ast.FunctionDef, ast.AsyncFunctionDef)


def scan(path: str, text: str) -> Facts:
    """What the file says. `path` tells whether its variable `config` is the proxy's config."""
    return _Visit(path).run(ast.parse(text))


class _Visit:
    def __init__(self, path: str) -> None:
        self.path = path
        self.facts = Facts()
        self.module = Scope(None)
        self.module.reads_config = bool(_CONFIG_READERS.match(path))
        self.module.loads_config = path.startswith(("proxy/", "litellm_enterprise/"))
        self.seen: list[tuple[ast.expr, Scope]] = []

    def run(self, tree: ast.Module) -> Facts:
        waiting: list[tuple[ast.AST, Scope]] = [(tree, self.module)]
        while waiting:
            node, scope = waiting.pop()
            inner = self._enter(node, scope)
            waiting.extend((child, inner) for child in ast.iter_child_nodes(node))
        self.seen.sort(key=lambda seen: (seen[0].lineno, seen[0].col_offset))
        for node, scope in self.seen:
            self._use(node, scope)
        return self.facts

    # What names are bound to: this has to be complete before anything is resolved.

    def _enter(self, node: ast.AST, scope: Scope) -> Scope:
        if isinstance(node, (ast.Call, ast.Subscript, ast.Compare, ast.Attribute)):
            self.seen.append((node, scope))
        elif isinstance(node, _Functions):
            return self._function(node, scope)
        elif isinstance(node, ast.ClassDef):
            return self._class(node, scope)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                scope.bind(target, node.value)
            self._constant(node.targets[0], node.value, None, scope)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                scope.bind(node.target, node.value)
            self._constant(node.target, node.value, node.annotation, scope)
        elif isinstance(node, ast.NamedExpr):
            scope.bind(node.target, node.value)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            scope.bind_item(node.target, node.iter)
        elif isinstance(node, (ast.Import, ast.ImportFrom)) and scope is self.module:
            self._import(node)
        return scope

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope) -> Scope:
        parameters = _parameters(node.args)
        owner = scope.class_name
        name = owner if node.name == "__init__" and owner else own_name(self.path, node.name)
        self.facts.functions[name].append(Function(parameters))
        return Scope(scope, name, frozenset(parameter.name for parameter in parameters))

    def _class(self, node: ast.ClassDef, scope: Scope) -> Scope:
        fields, texts = [], []
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                kind, default = type_text(statement.annotation), default_text(statement.value)
                for name in (statement.target.id, *_aliases(statement.value)):
                    fields.append(Named(name, kind, default, statement.lineno))
            elif isinstance(statement, ast.Assign) and text_of(statement.value) is not None:
                texts.append(Named(str(text_of(statement.value)), None, None, statement.lineno))
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                prefixes = [keyword.value for keyword in statement.value.keywords if keyword.arg == "env_prefix"]
                self.facts.prefixes += [(node.name, key) for value in prefixes for key in scope.texts(value)]
        bases = tuple(last_word(base) for base in node.bases)
        self.facts.models[node.name] = Model(bases, tuple(fields), tuple(texts))
        inner = Scope(scope, class_name=node.name)
        inner.reads_config = scope.reads_config or node.name == _CONFIG_CLASS
        return inner

    def _constant(self, target: ast.expr, value: ast.expr | None, annotation: ast.expr | None, scope: Scope) -> None:
        if not isinstance(target, ast.Name) or scope.function:
            return
        if scope is self.module:
            self.facts.module.append(Named(target.id, type_text(annotation), default_text(value), target.lineno))
        if isinstance(value, ast.Call) and called(value) == "TypeAdapter":
            names = (part for argument in value.args for part in ast.walk(argument))
            self.facts.adapters[target.id] = [part.id for part in names if isinstance(part, ast.Name)]
        if value is not None:
            for part in (part for part in ast.walk(value) if isinstance(part, ast.expr)):
                text = text_of(part)
                if text is not None and len(text) < _LONGEST:
                    self.facts.constants[target.id].append(Named(text, None, None, part.lineno))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name != "*":
                self.facts.module.append(Named(alias.asname or alias.name, None, None, node.lineno))
            elif isinstance(node, ast.ImportFrom):
                self.facts.stars.append(node.module or "")

    # What is done with them.

    def _use(self, node: ast.AST, scope: Scope) -> None:
        if isinstance(node, ast.Call):
            self._call(node, scope)
        elif isinstance(node, ast.Subscript):
            self._ask(node.value, node.slice, None, scope)
            if _is_environ(node.value):
                self._variable(node.slice, None, scope)
        elif isinstance(node, ast.Compare):
            self._compare(node, scope)
        elif isinstance(node, ast.Attribute):
            owner = node.value
            if isinstance(owner, ast.Name) and owner.id in ("litellm", "_litellm"):
                self.facts.attributes.append(Named(node.attr, None, None, node.lineno))

    def _ask(self, mapping: ast.expr, key: ast.expr, default: ast.expr | None, scope: Scope) -> None:
        roots = scope.roots(mapping)
        if roots:
            self._read(roots, list(scope.texts(key)), default, key.lineno)

    def _read(self, roots: Iterable[Root], keys: Sequence[Key], default: ast.expr | None, line: int) -> None:
        text = default_text(default)
        self.facts.reads += [
            Read(root, key, text, line)
            for root in sorted(roots, key=str)
            for key in keys
            if not isinstance(key, str) or _KEY.match(key)
        ]

    def _call(self, node: ast.Call, scope: Scope) -> None:
        name, arguments = called(node), node.args
        if isinstance(node.func, ast.Attribute) and arguments:
            self._ask(node.func.value, arguments[0], arguments[1] if len(arguments) > 1 else None, scope)
        if name in ("getattr", "setattr", "hasattr") and len(arguments) > 1:
            if isinstance(arguments[0], ast.Name) and arguments[0].id in ("litellm", "_litellm"):
                attribute = text_of(arguments[1])
                self.facts.attributes += [Named(attribute, None, None, node.lineno)] if attribute else []
            else:
                self._ask(arguments[0], arguments[1], None, scope)
        if _ENVIRONMENT_READER.search(name) or (isinstance(node.func, ast.Attribute) and _is_environ(node.func.value)):
            for position, argument in enumerate(arguments):
                self._variable(argument, arguments[position + 1] if len(arguments) > position + 1 else None, scope)
        for keyword in node.keywords:
            if keyword.arg and ("env" in keyword.arg or _ENVIRONMENT_READER.search(name)):
                self._variable(keyword.value, None, scope)
        self._pass(name, node, scope)

    def _pass(self, name: str, node: ast.Call, scope: Scope) -> None:
        own = own_name(self.path, name)
        name = own if own in self.facts.functions else name
        places: list[tuple[int | str, ast.expr]] = [*enumerate(node.args)]
        if name in _VALIDATING and isinstance(node.func, ast.Attribute):
            name = last_word(node.func.value)
            places = [("**", argument) for argument in node.args]
        places += [(keyword.arg or "**", keyword.value) for keyword in node.keywords]
        held = [(place, argument, scope.roots(argument)) for place, argument in places]
        for place, argument, roots in held:
            self.facts.passed += [Passed(name, place, root, False, node.lineno) for root in sorted(roots, key=str)]
            if not roots and isinstance(argument, (ast.Constant, ast.Name)):
                keys = [key for key in scope.texts(argument) if not isinstance(key, str) or _KEY.match(key)]
                self.facts.passed += [Passed(name, place, key, True, node.lineno) for key in keys]

    def _compare(self, node: ast.Compare, scope: Scope) -> None:
        left, right = node.left, node.comparators[0]
        if isinstance(node.ops[0], (ast.In, ast.NotIn)):
            self._ask(right, left, None, scope)
            if _is_environ(right):
                self._variable(left, None, scope)
        for one, other in ((left, right), (right, left)):
            roots = frozenset(scope.keys_of(one)) - _LOOPED if isinstance(one, ast.Name) else frozenset()
            if roots:
                self._read(roots, list(scope.texts(other)), None, node.lineno)
            if isinstance(one, ast.Name):
                texts = [Named(key, None, None, node.lineno) for key in scope.texts(other) if isinstance(key, str)]
                self.facts.compared += [(one.id, text) for text in texts]

    def _variable(self, name: ast.expr, default: ast.expr | None, scope: Scope) -> None:
        keys = [key for key in scope.texts(name) if not isinstance(key, str) or _VARIABLE.match(key)]
        self.facts.environment += [Read("", key, default_text(default), name.lineno) for key in keys]


def own_name(path: str, function: str) -> str:
    """A function's name; with its file where the name says that it is for that file alone."""
    return f"{path}:{function}" if function.startswith("_") else function


def _is_environ(node: ast.expr) -> bool:
    return last_word(node) == "environ" or (isinstance(node, ast.Name) and node.id in ("environment", "env"))


def _aliases(value: ast.expr | None) -> list[str]:
    """Other names of a field: `Field(alias="…")`, `validation_alias=AliasChoices("…", "…")`."""
    keywords = value.keywords if isinstance(value, ast.Call) else []
    given = [keyword.value for keyword in keywords if keyword.arg in ("alias", "validation_alias")]
    return [text for node in given for part in ast.walk(node) if isinstance(part, ast.expr) and (text := text_of(part))]


def _parameters(arguments: ast.arguments) -> tuple[Named, ...]:
    plain = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [*([None] * (len(plain) - len(arguments.defaults))), *arguments.defaults]
    pairs = [*zip(plain, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return tuple(
        Named(argument.arg, type_text(argument.annotation), default_text(default), argument.lineno)
        for argument, default in pairs
        if argument.arg not in ("self", "cls")
    )
