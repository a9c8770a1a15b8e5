"""The form of `releases.txt`: all releases in one text that a reader can cut one section out of.

The first line lists the releases, oldest first. Each section starts with `[name]`, or `[name open]` where LiteLLM
takes any key. A line after it holds, separated by tabs: a name; the releases in which it is known in this form, as
`first-last` by their places in the list; its type; its default; where it is declared or read in the last of these
releases. An option has `value` or `flag`, its default, and its variable (or `-`) with its other spellings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import lru_cache

from litellm_harden.litellm.versions import Version, parse
from litellm_harden.record import Record


class Entry(Record):
    """A known name: type and default as text ("" where not told), and where it is declared or read."""

    type: str
    default: str
    where: str


class Row(Record):
    """One line: a name and its entry in the releases from `first` to `last`, by their places in the list."""

    name: str
    first: int
    last: int
    entry: Entry


Sections = Mapping[str, Mapping[str, Entry]]
OPEN = frozenset(("litellm_params", "model_info", "model_list"))
"""Sections that take any key: what LiteLLM does not know goes to the provider, or to whoever reads the model's info."""


def versions_in(text: str) -> tuple[Version, ...]:
    """The releases of the list."""
    line = text[: text.index("\n")]
    return tuple(version for word in line.split() if (version := parse(word)))


def rows_in(text: str, section: str) -> Iterator[Row]:
    """The lines of one section; KeyError if there is no such section."""
    start, end = _bounds(text, section)
    for line in text[start:end].splitlines():
        yield _row(line)


def row_of(text: str, section: str, name: str) -> Iterator[Row]:
    """The lines of one name in a section; KeyError if there is no such section.

    It is looked for in the text at first: an index pays where many names are asked for.
    """
    _asked[section] = _asked.get(section, 0) + 1
    if _asked[section] > _FEW:
        yield from _by_name(text, section).get(name, ())
        return
    start, end = _bounds(text, section)
    at = text.find(f"\n{name}\t", start - 1, end)
    while at >= 0:
        yield _row(text[at + 1 : text.index("\n", at + 1)])
        at = text.find(f"\n{name}\t", at + 1, end)


_FEW = 1000
_asked: dict[str, int] = {}


@lru_cache(maxsize=32)
def _by_name(text: str, section: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows_in(text, section):
        found.setdefault(row.name, []).append(row)
    return found


def _row(line: str) -> Row:
    name, span, *told = line.split("\t")
    first, _, last = span.partition("-")
    return Row(name, int(first), int(last), Entry(*told))


@lru_cache(maxsize=32)
def _bounds(text: str, section: str) -> tuple[int, int]:
    start = text.find(f"\n[{section}]\n")
    if start < 0:
        start = text.find(f"\n[{section} open]\n")
    if start < 0:
        raise KeyError(section)
    body = text.index("]", start) + 2
    end = text.find("\n[", body - 1)
    return body, end if end >= 0 else len(text)


def sections_in(text: str) -> list[str]:
    """The names of the sections."""
    return [line[1:-1].split()[0] for line in text.splitlines() if line.startswith("[")]


def decode(text: str) -> dict[Version, dict[str, dict[str, Entry]]]:
    """Everything, by release."""
    versions, names = versions_in(text), sections_in(text)
    found: dict[Version, dict[str, dict[str, Entry]]] = {version: {name: {} for name in names} for version in versions}
    for section in names:
        for row in rows_in(text, section):
            for place in range(row.first, row.last + 1):
                found[versions[place]][section][row.name] = row.entry
    return found


def encode(releases: Mapping[Version, Sections]) -> str:
    """The text for these releases."""
    versions = sorted(releases)
    lines = [" ".join(map(str, versions))]
    for section in sorted({name for sections in releases.values() for name in sections}):
        lines.append(f"[{section} open]" if section in OPEN else f"[{section}]")
        rows: defaultdict[str, list[Row]] = defaultdict(list)
        for place, version in enumerate(versions):
            for name, entry in releases[version].get(section, {}).items():
                before = rows[name].pop() if rows[name] else None
                same = before is not None and before.last == place - 1 and before.entry[:2] == entry[:2]
                first = before.first if before is not None and same else place
                rows[name] += [] if same or before is None else [before]
                rows[name].append(Row(name, first, place, entry))
        for name in sorted(rows):
            lines += ("\t".join((name, f"{row.first}-{row.last}", *row.entry)) for row in rows[name])
    return "\n".join(lines) + "\n"
