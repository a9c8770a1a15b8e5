"""Under which variable a secret of the config is kept once it has moved to the environment."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.documents.base import Path as DocumentPath

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_GENERIC = ("api_key", "api_base", "base_url", "key", "token", "secret", "password", "authorization")
"""Keys that say too little to be the name of a variable."""
_USUAL = {
    ("general_settings", "master_key"): "LITELLM_MASTER_KEY",
    ("general_settings", "database_url"): "DATABASE_URL",
    ("litellm_settings", "cache_params", "password"): "REDIS_PASSWORD",
}
_MOST = 100
"""Variables of one name and a number."""


class Variables:
    """Gives every secret of a deployment a variable of its own, the same for the same secret, none that is taken."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._given: dict[str, str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._next: dict[str, int] = {}

    def of(self, path: DocumentPath, text: str) -> str:
        """The variable for the secret `text` at `path` of the config; "" where the files cannot tell which is free."""
        name = self._usual(path)
        if path[0] == "environment_variables":
            return name
        if (name, text) not in self._known:
            self._known[name, text] = self._find(name, text)
        return self._known[name, text]

    def _find(self, name: str, text: str) -> str:
        for number in (1, *range(self._next.get(name, 2), _MOST)):
            variable = name if number == 1 else f"{name}_{number}"
            free = self._is_free(variable, text)
            if free is None:
                return ""
            if free:
                self._given[variable] = text
                return variable
            self._next[name] = number + 1
        return ""

    def _is_free(self, name: str, text: str) -> bool | None:
        if name in self._given:
            return self._given[name] == text
        setting = self._deployment.setting(f"env:{name}")
        project = self._deployment.parts.project
        outside = project.variables.get(name) if project is not None else None
        if setting.unknown and self._deployment.parts.environment.deciding(name) is None:
            return None
        if setting.known or setting.unknown or outside is not None:
            return setting.value in (text, None) and (outside is None or outside.text == text) and not setting.unknown
        return name not in self._referred

    @cached_property
    def _referred(self) -> set[str]:
        """Variables that the config refers to already; one that nothing sets is not given a value in passing."""
        config = self._deployment.parts.config
        values = (value for _, value in config.walk()) if config is not None else ()
        return {text.removeprefix(REFERENCE) for text in values if isinstance(text, str) and text.startswith(REFERENCE)}

    def _usual(self, path: DocumentPath) -> str:
        """The name that the variable would have if it were the only one."""
        if path in _USUAL:
            return _USUAL[path]  # type: ignore[index]
        key = str(path[-1])
        if path[0] == "environment_variables":
            return key
        if "alert_to_webhook_url" in path[:-1]:
            return _spelt(f"{key}_webhook_url")
        if key.lower() not in _GENERIC:
            return _spelt(key)
        return _spelt(f"{self._owner(path)}_{key}")

    def _owner(self, path: DocumentPath) -> str:
        """Whose key it is: the provider of a model, else what the entry is named, else the mapping around it."""
        config = self._deployment.parts.config
        entry: object = None
        if config is not None and len(path) > 2 and isinstance(path[1], int):
            file, local = config.locate(path)
            found = file.document.find(local[:2])
            entry = found.value if found is not None else None
        if not isinstance(entry, dict):
            return str(path[-2]) if len(path) > 1 else ""
        parameters = entry.get("litellm_params")
        if path[0] == "model_list" and isinstance(parameters, dict) and "api_base" not in parameters:
            provider, slash, _ = str(parameters.get("model", "")).partition("/")
            if slash:
                return provider
        return next((value for name, value in entry.items() if str(name).endswith("_name")), str(path[0]))


def _spelt(text: str) -> str:
    name = re.sub(r"[^A-Z0-9]+", "_", text.upper()).strip("_")
    return f"KEY_{name}" if name[:1].isdigit() else name
