"""Variables that stand in the `.env` beside a compose file and never reach the proxy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.model import Change, Origin
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.keys.references import MASTER_KEY, references, untold
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Violation
from litellm_harden.rules.words import counted

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.documents.base import Path as DocumentPath

_OF_CLIENTS = frozenset(
    {"LITELLM_API_KEY", "LITELLM_API_BASE", "LITELLM_BASE_URL", "LITELLM_PROXY_API_KEY", "LITELLM_PROXY_API_BASE"}
)
"""LiteLLM reads these too, where it is the client of another proxy."""
_OWN = frozenset({"STORE_MODEL_IN_DB", "UI_USERNAME", "UI_PASSWORD", "DATABASE_URL"})
_JUDGED_BY_OTHERS = frozenset({"LITELLM_LOG", "LITELLM_MODE", "LITELLM_SALT_KEY"})
"""LH031, LH032 and LH081 say that these are missing, and what to do."""


def undelivered(deployment: Deployment) -> Mapping[str, Origin]:
    """The variables with a value in the project's `.env` that the proxy's container does not get, and where they are.

    Empty where the files do not say all that the container gets.
    """
    project, service = deployment.parts.project, deployment.parts.service
    if project is None or service is None or not project.dotenv or untold(deployment):
        return {}
    found: dict[str, Origin] = {}
    for file in project.dotenv:
        try:
            bindings = deployment.workspace.dotenv(file).bindings
        except Unreadable:
            return {}
        for binding in bindings:
            if binding.value and deployment.parts.environment.setting(binding.name).absent:
                found.setdefault(binding.name, Origin(file, binding.key, (binding.name,)))
    return found


def undelivered_variables(context: Context) -> Iterator[Outcome]:
    """LH207: what the `.env` holds for the proxy gets there."""
    deployment = context.deployment
    found = undelivered(deployment)
    if not found:
        return
    referring: dict[str, list[DocumentPath]] = {}
    for path, name in references(deployment.parts.config) if deployment.parts.config is not None else ():
        referring.setdefault(name, []).append(path)
    keys = _keys_of_models(deployment)
    for name, origin in found.items():
        paths = referring.get(name, [])
        if not paths and name not in keys and not _reads_itself(context, name, origin.file):
            continue
        harm = (
            f", and {counted(len(paths), 'reference')} to it {'is' if len(paths) == 1 else 'are'} null" if paths else ""
        )
        yield Violation(
            f"env:{name}",
            f"{name} of {origin.file.name} never reaches the proxy: no env_file or environment passes it on{harm}",
            None,
            "passed to the container",
            _passed(name, paths, name in keys),
            Severity.CRITICAL if MASTER_KEY in paths or name == "LITELLM_MASTER_KEY" else None,
            origin,
        )


def _passed(name: str, paths: list[DocumentPath], is_key: bool) -> Fix:
    from litellm_harden.deployment.writing.secrets import required

    if not re.fullmatch(r"[A-Za-z_]\w*", name, re.ASCII):
        return manual(f"pass {name} in the environment of the proxy")
    # A model that has no key today fails today; anything else may switch something on that has been off so far.
    repairs = is_key or (bool(paths) and all("litellm_params" in path for path in paths))
    return fix(
        [Change(f"env:{name}", required(name))],
        Applicability.SAFE if repairs else Applicability.UNSAFE,
        f"pass {name} on in the environment of the proxy",
    )


def _reads_itself(context: Context, name: str, file: Path) -> bool:
    """Whether LiteLLM asks for the variable by name, and nothing else in the project has a use for it."""
    from litellm_harden.litellm.catalogue import knows

    deployment = context.deployment
    if name in _JUDGED_BY_OTHERS or name in _OF_CLIENTS:
        return False
    if name == "LITELLM_MASTER_KEY":
        return context.setting("config:general_settings.master_key").absent
    if name == "DATABASE_URL" and not context.setting("config:general_settings.database_url").absent:
        return False
    if name not in _OWN and not (name.startswith("LITELLM_") and knows("environment", name, context.version)):
        return False
    return not _used(deployment, name, file)


def _used(deployment: Deployment, name: str, file: Path) -> bool:
    """Whether the compose files mention the variable, or give the whole env file to some service."""
    project = deployment.parts.project
    services = project.services.values() if project is not None else ()
    if any(reference.path == file for service in services for reference in service.env_files):
        return True
    mention = re.compile(rf"\b{re.escape(name)}\b")
    return any(mention.search(deployment.workspace.source(compose).text) for compose in deployment.files.compose)


def _keys_of_models(deployment: Deployment) -> set[str]:
    """The variables in which LiteLLM looks for the keys of models that state none."""
    names = set()
    for entry in deployment.parts.config.models() if deployment.parts.config is not None else ():
        given = entry.get("litellm_params")
        if isinstance(given, dict) and not {"api_key", "api_base", "litellm_credential_name"} & given.keys():
            provider, slash, _ = str(given.get("model")).partition("/")
            if slash:
                names.add(f"{provider.upper()}_API_KEY")
    return names


CHECKS: dict[str, Check] = {"undelivered-variables": undelivered_variables}
