"""Texts made wrong in the ways that hands, templates and ill will make them wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

TOKENS = (
    *(":", "-", "?", "|", ">", "|2", ">-", "&", "*", "!", "<<", "=", "#", ",", "[", "]", "{", "}", "'", '"'),
    *("'''", "%YAML", "---", "...", "@", "`", "~", "\\", "$", "$$", "${", "${A:-${A}", "$(", "os.environ/"),
    *("&a", "*a", "!!binary", "!!python/object:os.system", "!reset", "!override", "#", "lh:", "ignore[LH042]"),
    *("#", "lh:", "ignore-file", "FROM", "EOF", "ENV", "RUN<<EOF", "export A=\\", " ", "\t", "\n", "\r", "\r\n"),
    *("\n\n", "<<: *a", "&a ", ": &a", "\ufeff", "\u2028", "\x85", "\x1b[31m", "\x00", "\u202e", "é"),
)
VALUES = (
    *("0", "-1", "012", "0x1F", "1e3", "1:30", ".inf", ".nan", "yes", "on", "null", "~", "''", '""', "[]"),
    *("{}", "[1]", "{a:", "1}", "2020-01-01", "1e999999", "True", "false", "os.environ/A", "${A}", "${A:-b}"),
    *("${A:?}", "|-", ">+", "&a", "*a", "!!int", "None", "0.5", "60s", "1m", "--", "é", "[a,", "b]"),
    *("litellm:v1.81.0", "'a b'", '"a\\tb"', "'it''s'", "--port 4000", "9" * 20, "9" * 400),
    *("-" + "9" * 400, "1e308", "5e-324"),
)


def mutated(text: str, random: Random, others: Sequence[str] = ("",)) -> str:
    """The text after one to four changes; what is spliced in comes from `others`."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 4))):
        text = random.choice(_CHANGES)(text, random, others)
    return text


def _lines(change: Callable[[list[str], Random, Sequence[str]], None]) -> Callable[[str, Random, Sequence[str]], str]:
    def changed(text: str, random: Random, others: Sequence[str]) -> str:
        lines = text.splitlines(keepends=True) or [""]
        change(lines, random, others)
        return "".join(lines)

    return changed


def _place(lines: Sequence[str], random: Random) -> int:
    return random.randrange(len(lines))


def _drop(lines: list[str], random: Random, others: Sequence[str]) -> None:
    at = _place(lines, random)
    del lines[at : at + random.choice((1, 1, 2, 5))]


def _double(lines: list[str], random: Random, others: Sequence[str]) -> None:
    at = _place(lines, random)
    lines[at:at] = lines[at : at + random.choice((1, 1, 3))]


def _move(lines: list[str], random: Random, others: Sequence[str]) -> None:
    line = lines.pop(_place(lines, random))
    lines.insert(random.randrange(len(lines) + 1), line)


def _indent(lines: list[str], random: Random, others: Sequence[str]) -> None:
    first = _place(lines, random)
    pad = random.choice((" ", "  ", "    ", "\t"))
    for at in range(first, min(first + random.choice((1, 1, 3, 8)), len(lines))):
        lines[at] = pad + lines[at] if random.random() < 0.5 else lines[at][len(pad) :]


def _revalue(lines: list[str], random: Random, others: Sequence[str]) -> None:
    at = _place(lines, random)
    value = random.choice(VALUES)
    lines[at] = re.sub(r"([:=] ?|- )[^\r\n]*", lambda match: match[1] + value, lines[at], count=1)


def _comment(lines: list[str], random: Random, others: Sequence[str]) -> None:
    at = _place(lines, random)
    end = re.search(r"\r?\n?\Z", lines[at])
    assert end is not None
    lines[at] = lines[at][: end.start()] + random.choice((" # note", "# note", "  #", " # lh: ignore")) + end[0]


def _borrow(lines: list[str], random: Random, others: Sequence[str]) -> None:
    other = random.choice(others).splitlines(keepends=True) or [""]
    start = _place(other, random)
    at = _place(lines, random)
    lines[at:at] = other[start : start + random.choice((1, 2, 5))]


def _token(text: str, random: Random, others: Sequence[str]) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(TOKENS) + text[at:]


def _cut(text: str, random: Random, others: Sequence[str]) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + text[at + random.choice((1, 1, 2, 10, 100)) :]


def _end(text: str, random: Random, others: Sequence[str]) -> str:
    return text[: random.randrange(len(text) + 1)]


def _line_ends(text: str, random: Random, others: Sequence[str]) -> str:
    return text.replace("\r\n", "\n").replace("\n", random.choice(("\r\n", "\r", "\n\n")))


def _final(text: str, random: Random, others: Sequence[str]) -> str:
    return random.choice((text.rstrip(), text + "\n", text + "\n\n  ", text + "#", "\ufeff" + text))


_CHANGES: tuple[Callable[[str, Random, Sequence[str]], str], ...] = (
    *(_lines(change) for change in (_drop, _double, _move, _indent, _revalue, _revalue, _revalue, _comment, _borrow)),
    *(_token, _token, _cut, _cut, _end, _line_ends, _final),
)
