"""The Prometheus beside a proxy: its compose service, its scrape config, and how it reaches the proxy."""

from __future__ import annotations

import posixpath
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.assembly import read_image
from litellm_harden.deployment.compose.merge import keyed
from litellm_harden.deployment.containers import Container
from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.deployment.workspace import Unreadable, Workspace
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Unparsable
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from litellm_harden.deployment.compose.project import Project
    from litellm_harden.deployment.compose.service import Service
    from litellm_harden.deployment.image import Image

_IMAGE = pattern(r"(?:(?:docker\.io/)?(?:prom|bitnami|bitnamilegacy|ubuntu)|quay\.io/prometheus)/prometheus(?=[:@]|$)")
_BITNAMI = pattern(r"(?:docker\.io/)?bitnami")
_SHELLS = ("sh", "bash", "ash", "envsubst")
_OPTION = "--config.file"
_WORKDIR = "/prometheus"
SCRAPES = "scrape_configs"


class Prometheus(Record):
    """A compose service that runs Prometheus, and what it scrapes.

    `file` holds its scrape config, if that is a file here. `data` is the content; None where it has none of its own, so
    that the image's holds, which scrapes nothing but itself. `unknown` says why it cannot be told.
    """

    service: Service
    file: Path | None = None
    origin: Origin | None = None
    data: object = None
    unknown: str = ""

    def setting(self, workspace: Workspace, address: str, path: DocumentPath) -> Setting:
        """What stands at `path` of the scrape config; what nothing states stands at the closest key around it."""
        if self.unknown:
            return Setting(address, State.UNKNOWN, origin=self.origin, reason=self.unknown)
        if self.file is None:
            value = _inside(self.data, path)
            return Setting(address, State.ABSENT if value is None else State.KNOWN, value, self.origin)
        document = workspace.compose(self.file)
        found = document.find(path)
        if found is not None and found.value is not None:
            span = found.key if found.key is not None and isinstance(found.value, (dict, list)) else found.span
            return Setting(address, State.KNOWN, found.value, Origin(self.file, span, path, found.value))
        around = document.find(path[:-1]) if len(path) > 1 else found
        span = Span(0, 0)
        if around is not None:
            span = around.key or Span(around.span.start, around.span.start)
        return Setting(address, State.ABSENT, origin=Origin(self.file, span, path))


class Reach(Record):
    """How Prometheus addresses the proxy.

    `hosts` are names of its container, where it listens on `port` (None: not known). `published` are the ports of the
    host that lead there, under any of `host_names`. `target` is what a new job would ask; "" where nothing leads there.
    """

    hosts: frozenset[str]
    port: str | None
    published: frozenset[str]
    host_names: frozenset[str]
    target: str


def read_prometheus(workspace: Workspace, project: Project) -> Prometheus | None:
    """The Prometheus of a compose project; None where there is none. Never raises: what cannot be read is unknown."""
    found = [
        (service, image)
        for service in project.services.values()
        for image, base in [_image_of(workspace, service)]
        if _IMAGE.match(base)
    ]
    if not found:
        return None
    service, image = found[0]
    origin = service.node.origin(workspace)
    origin = origin._replace(span=_key_span(workspace, origin))
    if len(found) > 1:
        names = ", ".join(one.name for one, _ in found)
        return Prometheus(service, origin=origin, unknown=f"there are several Prometheus services: {names}")
    if project.incomplete:
        return Prometheus(service, origin=origin, unknown=project.incomplete)
    path, unknown = _config_path(service, image)
    if unknown:
        return Prometheus(service, origin=origin, unknown=unknown)
    return _read_config(workspace, service, image, path, origin)


def reach(project: Project, proxy: Service, prometheus: Service, port: str | None) -> Reach:
    """By which addresses the Prometheus reaches the proxy that listens on `port`."""
    own, other = _mode(proxy), _mode(prometheus)
    published = {one.published for one in proxy.ports if one.target == port and one.published}
    host_names = {"host.docker.internal", "gateway.docker.internal", "172.17.0.1"}
    if other == "host":
        host_names |= {"localhost", "127.0.0.1"}
    if own == "host" and port is not None:
        published = {port}
    stated = proxy.node.get("container_name")
    hosts = {proxy.name, *(f"{project.name}{sep}{proxy.name}{sep}1" for sep in "-_"), *_aliases(proxy)}
    hosts |= {stated.text()} if stated is not None else set()
    target = ""
    if other == "host" and published:
        target = f"localhost:{min(published)}"
    elif not own and not other and _networks(proxy) & _networks(prometheus):
        target = f"{proxy.name}:{port}"
    return Reach(frozenset(hosts), port, frozenset(published), frozenset(host_names), target if port else "")


