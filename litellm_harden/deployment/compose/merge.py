"""Merging of compose files and of extended services, by the rules of the Compose specification (13-merge.md)."""

from __future__ import annotations

from litellm_harden.deployment.compose.node import OVERRIDE, RESET, Node

ServicePath = tuple[str, ...]

REPLACED: frozenset[ServicePath] = frozenset({("command",), ("entrypoint",), ("healthcheck", "test")})
"""Inside a service: the later one holds, whole."""

KEYED: frozenset[ServicePath] = frozenset(
    {
        ("environment",),
        ("labels",),
        ("annotations",),
        ("sysctls",),
        ("depends_on",),
        ("networks",),
        ("build", "args"),
        ("build", "labels"),
        ("deploy", "labels"),
    }
)
"""Inside a service: `NAME=value` lists and mappings mean the same and merge by name."""

SEQUENCES: frozenset[ServicePath] = frozenset({("dns",), ("dns_search",), ("env_file",), ("label_file",), ("tmpfs",)})
"""Inside a service: a single value counts as a list of one."""

UNIQUE: frozenset[ServicePath] = frozenset({("volumes",), ("configs",), ("secrets",), ("ports",), ("env_file",)})
"""Inside a service: lists in which an item takes the place of an earlier one with the same identity."""


def merge_service(base: Node, over: Node, at_over: bool = False) -> Node:
    """The service that `over` makes of `base`; it and its merged parts stand where `base` does, or `over` does."""
    return _merge(base, over, (), at_over)


def merge_tree(base: Node, over: Node) -> Node:
    """Any other part of a compose file: mappings merge, lists grow, scalars are replaced."""
    return _merge(base, over, ("*",), False)


def without_resets(node: Node) -> Node:
    """The tree without what is tagged `!reset`: there is nothing for it to reset."""
    if isinstance(node.value, dict):
        kept = {key: without_resets(child) for key, child in node.value.items() if child.tag != RESET}
        return node.replaced(kept)
    if isinstance(node.value, list):
        return node.replaced([without_resets(child) for child in node.value if child.tag != RESET])
    return node


def keyed(node: Node) -> dict[str, Node]:
    """The entries of a `NAME=value` list or a mapping by name, the last of each; a bare `NAME` has the value None."""
    if isinstance(node.value, dict):
        return node.value
    entries: dict[str, Node] = {}
    for item in node.items():
        name, equals, value = item.text().partition("=")
        entries[name] = item.replaced(value if equals else None, entries.get(name))
    return entries


def _merge(base: Node, over: Node, path: ServicePath, at_over: bool) -> Node:
    if over.tag == OVERRIDE or path in REPLACED:
        return over.replaced(over.value, base)
    own = over if at_over else base
    if path in KEYED and _is_container(base) and _is_container(over):
        return own.replaced(_merge_mappings(keyed(base), keyed(over), path, at_over))
    if path in SEQUENCES or (isinstance(base.value, list) and isinstance(over.value, list)):
        items = base.items() + over.items()
        return own.replaced(_unique(items, path) if path in UNIQUE else items)
    if isinstance(base.value, dict) and isinstance(over.value, dict):
        return own.replaced(_merge_mappings(base.value, over.value, path, at_over))
    if over.value is None and path[:-1] not in KEYED:
        return base
    if not _is_container(base) and not _is_container(over):
        return over.replaced(over.value, base)
    if path == ("build",):
        return _merge(_long_build(base), _long_build(over), path, at_over)
    if base.value is None or over.value is None:
        return base if over.value is None else over
    return over.replaced(over.value, base, unknown=f"{'.'.join(path)} has forms that Compose cannot merge")


def _is_container(node: Node) -> bool:
    return isinstance(node.value, (dict, list))


def _merge_mappings(base: dict[str, Node], over: dict[str, Node], path: ServicePath, at_over: bool) -> dict[str, Node]:
    merged = dict(base)
    for key, node in over.items():
        if node.tag == RESET:
            merged.pop(key, None)
        elif key in merged and not key.startswith("x-"):
            merged[key] = _merge(merged[key], node, (*path, key), at_over)
        else:
            merged[key] = without_resets(node)
    return merged


def _long_build(node: Node) -> Node:
    return node if isinstance(node.value, dict) else node.replaced({"context": node} if node.value is not None else {})


def _unique(items: list[Node], path: ServicePath) -> list[Node]:
    found: dict[str, Node] = {}
    for item in items:
        key = _identity(item, path[-1])
        found[key] = item.replaced(item.value, found[key]) if key in found else item
    return list(found.values())


def _identity(item: Node, kind: str) -> str:
    """What makes an item the same as one of another file: its target, or what it is for ports and env files."""
    if kind == "volumes":
        return _text(item, "target") if isinstance(item.value, dict) else split_volume(item.text())[1]
    if kind in ("configs", "secrets"):
        source = _text(item, "source") if isinstance(item.value, dict) else item.text()
        return _text(item, "target") or f"/{source}"
    if kind == "ports" and isinstance(item.value, dict):
        host, protocol = _text(item, "host_ip"), _text(item, "protocol") or "tcp"
        return f"{host}:{_text(item, 'published')}:{_text(item, 'target')}/{protocol}"
    if kind == "env_file" and isinstance(item.value, dict):
        return _text(item, "path")
    return item.text()


def _text(node: Node, key: str) -> str:
    found = node.get(key)
    return found.text() if found else ""


def split_volume(text: str) -> tuple[str, str, str]:
    """Source, target and options of a volume's short form; the source is "" for an anonymous volume.

    A single letter before a colon is a Windows drive, as in compose-go (format/volume.go).
    """
    parts = text.split(":")
    if len(parts) > 1 and len(parts[0]) == 1 and parts[0].isalpha():
        parts[:2] = [":".join(parts[:2])]
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], ":".join(parts[2:])
