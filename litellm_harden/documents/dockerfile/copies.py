"""What COPY and ADD bring into an image, and the working directory they start from."""

from __future__ import annotations

import posixpath

from litellm_harden.documents.dockerfile.instructions import Instruction
from litellm_harden.documents.dockerfile.stages import Stage
from litellm_harden.documents.dockerfile.words import exec_form, split_words, substituted, unquoted
from litellm_harden.record import Record
from litellm_harden.text.source import Span


class Copy(Record):
    """One source of a COPY or ADD.

    `source` is as written, relative to the build context; None for a heredoc, whose `content` is then given.
    `destination` is absolute; it ends in `/` where Docker takes it for a directory, into which a file goes under its
    own name (the content of a source that is a directory goes into the destination either way).
    `origin` is the stage or image of `--from=`, or the URL's own for ADD: such a source is not in the build context.
    """

    source: str | None
    destination: str
    span: Span
    origin: str | None = None
    content: str | None = None


def workdir(chain: list[Instruction], variables: dict[str, str], escape: str, base: str) -> str:
    """The working directory after the instructions of `chain`."""
    current = base
    for instruction in chain:
        if instruction.name == "WORKDIR":
            current = _into(current, substituted(unquoted(instruction.arguments, escape), variables))
    return current


def copies(stage: Stage, variables: dict[str, str], escape: str, base: str) -> list[Copy]:
    """Every source that the stage and its parents copy, in order."""
    current, directories = base, {"/", base}
    found: list[Copy] = []
    for instruction in stage.chain():
        if instruction.name == "WORKDIR":
            current = _into(current, substituted(unquoted(instruction.arguments, escape), variables))
            directories.add(current)
        elif instruction.name in ("COPY", "ADD"):
            found += _copies(instruction, variables, escape, current, directories)
    return found


def _copies(
    instruction: Instruction, variables: dict[str, str], escape: str, current: str, directories: set[str]
) -> list[Copy]:
    text = instruction.logical.text
    listed = exec_form(text, instruction.args, instruction.end)
    if listed is None:
        places = split_words(text, escape, instruction.args, instruction.end)
        listed = [(unquoted(text[place.start : place.end], escape), place) for place in places]
    words = [(substituted(word, variables), place) for word, place in listed]
    if len(words) < 2:
        return []
    *sources, (target, _) = words
    destination = _into(current, target)
    if destination != "/" and (
        target.endswith(("/", "/.")) or target == "." or len(sources) > 1 or destination in directories
    ):
        destination += "/"
    origin = next((flag[len("--from=") :] for flag in instruction.flags if flag.startswith("--from=")), None)
    bodies = list(instruction.heredocs)
    found = []
    for (source, place), (raw, _) in zip(sources, listed, strict=False):
        span = instruction.logical.span(*place)
        if bodies and text[place.start : place.end] == bodies[0][0]:
            found.append(Copy(None, destination, span, origin, bodies.pop(0)[1]))
        else:
            url = raw if instruction.name == "ADD" and ("://" in raw or raw.startswith("git@")) else None
            found.append(Copy(source, destination, span, origin or url))
    return found


def _into(current: str, path: str) -> str:
    """`path` made absolute against `current`, as Docker joins them."""
    joined = posixpath.normpath(posixpath.join(current, path))
    return "/" + joined.lstrip("/")
