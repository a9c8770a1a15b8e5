"""Edits of a stage's HEALTHCHECK: inside its command where that is enough, else the whole of it, or a new one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile.document import command_value
from litellm_harden.documents.dockerfile.edits import commented, insert_after, insert_before, last_of, shared
from litellm_harden.documents.dockerfile.instructions import Instruction
from litellm_harden.documents.dockerfile.stages import Stage
from litellm_harden.documents.dockerfile.words import exec_form
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.splice import difference

if TYPE_CHECKING:
    from litellm_harden.documents.dockerfile.document import DockerfileDocument

_OPTION = pattern(r"[\w.]+")


def set_healthcheck(document: DockerfileDocument, stage: Stage, values: Mapping[object, object]) -> Proposal:
    """Make the check have the `test` and the options of `values`; options that it has and `values` lacks stay."""
    options = {f"--{str(name).replace('_', '-')}": str(value) for name, value in values.items() if name != "test"}
    test = values.get("test")
    if not all(_OPTION.fullmatch(value) for value in options.values()):
        return Refusal("a HEALTHCHECK cannot hold that option")
    found = document.instruction("HEALTHCHECK", stage)
    stated = command_value(found) if found is not None else None
    wanted = stated if test is None else test
    written = _written(wanted)
    if written is None:
        return Refusal("a HEALTHCHECK takes CMD with a list of words, or CMD-SHELL with a script")
    now = dict(flag.partition("=")[::2] for flag in found.flags) if found is not None else {}
    if wanted == stated and options.items() <= now.items():
        return ()
    if stage.children:
        return shared(document, stage)
    if found is None or found.stage != stage.index or found.onbuild:
        return _new(document, stage, [f"{name}={value}" for name, value in {**now, **options}.items()], written)
    if commented(document, found.span):
        return Refusal("a comment stands inside the HEALTHCHECK")
    return (*_flags(found, now, options), *_command(document, found, wanted, written))


def _new(document: DockerfileDocument, stage: Stage, flags: list[str], written: str) -> Proposal:
    lines = [" ".join(["HEALTHCHECK", *flags, written])]
    if flags:
        lines = [" ".join(["HEALTHCHECK", *flags, document.escape]), f"  {written}"]
    commands = [each for each in stage.own if each.name in ("CMD", "ENTRYPOINT")]
    if commands:
        return (insert_before(document, commands[0], lines),)
    insertion = insert_after(document, last_of(document, stage), lines)
    return insertion if isinstance(insertion, Refusal) else (insertion,)


def _flags(found: Instruction, now: Mapping[str, str], options: Mapping[str, str]) -> tuple[Edit, ...]:
    edits: list[Edit] = []
    text = found.logical.text
    for name, value in options.items():
        if name in now and now[name] != value:
            start = text.index(f"{name}={now[name]}") + len(name) + 1
            edits.append(Edit(*found.logical.span(start, start + len(now[name])), value))
    new = [f"{name}={value}" for name, value in options.items() if name not in now]
    if new and found.flags:
        at = found.logical.offset(text.rindex(found.flags[-1], 0, found.args) + len(found.flags[-1]) - 1) + 1
        edits.append(Edit(at, at, "".join(f" {flag}" for flag in new)))
    elif new:
        at = found.arguments_span.start
        edits.append(Edit(at, at, "".join(f"{flag} " for flag in new)))
    return tuple(edits)


def _command(document: DockerfileDocument, found: Instruction, wanted: object, written: str) -> tuple[Edit, ...]:
    """The edits of what stands behind the options: of the part that differs, if the form stays."""
    stated, source = command_value(found), document.source.text
    if stated == wanted:
        return ()
    whole = (Edit(*found.arguments_span, written),)
    if not isinstance(wanted, list) or wanted[0] != stated[0] or len(wanted) != len(stated):
        return whole
    if wanted[0] == "CMD-SHELL":
        start, end, text = difference(stated[1], wanted[1])
        base = found.end - len(stated[1])
        span = found.logical.span(base + start, base + end)
        return (Edit(*span, text),) if source[span.start : span.end] == stated[1][start:end] else whole
    at = found.args + len("CMD")
    at += len(found.logical.text[at:]) - len(found.logical.text[at:].lstrip())
    words = exec_form(found.logical.text, at, found.end) or []
    return tuple(
        Edit(*found.logical.span(*place), json.dumps(new, ensure_ascii=False))
        for (old, place), new in zip(words, wanted[1:], strict=True)
        if old != new
    )


def _written(test: object) -> str | None:
    if not isinstance(test, list) or len(test) < 2 or not all(isinstance(word, str) for word in test):
        return None
    if test[0] == "CMD":
        return f"CMD {json.dumps(test[1:], ensure_ascii=False)}"
    one_line = test[0] == "CMD-SHELL" and len(test) == 2 and test[1].strip() == test[1] and "\n" not in test[1]
    return f"CMD {test[1]}" if one_line else None