def _image_of(workspace: Workspace, service: Service) -> tuple[Image | None, str]:
    """The Dockerfile of a service, if it is built, and the image that it starts from."""
    try:
        image = read_image(workspace, service)
    except Unreadable:
        image = None
    named = service.image.text() if service.image is not None else ""
    return image, image.base if image is not None else named


def _key_span(workspace: Workspace, origin: Origin) -> Span:
    found = workspace.compose(origin.file).find(origin.path)
    return found.key if found is not None and found.key is not None else origin.span


def _config_path(service: Service, image: Image | None) -> tuple[str, str]:
    """The path of the scrape config in the container, or why it cannot be told."""
    words: list[str] = []
    for node in (service.entrypoint, service.command):
        unknown = next(node.unknowns(), "") if node is not None else ""
        if node is None or node.value is None:
            continue
        if unknown and _OPTION in str(node.plain()):
            return "", unknown
        words += _words(node.plain())
    if image is not None and not words:
        located = (image.document.entrypoint(image.stage), image.document.command(image.stage))
        words = [word for one in located if one is not None for word in _words(one.value)]
    if any(word.rpartition("/")[2] in _SHELLS for word in words[:1]):
        return "", f"{service.name} is started through a shell script"
    if words and not words[0].startswith("-") and words[0].rpartition("/")[2] != "prometheus":
        return "", f"{service.name} is started by {words[0]}"
    default = "/opt/bitnami/prometheus/conf" if _BITNAMI.match(_image_name(service, image)) else "/etc/prometheus"
    path = f"{default}/prometheus.yml"
    for word, following in zip(words, [*words, ""][1:], strict=True):
        name, equals, value = word.partition("=")
        if name == _OPTION:
            path = value if equals else following
    return posixpath.normpath(posixpath.join(_WORKDIR, path)), ""


def _words(line: object) -> list[str]:
    if isinstance(line, list):
        return [str(word) for word in line]
    import shlex

    try:
        return shlex.split(str(line))
    except ValueError:
        return ["sh"]


def _image_name(service: Service, image: Image | None) -> str:
    return image.base if image is not None else service.image.text() if service.image is not None else ""


def _read_config(workspace: Workspace, service: Service, image: Image | None, path: str, origin: Origin) -> Prometheus:
    for config in service.configs:
        if posixpath.normpath(config.target) == path and config.content is not None:
            if config.unknown:
                return Prometheus(service, origin=origin, unknown=config.unknown)
            return _inline(service, config.content.text(), config.content.origin(workspace))
    file = Container(service, image).host_file(path)
    if file is not None:
        return _from_file(workspace, service, file, origin)
    provided = [(one.target, one.unknown) for one in service.mounts]
    provided += [(one.target, one.unknown) for one in service.configs]
    for target, unknown in provided:
        folder = posixpath.normpath(target)
        if path == folder or path.startswith(f"{folder}/"):
            return Prometheus(service, origin=origin, unknown=unknown or f"{path} of {service.name} is not here")
    if service.build is not None and image is None:
        return Prometheus(service, origin=origin, unknown=f"the image that {service.name} is built from is not here")
    return Prometheus(service, origin=origin, data={})


def _from_file(workspace: Workspace, service: Service, file: Path, origin: Origin) -> Prometheus:
    if not workspace.exists(file):
        return Prometheus(service, origin=origin, unknown=f"{file.name}, its scrape config, is not here")
    try:
        # Prometheus reads it with go yaml, as Compose does its files.
        return Prometheus(service, file, origin, workspace.compose(file).data)
    except Unreadable as error:
        line = f", line {error.line}" if error.line else ""
        unknown = f"{file.name}, its scrape config, cannot be read{line}: {error.message}"
        return Prometheus(service, origin=origin, unknown=unknown)


def _inline(service: Service, text: str, origin: Origin) -> Prometheus:
    from litellm_harden.documents.yaml import YamlDocument

    try:
        return Prometheus(service, None, origin, YamlDocument.compose(Source(text)).data)
    except Unparsable as error:
        return Prometheus(service, origin=origin, unknown=f"its scrape config cannot be read: {error}")


def _inside(data: object, path: DocumentPath) -> object:
    for key in path:
        if isinstance(data, dict):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _mode(service: Service) -> str:
    node = service.node.get("network_mode")
    return node.text() if node is not None and node.text() != "bridge" else ""


def _networks(service: Service) -> set[str]:
    node = service.node.get("networks")
    return set(keyed(node)) if node is not None and node.value else {"default"}


def _aliases(service: Service) -> set[str]:
    node = service.node.get("networks")
    joined = node.value.values() if node is not None and isinstance(node.value, dict) else ()
    return {item.text() for network in joined for item in (network.get("aliases") or network.replaced([])).items()}
