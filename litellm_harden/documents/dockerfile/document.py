"""A Dockerfile: what the image of its final stage says, and edits of that stage's instructions."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType

from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal, Unparsable
from litellm_harden.documents.dockerfile.copies import Copy, copies, workdir
from litellm_harden.documents.dockerfile.instructions import Instruction, Splitter
from litellm_harden.documents.dockerfile.stages import Stage, global_arguments, read_stages, variables
from litellm_harden.documents.dockerfile.words import Assignment, assignments, exec_form, substituted
from litellm_harden.text.source import Source

_NO_ARGUMENTS: Mapping[str, str] = MappingProxyType({})
_SINGLE = ("CMD", "ENTRYPOINT", "HEALTHCHECK")


class DockerfileDocument:
    """A parsed Dockerfile. Raises Unparsable where Docker would reject it.

    Paths: `("ENV", NAME)`, `("CMD",)`, `("ENTRYPOINT",)` and `("HEALTHCHECK",)` of the final stage; the same behind
    `("stages", index)` for any stage. Values are as Docker reads them, with variables left as written.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        lines = Splitter(source)
        self.instructions, self.escape, self.unfinished = lines.instructions, lines.escape, lines.unfinished
        self.stages = read_stages(self.instructions, self.escape)
        for instruction in self.instructions:
            if instruction.name == "ENV" and not self.assignments(instruction):
                raise Unparsable("ENV takes NAME=value", instruction.line)

    comments_behind = False
    """Behind an instruction a `#` is a part of it."""

    def holds(self, offset: int) -> bool:
        """Whether the offset lies in an instruction, heredocs included; the comments between its lines do not."""
        around = self._around(offset)
        if around is None:
            return False
        commented = self.source.text[slice(*self.source.line_span(offset))].lstrip().startswith("#")
        return not commented or offset > around.logical.offset(len(around.logical.text))

    def marks(self, offset: int) -> list[int]:
        """The offset itself, behind the start of the instruction that it lies in."""
        around = self._around(offset)
        if around is None:
            return [offset]
        inside = offset > around.logical.offset(len(around.logical.text))
        return [around.span.start] if inside else [around.span.start, offset]

    def _around(self, offset: int) -> Instruction | None:
        at = bisect_right(self.instructions, offset, key=lambda instruction: instruction.span.start)
        return self.instructions[at - 1] if at and offset < self.instructions[at - 1].span.end else None

    @property
    def final(self) -> Stage:
        """The stage that a build without a target gives."""
        return self.stages[-1]

    def target(self, name: str | None) -> Stage | None:
        """The stage that `--target name` builds: by alias in any case, else by index; the final one for None."""
        if name is None:
            return self.final
        found = [stage for stage in self.stages if (stage.alias or "").lower() == name.lower()]
        if not found and name.isdecimal() and int(name) < len(self.stages):
            found = [self.stages[int(name)]]
        return found[-1] if found else None

    def assignments(self, instruction: Instruction) -> list[Assignment]:
        """What an ENV instruction sets, in order."""
        return assignments(instruction.logical.text, instruction.args, instruction.end, self.escape) or []

    @cached_property
    def data(self) -> object:
        """What each stage's image says, and the text of every instruction that says something else."""
        stages = {stage.index: self._data(stage, stage.own) for stage in self.stages[:-1]}
        return {**self._data(self.final, self.final.chain()), "stages": stages}

    def find(self, path: Path) -> Located | None:
        """The value at `path` as the image has it, or None where this file does not say."""
        stage, rest = self._resolve(path)
        if stage is None or not rest:
            return None
        if rest[0] == "ENV" and len(rest) == 2:
            return self.environment(stage).get(str(rest[1]))
        if rest[0] in _SINGLE and len(rest) == 1:
            return self._single(str(rest[0]), stage)
        return None

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Set variables (`("ENV",)`), or of `()`: CMD and ENTRYPOINT, a list as exec form and a string as shell form;
        HEALTHCHECK, a mapping with Compose's `test` and options by their names in Compose."""
        from litellm_harden.documents.dockerfile import edits, healthcheck

        stage, rest = self._resolve(path)
        if stage is None:
            return Refusal("the Dockerfile has no such stage")
        if rest == ("ENV",):
            return edits.set_variables(self, stage, {str(name): value for name, value in values.items()})
        if rest == () and all(key in ("CMD", "ENTRYPOINT") for key in values):
            return edits.set_commands(self, stage, {str(name): value for name, value in values.items()})
        if rest == () and values.keys() == {"HEALTHCHECK"} and isinstance(check := values["HEALTHCHECK"], Mapping):
            return healthcheck.set_healthcheck(self, stage, check)
        return Refusal("only ENV, CMD, ENTRYPOINT and HEALTHCHECK of a Dockerfile can be edited")

    def append(self, path: Path, value: object) -> Proposal:  # noqa: ARG002
        """Always refused: a Dockerfile has no lists to add to."""
        return Refusal("a Dockerfile has no list to add to")

    def remove(self, path: Path) -> Proposal:
        """Take a variable out of the stage, and its ENV instruction where nothing else is in it."""
        from litellm_harden.documents.dockerfile import edits

        stage, rest = self._resolve(path)
        if stage is None or len(rest) != 2 or rest[0] != "ENV":
            return Refusal("only variables of ENV can be taken out of a Dockerfile")
        return edits.remove_variable(self, stage, str(rest[1]))

    def environment(self, stage: Stage | None = None) -> dict[str, Located]:
        """The variables that the ENV instructions give the image."""
        stage = stage or self.final
        return {name: self._located(*found, stage) for name, found in self._assigned(stage.chain()).items()}

    def expands(self, name: str, stage: Stage | None = None) -> bool:
        """Whether the value of a variable holds one that Docker substitutes while building."""
        found = self._assigned((stage or self.final).chain()).get(name)
        return found is not None and found[1].expands

    def entrypoint(self, stage: Stage | None = None) -> Located | None:
        """The ENTRYPOINT of the image: a list in exec form, a string in shell form; None where the base decides."""
        return self._single("ENTRYPOINT", stage or self.final)

    def command(self, stage: Stage | None = None) -> Located | None:
        """The CMD of the image: a list in exec form, a string in shell form.

        None where this file sets none. Docker's rule: an ENTRYPOINT empties a CMD that comes from the base, be it
        an image or a stage; a CMD of the same stage counts wherever it stands.
        """
        return self._single("CMD", stage or self.final)

    def instruction(self, name: str, stage: Stage | None = None) -> Instruction | None:
        """The CMD, ENTRYPOINT or HEALTHCHECK that decides, if there is one."""
        return _deciding(name, (stage or self.final).chain())

    def copies(self, stage: Stage | None = None, base: str = "/") -> list[Copy]:
        """What COPY and ADD put into the image; `base` is the working directory that the base image sets."""
        stage = stage or self.final
        return copies(stage, self.variables(stage), self.escape, base)

    def workdir(self, stage: Stage | None = None, base: str = "/") -> str:
        """The working directory of the image; `base` is the one that the base image sets."""
        stage = stage or self.final
        return workdir(stage.chain(), self.variables(stage), self.escape, base)

    def base_image(self, stage: Stage | None = None, arguments: Mapping[str, str] = _NO_ARGUMENTS) -> str:
        """The image that the stage, or the first of the stages it is built from, starts from.

        `arguments` are the build arguments given to the build; a variable that nothing here defines stays as written.
        """
        stage = stage or self.final
        while stage.parent is not None:
            stage = stage.parent
        return substituted(stage.image, global_arguments(self.instructions, self.escape, arguments))

    def variables(self, stage: Stage | None = None, arguments: Mapping[str, str] = _NO_ARGUMENTS) -> dict[str, str]:
        """Build arguments (as given, else by their defaults) and environment, as they are at the end of the stage."""
        outside = global_arguments(self.instructions, self.escape, arguments)
        return variables(stage or self.final, outside, arguments, self.escape)

    def run_text(self, stage: Stage | None = None, arguments: Mapping[str, str] = _NO_ARGUMENTS) -> str:
        """What all RUN instructions of the stage run, heredocs included, with known variables filled in."""
        stage = stage or self.final
        parts = []
        for each in stage.chain():
            if each.name == "RUN":
                parts += [each.arguments, *(body for _, body in each.heredocs)]
        return substituted("\n".join(parts), self.variables(stage, arguments))

    def _resolve(self, path: Path) -> tuple[Stage | None, Path]:
        if path[:1] != ("stages",):
            return self.final, path
        index = path[1] if len(path) > 1 else None
        known = isinstance(index, int) and 0 <= index < len(self.stages)
        return (self.stages[index] if known and isinstance(index, int) else None), path[2:]

    def _single(self, name: str, stage: Stage) -> Located | None:
        found = self.instruction(name, stage)
        if found is None:
            return None
        inherited = found.stage != stage.index or found.onbuild or bool(stage.children)
        return Located(command_value(found), found.arguments_span, inherited=inherited)

    def _located(self, instruction: Instruction, each: Assignment, stage: Stage) -> Located:
        return Located(
            each.value,
            instruction.logical.span(*each.raw),
            key=instruction.logical.span(each.word.start, each.word.start + len(each.name)),
            inherited=instruction.stage != stage.index or instruction.onbuild or bool(stage.children),
        )

    def _assigned(self, chain: list[Instruction]) -> dict[str, tuple[Instruction, Assignment]]:
        return {
            each.name: (instruction, each)
            for instruction in chain
            if instruction.name == "ENV"
            for each in self.assignments(instruction)
        }

    def _data(self, stage: Stage, chain: list[Instruction]) -> dict[str, object]:
        deciding = [found for name in _SINGLE if (found := _deciding(name, chain)) is not None]
        rest = [each for each in [*stage.own, *stage.triggers] if each.onbuild or each.name != "ENV"]
        return {
            "ENV": {name: each.value for name, (_, each) in self._assigned(chain).items()},
            **{each.name: command_value(each) for each in deciding},
            "rest": [
                [each.name, each.onbuild, *each.flags, each.arguments, *each.heredocs]
                for each in rest
                if not any(each is other for other in deciding)
            ],
        }


def _deciding(name: str, chain: list[Instruction]) -> Instruction | None:
    found: Instruction | None = None
    for each in chain:
        if each.name == name:
            found = each
        elif name == "CMD" and each.name == "ENTRYPOINT" and found and found.stage != each.stage and not found.onbuild:
            found = None
    return found


def command_value(instruction: Instruction) -> list[str] | str:
    """A CMD, ENTRYPOINT or HEALTHCHECK as data; a health check takes the form of Compose's `test`."""
    text, at, end = instruction.logical.text, instruction.args, instruction.end
    if instruction.name == "HEALTHCHECK":
        if text[at:end].upper() == "NONE":
            return ["NONE"]
        at = min(at + len("CMD"), end)
        at += len(text[at:end]) - len(text[at:end].lstrip())
        words = exec_form(text, at, end)
        return ["CMD-SHELL", text[at:end]] if words is None else ["CMD", *(value for value, _ in words)]
    words = exec_form(text, at, end)
    return text[at:end] if words is None else [value for value, _ in words]
