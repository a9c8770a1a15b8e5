"""Which keys of the config, and which of LiteLLM's own variables, the release that runs does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.documents.base import Path
from litellm_harden.litellm.gates import ROUTER_REFUSES_HEALTH_CHECKS
from litellm_harden.litellm.inert import inert
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.config import Config
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.litellm.catalogue import Known, Place
    from litellm_harden.litellm.versions import Version

Kind = Literal["unknown", "misplaced", "removed", "later", "newer"]

SECTIONS = {
    "general_settings": ("general_settings",),
    "litellm_settings": ("litellm_settings",),
    "router_settings": ("router_settings",),
    "retry_policy": ("router_settings", "retry_policy"),
    "allowed_fails_policy": ("router_settings", "allowed_fails_policy"),
    "alerting_args": ("general_settings", "alerting_args"),
    "cache_params": ("litellm_settings", "cache_params"),
}
"""Where the sections of the catalogue stand in the config; `config` is its top."""

ROUTER_CACHE = ("router_settings", "cache_kwargs")
"""What the router passes on to its Redis: the catalogue's `cache_kwargs`, a place to send keys to and no section."""

_OF_MODEL_INFO = ("access_groups", "id")
"""Keys that the router reads in the model_info of a model alone (router.py, get_model_access_groups)."""

_BESIDE_PARAMS = ("rpm", "tpm", "model", "num_retries", "hidden", "custom_llm_provider", "otpm", "itpm", "max_tokens")
"""What the router reads from an item of the model list itself (1.81.0 router.py, 1.109.1 router_python_core.py), and
what may have been meant for litellm_params or for model_info."""

_IGNORING_CACHES = (
    *("local", "disk", "gcs", "azure-blob"),
    *("redis-semantic", "valkey-semantic", "qdrant-semantic"),
)
"""Types of cache that drop what they do not know (caching/caching.py); the others pass it on, which stops the boot."""

_READ_TOGETHER = {"cache_params": ("cache_params", "semantic_cache_params")}
"""Sections of the catalogue that are one mapping in the config."""

_ANCHOR = pattern(r"(?:^|[\s\[{,])&[^\s,\[\]{}]")
_PRIVATE = ("x-", "x_", "_", ".")
"""How keys start that their owner keeps for himself, such as those that hold anchors."""


class Strange(Record):
    """A key that its section does not know, and what is known about it: where it belongs, or when it was known."""

    kind: Kind
    section: str
    path: Path
    value: object
    place: Place | None = None
    known: Known | None = None

    @property
    def key(self) -> str:
        """The key itself."""
        return str(self.path[-1])

    @property
    def address(self) -> str:
        """The address of the setting."""
        return config_address(self.path)

    @property
    def inside(self) -> str:
        """The section as its owner knows it."""
        return section_name(self.path) if len(self.path) > 1 else "the config"


def section_name(path: Path) -> str:
    """What the key at `path` stands in, as its owner knows it."""
    return config_address(path[:-1]).removeprefix("config:")


@lru_cache(maxsize=1)
def strange_keys(deployment: Deployment, version: Version) -> tuple[Strange, ...]:
    """The keys of the config that the release `version` does not know where they stand, without those that may be
    called anything: of providers and callbacks, `x-…`, and those that hold anchors."""
    config = deployment.parts.config
    return tuple(_strange(deployment, config, version)) if config is not None else ()


def is_read(deployment: Deployment, version: Version, path: Path) -> bool:
    """Whether LiteLLM reads what stands at `path` of the config, as far as its keys go."""
    if len(path) == 2 and inert(str(path[0]), str(path[1]), version) is not None:
        return False
    strange = strange_keys(deployment, version)
    return not any(path[: len(one.path)] == one.path for one in strange)


def _strange(deployment: Deployment, config: Config, version: Version) -> Iterator[Strange]:
    from litellm_harden.litellm.catalogue import knows

    for section, path, mapping in _mappings(deployment, config):
        for key, value in mapping.items():
            if not isinstance(key, str) or knows(section, key, version) or _reported(section, key, version):
                continue
            if not (_anyones(section, key, version) or _holds_anchor(config, (*path, key))):
                told = _told(deployment, Strange("unknown", section, (*path, key), value), version)
                yield from () if told is None else (told,)
    yield from _beside_params(config, version)


def _mappings(deployment: Deployment, config: Config) -> Iterator[tuple[str, Path, Mapping[object, object]]]:
    """The mappings to look at: the section of the catalogue, the path, what stands there."""
    top: dict[object, object] = {}
    for file in config.files:
        top |= file.document.data if isinstance(file.document.data, dict) else {}
    yield "config", (), top
    for section, path in SECTIONS.items():
        stated = config.value(*path)
        if not isinstance(stated, dict):
            continue
        if section != "cache_params" or _drops_unknown(deployment, stated):
            yield section, path, stated
    groups = config.value("router_settings", "model_group_retry_policy")
    for group, policy in groups.items() if isinstance(groups, dict) else ():
        if isinstance(policy, dict):
            yield "retry_policy", ("router_settings", "model_group_retry_policy", group), policy


