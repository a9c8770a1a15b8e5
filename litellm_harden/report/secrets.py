"""Where a text holds secrets. Works on lines, so that it sees comments, diffs and unparsable files as well.

It errs on the side of hiding: what looks like the value of a secret is one, placeholders included. References
(`os.environ/NAME`, `${NAME}`) are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from litellm_harden.report.secret_lines import ASSIGNMENT, OLD_ENV, QUOTED, YAML_START, shapes, values_on_line
from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_name
from litellm_harden.text.source import Span

MASK = "***"

_HINTS = "key token secret pass pwd salt hook credential dsn auth bearer basic"
_WORDS = ("".join(f"[{char}{char.upper()}]" for char in word) for word in _HINTS.split())
_HINT = pattern(
    "|".join(_WORDS)
    + r"|:/{1,2}[^\s/]*:|-[au][\s\"',]|-user|_pat|_PAT|\$apr1|\$2[aby]"
    + r"|sk-|gh[pousr]_|github_pat|glpat|xox[abprs]-|hf_|gsk_|AKIA|AIza|pplx-"
)
"""What a line must hold for a closer look to pay. Neither IGNORECASE nor `\\b`, which make a search slow."""
_LONE_OPTION = pattern(r"""\s*-\s*["']?--?(?P<name>[A-Za-z][\w-]*)["']?\s*$""")
_REFERENCE = pattern(
    r"""["']?(?:(?i:bearer|basic)\s+)?(?:os\.environ/\S*|\$?\$\{[^{}]*\}|\$\{\{.*\}\}|\$?\$\w+|\$\(.*\)|\*\S*)["']?"""
)
_HARMLESS = pattern(
    r"(?i)[\s\"'\[\]{},|>+…-]*|[\"']?(?:true|false|null|none|~|yes|no|on|off)[\"']?|[|>][-+\d]*(?:\s+#.*)?"
)
_KEPT = pattern(r"""\{(?:\s*["']?(?:name|namespace|\w*[kK]ey)["']?:\s*[\w."'-]+\s*,?)+\s*\}?""")
"""Where a secret is kept, as Helm charts have it."""
_BLOCK_LINE = pattern(r"""\s*(?:-\s+)*(?:["']?[\w.-]+["']?:(?:\s+|$))?""")
_VALUE = pattern(r"""[ \t#]*["']?value["']?:[ \t]+(?P<value>"[^"\n]*"|'[^'\n]*'|[^\n#]*)""")
_ASSIGNED = pattern(r"""(?m)^[ \t#-]*["']?(?:(?i:export|env|arg)[ \t]+)?(?P<name>[A-Za-z_]\w*)["']?[ \t]*[:=]""")
_VARIABLE = pattern(r"(?:os\.environ/|\$\{?)(?P<name>[A-Za-z_]\w*)")
_NEAR = 200
"""Characters between a command and an option of it, where each word has a line."""
_PRIVATE_KEY = pattern(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,60}-----|\Z)", re.DOTALL)


def secret_spans(text: str, names: Collection[str] = ()) -> list[Span]:
    """The spans of `text` that hold secrets, in order and apart from each other; none crosses a line end. `names` are
    names of secrets besides those that say so themselves."""
    found = [part for block in _PRIVATE_KEY.finditer(text) for part in _by_line(text, *block.span())]
    at = 0
    while hint := _HINT.search(text, at):
        start = text.rfind("\n", 0, hint.start()) + 1
        end = _line_end(text, start)
        found += _on_line(text, start, end)
        at = end + 1
        stop = _reach(text, start, end, found)
        while at < stop:  # the lines that belong to what this line has begun
            end = _line_end(text, at)
            found += _on_line(text, at, end)
            at = end + 1
    for line in _assigning(text, names):
        found += _on_line(text, *line, names)
    return merged(found)


def referred(text: str, names: Collection[str] = ()) -> Iterator[str]:
    """The names of the variables that `text` puts where a secret stands: `FOO` of `api_key: os.environ/FOO`. `names`
    as for `secret_spans`."""
    if "$" not in text and "os.environ/" not in text:
        return
    for start, end in _lines_to_read(text, names):
        for span in values_on_line(text, start, end, names):
            yield from (match["name"] for match in _VARIABLE.finditer(text, *span))


def masked(text: str, spans: Iterable[Span]) -> str:
    """The text with each span shown as `***`; it keeps its line ends."""
    pieces, at = [], 0
    for span in spans:
        pieces += [text[at : span.start], MASK]
        at = span.end
    return "".join([*pieces, text[at:]])


def hide(text: str) -> str:
    """The text without the secrets that it shows by itself."""
    return masked(text, secret_spans(text))


def hide_tokens(sentence: str) -> str:
    """A line of prose without what has a secret's shape. Names there mean only themselves (`A_KEY: is not needed`)."""
    literal = (part for span in shapes(sentence) for part in _secret(sentence[span.start : span.end], span.start))
    return masked(sentence, merged(literal))


