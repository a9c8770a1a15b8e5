"""Keys of the compose service, and max_connections of its Postgres."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import ABSENT, Excluding, Including, Origin
from litellm_harden.deployment.writing.health import in_health_check
from litellm_harden.deployment.writing.lists import in_list
from litellm_harden.deployment.writing.ports import in_ports
from litellm_harden.documents.base import Refusal
from litellm_harden.text.edits import Edit

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_service(deployment: Deployment, path: tuple[str, ...], value: object) -> Sequence[Site] | Refusal:
    """A key of the compose service: where it is stated by the service itself, else in its own definition."""
    if deployment.parts.manifests is not None:
        from litellm_harden.deployment.writing.kubernetes import in_manifest

        return in_manifest(deployment, path, value)
    if path[0] == "healthcheck":
        return in_health_check(deployment, ".".join(path[1:]), value)
    if path[0] == "ports" and len(path) == 2:
        return in_ports(deployment, path[1], value)
    project, service = deployment.parts.project, deployment.parts.service
    if project is None or service is None:
        return Refusal("there is no compose service to say it in")
    file, home = service.home()
    node = service.node.get(*path)
    if node is not None and node.path == ("services", service.name, *path) and node.file in deployment.files.compose:
        file, home = node.file, ("services", service.name)
    document = deployment.workspace.compose(file)
    where = (*home, *path)
    if value is ABSENT:
        return [(file, where, document.remove(where))]
    if isinstance(value, (Including, Excluding)):
        return in_list(file, document, where, value)
    return [(file, where, document.update(where[:-1], {where[-1]: value}))]


def in_postgres(deployment: Deployment, connections: int) -> Sequence[Site] | Refusal:
    """max_connections of the compose Postgres, as an argument of its command."""
    postgres, project = deployment.parts.postgres, deployment.parts.project
    if postgres is None or project is None:
        return Refusal("its Postgres is not part of these files")
    if postgres.refusal:
        return Refusal(postgres.refusal)
    if postgres.line is None or postgres.file is None:
        file, path = postgres.service.home()
        words = ["postgres", "-c", f"max_connections={connections}"]
        return [(file, (*path, "command"), deployment.workspace.compose(file).update(path, {"command": words}))]
    node = postgres.service.node.get("command")
    path = node.path if node is not None else ()
    if path[:2] != ("services", postgres.service.name):
        return Refusal(f"{postgres.service.name} takes its command from another service")
    if postgres.stated is None:
        return [(postgres.file, path, postgres.line.add(["-c", f"max_connections={connections}"]))]
    return [(postgres.file, path, _digits(deployment, postgres.stated, connections))]


def _digits(deployment: Deployment, stated: Origin, number: int) -> tuple[Edit, ...] | Refusal:
    text = deployment.workspace.source(stated.file).text[stated.span.start : stated.span.end]
    found = list(re.finditer(r"\d+", text))
    if not found:
        return Refusal("its max_connections is not written as a number")
    start = stated.span.start + found[-1].start()
    return (Edit(start, start + len(found[-1][0]), str(number)),)
