"""Which part of a config LiteLLM refuses: the part without which the error is gone."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from . import guard
from .load import Load, Path
from .paths import original, parts, removal

CACHE, CACHE_PARAMS = ("litellm_settings", "cache"), ("litellm_settings", "cache_params")
MOST_REFUSALS, MOST_SUSPECTS = 8, 40
"""How many refused parts are looked for, and how many are suspected of one refusal: each costs a load."""
_NAMED = 4
"""The ranks below are of suspects that the error names."""


def load_all(config: str, loop: asyncio.AbstractEventLoop) -> tuple[Load, list[dict[str, Any]]]:
    """The load that went furthest, and the refusals on the way, each with the part to blame."""
    refused: list[dict[str, Any]] = []
    load = Load(config, []).run(loop)
    while load.error is not None and len(refused) < MOST_REFUSALS:
        blamed, further = None, None
        for suspect, named in suspects(load):
            path = original(suspect, load.removed)
            without = Load(config, [*load.removed, removal(path)]).run(loop)
            changed = without.words() != load.words()
            if without.error is None or (changed and (named or len(without.reads) > len(load.reads))):
                blamed, further = path, without
                break
        refused.append({"path": blamed, "words": load.words(), "why": why(load.error)})
        if further is None:
            break
        load = further
    return load, refused


def suspects(load: Load) -> list[tuple[Path, bool]]:
    """The parts of the config that may have caused the error, the likeliest first, and whether the error names them."""
    words, reads = load.words(), list(load.reads)
    stated = dict(parts(load.data, ()))
    last = next((part for path in reversed(reads) for part in (path, path[:-1]) if part in stated), ())
    found: list[tuple[int, Path]] = [(_NAMED + 1, last)]
    found += [(_NAMED, path) for path in stated if len(path) == len(last) + 1 and path[:-1] == last]
    if CACHE_PARAMS in reads[-3:]:
        found.append((_NAMED, CACHE))  # it is made right after its params were asked for
    if isinstance(load.error, KeyError):
        missing = [path for path in reversed(reads) if path[-1] in load.error.args and path not in stated]
        found += [(0, path[:-1]) for path in missing if path[:-1] in stated]
    for path, value in stated.items():
        key = str(path[-1])
        if isinstance(path[-1], str) and re.search(rf"(?<!\w){re.escape(key)}(?!\w)", words):
            quoted = f"'{key}'" in words or f"`{key}`" in words or f"\n{key}\n" in words
            found.append((1 if quoted else 3, path))
        elif isinstance(value, str) and len(value) > 3 and value in words:
            found.append((2, path))
    ranks: dict[Path, int] = {}
    for rank, path in sorted(found, key=lambda one: (one[0], -len(one[1]))):
        ranks.setdefault(path, rank)
    return [(path, rank < _NAMED) for path, rank in ranks.items() if path][:MOST_SUSPECTS]


def why(error: BaseException | None) -> str:
    """`refused` by LiteLLM, or how this place differs from the container: `offline`, a `module` or a `file` missing."""
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__cause__ or error.__context__
    if any(isinstance(one, guard.GUARDED) or guard.OFFLINE in str(one) for one in seen):
        return "offline"
    if any(isinstance(one, ImportError) and (one.name or "pip install" in str(one)) for one in seen):
        return "module"  # without a name it is LiteLLM's own, about a callback that it does not know
    if any(isinstance(one, (FileNotFoundError, PermissionError)) for one in seen):
        return "file"
    return "refused"


def why_left_out(error: BaseException) -> str:
    """As `why`, of a model; or `map` where LiteLLM looks its provider up in the map of models, of which the container
    fetches the newest; or `state` where a provider's client may have asked for what only the container has."""
    if type(error).__name__ != "BadRequestError":
        return why(error)
    unknown = re.search(r"LLM Provider NOT provided.*You passed model=(\S+)", str(error), re.DOTALL)
    if not unknown:
        return "state"
    return "refused" if "/" in unknown[1] else "map"
