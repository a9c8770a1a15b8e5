"""Markdown, made and read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_NAME = r"(?<![\w/.-])[A-Za-z]\w*(?:\.\w+)*_\w*(?:\.\w+)*"
_VALUE = r"""(?:: | ?= ?)(?:\d[\d.]*\b|true\b|false\b|\["\w+"\])|=[\w."-]*[\w"]"""
_CODE = re.compile(
    r"`[^`]+`"
    r"|lh (?:fix|lint|undo|explain|show|verify|checklist)(?: --[a-z-]+)*"
    r"|--set [A-Za-z_]+=(?:@?\w+|…)"
    r"|https?://[^\s,)]+"
    r"|os\.environ/(?:\w+)?"
    r"|\$\{[^}\s]+\}"
    r"|\.env(?:\.\w+)?\b"
    r"|(?<![\w/.-])(?:lh|config|compose|docker-compose|pyproject)\.(?:toml|ya?ml)\b"
    r"|(?<![\w-])--[a-z][\w-]*"
    r"|(?<![\w./:])/(?:app|health|metrics|data|tmp)(?:/[\w.-]*\w)?"
    rf"|{_NAME}(?:{_VALUE})?…?"
)
"""What is code: what stands in backticks, references, options, paths, and names with an underscore."""

_MARKS = re.compile(r"[\\*<\[\]`]|(?<!\w)_|_(?!\w)")


def prose(text: str, pages: Mapping[str, str]) -> str:
    """A sentence: names of settings as code, ids of rules as links to their `pages`, and nothing taken for markup."""
    pieces, end = [], 0
    for match in _CODE.finditer(text):
        pieces += [_plain(text[end : match.start()], pages), code(match[0].strip("`"))]
        end = match.end()
    return "".join([*pieces, _plain(text[end:], pages)])


def _plain(text: str, pages: Mapping[str, str]) -> str:
    escaped = _MARKS.sub(r"\\\g<0>", text)
    return re.sub(
        r"\bLH\d{3}\b", lambda match: link(match[0], pages[match[0]]) if match[0] in pages else match[0], escaped
    )


def code(text: str) -> str:
    """A span of code."""
    return f"``{text}``" if "`" in text else f"`{text}`"


def link(text: str, target: str) -> str:
    """A link."""
    return f"[{text}]({target})"


def fence(language: str, text: str) -> str:
    """A fenced block, longer fenced where the text has a fence of its own."""
    marks = "````" if "```" in text else "```"
    return f"{marks}{language}\n{text}{'' if text.endswith(chr(10)) else chr(10)}{marks}\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table."""
    head = tuple(head)
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


class Block(NamedTuple):
    """A fenced block of a page: its lines `start` until before `end`, without the fences, and what HTML comments above
    it say of it, by the word before the colon."""

    language: str
    text: str
    start: int
    end: int
    said: Mapping[str, str]


_FENCE = re.compile(r"\s*(`{3,})([\w-]*)\s*$")
_COMMENT = re.compile(r"<!-- ([\w ]+): (.+) -->$")


def blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of a page, in their order."""
    lines = text.split("\n")
    said: dict[str, str] = {}
    opened: tuple[str, str, int] | None = None
    for number, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if opened and fenced and fenced[1] == opened[0] and not fenced[2]:
            _, language, start = opened
            yield Block(language, "\n".join(lines[start:number]), start, number, said)
            opened, said = None, {}
        elif not opened and fenced:
            opened = fenced[1], fenced[2], number + 1
        elif not opened and line.strip():
            comment = _COMMENT.match(line.strip())
            said = {**said, comment[1]: comment[2]} if comment else {}


def outside(text: str) -> str:
    """A page without its fenced blocks and spans of code, lines kept."""
    lines = text.split("\n")
    for block in blocks(text):
        lines[block.start : block.end] = [""] * (block.end - block.start)
    return re.sub(r"`[^`\n]*`", "", "\n".join(lines))


def links(text: str) -> list[str]:
    """The targets of a page's links."""
    return re.findall(r"\]\(([^()\s]*(?:\([^()\s]*\)[^()\s]*)*)\)", outside(text))


def anchors(text: str) -> set[str]:
    """What a link can point to within a page, as GitHub names its headings."""
    lines = text.split("\n")
    for block in blocks(text):
        lines[block.start : block.end] = [""] * (block.end - block.start)
    names: list[str] = []
    for line in lines:
        heading = re.match(r"#{1,6} (.*)", line)
        if heading:
            words = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading[1]).strip().lower()
            name = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
            seen = names.count(name)
            names += [name, f"{name}-{seen}"] if seen else [name]
    return set(names)
