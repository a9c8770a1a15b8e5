"""Env files, read by python-dotenv's own parser and edited so that every reader of the file sees the same value."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import StringIO
from typing import IO, TYPE_CHECKING

from litellm_harden.documents.base import Key, Located, Path, Proposal, Refusal, Unparsable
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit, apply
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

if TYPE_CHECKING:
    from dotenv.parser import Binding as Parsed

_BLANKS = pattern(r"[^\S\r\n]+")
_MOST_BLANKS = 1000
_HEAD = pattern(r"\s*(?P<export>export[^\S\r\n]+)?(?P<name>'[^']+'|[^=#\s]+)(?:[^\S\r\n]*=)?")
_QUOTED = pattern(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*\"""", re.DOTALL)
_COMMENT = pattern(r"[^\S\r\n]*(#[^\r\n]*)")

# Needed for edits alone, so left for `re` to compile then: what python-dotenv, Compose and `docker run --env-file`
# do not all take as it stands.
_NAME = r"[A-Za-z_][A-Za-z0-9_]*"
_NEVER = "[\r\n\0\ud800-\udfff]"
_NOT_QUOTED = {"'": r"['\\]|\$\{", '"': r'["\\$]'}
_NOT_UNQUOTED = {
    r"\$": "'$'",
    r"^['\"]": "a quote in front",
    r"^#|\s#": "'#' in front or after a blank",
    r"^\s|\s$": "a blank at either end",
}


class Binding(Record):
    """One `NAME=value` or bare `NAME` line."""

    name: str
    value: str | None
    """As python-dotenv reads it from the file, `${}` not expanded; None for a bare name."""
    span: Span
    """The value as written, quotes included; empty where nothing is written."""
    key: Span
    """The name as written."""
    quote: str
    """`'`, `"`, or empty where the value is not quoted."""
    exported: bool
    line: int
    extent: Span
    """The whole line or lines, indentation and line end included."""
    comment: Span | None
    """The comment behind the value."""

    @property
    def literal(self) -> bool:
        """Whether Compose takes the value as it is; it interpolates all others."""
        return self.quote == "'"


