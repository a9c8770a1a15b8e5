"""One service of a compose project, as its container will be started."""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose import units
from litellm_harden.deployment.compose.merge import keyed, split_volume
from litellm_harden.deployment.compose.node import ComposeFile, Node
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from litellm_harden.documents.base import Path as DocumentPath

_WINDOWS = pattern(r"[A-Za-z]:[\\/]|\\\\")


class EnvFileRef(Record):
    """An entry of `env_file`. `path` is None where `unknown` says why it cannot be told."""

    path: Path | None
    required: bool
    raw: bool
    unknown: str
    node: Node


class Mount(Record):
    """A volume of a service. `source` is the host path; None for a named volume, or where `unknown` says why."""

    source: Path | None
    target: str
    read_only: bool
    unknown: str
    node: Node


class ConfigMount(Record):
    """A config of a service: from a host file, or from text in the compose file; else `unknown` says why not."""

    target: str
    file: Path | None
    content: Node | None
    unknown: str
    node: Node


class Build(Record):
    """How the image is built. `dockerfile` is None where it is inline, remote or cannot be told (`unknown`)."""

    context: Path | None
    dockerfile: Path | None
    target: str
    args: dict[str, Node]
    unknown: str
    node: Node


class Port(Record):
    """A published port, as written. `published` and `host` are "" where nothing is said; a number may be a range."""

    host: str
    published: str
    target: str
    node: Node
    protocol: str = "tcp"


class Amount(Record):
    """A number. `value` is None where nothing is said (`node` is None) or where `unknown` says why."""

    value: float | None
    unknown: str
    node: Node | None


class Service:
    """A view on the merged node of a service. `overlays` are what files say of it that may be merged in, or not."""

    def __init__(self, name: str, node: Node, configs: Mapping[str, Node]) -> None:
        self.name, self.node, self._configs = name, node, configs
        self.overlays: list[Service] = []

    @property
    def image(self) -> Node | None:
        """The image's name, if one is given."""
        return self.node.get("image")

    @property
    def command(self) -> Node | None:
        """The arguments of the image, text or list; a null one means those of the image."""
        return self.node.get("command")

    @property
    def entrypoint(self) -> Node | None:
        """What is started, text or list; a null one means that of the image."""
        return self.node.get("entrypoint")

    @property
    def healthcheck(self) -> Node | None:
        """The mapping that says how health is found out."""
        return self.node.get("healthcheck")

    @property
    def restart(self) -> Node | None:
        """The restart policy."""
        return self.node.get("restart")

    @property
    def profiles(self) -> tuple[str, ...]:
        """The profiles that start it; always started where there are none."""
        return tuple(item.text() for item in _items(self.node.get("profiles")))

    @property
    def depends_on(self) -> tuple[str, ...]:
        """The services that are started before it."""
        node = self.node.get("depends_on")
        return tuple(keyed(node)) if node else ()

    @cached_property
    def environment(self) -> dict[str, Node]:
        """The variables of `environment`, as the texts that the container gets.

        A bare name takes the value that interpolation has for it; where it has none, the variable is unknown.
        """
        node = self.node.get("environment")
        return _variables(node) if node else {}

    @cached_property
    def env_files(self) -> list[EnvFileRef]:
        """The entries of `env_file` in order; a later file wins."""
        return [_env_file(item) for item in _items(self.node.get("env_file"))]

    @cached_property
    def mounts(self) -> list[Mount]:
        """The volumes, binds and tmpfs of `volumes`."""
        return [_mount(item) for item in _items(self.node.get("volumes"))]

    @cached_property
    def configs(self) -> list[ConfigMount]:
        """The entries of `configs`, with what stands behind them."""
        return [_config(item, self._configs) for item in _items(self.node.get("configs"))]

    @cached_property
    def build(self) -> Build | None:
        """How the image is built, if it is."""
        node = self.node.get("build")
        return _build(node) if node and node.value is not None else None

    @property
    def ports(self) -> list[Port]:
        """The published ports."""
        return [_port(item) for item in _items(self.node.get("ports"))]

    @property
    def replicas(self) -> Amount:
        """How many containers are started."""
        return self._amount(units.count, ("deploy", "replicas"), ("scale",))

    @property
    def cpus(self) -> Amount:
        """The limit of CPUs."""
        return self._amount(units.cpus, ("deploy", "resources", "limits", "cpus"), ("cpus",))

    @property
    def memory(self) -> Amount:
        """The limit of memory, in bytes."""
        return self._amount(units.memory, ("deploy", "resources", "limits", "memory"), ("mem_limit",))

    def elsewhere(self, *keys: str) -> str:
        """Why what it says under the keys may not be what counts: an overlay differs; "" where none does."""
        own = self.node.get(*keys)
        for overlay in self.overlays:
            other = overlay.node.get(*keys)
            if other is not None and (own is None or own.plain() != other.plain()):
                return overlay.reason
        return ""

    @property
    def reason(self) -> str:
        """As an overlay: why what it states is not known."""
        return f"{self.node.file.name}, which may be merged in, states it"

    def home(self) -> tuple[Path, DocumentPath]:
        """The file and path of its own definition, where a new key belongs: never a base that it extends."""
        return self.node.file, self.node.path

    def _amount(self, parse: Callable[[str], float | None], *places: tuple[str, ...]) -> Amount:
        for keys in places:
            if reason := self.elsewhere(*keys):
                return Amount(None, reason, self.node.get(*keys))
            node = self.node.get(*keys)
            if node is not None and node.value is not None:
                value = None if node.unknown else parse(node.text())
                return Amount(value, node.unknown or ("" if value is not None else f"{keys[-1]} is no number"), node)
        return Amount(None, "", None)


