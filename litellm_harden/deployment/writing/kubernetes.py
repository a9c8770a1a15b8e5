"""What a manifest or the values of a Helm chart say of variables, arguments and the container."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from litellm_harden.deployment.compose import units
from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.kubernetes.parts import Form, Manifests
from litellm_harden.deployment.kubernetes.service import PROBES
from litellm_harden.deployment.kubernetes.values import COMPONENT, SINGLE
from litellm_harden.deployment.model import ABSENT, Change, Excluding, Including, Origin, Renamed, Secret
from litellm_harden.deployment.places import takes_arguments
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Refusal
from litellm_harden.text.secret_names import is_secret_name

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site
    from litellm_harden.documents.yaml.stream import Stream

_UNTOUCHED = (Including, Excluding, Renamed)


def by_hand(deployment: Deployment, changes: Iterable[Change], inputs: Iterable[str] = ()) -> str:
    """Where changes belong that cannot be written into manifests, as the end of a clause; "" where they can.

    `inputs` are names of values that the owner is to give.
    """
    manifests = deployment.parts.manifests
    if manifests is None:
        return ""
    reader = manifests.name if manifests.form is not Form.CONFIG else "the proxy"
    if any(is_secret_name(name) for name in inputs):
        return f"in the Secret that {reader} reads it from"
    for change in changes:
        scheme, _, rest = change.address.partition(":")
        if isinstance(change.value, Secret) or (scheme == "env" and "${" in str(change.value)):
            return f"in the Secret that {reader} reads it from"
        if scheme == "proxy" and place_of(manifests, tuple(rest.split("."))) is None:
            return f"as Kubernetes has it for {manifests.name}"
        if scheme == "arg" and not deployment.parts.command.lines and not takes_arguments(manifests):
            return "as args of its Helm values, with all those that its chart passes"
    return ""


def place_of(manifests: Manifests, path: tuple[str, ...]) -> DocumentPath | None:
    """Where a key of the service is written, None where Kubernetes has no such key."""
    if path == ("stop_grace_period",):
        return (*manifests.pod, "terminationGracePeriodSeconds")
    if path[:2] == ("deploy", "resources") and len(path) == 4:
        kind = {"limits": "limits", "reservations": "requests"}.get(path[2])
        name = {"cpus": "cpu", "memory": "memory"}.get(path[3])
        return (*manifests.container, "resources", kind, name) if kind and name else None
    return (*manifests.container, *path) if path[0] in PROBES else None


def new_variable_place(manifests: Manifests) -> DocumentPath:
    """The list or mapping that takes a new variable."""
    if manifests.form is Form.WORKLOAD:
        return (*manifests.container, "env")
    return (*manifests.container, COMPONENT.entries if manifests.component else SINGLE.variables)


def in_manifest(deployment: Deployment, path: tuple[str, ...], value: object) -> Sequence[Site] | Refusal:
    """A key of the service, in the place that Kubernetes has for it."""
    manifests = deployment.parts.manifests
    assert manifests is not None
    where = place_of(manifests, path)
    if where is None or isinstance(value, _UNTOUCHED):
        return Refusal(f"Kubernetes has no {'.'.join(path)} for {manifests.name}")
    stream = deployment.workspace.manifest(manifests.file)
    if value is ABSENT:
        return [(manifests.file, where, stream.remove(where))]
    return [(manifests.file, where, stream.update(where[:-1], {where[-1]: _as_written(path, value)}))]


def _as_written(path: tuple[str, ...], value: object) -> object:
    """A value of Compose in the words of Kubernetes: whole seconds, and sizes with two-letter units."""
    if path == ("stop_grace_period",):
        found = units.seconds(str(value))
        return int(found) if found is not None else value
    if path[-1:] == ("memory",):
        size = str(value).lower().removesuffix("b").removesuffix("i")
        return f"{size[:-1]}{size[-1].upper()}i" if size[-1:].isalpha() else size
    return str(value) if path[0] == "deploy" else value


def in_pod_environment(deployment: Deployment, name: str, value: object) -> Sequence[Site] | Refusal:
    """A variable, in the list that states it now, else in the one of the container."""
    manifests = deployment.parts.manifests
    assert manifests is not None
    decided = deployment.parts.environment.deciding(name)
    if isinstance(value, Secret) or "${" in str(value):
        return Refusal(f"a manifest is no place for {name}: put it into the Secret that {manifests.name} reads")
    stated = decided is not None and (decided.value is not None or bool(decided.unknown))
    if decided is None or not stated or (decided.unknown and not _written_here(manifests, decided.origin)):
        return [] if value is ABSENT else _new_variable(deployment, manifests, name, str(value))
    if decided.layer is Layer.ENV_FILE or not _written_here(manifests, decided.origin):
        return _in_source(deployment, name, value)
    path, stream = decided.origin.path, deployment.workspace.manifest(decided.origin.file)
    listed = path[-1] == "value"
    if value is ABSENT:
        gone = path[:-1] if listed else path
        return [(decided.origin.file, gone, stream.remove(gone))]
    if not listed and "valueFrom" in path:
        return Refusal(f"{name} comes from what Kubernetes fills in")
    return [(decided.origin.file, path, stream.update(path[:-1], {path[-1]: str(value)}))]


def _written_here(manifests: Manifests, origin: Origin) -> bool:
    """Whether a variable stands in the container's own list, or among the chart's values."""
    root = manifests.container
    inside = origin.file == manifests.file and origin.path[: len(root)] == root
    return inside and origin.path != manifests.workload


def _in_source(deployment: Deployment, name: str, value: object) -> Sequence[Site] | Refusal:
    """A variable that comes from a ConfigMap here, which others may use as well."""
    manifests = deployment.parts.manifests
    assert manifests is not None
    if f"env:{name}" in manifests.secrets:
        return Refusal(f"{name} stands in a Secret")
    if value is ABSENT:
        return Refusal(f"{name} comes from a ConfigMap")
    return _new_variable(deployment, manifests, name, str(value))


def _new_variable(deployment: Deployment, manifests: Manifests, name: str, text: str) -> Sequence[Site] | Refusal:
    """A variable that the container's own list does not state yet; there it wins over `envFrom`."""
    if manifests.form is Form.CONFIG:
        return Refusal(f"nothing here says what the environment is, so {name} has no place to go")
    stream = deployment.workspace.manifest(manifests.file)
    place = new_variable_place(manifests)
    if manifests.form is Form.VALUES and not manifests.component:
        return [(manifests.file, (*place, name), stream.update(place, {name: text}))]
    entry = {"name": name, "value": text}
    found = stream.find(place)
    if found is not None and isinstance(found.value, list) and found.value:
        return [(manifests.file, (*place, len(found.value)), stream.append(place, entry))]
    return [(manifests.file, place, stream.update(place[:-1], {place[-1]: [entry]}))]


def own_arguments(deployment: Deployment, words: list[str]) -> Sequence[Site] | Refusal:
    """Arguments for a container that states none."""
    manifests = deployment.parts.manifests
    assert manifests is not None
    if manifests.form is not Form.WORKLOAD:
        return Refusal("its Helm chart makes the arguments: state args in its values, with all that it passes")
    where = (*manifests.container, "args")
    stream: Stream = deployment.workspace.manifest(manifests.file)
    return [(manifests.file, where, stream.update(manifests.container, {"args": words}))]
