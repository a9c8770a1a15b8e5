"""Addresses of a rule that stand for many: `config:model_list.*.litellm_params.model` is one for each model."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address, config_path

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_EACH = ".*"


def spread(deployment: Deployment, address: str, start: int = 0) -> Iterator[str]:
    """The addresses that a rule's address stands for: `*` is each item of a list, or each key of a mapping.

    Where the files do not tell what there is, it is the address of the list or mapping itself. `*` in quotes is a key,
    and so is any before `start`.
    """
    at = address.find(_EACH, start)
    head, rest = address[:at], address[at + len(_EACH) :]
    if at < 0 or (rest and not rest.startswith(".")):
        yield address
        return
    setting = deployment.setting(head)
    if setting.unknown:
        yield head
        return
    value = setting.value if setting.known else None
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        one = config_address((*config_path(head), key))
        yield from spread(deployment, one + rest, len(one))
