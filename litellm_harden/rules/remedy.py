"""The grammar of `fix` in rule files: one change of the rule's own setting, which holds no secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.rules.model import Applicability
from litellm_harden.rules.table import Table, WrongRule, check_references, message
from litellm_harden.text.secret_names import is_secret_address, is_secret_name

FIX_KEYS = ("set", "remove", "include", "exclude", "applicability", "description")
_APPLICABILITIES = [one.value for one in (Applicability.SAFE, Applicability.UNSAFE, Applicability.MANUAL)]
"""What a stated fix may be: only a check can take what the owner gives."""
_ELSEWHERE = (REFERENCE, "${")
"""How a value starts that says where the secret is."""


def fix(where: str, data: object, address: str, known: Mapping[str, object]) -> dict[str, Any]:
    """The fix of a clause about the setting at the address; `known` are the rule's options. Raises WrongRule."""
    table = Table(f"{where}: fix", data, FIX_KEYS, ("applicability",))
    kind = table.word("applicability", _APPLICABILITIES)
    changes = sum(key in table for key in ("set", "include", "exclude")) + table.of("remove", bool, False)
    if changes != (kind != "manual"):
        raise WrongRule(
            f"{table.where}: needs exactly one of 'set', 'include', 'exclude' and 'remove', or to be manual"
        )
    if "description" in table:
        message(table, "description", tuple(known))
    for key in ("set", "include", "exclude"):
        if key in table:
            _check(table, key, address, known)
    return dict(table.data)


def _check(table: Table, key: str, address: str, known: Mapping[str, object]) -> None:
    value = table.data[key]
    check_references(table.where, value, known)
    if key != "set" and not address.startswith("config:"):
        raise WrongRule(f"{table.where}: {key!r} is for lists of the config, and {address} is none")
    if address.startswith("env:") and (isinstance(value, bool) or not isinstance(value, str | int | float)):
        raise WrongRule(f"{table.where}: {key!r} must be a text or a number, as every variable is")
    if isinstance(value, str) and not value.isprintable():
        raise WrongRule(f"{table.where}: {key!r} must be one line")
    if key != "exclude" and _is_secret(value, is_secret_address(address), address.rpartition(".")[2]):
        raise WrongRule(
            f"{table.where}: {key!r} would write a secret into a file that git may track: let the fix be manual, or "
            f"refer to a variable (os.environ/NAME in the config, ${{NAME}} in a compose file)"
        )


def _is_secret(value: object, by_name: bool, name: str) -> bool:
    """Whether a text under a name is a secret, itself or in what it is a part of."""
    from litellm_harden.rules.credentials import is_credential

    if isinstance(value, dict):
        return any(_is_secret(item, by_name or is_secret_name(str(key)), str(key)) for key, item in value.items())
    if isinstance(value, list):
        return any(_is_secret(item, by_name, name) for item in value)
    if not isinstance(value, str) or value.startswith(_ELSEWHERE):
        return False
    return by_name or is_credential(name.partition(":")[2] or name, value)
