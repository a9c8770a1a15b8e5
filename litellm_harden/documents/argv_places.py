"""Where command lines are written: lists and strings in YAML, exec and shell form in a Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from litellm_harden.documents.argv_words import BlockItems, FlowItems, Word, Writer
from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from litellm_harden.documents.dockerfile import DockerfileDocument
    from litellm_harden.documents.dockerfile.instructions import Instruction
    from litellm_harden.documents.dockerfile.stages import Stage


class YamlText(Protocol):
    """What is asked of a YAML document."""

    @property
    def source(self) -> Source:
        """The text it was parsed from."""

    def find(self, path: Path) -> Located | None:
        """The value at `path`."""

    def offsets(self, path: Path) -> Sequence[int] | None:
        """Where each character of the string at `path` stands in the text, and where the last one ends.

        None where that cannot be told.
        """

    def update(self, path: Path, values: Mapping[Key, object]) -> Proposal:
        """Make each key of the mapping at `path` hold its value."""

    def append(self, path: Path, value: object) -> Proposal:
        """Add an item to the end of the list at `path`."""


class Place(Record):
    """A command line as written: its form, its words, and, once asked for, how they are changed or why not."""

    form: str
    words: list[Word]
    writer: Callable[[], Writer | Refusal]
    script: bool = False


def _never(reason: str) -> Callable[[], Refusal]:
    return lambda: Refusal(reason)


def in_yaml(document: YamlText, path: Path) -> Place:
    """The list or string at `path`."""
    located = document.find(path)
    if located is None or located.value is None:
        return Place("exec", [], _never("there is no command to edit"))
    if isinstance(located.value, dict):
        return Place("exec", [], _never("the command is not a list of words"), script=True)
    place = _yaml_list if isinstance(located.value, list) else _yaml_string
    found = place(document, path, located)
    if located.inherited:
        return found._replace(writer=_never("the command is written elsewhere and serves others too"))
    return found


def in_dockerfile(document: DockerfileDocument, name: str, stage: Stage | None) -> Place:
    """The CMD or ENTRYPOINT of a stage."""
    found = document.instruction(name, stage)
    if found is None:
        return Place("exec", [], _never(f"the Dockerfile has no {name}"))
    place = _exec_form(document, found) or _shell_form(document, found)
    if found.onbuild or found.stage != (stage or document.final).index or (stage or document.final).children:
        return place._replace(writer=_never(f"the {name} stands in another stage or serves one"))
    return place


def _yaml_list(document: YamlText, path: Path, located: Located) -> Place:
    from litellm_harden.documents.yaml.emit import scalar

    source = document.source
    assert isinstance(located.value, list)
    words: list[Word] = []
    refusal: Refusal | None = None
    for index in range(len(located.value)):
        item = document.find((*path, index))
        if item is None or isinstance(item.value, list | dict) or item.value is None:
            return Place("exec", words, _never("the command is not a list of words"), script=True)
        if item.inherited:
            refusal = Refusal("a word of the command is written elsewhere")
        text = item.value if isinstance(item.value, str) else source.text[item.span.start : item.span.end]
        words.append(Word(text, item.span))
    spans = [word.span for word in words]
    flow = source.text[located.span.start : located.span.start + 1] == "["

    def quote(text: str, like: str) -> str:
        return scalar(text, flow, like if like in ("'", '"') else "")

    def writer() -> Writer | Refusal:
        refused = refusal or document.append(path, "word")
        if isinstance(refused, Refusal):
            return refused
        if flow:
            return FlowItems(source, located.span, spans, quote, yaml=True)
        return BlockItems(source, spans, quote)

    return Place("exec", words, writer, script=any("\n" in word.text for word in words))


def _yaml_string(document: YamlText, path: Path, located: Located) -> Place:
    from litellm_harden.documents.argv_shell import TextWriter, shell_words

    source = document.source
    style = source.text[located.span.start : located.span.start + 1]
    style = style if style in ("'", '"', "|", ">") else ""
    offsets = document.offsets(path) if isinstance(located.value, str) else None
    text = located.value if isinstance(located.value, str) else source.text[located.span.start : located.span.end]
    tokens, script = shell_words(text, expanding=False)
    if offsets is None:
        words = [Word(token.text, located.span) for token in tokens]
        return Place("shell", words, _never("the words of the command cannot be told apart in the file"), script)
    known = offsets

    def place(start: int, end: int) -> tuple[int, int]:
        gap = "" if text[end - 1].isspace() else source.text[known[end - 1] + 1 : known[end]]
        behind = known[end] - (len(gap) - len(gap.rstrip()))
        return (behind if start == end else known[start]), behind

    words = [Word(token.text, Span(*place(token.start, token.end))) for token in tokens]

    def writer() -> Writer | Refusal:
        refused = document.update(path[:-1], {path[-1]: f"{text} word"})
        if isinstance(refused, Refusal):
            return refused
        return TextWriter(text, tokens, place, lambda new: _in_yaml_style(new, style))

    return Place("shell", words, writer, script)


_NOT_PLAIN = pattern(r":(?:\s|$)|(?:^|\s)#|[,\[\]{}]")


def _in_yaml_style(text: str, style: str) -> str | None:
    """A part of a string as the string's quotes want it, None where they cannot hold it."""
    if "\n" in text:
        return None
    if style == '"':
        return text.replace("\\", "\\\\").replace('"', '\\"')
    if style == "'":
        return text.replace("'", "''")
    return None if not style and _NOT_PLAIN.search(text) else text


def _exec_form(document: DockerfileDocument, found: Instruction) -> Place | None:
    import json

    from litellm_harden.documents.dockerfile.words import exec_form

    items = exec_form(found.logical.text, found.args, found.end)
    if items is None:
        return None
    words = [Word(text, found.logical.span(*at)) for text, at in items]
    spans = [word.span for word in words]

    def quote(text: str, like: str) -> str:  # noqa: ARG001
        return json.dumps(text, ensure_ascii=False)

    writer = FlowItems(document.source, found.arguments_span, spans, quote, yaml=False)
    return Place("exec", words, lambda: writer)


def _shell_form(document: DockerfileDocument, found: Instruction) -> Place:
    from litellm_harden.documents.argv_shell import TextWriter, shell_words

    tokens, script = shell_words(found.arguments, expanding=True)

    def place(start: int, end: int) -> tuple[int, int]:
        span = found.logical.span(found.args + min(start, end - 1), found.args + end)
        return (span.end if start == end else span.start), span.end

    def written(text: str) -> str | None:
        return None if re.search(r"[\r\n]", text) else text

    words = [Word(token.text, Span(*place(token.start, token.end)), token.expands) for token in tokens]
    writer = TextWriter(found.arguments, tokens, place, written)
    return Place("shell", words, lambda: _commented(document, words) or writer, script)


def _commented(document: DockerfileDocument, words: Sequence[Word]) -> Refusal | None:
    """A refusal where a comment line stands inside one of the words or between two."""
    if not words:
        return None
    text = document.source.text[words[0].span.start : words[-1].span.end]
    return Refusal("a comment stands inside the command") if re.search(r"\n[ \t]*#", text) else None
