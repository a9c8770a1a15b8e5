"""The proxy's environment, layer upon layer, weakest first: image ENV, env_file, environment, and the config's own
`environment_variables`."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from litellm_harden.deployment.model import Origin, Setting, State
from litellm_harden.record import Record


class Layer(Enum):
    """Where a variable can be stated, weakest first."""

    IMAGE = "image"
    ENV_FILE = "env_file"
    SERVICE = "environment"
    CONFIG = "environment_variables"


class Statement(Record):
    """One place that says what a variable is. `value` is the text the container gets, None where it says "unset";
    `unknown` says why the text cannot be told."""

    layer: Layer
    origin: Origin
    value: str | None
    unknown: str = ""


class Environment:
    """All statements about all variables, and the layers that are not here to be read.

    `gaps` holds, for a file that is missing, its layer, the reason, and the only variable that it may state ("": any):
    whatever no stronger layer states is unknown.
    """

    def __init__(self) -> None:
        self.statements: dict[str, list[Statement]] = {}
        self.gaps: list[tuple[int, str, str]] = []
        self._count = 0
        self._order: dict[str, list[int]] = {}
        self._settings: dict[str, Setting] = {}

    def state(self, name: str, statement: Statement) -> None:
        """Add a statement that is stronger than all before it."""
        self.statements.setdefault(name, []).append(statement)
        self._order.setdefault(name, []).append(self._count)
        self._settings.pop(name, None)
        self._count += 1

    def miss(self, reason: str, name: str = "") -> None:
        """Note that something as strong as this point cannot be read, which states the variable `name`, or any."""
        self.gaps.append((self._count, reason, name))
        self._settings.clear()
        self._count += 1

    def names(self) -> Iterable[str]:
        """Every variable that is stated somewhere."""
        return self.statements.keys()

    def deciding(self, name: str) -> Statement | None:
        """The statement that would decide the variable, whether or not its value can be told."""
        found = self.statements.get(name)
        return found[-1] if found else None

    def setting(self, name: str) -> Setting:
        """The variable as the proxy process sees it. One that is stated as "unset" is absent."""
        if name not in self._settings:
            self._settings[name] = self._setting(name, self.statements.get(name, []))
        return self._settings[name]

    def at_start(self, name: str) -> Setting:
        """The variable as the process is started with it, before the config's `environment_variables` are written.

        This is what references in the config get (proxy/proxy_server.py, ProxyConfig.get_config resolves them).
        """
        return self._setting(name, [one for one in self.statements.get(name, []) if one.layer is not Layer.CONFIG])

    def _setting(self, name: str, stated: list[Statement]) -> Setting:
        address = f"env:{name}"
        strongest = self._order[name][len(stated) - 1] if stated else -1
        missed = (reason for at, reason, of in reversed(self.gaps) if at > strongest and of in ("", name))
        gap = next(missed, "")
        if not stated:
            return Setting(address, State.UNKNOWN, reason=gap) if gap else Setting(address, State.ABSENT)
        *weaker, decides = stated
        shadows = tuple(statement.origin for statement in reversed(weaker))
        if decides.unknown or gap:
            return Setting(address, State.UNKNOWN, None, decides.origin, shadows, decides.unknown or gap)
        if decides.value is None:
            return Setting(address, State.ABSENT, None, decides.origin, shadows)
        return Setting(address, State.KNOWN, decides.value, decides.origin, shadows)
