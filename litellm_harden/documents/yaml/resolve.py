"""Tree to plain data, as LiteLLM's or Compose's YAML reader makes it."""

from __future__ import annotations

from collections.abc import Callable

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.yaml import schema
from litellm_harden.documents.yaml.nodes import Alias, Collection, Mapping, Node, Scalar, Sequence, behind

MOST_MERGED = 1_000_000
"""Keys that merges may bring in all: a chain of merges grows with the square of the file."""

_STANDARD = "tag:yaml.org,2002:"
_SCALARS: dict[str, Callable[[str], object]] = {
    "str": str,
    "null": lambda _: None,
    "bool": schema.bool11,
    "int": schema.int11,
    "float": schema.float11,
    "timestamp": schema.timestamp,
}


class Resolver:
    """Fills in `data` and the indexes of one tree. Nodes are resolved once, so that aliases share what they stand for.

    `strict` is LiteLLM's reader: unknown tags are errors and the last duplicate key wins. Otherwise it is Compose's:
    duplicate keys are errors and tags of one's own (`!reset`) are passed over.
    """

    def __init__(self, text: str, scalar: Callable[[str], object], strict: bool) -> None:
        self._text, self._scalar, self._strict = text, scalar, strict
        self._merged = 0

    def resolve(self, node: Node) -> object:
        """The data of `node`. Raises Unparsable where its reader would fail."""
        if type(node) is Scalar:
            node.data = self._plain(node)
        elif type(node) is Sequence:
            node.data = [self.resolve(item) for item in node.children]
            self._check(node, "seq")
        elif type(node) is Mapping:
            node.data = self._mapping(node)
            self._check(node, "map")
        elif type(node) is Alias:
            node.data = node.target.data
        return node.data

    def _plain(self, node: Scalar) -> object:
        value = node.value
        if node.tag is None or node.tag == "!":
            if node.style and node.tag is None:
                return value
            try:
                return self._scalar(value)
            except ValueError:
                raise self._fault("a value that its reader cannot convert", node) from None
        return self._tagged(node, value)

    def _tagged(self, node: Scalar, value: str) -> object:
        name = (node.tag or "").removeprefix(_STANDARD)
        if name == "binary":
            from base64 import b64decode

            convert: Callable[[str], object] | None = b64decode
        else:
            convert = _SCALARS.get(name)
        if convert is None:
            if self._strict:
                raise self._fault("a tag that LiteLLM's YAML reader does not know", node)
            convert = self._scalar if not node.style else str
        try:
            return convert(value)
        except ValueError:
            raise self._fault("a value that does not fit its tag", node) from None

    def _check(self, node: Collection, kind: str) -> None:
        if node.tag in {None, "!", _STANDARD + kind}:
            return
        if self._strict:
            raise self._fault("a tag that LiteLLM's config has no use for", node)

    def _mapping(self, node: Mapping) -> dict[object, object]:
        local: dict[object, object] = {}
        children, index, resolve = node.children, node.index, self.resolve
        for at in range(0, len(children), 2):
            key = children[at]
            if _merges(key):
                if node.merges and not self._strict:
                    raise self._fault("the key << is there twice", key)
                key.data = "<<"
                resolve(children[at + 1])
                node.merges.append(children[at + 1])
                continue
            name = self._key(key)
            value = resolve(children[at + 1])
            try:
                if name in index and not self._strict:
                    raise self._fault("a key is there twice", key)
                index[name] = at
            except TypeError:
                raise self._fault("a list or mapping as a key", key) from None
            local[name] = value
        return self._with_merges(node, local) if node.merges else local

    def _key(self, key: Node) -> object:
        if isinstance(key, Scalar) and key.value == "=" and not key.style and key.tag is None:
            key.data = "="
            return "="
        return self.resolve(key)

    def _with_merges(self, node: Mapping, local: dict[object, object]) -> dict[object, object]:
        data: dict[object, object] = {}
        for source in node.merges:
            for mapping in merged_mappings(source):
                if not isinstance(mapping, Mapping):
                    raise self._fault("a merge (<<) of something that is no mapping", source)
                found = mapping.data
                assert isinstance(found, dict)
                self._merged += len(found)
                if self._merged > MOST_MERGED:
                    raise self._fault("merges (<<) that expand without bound", source)
                data.update(found)
        data.update(local)
        return data

    def _fault(self, message: str, node: Node) -> Unparsable:
        return Unparsable(f"holds {message}", self._text.count("\n", 0, node.start) + 1)


def merged_mappings(source: Node) -> list[Node]:
    """The nodes that one `<<` merges, weakest first."""
    source = behind(source)
    return [behind(item) for item in reversed(source.children)] if isinstance(source, Sequence) else [source]


def _merges(key: Node) -> bool:
    if not isinstance(key, Scalar) or key.value != "<<":
        return False
    return key.tag == _STANDARD + "merge" or (not key.style and key.tag is None)
