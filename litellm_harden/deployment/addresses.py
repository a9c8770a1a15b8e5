"""Paths inside the config as part of a setting's address, and back.

`config:model_list.0.litellm_params.model`: list indexes are bare digits. A key that would be read otherwise stands in
double quotes: `config:router_settings.model_group_alias."gpt-4.1"`.
"""

from __future__ import annotations

from litellm_harden.documents.base import Path
from litellm_harden.text.patterns import pattern

_KEY = pattern(r'"((?:[^"\\]|\\.)*)"|([^.]+)')
_PLAIN = pattern(r'[^."\\\s][^.\s]*')


def config_address(path: Path) -> str:
    """The address of what stands at `path` of the config."""
    return "config:" + ".".join(_written(key) for key in path)


def config_path(address: str) -> Path:
    """The path that an address of the scheme `config` names."""
    rest = address.partition(":")[2]
    if '"' not in rest:
        return tuple(int(key) if key.isdecimal() else key for key in rest.split("."))
    return tuple(
        int(match[2]) if match[2] and match[2].isdecimal() else match[2] or _unquoted(match[1])
        for match in _KEY.finditer(rest)
    )


def _written(key: object) -> str:
    text = str(key)
    if isinstance(key, int) or (_PLAIN.fullmatch(text) and not text.isdecimal()):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(text: str) -> str:
    return text.replace('\\"', '"').replace("\\\\", "\\")
