"""On which line a TOML text states a key. The text is known to be valid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from litellm_harden.text.patterns import pattern

_TOKEN = pattern(
    r'(?s)"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|\#[^\n]*'
    r"|[\n=.\[\]{}]|[^\s\"'#=.\[\]{}]+"
)


def line_of(text: str, key: Sequence[str]) -> int | None:
    """The line, from 1, of a key, given as its parts; that of the table around it where it has none of its own."""
    lines: dict[tuple[str, ...], int] = {}
    for path, line in _keys(text):
        for end in range(1, len(path) + 1):
            lines.setdefault(path[:end], line)
    found = [lines[tuple(key[:end])] for end in range(len(key), 0, -1) if tuple(key[:end]) in lines]
    return found[0] if found else None


def _keys(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Each table's head and each key that begins a line, with all its parts, and its line."""
    table: tuple[str, ...] = ()
    for line, tokens in _statements(text):
        if tokens[0] == "[":
            table = _parts(tokens[: tokens.index("]")])
            yield table, line
        else:
            key = tokens[: tokens.index("=")] if "=" in tokens else tokens
            yield (*table, *_parts(key)), line


def _statements(text: str) -> Iterator[tuple[int, list[str]]]:
    """The first tokens of each statement, which may go on over many lines, and the line that it begins on."""
    tokens: list[str] = []
    depth, line, start = 0, 1, 1
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "\n" and not depth:
            if tokens:
                yield start, tokens
            tokens = []
        elif token[0] != "#" and token != "\n":
            start = start if tokens else line
            depth += (token in ("[", "{")) - (token in ("]", "}"))
            tokens.append(token)
        line += token.count("\n")
    if tokens:
        yield start, tokens


def _parts(tokens: Sequence[str]) -> tuple[str, ...]:
    return tuple(token.strip("\"'") for token in tokens if token not in ("[", "]", "."))
