"""A line as its reader joins it, with the place of each of its characters in the file."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from litellm_harden.text.source import Span


class Logical:
    """Text put together from runs of a file: run `i` is at `starts[i]` in the text and at `sources[i]` in the file."""

    __slots__ = ("_sources", "_starts", "text")

    def __init__(self, text: str, starts: Sequence[int], sources: Sequence[int]) -> None:
        self.text, self._starts, self._sources = text, starts, sources

    def offset(self, at: int) -> int:
        """Where the character at `at` stands in the file; for the end of the text, just behind its last character."""
        run = max(bisect_right(self._starts, at) - 1, 0)
        return self._sources[run] + at - self._starts[run]

    def span(self, start: int, end: int) -> Span:
        """The file's text from the first to the last character of `text[start:end]`."""
        if start == end:
            return Span(self.offset(start), self.offset(start))
        return Span(self.offset(start), self.offset(end - 1) + 1)
