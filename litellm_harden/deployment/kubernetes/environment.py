"""The environment of a container: `envFrom`, then `env` over it, with `$(NAME)` filled in.

Source: the Kubernetes API reference, "Container v1 core" (env, envFrom); a later entry of either list wins, and `env`
wins over `envFrom`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Environment, Layer, Statement
from litellm_harden.deployment.kubernetes.objects import Object, mapping
from litellm_harden.deployment.kubernetes.service import FILLED_IN, Reader, filled_in
from litellm_harden.deployment.layers import add_env_file
from litellm_harden.deployment.model import Origin
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.workspace import Workspace

Find = Callable[[str, str], "Object | None"]
"""The object of a kind and name, where it is here."""

_REFERENCE = pattern(r"\$(?:\$|\((?P<name>[-._A-Za-z][-._A-Za-z0-9]*)\))")
_GIVEN = "--env-file supplies it"


class ContainerEnvironment:
    """Reads one container's variables into an environment. `files` are the env files that stood in for what is not
    here, `secrets` the names of the variables whose values are those of a Secret."""

    def __init__(
        self, environment: Environment, workspace: Workspace, find: Find, supplied: Sequence[Path], read: Reader
    ) -> None:
        self.environment, self.workspace, self.find, self.supplied = environment, workspace, find, supplied
        self.read = read
        self.files: list[Path] = []
        self.secrets: set[str] = set()

    def add_sources(self, sources: Sequence[dict[str, object]]) -> None:
        """The entries of `envFrom`."""
        for source in sources:
            prefix = str(source.get("prefix", ""))
            for key, kind in (("configMapRef", "ConfigMap"), ("secretRef", "Secret")):
                if key in source:
                    self._add_all(kind, str(mapping(source, key).get("name", "")), prefix)

    def add_entries(self, path: DocumentPath, entries: Sequence[dict[str, object]]) -> None:
        """The entries of `env`, a list at `path`."""
        for index, entry in enumerate(entries):
            name = str(entry.get("name", ""))
            if name:
                self._add(name, (*path, index), entry)

    def add_value(self, name: str, path: DocumentPath, value: object) -> None:
        """A variable whose value is written at `path`, for Kubernetes to fill in."""
        text, unknown = expanded(str(value) if value is not None else "", self.environment)
        unknown = FILLED_IN if filled_in(text) else unknown
        self._state(name, Layer.SERVICE, self._origin(path, value), text, unknown)

    def add_unknown(self, name: str, path: DocumentPath, reason: str) -> None:
        """A variable that is set, but to what is not known."""
        self._state(name, Layer.SERVICE, self._origin(path, None), None, reason)

    def _add(self, name: str, path: DocumentPath, entry: dict[str, object]) -> None:
        source = mapping(entry, "valueFrom")
        if "value" in entry or not source:
            self.add_value(name, (*path, "value") if "value" in entry else path, entry.get("value"))
            return
        for key, kind in (("configMapKeyRef", "ConfigMap"), ("secretKeyRef", "Secret")):
            if key in source:
                stated = mapping(source, key)
                self._add_key(name, (*path, "valueFrom"), kind, str(stated.get("name", "")), str(stated.get("key", "")))
                return
        self.add_unknown(name, (*path, "valueFrom"), f"{name} is known only where the pod runs")

    def _add_key(self, name: str, path: DocumentPath, kind: str, holder: str, key: str) -> None:
        found = self.find(kind, holder)
        stated = _content(found).get(key) if found is not None else None
        origin = self._origin(path, None)
        if kind == "Secret":
            self.secrets.add(name)
        if found is not None and stated is not None:
            self._state(name, Layer.SERVICE, origin, stated, "")
            return
        given = self._supplied(name)
        if given is not None:
            self._state(name, Layer.SERVICE, origin, given, "")
            return
        why = f"has no {key}" if found is not None else "is not here"
        self._state(name, Layer.SERVICE, origin, None, f"the {kind} {holder} {why} ({_GIVEN})")

    def _add_all(self, kind: str, holder: str, prefix: str) -> None:
        found = self.find(kind, holder)
        if found is None:
            if self.supplied:
                for file in self.supplied:
                    add_env_file(self.environment, self.workspace, file, None)
                self.files += self.supplied
            else:
                self.environment.miss(f"the {kind} {holder} is not here ({_GIVEN})")
            return
        document = self.workspace.manifest(found.file)
        for key, text in _content(found).items():
            part = "stringData" if key in mapping(found.data, "stringData") else "data"
            path = (*found.path, part, key)
            located = document.find(path)
            if located is None:
                continue
            if kind == "Secret":
                self.secrets.add(prefix + key)
            origin = Origin(found.file, located.span, path, None if kind == "Secret" else text)
            self._state(prefix + key, Layer.ENV_FILE, origin, text, "")

    def _supplied(self, name: str) -> str | None:
        for file in reversed(self.supplied):
            try:
                found = self.workspace.dotenv(file).find((name,)) if self.workspace.exists(file) else None
            except Unreadable:
                continue
            if found is not None and isinstance(found.value, str):
                self.files.append(file)
                return found.value
        return None

    def _origin(self, path: DocumentPath, value: object) -> Origin:
        return self.read.scalar(path, value).origin(self.workspace)

    def _state(self, name: str, layer: Layer, origin: Origin, text: str | None, unknown: str) -> None:
        self.environment.state(name, Statement(layer, origin, text, unknown))


def expanded(text: str, environment: Environment) -> tuple[str, str]:
    """A text with `$(NAME)` filled in from the variables so far, and why that cannot be told, "" where it can.

    A name that nothing sets stays as it is, `$$` is `$`.
    """
    pieces, at, unknown = [], 0, ""
    for match in _REFERENCE.finditer(text) if "$" in text else ():
        name = match["name"]
        setting = environment.setting(name) if name else None
        if setting is not None and setting.unknown:
            unknown = unknown or setting.reason
        known = str(setting.value) if setting is not None and setting.known else match[0] if name else "$"
        pieces += [text[at : match.start()], known]
        at = match.end()
    return "".join([*pieces, text[at:]]), unknown


def _content(found: Object | None) -> dict[str, str]:
    """What a ConfigMap or Secret holds, decoded; what is no text is left out."""
    if found is None:
        return {}
    plain = _texts(found, "data")
    if found.kind == "Secret":
        plain = {key: text for key, coded in plain.items() if (text := _decoded(coded)) is not None}
        plain |= _texts(found, "stringData")
    return plain


def _texts(found: Object, part: str) -> dict[str, str]:
    stated = mapping(found.data, part)
    return {key: str(text) for key, text in stated.items() if isinstance(key, str) and text is not None}


def _decoded(coded: str) -> str | None:
    try:
        return base64.b64decode(coded, validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
