"""The values of LiteLLM's Helm charts: `litellm-helm`, and `litellm` with a gateway of its own.

Sources: BerriAI/litellm, deploy/charts/litellm-helm and helm/litellm-helm (values.yaml, templates/_deployment.tpl), and
helm/litellm (values.yaml, templates/gateway). What a values file does not state, its chart's version decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from litellm_harden.deployment.compose.node import Node
from litellm_harden.deployment.compose.service import Service
from litellm_harden.deployment.config import is_config
from litellm_harden.deployment.kubernetes.environment import ContainerEnvironment
from litellm_harden.deployment.kubernetes.objects import items, mapping
from litellm_harden.deployment.kubernetes.service import PROBES, Reader
from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record

CHART = "the version of its Helm chart decides it"
_SECRET = "its Helm chart takes it from a Secret"
_MASTER_KEY = "config:general_settings.master_key"
DECIDED = {_MASTER_KEY: _SECRET}
_BY_CHART = ("DISABLE_SCHEMA_UPDATE",)
_BY_VALUE = {"HOST": ("listen", "0.0.0.0"), "LITELLM_LOG": ("logLevel", ""), "NUM_WORKERS": ("numWorkers", "")}
"""What other values set, by the variable, with what all versions of the charts take where nothing is stated."""
_SECRETS = ("PROXY_MASTER_KEY", "LITELLM_MASTER_KEY")
_REDIS = ("REDIS_HOST", "REDIS_PORT", "REDIS_PASSWORD")
_DEEPEST = 8


class Keys(Record):
    """What a chart calls its values."""

    variables: str
    entries: str
    secrets: str
    config_maps: str
    scaling: str
    repository: str


SINGLE = Keys(
    "envVars", "extraEnvVars", "environmentSecrets", "environmentConfigMaps", "autoscaling",
    "ghcr.io/berriai/litellm-database",
)  # fmt: skip
COMPONENT = Keys("", "extraEnv", "envSecrets", "envConfigMaps", "hpa", "ghcr.io/berriai/litellm-gateway")


class Values(Record):
    """The values of one proxy: where its config and its other values stand in a document."""

    config: DocumentPath
    root: DocumentPath
    component: bool

    @property
    def keys(self) -> Keys:
        """What its chart calls them."""
        return COMPONENT if self.component else SINGLE


def values_in(data: object) -> Iterator[Values]:
    """The proxies that a document gives values for: each mapping `proxy_config` that is a config."""
    pending: list[tuple[DocumentPath, object]] = [((), data)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, list) and len(path) < _DEEPEST:
            pending += reversed([((*path, index), inner) for index, inner in enumerate(value)])
        if not isinstance(value, dict) or len(path) > _DEEPEST:
            continue
        if is_config(value.get("proxy_config")):
            component = path[-1:] == ("config",)
            yield Values((*path, "proxy_config"), path[:-1] if component else path, component)
            continue
        pending += reversed([((*path, key), inner) for key, inner in value.items() if isinstance(key, str)])


def service_of(file: Path, name: str, values: Values, stated: dict[str, object]) -> Service:
    """The service that the values amount to, as far as they say."""
    read, root, keys = Reader(file), values.root, values.keys
    image = mapping(stated, "image")
    tag, repository = image.get("tag"), str(image.get("repository") or keys.repository)
    where = (*root, "image", "tag" if tag else "repository") if tag or image.get("repository") else values.config
    grace = stated.get("terminationGracePeriodSeconds")
    members: dict[str, Node | None] = {
        "image": read.scalar(where, f"{repository}:{tag}" if tag else repository, "" if tag else CHART),
        "entrypoint": read.words(root, stated, "command"),
        "command": read.words(root, stated, "args"),
        "restart": read.scalar(values.config, "always"),
        "stop_grace_period": read.scalar((*root, "terminationGracePeriodSeconds"), f"{grace}s")
        if grace not in (None, "")
        else read.scalar(values.config, "", CHART),
        "deploy": read.group(
            root,
            {
                "replicas": _replicas(read, root, keys, stated),
                "resources": read.resources((*root, "resources"), stated.get("resources")),
            },
        ),
        **{probe: read.tree((*root, probe), stated[probe]) for probe in PROBES if stated.get(probe)},
    }
    found = {key: node for key, node in members.items() if node is not None}
    return Service(name, Node(dict(found), read.place, values.config), {})


def _replicas(read: Reader, root: DocumentPath, keys: Keys, stated: dict[str, object]) -> Node | None:
    """How many pods there may be: as many as what scales them allows."""
    for kind in (keys.scaling, "keda"):
        scaling = mapping(stated, kind)
        if scaling.get("enabled") is True:
            most = scaling.get("maxReplicas")
            path = (*root, kind, "maxReplicas" if most is not None else "enabled")
            return read.scalar(path, most if most is not None else "", "" if most is not None else CHART)
    count = stated.get("replicaCount")
    if count is not None:
        return read.scalar((*root, "replicaCount"), count)
    return read.scalar(root, "", CHART) if keys is COMPONENT else None


def add_variables(into: ContainerEnvironment, values: Values, stated: dict[str, object], chart: object) -> None:
    """The environment: what the chart sets, the Secrets and ConfigMaps named, and the values' own variables.

    `chart` are the values of the whole chart, which a component has only a part of.
    """
    keys, root, home = values.keys, values.root, values.config
    own = {str(name) for name in mapping(stated, keys.variables)} if keys.variables else set()
    own |= {str(entry.get("name")) for entry in items(stated, keys.entries)}
    sources = [("secretRef", name) for name in _names(stated.get(keys.secrets))]
    sources += [("configMapRef", name) for name in _names(stated.get(keys.config_maps))]
    into.add_sources([{kind: {"name": name}} for kind, name in sources])
    for name, reason in _by_chart(values, stated, chart).items():
        if name not in own:
            into.add_unknown(name, home, reason)
    for name, (key, default) in _BY_VALUE.items():
        value = stated.get(key)
        if name not in own and (value or default):
            into.add_value(name, (*root, key) if value else home, value or default)
    port = mapping(stated, "service").get("port")
    if "PORT" not in own:
        into.add_value("PORT", (*root, "service", "port") if port else home, port or 4000)
    if stated.get("separateHealthApp") is True:
        into.add_value("SEPARATE_HEALTH_APP", (*root, "separateHealthApp"), 1)
        at = "separateHealthPort" if stated.get("separateHealthPort") else "separateHealthApp"
        into.add_value("SEPARATE_HEALTH_PORT", (*root, at), stated.get("separateHealthPort") or 8081)
    for name, value in mapping(stated, keys.variables).items() if keys.variables else ():
        into.add_value(str(name), (*root, keys.variables, name), _text(value))
    into.add_entries((*root, keys.entries), items(stated, keys.entries))


def _by_chart(values: Values, stated: dict[str, object], chart: object) -> dict[str, str]:
    """The variables that the chart sets by itself, each with why its value is not known."""
    found = {**dict.fromkeys(_BY_CHART, CHART), **dict.fromkeys(_SECRETS, _SECRET)}
    if _has_database(values, chart):
        found["DATABASE_URL"] = "its Helm chart puts it together from a Secret"
    redis = mapping(chart, "redis")
    if redis.get("enabled") is True or redis.get("host"):
        found |= dict.fromkeys(_REDIS, "its Helm chart sets it for its Redis")
    if stated.get("logLevel") is None:
        found["LITELLM_LOG"] = CHART
    return found


def _text(value: object) -> object:
    """A value as Helm's `quote` prints it."""
    return str(value).lower() if isinstance(value, bool) else value


def _has_database(values: Values, chart: object) -> bool:
    if values.component:
        return bool(mapping(chart, "database", "writer").get("host"))
    stated = mapping(chart, "db")
    return stated.get("deployStandalone") is not False or stated.get("useExisting") is True


def _names(value: object) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else []
