"""The stages of a Dockerfile: what each is built from, and the instructions that decide what its image holds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import takewhile

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.dockerfile.instructions import Instruction
from litellm_harden.documents.dockerfile.words import assignments, split_words, substituted, unquoted
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Span


class Stage:
    """One FROM and what follows it.

    `image` is the image or stage it names, as written but without quotes, and `span` where; `base` has the defaults
    of ARG filled in. `parent` is the stage it names, if it names one, and `children` the stages built from this one.
    `own` are the instructions from FROM on, without ONBUILD; `triggers` are those of ONBUILD.
    """

    __slots__ = ("alias", "base", "children", "image", "index", "own", "parent", "span", "triggers")

    def __init__(self, index: int, image: str, base: str, span: Span, alias: str | None, parent: Stage | None) -> None:
        self.index, self.image, self.base, self.span = index, image, base, span
        self.alias, self.parent = alias, parent
        self.own: list[Instruction] = []
        self.triggers: list[Instruction] = []
        self.children: list[int] = []

    def chain(self) -> list[Instruction]:
        """All instructions that make its image, from the furthest parent's on, ONBUILD triggers where they run."""
        return [*self.inherited(), *self.own]

    def inherited(self) -> list[Instruction]:
        """What the stages it is built from contribute."""
        found: list[list[Instruction]] = []
        stage = self.parent
        if stage is not None:
            found.append(stage.triggers)
        while stage is not None:
            found.append(stage.own)
            stage = stage.parent
        return [instruction for part in reversed(found) for instruction in part]


def read_stages(instructions: list[Instruction], escape: str) -> list[Stage]:
    """The stages in order. Raises Unparsable for a FROM that Docker rejects."""
    stages: list[Stage] = []
    named: dict[str, Stage] = {}
    defaults = global_arguments(instructions, escape, {})
    for instruction in instructions:
        if instruction.name == "FROM":
            stage = _stage(instruction, len(stages), named, defaults, escape)
            stages.append(stage)
            named[(stage.alias or "").lower()] = stage
        if stages:
            (stages[-1].triggers if instruction.onbuild else stages[-1].own).append(instruction)
    return stages


def global_arguments(instructions: list[Instruction], escape: str, given: Mapping[str, str]) -> dict[str, str]:
    """The build arguments declared before the first FROM: as given to the build, else their defaults."""
    known: dict[str, str] = {}
    for instruction in takewhile(lambda each: each.stage < 0, instructions):
        for name, value in arguments(instruction, escape):
            if name in given or value is not None:
                known[name] = given.get(name, substituted(value or "", known))
    return known


def arguments(instruction: Instruction, escape: str) -> list[tuple[str, str | None]]:
    """The build arguments that an ARG declares, with their defaults."""
    text = instruction.logical.text
    found: list[tuple[str, str | None]] = []
    for word in split_words(text, escape, instruction.args, instruction.end):
        name, equals, value = text[word.start : word.end].partition("=")
        found.append((name, unquoted(value, escape) if equals else None))
    return found


def variables(stage: Stage, outside: Mapping[str, str], given: Mapping[str, str], escape: str) -> dict[str, str]:
    """The variables known at the end of a stage from ARG and ENV, the latter winning.

    `outside` are the global build arguments, `given` those that the build is called with.
    """
    known: dict[str, str] = {}
    set_by_env: set[str] = set()
    for instruction in stage.chain():
        if instruction.name == "ARG":
            for name, value in arguments(instruction, escape):
                default = outside.get(name) if value is None else substituted(value, known)
                argument = given.get(name, default)
                if argument is not None and name not in set_by_env:
                    known[name] = argument
        elif instruction.name == "ENV":
            found = assignments(instruction.logical.text, instruction.args, instruction.end, escape) or []
            known.update([(each.name, substituted(each.value, known)) for each in found])
            set_by_env.update(each.name for each in found)
    return known


_FROM = pattern(r"(\S+)(?:\s+[aA][sS]\s+(\S+))?$")


def _stage(
    instruction: Instruction, index: int, named: dict[str, Stage], defaults: dict[str, str], escape: str
) -> Stage:
    match = _FROM.match(instruction.arguments)
    if not match:
        raise Unparsable("FROM takes an image, or an image AS a name", instruction.line)
    image = unquoted(match[1], escape)
    base = substituted(image, defaults)
    parent = named.get(base.lower())
    if parent is not None:
        parent.children.append(index)
    at = instruction.logical.span(instruction.args, instruction.args + len(match[1]))
    return Stage(index, image, base, at, match[2], parent)
