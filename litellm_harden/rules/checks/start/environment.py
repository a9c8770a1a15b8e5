"""Settings that are stated twice, and the place that loses."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.environment import Layer, Statement
from litellm_harden.deployment.model import Origin
from litellm_harden.litellm.gates import REQUEST_TIMEOUT_WINS
from litellm_harden.rules.checks.context import Check, Context, manual
from litellm_harden.rules.checks.failing.timeouts import GENERAL, ROUTER, order
from litellm_harden.rules.checks.start.environment_poison import YES, option_reading
from litellm_harden.rules.model import Outcome, Violation

_BY_CONFIG = {
    "LITELLM_MASTER_KEY": "config:general_settings.master_key",
    "DATABASE_URL": "config:general_settings.database_url",
}
"""Variables that count only where the config says nothing (litellm 1.81.0 proxy_server.py:2535, proxy_cli.py:706)."""
_ARGUMENT, _VARIABLE = "arg:--config", "env:CONFIG_FILE_PATH"
"""The variable goes first (litellm 1.81.0 proxy_server.py:691, 1.106.2 proxy_server.py:1428)."""
_RETRIES = ("config:router_settings.num_retries", "config:litellm_settings.num_retries")
"""The first one wins (litellm 1.81.0 router.py:474, 1.109.1 router_python_core.py:1870)."""
_OF_THE_PLACE = ("HOST", "PORT")
"""What an env file may well state for the host's side alone."""


def shadowed_settings(context: Context) -> Iterator[Outcome]:
    """LH208: a value that the owner states is the one that counts."""
    for name in context.deployment.parts.environment.names():
        found = _by_environment(context, name) or _by_config(context, name) or _by_argument(context, name)
        if found is not None:
            yield _without_effect(f"env:{name}", name, *found)
    argument, variable = context.setting(_ARGUMENT), context.setting(_VARIABLE)
    differ = argument.known and variable.known and variable.value not in ("", argument.value)
    if differ and argument.origin is not None and variable.origin is not None:
        winner = f"CONFIG_FILE_PATH of {variable.origin.file.name}"
        yield _without_effect(_ARGUMENT, "--config", argument.origin, winner)
    yield from _by_other_section(context)


def _by_other_section(context: Context) -> Iterator[Outcome]:
    """What the config says twice, of retries or of the time that a call may take."""
    first, second = (address for address in order(context) if address in (GENERAL, ROUTER))
    for wins, loses, nothing in ((*_RETRIES, (None, "")), (first, second, (None, "", 0))):
        winner, loser = context.setting(wins), context.setting(loses)
        stated = all(setting.known and setting.value not in nothing for setting in (winner, loser))
        if stated and winner.value != loser.value and winner.origin is not None and loser.origin is not None:
            name, other = (address.removeprefix("config:") for address in (loses, wins))
            depends = loses in (GENERAL, ROUTER) and context.deployment.version is None
            since = f" (from LiteLLM {REQUEST_TIMEOUT_WINS} on)" if depends else ""
            yield _without_effect(loses, name, loser.origin, f"{other} of {winner.origin.file.name}{since}")


def _without_effect(address: str, name: str, loser: Origin, winner: str) -> Violation:
    place = loser.file.name
    return Violation(
        address,
        f"{name} of {place} has no effect: {winner} says something else, and wins",
        None,
        "one value",
        manual("keep the value that is meant, and take the other one out"),
        None,
        loser,
    )


def _by_environment(context: Context, name: str) -> tuple[Origin, str] | None:
    """The statement that loses to a stronger layer although it looks like the one that counts, and to what."""
    *weaker, decides = context.deployment.parts.environment.statements[name]
    if decides.unknown or decides.value is None:
        return None
    for loser in reversed(weaker):
        if _surprises(context, name, loser, decides):
            return loser.origin, _place(decides, loser)
    return None


def _surprises(context: Context, name: str, loser: Statement, decides: Statement) -> bool:
    same_file = loser.origin.file == decides.origin.file
    if decides.layer is Layer.SERVICE and loser.layer is Layer.SERVICE:
        listed = isinstance(loser.origin.path[-1], int) and loser.origin.path[:-1] == decides.origin.path[:-1]
        text = str(loser.origin.value)
        return same_file and listed and "$" not in text and text not in ("", decides.value)
    if loser.layer is Layer.IMAGE or loser.unknown or loser.value in (None, "", decides.value):
        return False
    if decides.layer is Layer.ENV_FILE:
        return same_file and loser.origin.path == decides.origin.path
    if decides.layer is Layer.CONFIG:
        return not str(decides.origin.value).startswith(REFERENCE)
    # Overriding an env file is what `environment:` is for, except by a reference to the very name: Compose fills that
    # in without a look at the service's env files.
    return re.search(rf"\$\{{?{re.escape(name)}\b", context.written(name)) is not None


def _by_config(context: Context, name: str) -> tuple[Origin, str] | None:
    address = _BY_CONFIG.get(name)
    variable = context.setting(f"env:{name}")
    if address is None or not variable.known or not variable.value or variable.origin is None:
        return None
    setting = context.setting(address)
    if not setting.known or setting.origin is None or str(setting.value) == variable.value or context.by_default(name):
        return None
    return variable.origin, f"{address.rpartition('.')[2]} of {setting.origin.file.name}"


def _by_argument(context: Context, name: str) -> tuple[Origin, str] | None:
    decides = context.deployment.parts.environment.deciding(name)
    if decides is None or decides.layer in (Layer.IMAGE, Layer.CONFIG) or not decides.value or decides.unknown:
        return None
    option = option_reading(name, context.version)
    if option is None or (decides.layer is Layer.ENV_FILE and name in _OF_THE_PLACE) or context.by_default(name):
        return None
    argument = context.setting(f"arg:{option.name}")
    same = decides.value.strip().lower() in YES if argument.value is True else str(argument.value) == decides.value
    if not argument.known or argument.origin is None or same:
        return None
    return decides.origin, f"{option.name} of {argument.origin.file.name}"


def _place(winner: Statement, loser: Statement) -> str:
    file = winner.origin.file.name
    if winner.layer is Layer.CONFIG:
        return f"environment_variables of {file}"
    if winner.layer is loser.layer:
        return "a later line"
    return f"environment of {file}"


CHECKS: dict[str, Check] = {"shadowed-settings": shadowed_settings}
