"""Where a text holds secrets. Works on lines, so that it sees comments, diffs and unparsable files as well.

It errs on the side of hiding: what looks like the value of a secret is one, placeholders included. References
(`os.environ/NAME`, `${NAME}`) are no secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_name
from litellm_harden.text.source import Span

MASK = "***"

_HINTS = "key token secret pass pwd salt hook credential dsn auth bearer basic"
_WORDS = ("".join(f"[{char}{char.upper()}]" for char in word) for word in _HINTS.split())
_HINT = pattern(
    "|".join(_WORDS)
    + r"|://[^\s/]*:|-[au][\s\"',]|-user|_pat|_PAT|\$apr1|\$2[aby]"
    + r"|sk-|gh[pousr]_|github_pat|glpat|xox[abprs]-|hf_|gsk_|AKIA|AIza|pplx-"
)
"""What a line must hold for a closer look to pay. Neither IGNORECASE nor `\\b`, which make a search slow."""
_SHAPES = pattern(
    r"""(?x)
      ://(?:\$\{[^{}\s]{0,200}\}|[^\s:/'"$]|\$(?!\{)){0,200}:(?P<password>[^\s'"]{1,500})@
    | https?://hooks\.slack\.com/(?:services|workflows|triggers)/(?P<slack>[^\s'",}\]]+)
    | /api/webhooks/(?P<discord>[^\s'",}\]]+)
    | (?i:\b(?:bearer|basic)\s+)(?!(?:tokens?|auth(?:entication|orization)?|headers?|keys?|schemes?)(?![^\s.,)]))
      (?P<header>\$\{[^{}]*\}|[^\s'",}\]]{4,})
    | (?i:redis-cli\b.{0,200}?\s?-a)["']?[\s,]+["']?(?P<redis>[^\s'",\]]+)
    | (?<![\w-])(?:-u|--user)["']?[\s,=]+["']?(?!\d+:\d+\b)[^\s:"',]{0,200}:(?P<login>[^\s'",\]]+)
    | (?i:\buser)\s+\S{1,200}\s[^>"']{0,200}?>(?P<acl>[^\s'",\]]+)
    | \$(?:apr1|2[aby])\$(?P<hash>[^\s'",\]]+) | \$\$(?:apr1|2[aby])\$\$(?P<escaped>[^\s'",\]]+)
    | \b(?P<token>(?:(?:sk-|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hf_|gsk_|AKIA|AIza)[\w-]{4,}|pplx-\w{16,}))
    """
)
_ASSIGNMENT = pattern(
    r"""(?<!\$\{)(?<![\w.-])(?P<name>[A-Za-z_][\w.-]*)(?P<quote>["']?)\s*(?P<sep>[:=])(?P<gap>\s*(?:[&!][^\s,]*\s+)*)"""
)
_OPTION = pattern(
    r"""(?<![\w-])--?(?P<name>[A-Za-z][\w-]*)["']?(?:\s*,\s*|\s+|=)(?P<value>"[^"]*"|'[^']*'|["']?[^\s"',\]]+)"""
)
_LONE_OPTION = pattern(r"""\s*-\s*["']?--?(?P<name>[A-Za-z][\w-]*)["']?\s*$""")
_NAMED_VALUE = pattern(
    r"""\bname["']?:\s*["']?(?P<name>[\w.-]+)["']?\s*,\s*["']?value["']?:\s*(?P<value>"[^"]*"|'[^']*'|[^\s,}]+)"""
)
"""A variable as Kubernetes has it, on one line."""
_VALUE_NAMED = pattern(
    r"""\bvalue["']?:\s*(?P<value>"[^"]*"|'[^']*'|[^\s,}]+)\s*,\s*["']?name["']?:\s*["']?(?P<name>[\w.-]+)"""
)
_FORGOTTEN = pattern(
    r"""[\s#]*(?:export\s+)?(?P<name>[A-Za-z_][\w.-]*)[ \t]+(?P<value>(?=\S*\d)(?=\S*[A-Za-z])\S{8,})\s*$"""
)
"""A name and a value with nothing between them."""
_TELLING = pattern(r"(?=\S*\d)(?=\S*[A-Za-z])\S{8,}")
"""What is no word of a sentence."""
_OLD_ENV = pattern(r"(?i)\s*(?:ENV|ARG)\s+(?P<name>\w+)[ \t]+(?P<value>[^=\s].*)$")
_DEFAULT = pattern(r"\$\{(?P<name>\w+):?[-+](?P<value>[^${}]+)\}")
_REFERENCE = pattern(
    r"""["']?(?:(?i:bearer|basic)\s+)?(?:os\.environ/\S*|\$?\$\{[^{}]*\}|\$\{\{.*\}\}|\$?\$\w+|\$\(.*\)|\*\S*)["']?"""
)
_HARMLESS = pattern(
    r"(?i)[\s\"'\[\]{},|>+…-]*|[\"']?(?:true|false|null|none|~|yes|no|on|off)[\"']?|[|>][-+\d]*(?:\s+#.*)?"
)
_KEPT = pattern(r"""\{(?:\s*["']?(?:name|namespace|\w*[kK]ey)["']?:\s*[\w."'-]+\s*,?)+\s*\}?""")
"""Where a secret is kept, as Helm charts have it."""
_QUOTED = pattern(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_BLOCK_LINE = pattern(r"""\s*(?:-\s+)*(?:["']?[\w.-]+["']?:(?:\s+|$))?""")
_VALUE = pattern(r"""[ \t#]*["']?value["']?:[ \t]+(?P<value>"[^"\n]*"|'[^'\n]*'|[^\n#]*)""")
_LINE_START = pattern(r"""[\s#]*(?:export\s+)?""")
_YAML_START = pattern(r"""\s*(?:-\s+)*["']?""")
_REQUIRED = pattern(r"\$\{\w+:?\?[^${}]*\}")
_ASKED = ("…", "new")
"""What `lh` itself writes for the value behind `--set NAME=`."""
_MOST_BEFORE = 200
"""Characters before a name that can still make it the first of its line."""
_PRIVATE_KEY = pattern(r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,60}-----|\Z)", re.DOTALL)


def secret_spans(text: str) -> list[Span]:
    """The spans of `text` that hold secrets, in order and apart from each other; none crosses a line end."""
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
    return merged(found)


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


def is_literal(value: str) -> bool:
    """Whether a value written under a secret's name gives something away: no reference, no flag, not empty."""
    return not (_HARMLESS.fullmatch(value) or _REFERENCE.fullmatch(value) or value.strip("\"'") == MASK)


def _on_line(text: str, start: int, end: int) -> Iterator[Span]:
    line = text[start:end].rstrip("\r")
    for match in _SHAPES.finditer(line):
        group = match.lastgroup or ""
        yield from _secret(match[group], start + match.start(group))
    for match in _DEFAULT.finditer(line):
        if is_secret_name(match["name"]):
            yield Span(start + match.start("value"), start + match.end("value"))
    for match in _named(line):
        if is_secret_name(match["name"]):
            yield from _secret(match["value"], start + match.start("value"))
    for match in _ASSIGNMENT.finditer(line):
        if is_secret_name(match["name"].rpartition(".")[2]) and not _names_key(text, start + match.start()):
            value = _value(line, match)
            asked = value in _ASKED and line.endswith("--set ", 0, match.start())
            if match["sep"] == ":" and " " in value and line.lstrip().startswith("#"):
                first = _TELLING.match(value)  # the rest is a sentence
                value = first[0] if first else ""
            if not asked and not (match["sep"] == ":" and line[: match.start()].endswith("/")):
                yield from _secret(value, start + match.end())


def _named(line: str) -> Iterator[re.Match[str]]:
    """What a line names otherwise than by an assignment, each with its value."""
    for form in (_OPTION, _NAMED_VALUE, _VALUE_NAMED):
        yield from form.finditer(line)
    yield from filter(None, (form.match(line) for form in (_OLD_ENV, _FORGOTTEN)))


def _names_key(text: str, at: int) -> bool:
    """Whether what stands at `at` is the `key:` of a reference to a Secret, as Kubernetes has it."""
    return text.startswith("key", at) and "KeyRef:" in text[max(0, at - _MOST_BEFORE) : at].rpartition("value:")[2]


def _value(line: str, match: re.Match[str]) -> str:
    """The value of an assignment, as far as it stands on the line."""
    at = match.end()
    if whole := _QUOTED.match(line, at) or _REQUIRED.match(line, at):
        return whole[0]
    if line[at : at + 1] in ("'", '"'):  # left open
        return line[at:].rstrip()
    start = match.start()
    before = line[:start] if start < _MOST_BEFORE else "…" + line[start - 1]
    if not match["quote"] and before.endswith(("'", '"')):
        ends = before[-1]
    elif match["sep"] == ":":
        ends = r"[,}\]]|\s#" if match["quote"] or -1 < line.find("{") < start else r"\s#"
    elif _LINE_START.fullmatch(before):
        ends = r"$"
    elif _YAML_START.fullmatch(before):
        ends = r"\s#"
    else:
        ends = r"""(?<!\\)[\s"',;)\]}]"""
    stop = re.compile(ends).search(line, at)
    return line[at : stop.start() if stop else len(line)].rstrip()


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
        if is_secret_name(lone["name"]):
            found += _whole_line(text, end + 1)
        return end
    match = _ASSIGNMENT.search(line)
    if (old := _OLD_ENV.match(line)) and is_secret_name(old["name"]) and old["value"].rstrip() == "\\":
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
        closing = text.find(rest[0], end) if rest[:1] in ("'", '"') and not _QUOTED.match(rest) else -1
        found += _by_line(text, end, closing) if closing > 0 else ()
        return max(closing, end)
    if not _YAML_START.fullmatch(line[: match.start()]) or (rest and _REFERENCE.fullmatch(rest)):
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
