"""The secrets of a deployment as data: what a secret's name leads to through aliases, references and Secrets."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.workspace import Unreadable
from litellm_harden.text.secret_names import is_secret_name

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

_SHORTEST = 4
"""Characters; what is shorter says nothing where it stands by itself."""
_NAMES = frozenset({"name", "namespace", "key", "secretName", "optional"})
"""Keys under `secret:` and the like that say where a secret is kept, and hold none."""
_IN_SECRET = ("data", "stringData")
_APPLIED = "last-applied-configuration"

_secret_name = lru_cache(maxsize=4096)(is_secret_name)


def known_secrets(deployments: Iterable[Deployment]) -> Iterator[str]:
    """What the files of deployments give as secrets, decoded and resolved, besides how it is written. A text over
    several lines comes line by line. What is a reference, or no more than a flag, may be among it."""
    seen: set[int] = set()
    for deployment in deployments:
        for data in _data(deployment):
            if id(data) not in seen:
                seen.add(id(data))
                yield from _secrets(data)
        yield from _in_environment(deployment)


def _data(deployment: Deployment) -> Iterator[object]:
    for file in deployment.files.all():
        for document in deployment.workspace.documents(file).values():
            try:
                yield document.data
            except Unreadable:
                continue


def _in_environment(deployment: Deployment) -> Iterator[str]:
    """The values of variables that are secrets by their name, or since the config refers to them under such a name."""
    environment, config = deployment.parts.environment, deployment.parts.config
    names = {name for name in environment.names() if _secret_name(name)}
    for file in config.files if config is not None else ():
        found = _secrets(file.document.data)
        names |= {text.removeprefix(REFERENCE) for text in found if text.startswith(REFERENCE)}
    for name in names:
        for statement in environment.statements.get(name, ()):
            yield from _lines(statement.value or "")


def _secrets(data: object) -> Iterator[str]:
    """The texts in data that stand below a secret's name. What several aliases share is looked at once."""
    pending = [(data, False)]
    seen: set[tuple[int, bool]] = set()
    while pending:
        value, hidden = pending.pop()
        if isinstance(value, (dict, list, tuple)):
            if (id(value), hidden) in seen:
                continue
            seen.add((id(value), hidden))
            pending += _inside(value, hidden)
        elif hidden and value is not None and not isinstance(value, bool):
            yield from _lines(str(value))


def _inside(
    value: dict[object, object] | list[object] | tuple[object, ...], hidden: bool
) -> Iterator[tuple[object, bool]]:
    if not isinstance(value, dict):
        yield from ((one, hidden) for one in value)
        return
    is_secret = value.get("kind") == "Secret"
    named = value.get("name")
    is_variable = "value" in value and isinstance(named, str) and _secret_name(named)
    for key, one in value.items():
        name = str(key)
        if name.endswith("KeyRef") or (hidden and name in _NAMES):
            continue
        if name.endswith(_APPLIED) and isinstance(one, str):
            yield _parsed(one), False
        below = hidden or _secret_name(name) or (is_secret and name in _IN_SECRET) or (is_variable and name == "value")
        yield one, below
        if _holds_itself(name, one, below):
            yield name, True


def _holds_itself(name: str, value: object, hidden: bool) -> bool:
    """Whether what should be a value was made a key: `api_key: {abc123: 1}`, which is what `api_key: {abc123}` says."""
    return hidden and (value is None or value == 1) and not _secret_name(name)


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _lines(text: str) -> Iterator[str]:
    for line in text.splitlines():
        if len(line.strip()) >= _SHORTEST:
            yield line.strip()