def _drops_unknown(deployment: Deployment, params: Mapping[object, object]) -> bool:
    """Whether there is a cache that drops what it does not know, rather than to stop the boot.

    A Redis given by url takes the url and what it knows; one by host and port passes everything to its client.
    """
    kind = params.get("type")
    if deployment.setting("config:litellm_settings.cache").value is not True:
        return False
    if kind == "redis":
        url = deployment.setting("config:litellm_settings.cache_params.url")
        return url.known and bool(url.value) and not params.get("redis_startup_nodes")
    return kind is None or kind in _IGNORING_CACHES


def _reported(section: str, key: str, version: Version) -> bool:
    """Whether another rule speaks of the key: LH203, or LH205, since it stops the boot."""
    refused = section == "router_settings" and key in ("health_check_interval", "health_check_concurrency")
    return inert(section, key, version) is not None or (refused and version >= ROUTER_REFUSES_HEALTH_CHECKS)


def _anyones(section: str, key: str, version: Version) -> bool:
    from litellm_harden.litellm.catalogue import TOP, knows

    if key.startswith(_PRIVATE):
        return True
    if section == "cache_params":
        return knows("semantic_cache_params", key, version)
    if section == TOP and knows("litellm_settings", f"{key}_models", version):
        return True
    return section in (TOP, "litellm_settings") and knows("callbacks", key, version)


def _holds_anchor(config: Config, path: Path) -> bool:
    file, local = config.locate(path)
    found = file.document.find(local)
    if found is None or found.key is None:
        return False
    written = file.document.source.text[found.key.end : max(found.key.end, found.span.end)]
    return _ANCHOR.search(written.lstrip(":")) is not None


def _told(deployment: Deployment, strange: Strange, version: Version) -> Strange | None:
    """What the catalogue tells of a key that its section does not know; None where it cannot be told."""
    from litellm_harden.litellm.catalogue import ever, nearest, versions

    if version > versions()[-1]:
        return strange._replace(kind="newer")
    place = nearest(strange.section, strange.key, version)
    if place is not None and inert(place.section, place.key, version) is None:
        strange = strange._replace(place=place)
    sections = _READ_TOGETHER.get(strange.section, (strange.section,))
    known = next((one for section in sections if (one := ever(section, strange.key)) is not None), None)
    if strange.place is not None and strange.place.section not in (strange.section, "environment"):
        once = known is not None and deployment.version is None and _was_setting(strange, known)
        return None if once else strange._replace(kind="misplaced")
    if known is None:
        return strange._replace(kind=_of_the_command(strange.key, version))
    if deployment.version is None:
        return None
    if known.since is not None and version < known.since:
        return strange._replace(kind="later", known=known)
    if known.until is None or version < known.until:
        return None
    return strange._replace(kind="removed" if _was_setting(strange, known) else "unknown", known=known)


def _was_setting(strange: Strange, known: Known) -> bool:
    """Whether the last release that knew the key in its section had it as something to set."""
    from litellm_harden.litellm.catalogue import is_setting, versions

    if known.until is None or strange.section in _READ_TOGETHER:
        return True
    last = versions()[versions().index(known.until) - 1]
    return is_setting(strange.section, strange.key, last)


def _of_the_command(key: str, version: Version) -> Kind:
    """Options with which the server is started are misplaced in the config; the others talk to a proxy that runs."""
    from litellm_harden.litellm.options import option

    found = option(f"--{key}")
    serves = found is not None and (found.env is not None or key.startswith("run_"))
    return "misplaced" if found is not None and serves and found.accepted_by(version) else "unknown"


def _beside_params(config: Config, version: Version) -> Iterator[Strange]:
    """What stands in an item of the model list and belongs into its litellm_params or model_info."""
    from litellm_harden.litellm.catalogue import Place, knows

    for path, value in config.walk("model_list"):
        if len(path) != 3 or not isinstance(path[2], str) or path[2].startswith(_PRIVATE):
            continue
        key = path[2]
        home = "model_info" if key in _OF_MODEL_INFO else None
        if key in _BESIDE_PARAMS or (home is None and knows("model_list", key, version)):
            continue
        home = home or next((name for name in ("litellm_params", "model_info") if knows(name, key, version)), None)
        if home is not None and not _holds_anchor(config, path):
            yield Strange("misplaced", "model_list", path, value, Place(home, key))


def strange_variables(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """Variables that start like LiteLLM's own and that no release reads, each with the one that its name is close to.

    Those that the config or another text refers to by name are their owner's.
    """
    names = [name for name in deployment.parts.environment.names() if name.startswith("LITELLM_")]
    if not names:
        return
    from litellm_harden.litellm.catalogue import ever, rows

    strange = [name for name in names if ever("environment", name) is None]
    if not strange:
        return
    from difflib import get_close_matches

    known = [row.name for row in rows("environment") if row.name.startswith("LITELLM_")]
    referred = _referred(deployment)
    for name in sorted(strange):
        close = get_close_matches(name, known, n=1, cutoff=0.9)
        if close and close[0] not in names and name not in referred:
            yield name, close[0]


def _referred(deployment: Deployment) -> set[str]:
    config = deployment.parts.config
    if config is None:
        return set()
    texts = (value for _, value in config.walk() if isinstance(value, str))
    return {text.removeprefix(REFERENCE) for text in texts if text.startswith(REFERENCE)}
