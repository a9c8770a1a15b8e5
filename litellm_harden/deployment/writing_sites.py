"""The place of each kind of setting, and the proposal of the document that holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.model import ABSENT, Change, Origin
from litellm_harden.documents.base import Key, Refusal
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.litellm.images import DEFAULT_ARGUMENTS
from litellm_harden.litellm.options import option
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.command import Line
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing import Site

_REFERENCE = pattern(
    r"\$(?:\{(?P<braced>[A-Za-z_]\w*)(?::?-(?P<default>[^${}]*))?\}|(?P<plain>[A-Za-z_]\w*))", re.ASCII
)


# config:


def in_config(deployment: Deployment, batch: list[Change]) -> Sequence[Site] | Refusal:
    """Changes of one mapping, in the file that owns its section; a new section goes to the main file."""
    config = deployment.parts.config
    if config is None or deployment.parts.config_unknown:
        reason = deployment.parts.config_unknown or "the proxy is started without a config file"
        return Refusal(reason)
    *parent, _ = batch[0].address.partition(":")[2].split(".")
    owner = config.owner(parent[0] if parent else batch[0].address.partition(":")[2])
    if batch[0].value is ABSENT:
        path = tuple(batch[0].address.partition(":")[2].split("."))
        return [(owner.file, path, owner.document.remove(path))]
    values: dict[Key, object] = {change.address.rpartition(".")[2]: change.value for change in batch}
    proposal = owner.document.update(tuple(parent), values)
    sites: list[Site] = [(owner.file, (*parent, key), ()) for key in values]
    return [(owner.file, (*parent, next(iter(values))), proposal), *sites[1:]]


# env:


def in_environment(deployment: Deployment, name: str, value: object) -> Sequence[Site] | Refusal:
    """A variable, where it is decided now; where nothing states it, where this deployment keeps its variables."""
    decided = deployment.parts.environment.deciding(name)
    if value is ABSENT:
        return _remove_variable(deployment, name)
    text = str(value)
    if decided is None or (decided.value is None and not decided.unknown):
        return _new_variable(deployment, name, text)
    origin = decided.origin
    if decided.layer is Layer.CONFIG:
        document = deployment.workspace.config(origin.file)
        return [(origin.file, origin.path, document.update(origin.path[:-1], {origin.path[-1]: text}))]
    if decided.layer is Layer.SERVICE:
        return _in_service_environment(deployment, name, text, origin)
    if origin.file in deployment.seed.shared and deployment.parts.service is not None:
        return _new_in_service(deployment, name, text)
    if decided.layer is Layer.ENV_FILE:
        return [(origin.file, (name,), deployment.workspace.dotenv(origin.file).update((), {name: text}))]
    image = deployment.parts.image
    if image is None:
        return Refusal(f"nothing here states {name}")
    return [(image.file, image.path("ENV", name), image.document.update(image.path("ENV"), {name: text}))]


def env_file_for_new(deployment: Deployment) -> Path | None:
    """The env file that takes a new variable: of the service, unshared, best one named `.env`; None where none may."""
    stated = {reference.path for reference in deployment.parts.service.env_files} if deployment.parts.service else None
    files = [
        file
        for file in deployment.files.env
        if file not in deployment.seed.shared and (stated is None or file in stated)
    ]
    return next((file for file in files if file.name == ".env"), files[-1] if files else None)


def _new_variable(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    file = env_file_for_new(deployment)
    if file is not None:
        return [(file, (name,), deployment.workspace.dotenv(file).update((), {name: text}))]
    if deployment.parts.service is not None:
        return _new_in_service(deployment, name, text)
    image = deployment.parts.image
    if image is not None:
        return [(image.file, image.path("ENV", name), image.document.update(image.path("ENV"), {name: text}))]
    return Refusal(f"nothing here says what the environment is, so {name} has no place to go")


def local_environment(deployment: Deployment) -> tuple[Path, DocumentPath] | None:
    """The service's own `environment:` (in the main file, else in the file that has one), or where it would go."""
    project, service = deployment.parts.project, deployment.parts.service
    if project is None or service is None:
        return None
    home, path = service.home()
    for file in (home, *reversed(deployment.files.compose)):
        place = (*path[:-1], service.name, "environment") if file == home else ("services", service.name, "environment")
        found = deployment.workspace.compose(file).find(place)
        if found is not None:
            return file, place
    return home, (*path, "environment")


def _new_in_service(deployment: Deployment, name: str, text: str) -> Sequence[Site] | Refusal:
    place = local_environment(deployment)
    if place is None:
        return Refusal(f"no service takes {name}")
    file, path = place
    document = deployment.workspace.compose(file)
    found = document.find(path)
    if found is not None and isinstance(found.value, list):
        return [(file, (*path, len(found.value)), document.append(path, f"{name}={text}"))]
    if found is None:
        return [(file, path, document.update(path[:-1], {"environment": {name: text}}))]
    return [(file, (*path, name), document.update(path, {name: text}))]


