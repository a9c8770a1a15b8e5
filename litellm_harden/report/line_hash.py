"""What GitHub knows an alert by: a hash of the line it stands on and of what follows, numbered among equals.

Its upload action adds it to results that have none, its API does not. It is that of the action:
https://github.com/github/codeql-action/blob/main/src/fingerprints.ts
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterator

_BLOCK = 100
"""So many UTF-16 units count from the start of a line on, without spaces and tabs."""
_BASE = 37
_END = "\uffff"
_BLANKS = str.maketrans("", "", " \t")
_UNSIGNED = 2**64 - 1


def line_hashes(text: str, lines: Collection[int]) -> dict[int, str]:
    """The hashes of some lines of a file, from 1 on, by line; `text` is the file's, with its BOM if it has one.

    The end of the file counts as one more line. Lines that are not there have none.
    """
    wanted = {number: block for number, block in enumerate(_blocks(text), 1) if number in lines}
    seen = dict.fromkeys(wanted.values(), 0)
    hashes = {}
    for number, block in enumerate(_blocks(text), 1):
        if block in seen:
            seen[block] += 1
        if number in wanted:
            hashes[number] = f"{_hash(block):x}:{seen[block]}"
    return hashes


def _blocks(text: str) -> Iterator[str]:
    """What counts of each line."""
    bare = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BLANKS) + _END
    start = 0
    while start < len(bare):
        yield bare[start : start + _BLOCK]
        start = (bare.find("\n", start) + 1) or len(bare)


def _hash(block: str) -> int:
    units = array("H", block.encode("utf-16", "surrogatepass")[2:])[:_BLOCK]
    found = 0
    for unit in units:
        found = found * _BASE + unit
    for _ in range(_BLOCK - len(units)):
        found *= _BASE
    return found & _UNSIGNED
