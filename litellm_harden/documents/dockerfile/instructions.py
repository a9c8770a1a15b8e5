"""Cuts a Dockerfile into instructions as BuildKit's parser does: directives, comments, continuations, heredocs."""

from __future__ import annotations

import re
from functools import cached_property

from litellm_harden.documents.base import Unparsable
from litellm_harden.documents.dockerfile.logical import Logical
from litellm_harden.documents.dockerfile.words import split_words, unquoted
from litellm_harden.record import Record
from litellm_harden.text.patterns import pattern
from litellm_harden.text.source import Source, Span

_KNOWN = frozenset(
    ["ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER",
     "RUN", "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR"]
)  # fmt: skip
_WITH_HEREDOCS = frozenset({"ADD", "COPY", "RUN"})
_WITHOUT_FLAGS = frozenset({"CMD", "ENTRYPOINT", "ENV"})
_DIRECTIVE = pattern(r"#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$")
_HEREDOC = pattern(r"\d*<<(-?)([^<]*)$")
_KEYWORD = pattern(r"\s*(\S+)\s*")
_FLAG = pattern(r"--(?!\s)\S+(?:\s+|$)")


class Instruction(Record):
    """One instruction: its name in capitals and where it stands.

    `logical` is the instruction with its continuation lines joined; the arguments are `logical.text[args:]` up to
    `end`, behind `flags` such as `--from=builder`. `span` runs from the keyword to the end of the last line, heredocs
    included, without the line end. `stage` is -1 before the first FROM; `line` counts from 1. For an ONBUILD
    trigger the name is that of the instruction it triggers. `heredocs` are their bodies, by name in order.
    """

    name: str
    logical: Logical
    args: int
    end: int
    flags: tuple[str, ...]
    span: Span
    stage: int
    line: int
    onbuild: bool
    heredocs: tuple[tuple[str, str], ...] = ()

    @property
    def arguments(self) -> str:
        """What follows the keyword and its flags, continuation lines joined."""
        return self.logical.text[self.args : self.end]

    @property
    def arguments_span(self) -> Span:
        """Where the arguments stand, continuations included."""
        return self.logical.span(self.args, self.end)


class Splitter:
    """Reads a source once: afterwards `instructions`, `escape`, and whether the text ends in a continuation
    (`unfinished`). Raises Unparsable where Docker would."""

    def __init__(self, source: Source) -> None:
        self.source, self.text = source, source.text
        starts = source.line_starts
        self.starts = starts if starts[-1] < len(self.text) else starts[:-1]
        self.ends = [*self.starts[1:], len(self.text)]
        self.escape = "\\"
        self.at = 0
        self.stage = -1
        self.unfinished = False
        self.instructions: list[Instruction] = []
        self._directives()
        continuation = re.escape(self.escape)
        self.continued = re.compile(rf"(?:(?<!{continuation})|^){continuation}[ \t]*$")
        while self.at < len(self.starts):
            if (instruction := self._instruction()) is not None:
                self.instructions.append(instruction)
        if self.stage < 0:
            raise Unparsable("has no FROM instruction")

    def _line(self, index: int) -> str:
        return self.text[self.starts[index] : self.ends[index]].rstrip("\r\n")

    def _directives(self) -> None:
        for index in range(len(self.starts)):
            match = _DIRECTIVE.match(self._line(index).lstrip())
            if not match:
                return
            if match[1].lower() == "escape":
                if match[2] not in ("\\", "`"):
                    raise Unparsable("the escape directive must be \\ or `", index + 1)
                self.escape = match[2]

    def _instruction(self) -> Instruction | None:
        first = self.at
        logical = self._join()
        keyword = _KEYWORD.match(logical.text)
        if not keyword:
            return None
        name, args, onbuild = keyword[1].upper(), keyword.end(), False
        if name == "ONBUILD" and (keyword := _KEYWORD.match(logical.text, args)):
            name, args, onbuild = keyword[1].upper(), keyword.end(), True
        self._check(name, onbuild, first + 1)
        args, flags = self._flags(name, logical.text, args, first + 1)
        heredocs = self._heredocs(logical.text, first + 1) if name in _WITH_HEREDOCS and "<<" in logical.text else ()
        start = logical.offset(len(logical.text) - len(logical.text.lstrip()))
        end = self.starts[self.at - 1] + len(self._line(self.at - 1))
        last = max(len(logical.text.rstrip()), args)
        return Instruction(name, logical, args, last, flags, Span(start, end), self.stage, first + 1, onbuild, heredocs)

    def _check(self, name: str, onbuild: bool, line: int) -> None:
        if name not in _KNOWN or (onbuild and name == "FROM"):
            raise Unparsable(f"{name[:20]} is not a Dockerfile instruction here", line)
        if name == "FROM":
            self.stage += 1
        elif self.stage < 0 and (name != "ARG" or onbuild):
            raise Unparsable(f"{name} stands before the first FROM", line)

    def _flags(self, name: str, text: str, args: int, line: int) -> tuple[int, tuple[str, ...]]:
        flags = []
        while match := _FLAG.match(text, args):
            flags.append(match[0].strip())
            args = match.end()
        if flags and name in _WITHOUT_FLAGS:
            raise Unparsable(f"{name} takes no flag", line)
        return args, tuple(flags)

    def _join(self) -> Logical:
        """Read the line at hand and those that continue it, without the comments and blank lines between them."""
        pieces: list[str] = []
        starts: list[int] = []
        sources: list[int] = []
        length, more = 0, True
        first = self.at
        while more and self.at < len(self.starts):
            line, source = self._line(self.at), self.starts[self.at]
            self.at += 1
            bare = line.lstrip()
            if bare.startswith("#") or not bare:
                more = self.at - 1 > first
                continue
            match = self.continued.search(line)
            more = match is not None
            piece = line[: match.start()] if match else line
            if piece:
                pieces.append(piece)
                starts.append(length)
                sources.append(source)
                length += len(piece)
        self.unfinished = more
        return Logical("".join(pieces), starts or [0], sources or [self.starts[first]])

    def _heredocs(self, text: str, line: int) -> tuple[tuple[str, str], ...]:
        """The heredocs that a line opens, each with its body. The name may stand apart (BuildKit 0.22); such a one
        that nothing closes is the shell's own affair, or arithmetic."""
        bodies = []
        words = [text[word.start : word.end] for word in split_words(text, self.escape)]
        for word, following in zip(words, [*words[1:], ""], strict=True):
            match = _HEREDOC.match(word)
            if not match:
                continue
            body = self._body(unquoted(match[2] or following, "\\"), chomp=match[1] == "-")
            if body is not None:
                bodies.append((word, body))
            elif match[2]:
                raise Unparsable(f"the heredoc {match[2]} is not closed", line)
        return tuple(bodies)

    @cached_property
    def _last_lines(self) -> dict[str, int]:
        """Where each line occurs last, so that a heredoc that nothing closes costs no search."""
        return {self._line(at).lstrip("\t"): at for at in range(len(self.starts))}

    def _body(self, end: str, chomp: bool) -> str | None:
        if self._last_lines.get(end, -1) < self.at:
            return None
        for at in range(self.at, len(self.starts)):
            text = self._line(at)
            if (text.lstrip("\t") if chomp else text) == end:
                body = self.text[self.starts[self.at] : self.starts[at]]
                self.at = at + 1
                return body
        return None
