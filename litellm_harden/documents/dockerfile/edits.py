"""Edits of a Dockerfile's stage: variables and commands, in place or as new lines where a person would put them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.dockerfile.document import command_value
from litellm_harden.documents.dockerfile.instructions import Instruction
from litellm_harden.documents.dockerfile.stages import Stage
from litellm_harden.documents.dockerfile.words import Assignment, quoted
from litellm_harden.text.edits import Edit
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Span

if TYPE_CHECKING:
    from litellm_harden.documents.dockerfile.document import DockerfileDocument

_NAME = pattern(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_COMMENT = pattern(r"\n[ \t]*#")


def set_variables(document: DockerfileDocument, stage: Stage, values: Mapping[str, object]) -> Proposal:
    """Give the variables their values, each where the stage sets it last, else in a new ENV."""
    edits: list[Edit] = []
    new: list[str] = []
    now = document.environment(stage)
    for name, wanted in values.items():
        value = _text(wanted)
        if value is None or not _NAME.fullmatch(name):
            return Refusal(f"an ENV instruction cannot hold that value of {name}")
        found = now.get(name)
        if found and found.value == value and not document.expands(name, stage):
            continue
        own = _own(document, stage, name)
        if not own:
            new.append(f"{name}={quoted(value, document.escape)}")
            continue
        instruction, each = own[-1]
        raw = instruction.logical.text[each.raw.start : each.raw.end]
        span = instruction.logical.span(*each.raw)
        if commented(document, span):
            return Refusal(f"a comment stands inside the value of {name}")
        edits.append(Edit(*span, quoted(value, document.escape, like=raw, legacy=each.legacy)))
    if not edits and not new:
        return ()
    if stage.children:
        return shared(document, stage)
    if new:
        insertion = _insert_variables(document, stage, new)
        if isinstance(insertion, Refusal):
            return insertion
        edits.append(insertion)
    return tuple(edits)


def set_commands(document: DockerfileDocument, stage: Stage, values: Mapping[str, object]) -> Proposal:
    """Replace CMD and ENTRYPOINT, or write them at the end of the stage."""
    edits: list[Edit] = []
    new: list[str] = []
    for name in sorted(values, key=lambda name: name != "ENTRYPOINT"):
        wanted = values[name]
        written = _command(wanted)
        if written is None or written.endswith(document.escape):  # which would go on with the next line
            return Refusal(f"{name} takes a list of words or a command line")
        found = document.instruction(name, stage)
        if found and command_value(found) == wanted:
            continue
        if not found or found.stage != stage.index or found.onbuild:
            new.append(f"{name} {written}")
        elif commented(document, found.arguments_span):
            return Refusal(f"a comment stands inside {name}")
        else:
            bare = found.logical.text[found.args - 1 : found.args].isspace()
            edits.append(Edit(*found.arguments_span, written if bare else f" {written}"))
    if (edits or new) and stage.children:
        return shared(document, stage)
    if new:
        insertion = insert_after(document, last_of(document, stage), new)
        if isinstance(insertion, Refusal):
            return insertion
        edits.append(insertion)
    return tuple(edits)


def remove_variable(document: DockerfileDocument, stage: Stage, name: str) -> Proposal:
    """Take a variable out of every ENV of the stage that sets it."""
    found = document.environment(stage).get(name)
    if not found:
        return ()
    own = _own(document, stage, name)
    if stage.children:
        return shared(document, stage)
    if any(
        each.name == name for part in stage.inherited() if part.name == "ENV" for each in document.assignments(part)
    ):
        return Refusal(f"{name} comes from the stage that this one is built from")
    gone: dict[int, tuple[Instruction, list[Assignment]]] = {}
    for instruction, each in own:
        gone.setdefault(instruction.span.start, (instruction, []))[1].append(each)
    edits: list[Edit] = []
    for instruction, listed in gone.values():
        part = _without(document, instruction, listed)
        if isinstance(part, Refusal):
            return part
        edits += part
    return tuple(_lines_joined(document.source.text, edits))


def _lines_joined(text: str, edits: list[Edit]) -> list[Edit]:
    """Neighbouring deletions as one; at the end of a text without a final line end, the line end before goes too."""
    joined: list[Edit] = []
    for edit in edits:
        start = joined.pop().start if joined and joined[-1].end == edit.start else edit.start
        joined.append(Edit(start, edit.end, ""))
    start, end, _ = joined[-1]
    if end == len(text) and text[start - 1] == "\n" and not text.endswith("\n"):
        joined[-1] = Edit(start - (2 if text[start - 2] == "\r" else 1), end, "")
    return joined


def _without(document: DockerfileDocument, instruction: Instruction, gone: list[Assignment]) -> list[Edit] | Refusal:
    """The edits that take assignments out of one ENV, the instruction with them where none is left."""
    everything = document.assignments(instruction)
    spans = [instruction.logical.span(*each.word) for each in everything]
    names = {each.name for each in gone}
    keep = [index for index, each in enumerate(everything) if each.name not in names]
    if not keep:
        start = document.source.line_span(instruction.span.start).start
        end = document.source.next_line(max(instruction.span.end - 1, start))
        if commented(document, instruction.span) or _unfinished(document, instruction):
            return Refusal("a comment or an open continuation stands inside the ENV instruction")
        return [Edit(start, end, "")]
    edits: list[Edit] = []
    for index in sorted(set(range(len(everything))).difference(keep)):
        if index < keep[0]:
            span = Span(spans[index].start, spans[index + 1].start)
        else:
            span = Span(spans[index - 1].end, spans[index].end)
        if commented(document, span):
            return Refusal("a comment stands between the variables of the ENV instruction")
        edits.append(Edit(*span, ""))
    return edits


def _insert_variables(document: DockerfileDocument, stage: Stage, new: list[str]) -> Edit | Refusal:
    siblings = [each for each in stage.own if each.name == "ENV"]
    if siblings:
        anchor = siblings[-1]
        keyword = document.source.text[anchor.span.start : anchor.span.start + len("ENV")]
        return insert_after(document, anchor, [f"{keyword} {each}" for each in new])
    lines = [f"ENV {each}" for each in new]
    commands = [each for each in stage.own if each.name in ("CMD", "ENTRYPOINT")]
    if commands:
        return insert_before(document, commands[0], lines)
    return insert_after(document, last_of(document, stage), lines)


def insert_after(document: DockerfileDocument, anchor: Instruction, lines: list[str]) -> Edit | Refusal:
    """New lines behind an instruction, indented like it."""
    if _unfinished(document, anchor):
        return Refusal("the Dockerfile ends inside an instruction that is to be continued")
    source = document.source
    newline = source.newline(anchor.span.start)
    indent = source.text[source.line_span(anchor.span.start).start : anchor.span.start]
    at = source.next_line(max(anchor.span.end - 1, anchor.span.start))
    if at == len(source.text) and not source.text.endswith("\n"):
        return Edit(at, at, "".join(f"{newline}{indent}{line}" for line in lines))
    return Edit(at, at, "".join(f"{indent}{line}{newline}" for line in lines))


def insert_before(document: DockerfileDocument, anchor: Instruction, lines: list[str]) -> Edit:
    """New lines above an instruction and the comments that introduce it."""
    source = document.source
    newline = source.newline(anchor.span.start)
    line_start = source.line_span(anchor.span.start).start
    indent = source.text[line_start : anchor.span.start]
    index = next(at for at, each in enumerate(document.instructions) if each is anchor)
    floor = document.instructions[index - 1].span.end
    at, above = line_start, source.line_span(line_start - 1)
    while above.start > floor and source.text[above.start : above.end].lstrip().startswith("#"):
        at, above = above.start, source.line_span(above.start - 1)
    apart = newline if above.start > floor and above.start == above.end else ""
    return Edit(at, at, "".join(f"{indent}{line}{newline}" for line in lines) + apart)


def _own(document: DockerfileDocument, stage: Stage, name: str) -> list[tuple[Instruction, Assignment]]:
    return [
        (instruction, each)
        for instruction in stage.own
        if instruction.name == "ENV"
        for each in document.assignments(instruction)
        if each.name == name
    ]


def last_of(document: DockerfileDocument, stage: Stage) -> Instruction:
    """The last instruction of a stage."""
    return [each for each in document.instructions if each.stage == stage.index][-1]


def _unfinished(document: DockerfileDocument, instruction: Instruction) -> bool:
    return document.unfinished and instruction is document.instructions[-1]


def commented(document: DockerfileDocument, span: Span) -> bool:
    """Whether a comment line stands inside the span."""
    return _COMMENT.search(document.source.text, span.start, span.end) is not None


def shared(document: DockerfileDocument, stage: Stage) -> Refusal:
    """Why a stage that others are built from is not edited."""
    children = [document.stages[index] for index in stage.children]
    names = " and ".join(child.alias or f"number {child.index}" for child in children)
    return Refusal(f"the stage is also what stage {names} is built from")


def _text(value: object) -> str | None:
    """A value as an ENV holds it; None where it cannot."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return value if isinstance(value, str) and not re.search(r"[\r\n\0]", value) else None


def _command(value: object) -> str | None:
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) and value.strip() == value and "\n" not in value else None
