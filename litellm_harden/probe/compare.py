"""A probe beside an earlier one."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.probe.model import Load, Measured, Probed


def differences(before: Probed, after: Probed) -> tuple[str, ...]:
    """Why the figures of two probes cannot be compared as they stand; empty where they can."""
    if before.measured is None or after.measured is None:
        which = "earlier" if before.measured is None else "present"
        return (f"the {which} probe has no load run",)
    return tuple(_differences(before.measured, after.measured))


def _differences(before: Measured, after: Measured) -> Iterator[str]:
    old, new = before.load, after.load
    if {one.name for one in old.models} != {one.name for one in new.models}:
        yield f"other models: {_names(old)}, now {_names(new)}"
    for name, first, second in (
        ("concurrency", old.concurrency, new.concurrency),
        ("rate", _rate(old), _rate(new)),
        ("max_tokens", old.asking.max_tokens, new.asking.max_tokens),
        ("prompt", len(old.asking.prompt), len(new.asking.prompt)),
        ("cache", _cache(old), _cache(new)),
    ):
        if first != second:
            unit = " characters" if name == "prompt" else ""
            yield f"{name}: {first}{unit}, now {second}{unit}"
    if old.asking.prompt != new.asking.prompt and len(old.asking.prompt) == len(new.asking.prompt):
        yield "another prompt"
    for name, one in (("earlier", before), ("present", after)):
        if one.interrupted:
            yield f"the {name} run was interrupted"


def _names(load: Load) -> str:
    names = [model.name for model in load.models]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _rate(load: Load) -> str:
    return f"{load.rate:g}/s" if load.rate else "as fast as answers come"


def _cache(load: Load) -> str:
    return "allowed" if load.asking.cached else "avoided"
