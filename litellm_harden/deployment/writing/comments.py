"""Suppressions written into a file and taken out again; nothing else of it changes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.comments import (
    Ignore,
    Name,
    document_of,
    ignores,
    ignores_in,
    named,
    speaking_of,
)
from litellm_harden.deployment.model import ABSENT, Origin
from litellm_harden.deployment.writing.site import NO_DATA
from litellm_harden.documents.base import Proposal, Refusal
from litellm_harden.documents.comments import holds_nothing, indentation, lines
from litellm_harden.text.edits import Draft, Edit
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.writing.site import Site


def in_comment(deployment: Deployment, address: str, value: object) -> list[Site] | Refusal:
    """Take out what stands at an address such as `comment:config.yaml#LH042`, with its comment if that is all."""
    found = named(deployment, address)
    if value is not ABSENT:
        return Refusal("a suppression can only be taken out")
    if found is None:
        return []
    ignore, name = found
    source = deployment.workspace.source(ignore.file)
    span = _comment(source, ignore) if len(ignore.names) == 1 else _among(ignore.names, name)
    return [(ignore.file, NO_DATA, (Edit(span.start, span.end, ""),))]


def suppressing(
    deployment: Deployment, origin: Origin, rule: str, reason: str, file_wide: bool = False
) -> tuple[Path, list[Proposal]] | Refusal:
    """The file in which a rule's finding at an origin can be suppressed, and the edits that do so, the best first."""
    from litellm_harden.deployment.writing.plan import off_limits

    file = origin.file
    if refusal := off_limits(deployment, file, comments=True):
        return refusal
    document = document_of(deployment, file)
    if document is None or file.suffix == ".json":
        return Refusal(f"no comment can stand in {file.name}")
    source = document.source
    places = lines(document, 0)[:1] if file_wide else speaking_of(deployment, origin)
    present = ignores(deployment, file)
    return file, [_written(source, present, line, rule, reason, file_wide) for line in places]


def with_their_lines(deployment: Deployment, file: Path, draft: Draft) -> Draft:
    """A draft of a file, without the suppressions about lines that it takes out: they would fall onto others.

    One about the first line is also about what the file does not say, and stays.
    """
    first = lines(document, 0)[0] if (document := document_of(deployment, file)) is not None else 0
    gone = {
        name.address
        for ignore in _about_lines_taken_out(deployment, file, draft.edits())
        if not ignore.file_wide and ignore.comment.about != first
        for name in ignore.names
    }
    while gone:
        workspace = deployment.workspace.edited({file: draft.edits()})
        present = ignores_in(workspace, deployment.files, file)
        orphan = next((one for one in present if any(name.address in gone for name in one.names)), None)
        if orphan is None:
            break
        span = _comment(workspace.source(file), orphan)
        draft = draft.edited([Edit(span.start, span.end, "")])
    return draft


def _about_lines_taken_out(deployment: Deployment, file: Path, edits: Sequence[Edit]) -> Iterator[Ignore]:
    """The suppressions about a line of which one of the edits leaves nothing but comments."""
    source, present = deployment.workspace.source(file), ignores(deployment, file)
    by_line = deployment.workspace.remember(
        ("suppressions by line", file), lambda: sorted((one.comment.about, at) for at, one in enumerate(present))
    )
    for edit in edits:
        if not all(map(holds_nothing, edit.text.splitlines())):
            continue
        first = bisect_left(by_line, (source.line_span(edit.start).start, 0))
        for line, at in islice(by_line, first, bisect_left(by_line, (edit.end + 1, 0))):
            start, end = line + len(indentation(source, line)), source.line_span(line).end
            if edit.start <= start and end <= edit.end and start < end:
                yield present[at]


def _written(
    source: Source, present: tuple[Ignore, ...], line: int, rule: str, reason: str, file_wide: bool
) -> tuple[Edit, ...]:
    """A name more in a comment with the same reason about the line, else a comment directly above it."""
    for ignore in present:
        fits = ignore.file_wide if file_wide else ignore.speaks_of(line)
        if fits and not ignore.malformed and ignore.reason == reason:
            end = ignore.names[-1].span.end
            return (Edit(end, end, f", {rule}"),)
    kind = "ignore-file" if file_wide else "ignore"
    text = f"{indentation(source, line)}# lh: {kind}[{rule}] {reason}"
    newline = source.newline(line)
    if line == len(source.text) and source.text and not source.text.endswith("\n"):
        return (Edit(line, line, f"{newline}{text}"),)
    return (Edit(line, line, f"{text}{newline}"),)


def _comment(source: Source, ignore: Ignore) -> Span:
    """All of a comment: its line, if it stands alone, else with the blanks around it."""
    line = source.line_span(ignore.comment.span.start)
    if not ignore.comment.alone:
        before = source.text[line.start : ignore.comment.span.start].rstrip(" \t")
        return Span(line.start + len(before), max(ignore.comment.span.end, _blanks_end(source, ignore, line.end)))
    following = source.next_line(line.start)
    if following > line.end or line.start == 0:
        return Span(line.start, following)
    return Span(line.start - len(source.newline(line.start)), line.end)


def _blanks_end(source: Source, ignore: Ignore, end: int) -> int:
    """The end of the line, if only blanks stand behind the comment."""
    return end if not source.text[ignore.comment.span.end : end].strip(" \t") else ignore.comment.span.end


def _among(names: tuple[Name, ...], name: Name) -> Span:
    """A name in brackets with one comma."""
    at = names.index(name)
    if at + 1 < len(names):
        return Span(name.span.start, names[at + 1].span.start)
    return Span(names[at - 1].span.end, name.span.end)