def is_literal(value: str) -> bool:
    """Whether a value written under a secret's name gives something away: no reference, no flag, not empty."""
    return not (_HARMLESS.fullmatch(value) or _REFERENCE.fullmatch(value) or value.strip("\"'") == MASK)


def _lines_to_read(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """The lines of a text that may hold secrets, each once for its look and once more for its name."""
    at = 0
    while hint := _HINT.search(text, at):
        start, at = text.rfind("\n", 0, hint.start()) + 1, _line_end(text, hint.start())
        yield start, at
    yield from _assigning(text, names)


def _assigning(text: str, names: Collection[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each line that begins with an assignment to one of the names."""
    for match in _ASSIGNED.finditer(text) if names else ():
        if match["name"] in names:
            yield match.start(), _line_end(text, match.end())


def _on_line(text: str, start: int, end: int, names: Collection[str] = ()) -> Iterator[Span]:
    for span in values_on_line(text, start, end, names):
        yield from _secret(text[span.start : span.end], span.start)


def _secret(value: str, start: int) -> Iterator[Span]:
    """The span of a value that is a secret: all of it, or only the default of a reference."""
    if default := re.fullmatch(r"""["']?\$\{\w+:?[-+]([^${}]*)\}["']?""", value):
        if is_literal(default[1]):
            yield Span(start + default.start(1), start + default.end(1))
    elif is_literal(value) and not _KEPT.fullmatch(value):
        opened = value[0] in "\"'"
        closed = opened and len(value) > 1 and value[-1] == value[0]
        yield Span(start + opened, start + len(value) - closed)


def _reach(text: str, start: int, end: int, found: list[Span]) -> int:
    """Add to `found` the secrets on the lines below that a key's line has begun: a block scalar, a quoted text over
    several lines, a nested mapping or list. Returns the offset behind them."""
    line = text[start:end]
    if lone := _LONE_OPTION.match(line):
        logs_in = lone["name"] == "a" and "redis-cli" in text[max(0, start - _NEAR) : start]
        if logs_in or is_secret_name(lone["name"]):
            found += _whole_line(text, end + 1)
        return end
    match = ASSIGNMENT.search(line)
    if (old := OLD_ENV.match(line)) and is_secret_name(old["name"]) and old["value"].rstrip() == "\\":
        found += _whole_line(text, end + 1)
        return end
    if match and match["name"] == "name" and is_secret_name(line[match.end() :].strip(" \t\r\"'")):
        found += _beside(text, end + 1)
        return end
    if not match or line.lstrip().startswith("#") or not is_secret_name(match["name"]):
        return end
    rest = line[match.end() :].strip()
    if rest == "\\":
        found += _whole_line(text, end + 1)
        return end
    if match["sep"] == "=":
        closing = text.find(rest[0], end) if rest[:1] in ("'", '"') and not QUOTED.match(rest) else -1
        found += _by_line(text, end, closing) if closing > 0 else ()
        return max(closing, end)
    if not YAML_START.fullmatch(line[: match.start()]) or (rest and _REFERENCE.fullmatch(rest)):
        return end
    return _nested(text, end + 1, len(line[: match.start()].rstrip("'\"")), rest, found)


def _beside(text: str, at: int) -> Iterator[Span]:
    """The `value:` on the line below the `name:` of a variable, as Kubernetes has it."""
    end = _line_end(text, at)
    match = _VALUE.match(text, at, end)
    if match:
        yield from _secret(match["value"].rstrip(), match.start("value"))


def _nested(text: str, at: int, indent: int, rest: str, found: list[Span]) -> int:
    """Add the lines from `at` on that are indented deeper than their key, whose line ended in `rest`."""
    scalar = rest[:1] in ("|", ">", '"', "'")
    while at < len(text):
        end = _line_end(text, at)
        line = text[at:end].rstrip("\r")
        own = len(line) - len(line.lstrip(" "))
        item = not rest and own == indent and line.lstrip().startswith("- ")
        if line.strip() and own <= indent and not item:
            break
        found += _by_line(text, at, end) if scalar else _whole_line(text, at)
        at = end + 1
    return at


def _whole_line(text: str, at: int) -> Iterator[Span]:
    """What a line of a block says, without its dash, key and comment."""
    line = text[at : _line_end(text, at)]
    head = _BLOCK_LINE.match(line)
    begin = head.end() if head else 0
    value = re.split(r"\s#", line[begin:])[0].rstrip()
    if not value.startswith("#"):
        yield from _secret(value, at + begin)


def _by_line(text: str, start: int, end: int) -> Iterator[Span]:
    """The range from `start` to `end`, cut at line ends, without indentation."""
    for match in re.compile(r"[^\s][^\r\n]*").finditer(text, start, end):
        yield Span(*match.span())


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def merged(spans: Iterable[Span]) -> list[Span]:
    """The spans in order and apart from each other."""
    result: list[Span] = []
    for span in sorted(spans):
        if result and span.start < result[-1].end:
            result[-1] = Span(result[-1].start, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result
