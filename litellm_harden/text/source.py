"""One file's text: decoded once, with its BOM set aside and its own line table."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from litellm_harden.record import Record

BOM = b"\xef\xbb\xbf"


class Undecodable(ValueError):
    """A file that is not UTF-8 text. `line` is 1-based."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


class Span(Record):
    """A range of code points of the decoded text, end exclusive."""

    start: int
    end: int


class Position(Record):
    """Where an offset lies for a person: line and column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True)
class Source:
    """Decoded text. Offsets count code points, without the BOM; lines end at `\\n` or `\\r\\n` and nothing else."""

    text: str
    bom: bool = False

    @classmethod
    def decode(cls, data: bytes) -> Source:
        """Decode UTF-8 with an optional BOM. Raises Undecodable, naming the line, for anything else or a NUL."""
        bom = data.startswith(BOM)
        body = data[len(BOM) :] if bom else data
        nul = body.find(b"\0")
        if nul >= 0:
            raise Undecodable("holds a NUL byte, so it is not a text file", body.count(b"\n", 0, nul) + 1)
        try:
            return cls(body.decode("utf-8"), bom)
        except UnicodeDecodeError as error:
            raise Undecodable("is not valid UTF-8", body.count(b"\n", 0, error.start) + 1) from None

    def encode(self) -> bytes:
        """The bytes that `decode` was given, or those of the edited text."""
        return (BOM if self.bom else b"") + self.text.encode("utf-8")

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line starts; the first is 0."""
        *ended, _ = self.text.split("\n")
        return list(accumulate(map(len, ended), lambda start, length: start + length + 1, initial=0))

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        line = bisect_right(self.line_starts, offset)
        return Position(line, offset - self.line_starts[line - 1] + 1)

    def line_span(self, offset: int) -> Span:
        """The line that holds `offset`, without its line end."""
        index = bisect_right(self.line_starts, offset) - 1
        start = self.line_starts[index]
        if index + 1 == len(self.line_starts):
            return Span(start, len(self.text))
        end = self.line_starts[index + 1] - 1
        return Span(start, end - 1 if end > start and self.text[end - 1] == "\r" else end)

    def next_line(self, offset: int) -> int:
        """The offset at which the line after the one holding `offset` starts, or the end of the text."""
        index = bisect_right(self.line_starts, offset)
        return self.line_starts[index] if index < len(self.line_starts) else len(self.text)

    def newline(self, offset: int) -> str:
        """The line end in use at `offset`: of its own line, else of the line before, else `\\n`."""
        index = bisect_right(self.line_starts, offset) - 1
        if index + 1 == len(self.line_starts):
            index -= 1
        if index < 0:
            return "\n"
        end = self.line_starts[index + 1]
        return "\r\n" if self.text[max(end - 2, 0) : end] == "\r\n" else "\n"

    def lines(self) -> list[str]:
        """The lines with their line ends; joined they are the text."""
        *ended, last = self.text.split("\n")
        return [f"{line}\n" for line in ended] + ([last] if last else [])