class DotenvDocument:
    """An env file: a mapping of names to text, where the last binding of a name wins.

    Lines that python-dotenv drops (`K: v`, an unfinished quote) stay as they are; their numbers are in `errors`.
    Raises Unparsable for a text that python-dotenv would not read in bounded time or not from its first character.
    """

    def __init__(self, source: Source) -> None:
        self.source = source
        self.bindings, self.errors = _read(source)
        self.data: dict[str, str | None] = {binding.name: binding.value for binding in self.bindings}
        self._last = {binding.name: binding for binding in self.bindings}

    comments_behind = False
    """`docker run --env-file` takes what stands behind a value for a part of it."""

    def holds(self, offset: int) -> bool:
        """Whether the offset lies in a name or value."""
        return any(binding.key.start <= offset < binding.span.end for binding in self._around(offset))

    def marks(self, offset: int) -> list[int]:
        """The offset, moved to the first line of the binding that it lies in."""
        return [next((binding.extent.start for binding in self._around(offset)), offset)]

    def _around(self, offset: int) -> tuple[Binding, ...]:
        """The binding whose lines hold the offset, if one does."""
        at = bisect_right(self.bindings, offset, key=lambda binding: binding.extent.start)
        return tuple(binding for binding in self.bindings[max(at - 1, 0) : at] if offset < binding.extent.end)

    def find(self, path: Path) -> Located | None:
        """The value of the last binding of the name that `path` consists of."""
        binding = self.binding(path[0]) if len(path) == 1 else None
        return Located(binding.value, binding.span, binding.key) if binding else None

    def binding(self, name: Key) -> Binding | None:
        """The binding of `name` that wins, which is the last one."""
        return self._last.get(name) if isinstance(name, str) else None

    def update(self, path: Path, values: Mapping[Key, object], quotes: bool = False) -> Proposal:
        """Give each name its value, where it is bound last or else on a line of its own at the end; `path` is ().

        `quotes` admits quotes around a value that cannot stand without: python-dotenv and Compose take them off,
        `docker run --env-file` does not.
        """
        if path:
            return Refusal("an env file has no nested values")
        changes: list[Edit] = []
        lines: list[str] = []
        expected = dict(self.data)
        for name, value in values.items():
            if not isinstance(value, str | int | float) or isinstance(value, bool):
                return Refusal("an environment variable holds text")
            text, binding = str(value), self.binding(name)
            change = _changed(binding, text, quotes) if binding else _added(name, text, quotes)
            if isinstance(change, Refusal):
                return change
            if isinstance(change, str):
                lines.append(change)
            elif change is not None:
                changes.append(change)
            expected[str(name)] = text
        appended = self._appended(lines)
        if (
            not changes
            and not self.errors
            and _reads_as(lines, {str(name): str(value) for name, value in values.items()})
        ):
            return tuple(appended)  # where every line before is whole, those behind it are read by themselves
        return self._proven([*changes, *appended], expected)

    def append(self, path: Path, value: object) -> Proposal:
        """Always a Refusal: an env file holds no lists."""
        del path, value
        return Refusal("an env file holds no lists")

    def remove(self, path: Path) -> Proposal:
        """Take out every binding of a name, so that none shadowed before comes to light; their comments stay."""
        gone = [binding for binding in self.bindings if (binding.name,) == path]
        text = self.source.text
        edits: list[Edit] = []
        for binding in gone:
            start, end = binding.extent
            if binding.comment:
                edits.append(Edit(_indented(text, start), binding.comment.start, ""))
            else:
                edits.append(Edit(start, end, ""))
        expected = {name: value for name, value in self.data.items() if (name,) != path}
        return self._proven(_without_last_line_end(text, edits), expected)

    def _appended(self, lines: list[str]) -> list[Edit]:
        """The edits that add lines behind the last line with content."""
        text = self.source.text
        content = len(text.rstrip())
        at = self.source.next_line(content) if content else 0
        newline = self.source.newline(content)
        export = "export " if self.bindings and all(binding.exported for binding in self.bindings) else ""
        if content and not text.endswith("\n", 0, at):
            return [Edit(at, at, f"{newline}{export}{line}") for line in lines]
        return [Edit(at, at, f"{export}{line}{newline}") for line in lines]

    def _proven(self, edits: list[Edit], expected: dict[str, str | None]) -> Proposal:
        """The edits, if the text they make reads as expected: a stray quote nearby can swallow what is written."""
        try:
            if edits and DotenvDocument(Source(apply(self.source.text, edits))).data != expected:
                return Refusal("with the quotes around it, the new text would be read as something else")
        except Unparsable as error:
            return Refusal(f"the file then {error}")
        return tuple(edits)


def _reads_as(lines: list[str], expected: dict[str, str]) -> bool:
    return DotenvDocument(Source("\n".join(lines))).data == expected


def _changed(binding: Binding, text: str, quotes: bool) -> Edit | Refusal | None:
    if binding.value == text:
        return None
    if not text and not binding.quote and binding.comment:
        return Refusal("an empty value in front of a comment is read as the comment by some readers")
    written = _written(text, binding.quote, quotes)
    if isinstance(written, Refusal):
        return written
    return Edit(*binding.span, written if binding.value is not None else f"={written}")


def _added(name: Key, text: str, quotes: bool) -> str | Refusal:
    if not isinstance(name, str) or not re.fullmatch(_NAME, name):
        return Refusal("not a name that an environment variable can have")
    written = _written(text, "", quotes)
    return written if isinstance(written, Refusal) else f"{name}={written}"


def _written(text: str, quote: str, quotes: bool) -> str | Refusal:
    """The value as it can be written: in the quotes it had if it can stand there unchanged, else without, else in
    others where `quotes` admits them."""
    if re.search(_NEVER, text):
        return Refusal("no env file holds a line break or NUL in a value in a way that every reader understands")
    if quote and not re.search(_NOT_QUOTED[quote], text):
        return f"{quote}{text}{quote}"
    for unquotable, what in _NOT_UNQUOTED.items():
        if re.search(unquotable, text):
            for other in _NOT_QUOTED if quotes else ():
                if not re.search(_NOT_QUOTED[other], text):
                    return f"{other}{text}{other}"
            return Refusal(f"python-dotenv, Compose and docker run read a value with {what} differently")
    return text


