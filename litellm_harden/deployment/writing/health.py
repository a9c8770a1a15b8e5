"""The health check: keys of the service's `healthcheck:`, or the HEALTHCHECK of the Dockerfile where that decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.health import in_dockerfile
from litellm_harden.deployment.model import ABSENT
from litellm_harden.documents.base import Key, Refusal
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.splice import difference

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site
    from litellm_harden.documents.yaml import YamlDocument

_SAFE = pattern(r"[\w/ -]*")
"""What means itself inside any scalar of YAML."""


def in_health_check(deployment: Deployment, key: str, value: object) -> Sequence[Site] | Refusal:
    """One key of the health check, or, for the key "", those that the mapping `value` holds."""
    values = {key: value} if key else value
    if not isinstance(values, Mapping):
        return Refusal("a health check is a mapping")
    service, image = deployment.parts.service, in_dockerfile(deployment)
    if image is not None:
        if value is ABSENT:
            return Refusal("only Compose can do without a key of the health check")
        path = image.path("HEALTHCHECK")
        return [(image.file, path, image.document.update(image.path(), {"HEALTHCHECK": dict(values)}))]
    if service is None:
        return Refusal("nothing here describes the proxy's container")
    file, path = _place(deployment, service)
    document = deployment.workspace.compose(file)
    if value is ABSENT:
        where = (*path, key)
        return [(file, where, document.remove(where))]
    if set(values) == {"test"} and (spliced := _spliced(deployment, document, (*path, "test"), values["test"])):
        return [(file, (*path, "test"), spliced)]
    written: dict[Key, object] = {name: _escaped(each) for name, each in values.items()}
    proposal = document.update(path, written)
    if not isinstance(proposal, Refusal):
        return [(file, (*path, name), proposal if not index else ()) for index, name in enumerate(written)]
    whole = document.find(path)
    stated = whole.value if whole is not None and isinstance(whole.value, dict) else {}
    return [(file, path, document.update(path[:-1], {"healthcheck": {**stated, **written}}))]


def _place(deployment: Deployment, service: Service) -> tuple[Path, DocumentPath]:
    """The `healthcheck:` that the service itself states, in the file that says what is run; else where it would go."""
    for keys in (("healthcheck", "test"), ("healthcheck",)):
        node = service.node.get(*keys)
        own = node is not None and node.path[:3] == ("services", service.name, "healthcheck")
        if node is not None and own and node.file in deployment.files.compose:
            return node.file, node.path[:3]
    file, home = service.home()
    return file, (*home, "healthcheck")


def _spliced(
    deployment: Deployment, document: YamlDocument, path: DocumentPath, wanted: object
) -> tuple[Edit, ...] | None:
    """The edits inside the words of the test that differ; None where it has to be written anew."""
    found = document.find(path)
    if found is None or found.inherited or not isinstance(wanted, list):
        return None
    if isinstance(found.value, str):
        if wanted[:1] != ["CMD-SHELL"] or len(wanted) != 2:
            return None
        edits = _in_word(deployment, document, path, wanted[1])
        written = document.update(path[:-1], {path[-1]: _escaped(wanted[1])}) if edits is None else edits
        return None if isinstance(written, Refusal) else written
    if not isinstance(found.value, list) or len(found.value) != len(wanted):
        return None
    parts = [_in_word(deployment, document, (*path, index), word) for index, word in enumerate(wanted)]
    return None if None in parts else tuple(edit for part in parts for edit in part or ())


def _in_word(deployment: Deployment, document: YamlDocument, path: DocumentPath, new: str) -> tuple[Edit, ...] | None:
    """The edit that makes a string of the file mean `new`: of the part that differs, where nothing refers there."""
    found, offsets = document.find(path), document.offsets(path)
    raw = found.value if found is not None else None
    if not isinstance(raw, str) or found is None or found.inherited:
        return None
    old, unknown = deployment.interpolate(raw)
    if old == new:
        return ()
    if unknown or offsets is None or not isinstance(document.update(path[:-1], {path[-1]: new}), tuple):
        return None
    start, end, text = difference(old, new)
    if "$" in raw and not raw.startswith(old[:end]):
        if not raw.endswith(old[start:]):
            return None
        start, end = start + len(raw) - len(old), end + len(raw) - len(old)
    if not _SAFE.fullmatch(text):
        return None
    return (Edit(offsets[start], offsets[end], text),)


def _escaped(value: object) -> object:
    """A value as a compose file says it, where `$$` stands for `$`."""
    if isinstance(value, list):
        return [_escaped(item) for item in value]
    return value.replace("$", "$$") if isinstance(value, str) else value