def _items(node: Node | None) -> list[Node]:
    return node.items() if node else []


def _variables(node: Node) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name, entry in keyed(node).items():
        if not name or "$" in name:
            continue
        if entry.value is None:
            given = entry.place.variables.get(name)
            text, unknown = given or ("", f"{name} is passed through, and set nowhere here")
        else:
            text, unknown = entry.text(), entry.unknown or node.unknown
        found[name] = entry.replaced(text, unknown=unknown)
    return found


def _env_file(item: Node) -> EnvFileRef:
    path = _part(item, "path") if isinstance(item.value, dict) else item
    required = item.get("required")
    host, unknown = _host_path(path.place, path.text(), path.unknown)
    raw = item.get("format")
    return EnvFileRef(host, required is None or required.text() != "false", raw is not None, unknown, item)


def _mount(item: Node) -> Mount:
    if isinstance(item.value, dict):
        source, target = _part(item, "source"), _part(item, "target")
        unknown = source.unknown or target.unknown
        text, is_path = source.text(), _part(item, "type").text() == "bind"
        read_only = _part(item, "read_only").text() == "true"
    else:
        text, container, options = split_volume(item.text())
        target, unknown, read_only = item.replaced(container), item.unknown, "ro" in options.split(",")
        is_path = text[:1] in ("/", ".", "~") or bool(_WINDOWS.match(text))
    host, unknown = _host_path(item.place, text, unknown) if is_path else (None, unknown)
    return Mount(host, target.text(), read_only, unknown, item)


def _config(item: Node, known: Mapping[str, Node]) -> ConfigMount:
    name = _part(item, "source").text() if isinstance(item.value, dict) else item.text()
    target = _part(item, "target").text() or f"/{name}"
    config = known.get(name)
    if config is None or item.unknown:
        return ConfigMount(target, None, None, item.unknown or f"the config {name} is defined nowhere here", item)
    content, file = config.get("content"), config.get("file")
    if content is not None:
        return ConfigMount(target, None, content, content.unknown, item)
    if file is None:
        return ConfigMount(target, None, None, f"the config {name} comes from outside these files", item)
    host, unknown = _host_path(file.place, file.text(), file.unknown)
    return ConfigMount(target, host, None, unknown, item)


def _build(node: Node) -> Build:
    long = isinstance(node.value, dict)
    context = (node.get("context") if long else node) or node.replaced(".")
    host, unknown = _host_path(context.place, context.text(), context.unknown)
    if host and re.match(r"[a-z]+://|git@|github\.com/", context.text()):
        host, unknown = None, "the build context is remote"
    args = node.get("args")
    dockerfile: Path | None = None
    name = node.get("dockerfile")
    unknown = unknown or (name.unknown if name else "")
    if host and not unknown and node.get("dockerfile_inline") is None:
        dockerfile = Path(os.path.normpath(host / (name.text() if name else "Dockerfile")))
    return Build(host, dockerfile, _part(node, "target").text(), _variables(args) if args else {}, unknown, node)


def _port(item: Node) -> Port:
    if isinstance(item.value, dict):
        host, published, target = (_part(item, key).text() for key in ("host_ip", "published", "target"))
        return Port(host, published, target, item, _part(item, "protocol").text() or "tcp")
    text, _, protocol = item.text().partition("/")
    *before, target = text.rsplit(":", 2)
    return Port(before[0] if len(before) > 1 else "", before[-1] if before else "", target, item, protocol or "tcp")


def _part(node: Node, key: str) -> Node:
    return node.get(key) or node.replaced(None)


def _host_path(place: ComposeFile, text: str, unknown: str) -> tuple[Path | None, str]:
    """The host path that `text` means in a file, or why it cannot be told."""
    if unknown or not text:
        return None, unknown
    if text.startswith("~"):
        return None, "~ is the home of whoever runs Compose"
    if _WINDOWS.match(text) and os.name != "nt":
        return None, "it is a path on a Windows host"
    if text.startswith((".\\", "..\\")):
        text = text.replace("\\", "/")
    return Path(os.path.normpath(place.directory / text)), ""