def _indented(text: str, start: int) -> int:
    blanks = _BLANKS.match(text, start)
    return blanks.end() if blanks else start


def _without_last_line_end(text: str, edits: list[Edit]) -> list[Edit]:
    """The removals; at the end of a text without final line end they take the line end before them too."""
    at, kept = len(text), list(edits)
    while kept and kept[-1].end == at:
        at = kept.pop().start
    if at == len(text) or text.endswith(("\n", "\r")):
        return edits
    before = next(end for end in ("\r\n", "\n", "\r", "") if text.endswith(end, 0, at))
    return [*kept, Edit(at - len(before), len(text), "")]


@cache
def _parser() -> Callable[[IO[str]], Iterator[Parsed]]:
    """python-dotenv's `parse_stream`, without the rest of its package: that costs 15 ms of imports, this 4."""
    from importlib.machinery import PathFinder
    from importlib.util import find_spec, module_from_spec

    package = find_spec("dotenv")
    spec = PathFinder.find_spec("dotenv.parser", package.submodule_search_locations) if package else None
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("No module named 'dotenv.parser'")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    parse: Callable[[IO[str]], Iterator[Parsed]] = module.parse_stream
    return parse


def _read(source: Source) -> tuple[tuple[Binding, ...], tuple[int, ...]]:
    """The bindings, and the numbers of the lines that python-dotenv drops. Raises Unparsable."""
    for run in _BLANKS.finditer(source.text):
        # python-dotenv takes time in the square of such a run.
        if run.end() - run.start() > _MOST_BLANKS:
            raise Unparsable(f"has more than {_MOST_BLANKS} blanks in a row", source.position(run.start()).line)
    if source.text.startswith("\ufeff"):
        raise Unparsable("starts with two byte order marks", 1)
    bindings: list[Binding] = []
    errors: list[int] = []
    start = 0
    for parsed in _parser()(StringIO(source.text)):
        original = parsed.original.string
        if parsed.error:
            errors.append(source.position(start + len(original) - len(original.lstrip())).line)
        elif parsed.key is not None:
            bindings.append(_binding(source, parsed, start))
        start += len(original)
    return tuple(bindings), tuple(errors)


def _binding(source: Source, parsed: Parsed, start: int) -> Binding:
    """The parsed binding, whose original starts at `start`, with the places of its parts."""
    text, end = source.text, start + len(parsed.original.string)
    head = _HEAD.match(text, start, end)
    if head is None:
        raise Unparsable("is not read as expected by the installed python-dotenv", source.position(start).line)
    name, value, key = parsed.key or "", parsed.value, Span(*head.span("name"))
    span = Span(key.end, key.end) if value is None else _value_span(text, Span(head.end(), end), value)
    if text.find("\r", key.start, span.end) >= 0:
        # python-dotenv opens files with universal newlines, which shows in a quoted name or value.
        parsed = next(_parser()(StringIO(text[start:end], newline=None)))
        name, value = parsed.key or "", parsed.value
    comment = _COMMENT.match(text, span.end, end)
    return Binding(
        name=name,
        value=value,
        span=span,
        key=key,
        quote=text[span.start] if _QUOTED.fullmatch(text, *span) else "",
        exported=head["export"] is not None,
        line=source.position(key.start).line,
        extent=Span(_line_start(text, start, key.start), end),
        comment=Span(*comment.span(1)) if comment else None,
    )


def _value_span(text: str, rest: Span, value: str) -> Span:
    """The value as written; `rest` starts just behind its `=`, which is also where an empty value stands."""
    blanks = _BLANKS.match(text, *rest)
    start = blanks.end() if blanks else rest.start
    quoted = _QUOTED.match(text, start, rest.end)
    if quoted:
        return Span(*quoted.span())
    return Span(start, start + len(value)) if value else Span(rest.start, rest.start)


def _line_start(text: str, start: int, key: int) -> int:
    """Where the line of the name at `key` starts, with a lone `\\r` as a line end, which python-dotenv takes it for."""
    return max(start, text.rfind("\n", start, key) + 1, text.rfind("\r", start, key) + 1)
