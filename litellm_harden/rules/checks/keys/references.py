"""What the config refers to (`os.environ/NAME`) and nothing sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE, Config
from litellm_harden.deployment.coolify import started_by_coolify
from litellm_harden.litellm.gates import REFUSES_WEAK_MASTER_KEY
from litellm_harden.rules.checks.context import STARTER, Check, Context, manual
from litellm_harden.rules.checks.keys.keys_found import is_read
from litellm_harden.rules.model import Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.model import Setting
    from litellm_harden.documents.base import Path

MASTER_KEY: Path = ("general_settings", "master_key")
DATABASE_URL: Path = ("general_settings", "database_url")
_BY_EVERY_CONTAINER = frozenset({"PATH", "HOME", "HOSTNAME", "PWD"})
_OPTIONAL = frozenset({"redis_password", "redis_username", "password", "username", "organization", "api_version"})
"""Keys that LiteLLM does without where they are null."""
_REDIS_PASSWORDS = (("router_settings", "redis_password"), ("cache_params", "password"))

_STARTS = pattern(r"entrypoint[^/]*\.sh$|/s?bin(?:/|$)")
_WHAT = pattern(r"_|API|KEY|TOKEN|SECRET$")


def references(config: Config) -> Iterator[tuple[Path, str]]:
    """Where the config refers to a variable, and to which.

    Left out are list items, which nothing resolves, tokens that LiteLLM fetches (`oidc/…`), names that start with a
    blank (LH213) and the `…_ref` keys of identity federation, which it keeps as they are (types/router.py,
    holds_secret_pointer).
    """
    if not any(REFERENCE in file.document.source.text for file in config.files):
        return
    for path, value in config.walk():
        if isinstance(value, str) and value.startswith(REFERENCE) and isinstance(path[-1], str):
            name = value.removeprefix(REFERENCE)
            if name and not name[0].isspace() and "/" not in name and not path[-1].endswith("_ref"):
                yield path, name


def untold(deployment: Deployment) -> str:
    """Why the files do not say all of the proxy's environment; "" where they do.

    A config by itself is started from some shell, and the .env beside it may be another program's.
    """
    from litellm_harden.deployment.binaries import base_is_known

    if deployment.parts.service is None:
        return STARTER
    if deployment.mounts_dotenv:
        return "LiteLLM may read the .env file that is in the container"
    if deployment.parts.command.unknown:
        return deployment.parts.command.unknown
    if any(_STARTS.search(mount.target) for mount in deployment.parts.service.mounts):
        return "what is mounted over the image's programs may set it"
    if started_by_coolify(deployment):
        return "Coolify, which starts it, adds variables of its own"
    return "" if base_is_known(deployment) else "what its image sets is not described here"


def unresolved_references(context: Context) -> Iterator[Outcome]:
    """LH206: what the config refers to is set."""
    from litellm_harden.rules.checks.start.delivery import undelivered

    deployment = context.deployment
    config = deployment.parts.config
    found = list(references(config)) if config is not None else []
    if config is None or not found:
        return
    if config.incomplete:
        yield Unclear(config_address(found[0][0]), config.incomplete)
        return
    if config.value("general_settings", "key_management_system"):
        yield Inapplicable("a secret manager answers the references")
        return
    told = untold(deployment)
    open_: dict[str, Path] = {}
    late = {name for name, _ in config.variables()}
    explained = undelivered(deployment) if not told else {}
    for path, name in found:
        if not is_read(deployment, context.version, path):
            continue
        variable = deployment.parts.environment.at_start(name)
        if variable.unknown or (variable.absent and told and name not in _BY_EVERY_CONTAINER):
            open_.setdefault(variable.reason or told, path)
        elif name not in explained and name not in _BY_EVERY_CONTAINER:
            yield from _judged(context, config, path, name, variable, name in late)
    for reason, path in open_.items():
        yield Unclear(config_address(path), reason)


def _judged(
    context: Context, config: Config, path: Path, name: str, variable: Setting, late: bool
) -> Iterator[Outcome]:
    if variable.absent and not (late and _read_again(context, path, name)):
        yield Violation(
            config_address(path),
            f"{path[-1]} refers to {name}, which nothing sets{' in time' if late else ''}: {_harm(context, path)}",
            None,
            "a variable that is set",
            manual(_remedy(context, name, late)),
            _severity(context, path),
        )
    elif _is_empty(variable) and _needs_text(config, path) and not context.by_default(name):
        yield Violation(
            config_address(path),
            f"{path[-1]} refers to {name}, which is set to nothing: calls go out without a key",
            None,
            "a variable with a value",
            manual(f"give {name} its value, or take the model out"),
            Severity.MEDIUM,
        )


def _severity(context: Context, path: Path) -> Severity | None:
    """Low where LiteLLM does without the value and nothing in the files says that it is wanted."""
    if path == MASTER_KEY:
        return Severity.CRITICAL
    alone = path == DATABASE_URL and context.deployment.postgres is None
    return Severity.LOW if alone or (path[-1] in _OPTIONAL and not _is_asked_for(context, path)) else None


def _is_asked_for(context: Context, path: Path) -> bool:
    """Whether it is the password of a Redis that is started with one."""
    from litellm_harden.rules.checks.security.stores_exposed import requires_password

    redis = context.deployment.redis_service if path[-2:] in _REDIS_PASSWORDS else None
    return redis is not None and requires_password(redis)


def _is_empty(variable: Setting) -> bool:
    return variable.known and not str(variable.value).strip()


def _read_again(context: Context, path: Path, name: str) -> bool:
    """Whether LiteLLM asks for the variable itself at each call, where the model's key is null."""
    from litellm_harden.litellm.catalogue import knows

    return path[0] == "model_list" and knows("environment", name, context.version)


def _needs_text(config: Config, path: Path) -> bool:
    """Whether it is the key of a provider; a server of one's own may go without."""
    if path[0] != "model_list" or path[-1] != "api_key":
        return False
    return not any(config.key((*path[:-1], other)) for other in ("api_base", "base_url"))


def _harm(context: Context, path: Path) -> str:
    if path == MASTER_KEY:
        if context.deployment.version is None:
            return f"the proxy answers everybody, or refuses to start from {REFUSES_WEAK_MASTER_KEY} on"
        if context.version >= REFUSES_WEAK_MASTER_KEY:
            return "the proxy refuses to start"
        return "the proxy answers everybody, without a key"
    if path == DATABASE_URL:
        return "the proxy runs without a database"
    if path[0] == "environment_variables":
        return f"LiteLLM sets {path[-1]} to the text None"
    return "LiteLLM reads it as null"


def _remedy(context: Context, name: str, late: bool) -> str:
    if late:
        return f"set {name} in the container's environment: environment_variables come after references are looked up"
    environment = context.deployment.parts.environment
    other = next((other for other in environment.names() if _alike(name, other)), None)
    decides = environment.deciding(other) if other is not None else None
    if decides is not None:
        return f"set {name}, or refer to {other}, which {decides.origin.file.name} sets"
    return f"set {name} in the environment of the proxy, or take the reference out"


def _alike(name: str, other: str) -> bool:
    """Whether two names differ only in how they say that they hold a key: OPENAI_KEY, OPENAI_API_KEY."""
    bare = _WHAT.sub("", name.upper())
    return bool(bare) and bare == _WHAT.sub("", other.upper())


CHECKS: dict[str, Check] = {"unresolved-references": unresolved_references}