def _in_service_environment(deployment: Deployment, name: str, text: str, origin: Origin) -> Sequence[Site] | Refusal:
    place = local_environment(deployment)
    is_local = place is not None and origin.path[:-1] == place[1] and origin.file in deployment.files.compose
    document = deployment.workspace.compose(origin.file)
    found = document.find(origin.path)
    if not is_local or found is None or found.inherited:
        return _new_in_service(deployment, name, text)
    in_list = isinstance(origin.path[-1], int)
    written = str(found.value)
    if in_list:
        written = written.partition("=")[2]
    if "$" in written.replace("$$", ""):
        replacement = _through_reference(deployment, written, text)
        if isinstance(replacement, Refusal):
            return replacement
        if isinstance(replacement, list):
            return replacement
        text = replacement
    new = f"{name}={text}" if in_list else text
    return [(origin.file, origin.path, document.update(origin.path[:-1], {origin.path[-1]: new}))]


def _through_reference(deployment: Deployment, written: str, text: str) -> str | list[Site] | Refusal:
    """A value that is a reference: its default, if that decides, else the project's `.env` where it is set."""
    match = _REFERENCE.fullmatch(written)
    project = deployment.parts.project
    if match is None or project is None:
        return Refusal(f"its value {written} is put together from variables")
    name = match["braced"] or match["plain"]
    file = _dotenv_that_sets(deployment, name)
    if file is None and match["default"] is not None:
        start, end = match.span("default")
        return written[:start] + text + written[end:]
    if file is None:
        return Refusal(f"${{{name}}} is set outside of these files")
    if _references(deployment, name) > 1:
        return Refusal(f"${{{name}}} of {file.name} is used in more than one place")
    return [(file, (name,), deployment.workspace.dotenv(file).update((), {name: text}))]


def _dotenv_that_sets(deployment: Deployment, name: str) -> Path | None:
    project = deployment.parts.project
    file = project.directory / ".env" if project is not None else None
    if file is None or not deployment.workspace.exists(file):
        return None
    return file if deployment.workspace.dotenv(file).find((name,)) is not None else None


def _references(deployment: Deployment, name: str) -> int:
    pattern = re.compile(rf"(?<!\$)\$(?:\{{{name}\b|{name}\b)")
    return sum(len(pattern.findall(deployment.workspace.source(file).text)) for file in deployment.files.compose)


def _remove_variable(deployment: Deployment, name: str) -> Sequence[Site] | Refusal:
    decided = deployment.parts.environment.deciding(name)
    if decided is None:
        return []
    origin = decided.origin
    if decided.layer is Layer.ENV_FILE:
        return [(origin.file, (name,), deployment.workspace.dotenv(origin.file).remove((name,)))]
    if decided.layer is Layer.IMAGE and deployment.parts.image is not None:
        return [(origin.file, origin.path, deployment.parts.image.document.remove(origin.path))]
    if decided.layer is Layer.CONFIG:
        return [(origin.file, origin.path, deployment.workspace.config(origin.file).remove(origin.path))]
    return [(origin.file, origin.path, deployment.workspace.compose(origin.file).remove(origin.path))]


# arg:


def in_command(deployment: Deployment, flag: str, value: object) -> Sequence[Site] | Refusal:
    """An argument, in the line that has it, else the one that ends the command, else a new `command:` or CMD."""
    command = deployment.parts.command
    if command.unknown:
        return Refusal(command.unknown)
    stated = command.setting(flag, deployment.interpolate)
    lines = [line for line in command.lines if stated.origin and line.path == stated.origin.path] or command.lines
    if not lines:
        return _own_command(deployment, [*DEFAULT_ARGUMENTS, *_words(flag, value)])
    line = lines[-1]
    if _borrowed(deployment, line):
        words = [word.text for word in command.lines[-1].words.words] if command.lines else []
        return _own_command(deployment, [*words, *_words(flag, value)])
    if value is ABSENT:
        return [(line.file, line.path, line.words.remove(flag, takes_value=_takes_value(flag)))]
    if isinstance(stated.origin and stated.origin.value, str) and "$" in str(stated.origin and stated.origin.value):
        replacement = _through_reference(deployment, str(stated.origin and stated.origin.value), str(value))
        if not isinstance(replacement, str):
            return replacement
        value = replacement
    return [(line.file, line.path, line.words.set(flag, True if value is True else str(value)))]


def _takes_value(flag: str) -> bool:
    known = option(flag)
    return known is not None and known.takes_value


def _borrowed(deployment: Deployment, line: Line) -> bool:
    """Whether a line serves others too: a shared Dockerfile, or the service that this one extends."""
    if line.file not in deployment.files.compose:
        return deployment.parts.service is not None and line.file in deployment.seed.shared
    name = deployment.service
    found = deployment.workspace.compose(line.file).find(line.path)
    return line.path[:2] != ("services", name) or found is None or found.inherited


def _own_command(deployment: Deployment, words: list[str]) -> Sequence[Site] | Refusal:
    project, service, image = deployment.parts.project, deployment.parts.service, deployment.parts.image
    if project is not None and service is not None:
        file, path = service.home()
        return [(file, (*path, "command"), deployment.workspace.compose(file).update(path, {"command": words}))]
    if image is None:
        return Refusal("nothing here holds the arguments of the proxy")
    return [(image.file, image.path("CMD"), image.document.update(image.path(), {"CMD": words}))]


def _words(flag: str, value: object) -> list[str]:
    return [flag] if value is True else [flag, str(value)]


# proxy: and postgres:


def in_service(deployment: Deployment, path: tuple[str, ...], value: object) -> Sequence[Site] | Refusal:
    """A key of the compose service: where it is stated by the service itself, else in its own definition."""
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
