"""Types and defaults as short text."""

from __future__ import annotations

import ast

_PLAIN = {"List": "list", "Dict": "dict", "Set": "set", "Tuple": "tuple", "Type": "type"}
_LONGEST = 60


def type_text(node: ast.expr | None) -> str | None:
    """An annotation in the spelling of today (`Optional[List[str]]` is `list[str] | None`); None without one."""
    if node is None:
        return None
    return " ".join(_type(node).split())


def _type(node: ast.expr) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return f"{_type(node.left)} | {_type(node.right)}"
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("t", "typing"):
        return _PLAIN.get(node.attr, node.attr)
    if isinstance(node, ast.Name):
        return _PLAIN.get(node.id, node.id)
    if not isinstance(node, ast.Subscript):
        return ast.unparse(node)
    outer, inner = _type(node.value), node.slice
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if outer == "Literal":
        return ast.unparse(node)
    if outer in ("Final", "Annotated", "ClassVar", "Required", "NotRequired"):
        return _type(parts[0])
    if outer == "Optional":
        texts = [_type(parts[0])]
        return f"{texts[0]} | None"
    texts = [_type(part) for part in parts]
    return " | ".join(texts) if outer == "Union" else f"{outer}[{', '.join(texts)}]"


def default_text(node: ast.expr | None) -> str | None:
    """A default as Python writes it; None where there is none, or none that says something."""
    if node is None or (isinstance(node, ast.Constant) and node.value is ...):
        return None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Field", "field"):
        given = [keyword.value for keyword in node.keywords if keyword.arg == "default"]
        first = [*node.args, *given][:1]
        return default_text(first[0]) if first else None
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= _LONGEST else None
