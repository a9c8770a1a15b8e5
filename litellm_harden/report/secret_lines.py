"""Where one line holds values that stand where secrets do: under a secret's name, or in a secret's shape."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from litellm_harden.text.patterns import pattern
from litellm_harden.text.secret_names import is_secret_name
from litellm_harden.text.source import Span

_SHAPES = pattern(
    r"""(?x)
      :/{1,2}(?:\$\{[^{}\s]{0,200}\}|[^\s:/'"$]|\$(?!\{)){0,200}:(?P<password>[^\s'"]{1,500})@
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
ASSIGNMENT = pattern(
    r"""(?<!\$\{)(?<![\w.-])(?P<name>[A-Za-z_][\w.-]*)(?P<quote>["']?)\s*(?P<sep>[:=])(?P<gap>\s*(?:[&!][^\s,]*\s+)*)"""
)
_OPTION = pattern(
    r"""(?<![\w-])--?(?P<name>[A-Za-z][\w-]*)["']?(?:\s*,\s*|\s+|=)(?P<value>"[^"]*"|'[^']*'|["']?[^\s"',\]]+)"""
)
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
_SAID = pattern(
    r"""\b(?P<name>[A-Za-z]\w*) (?:is|was) ["'`]?(?!LiteLLM|OpenAI)"""
    r"""(?P<value>(?=\S*[a-z])(?=\S*(?:\d|[A-Z]{2}))[^\s"'`,;]{6,})"""
)
"""What a sentence of a comment tells, where it is no ordinary word."""
_TELLING = pattern(r"(?=\S*\d)(?=\S*[A-Za-z])\S{8,}")
"""What is no word of a sentence."""
OLD_ENV = pattern(r"(?i)\s*(?:ENV|ARG)\s+(?P<name>\w+)[ \t]+(?P<value>[^=\s].*)$")
_DEFAULT = pattern(r"\$\{(?P<name>\w+):?[-+](?P<value>[^${}]+)\}")
QUOTED = pattern(r""""(?:[^"\\]|\\.)*"|'(?:[^']|'')*'""")
_LINE_START = pattern(r"""[\s#]*(?:export\s+)?""")
YAML_START = pattern(r"""\s*(?:-\s+)*["']?""")
_REQUIRED = pattern(r"\$\{\w+:?\?[^${}]*\}")
_ASKED = ("…", "new")
"""What `lh` itself writes for the value behind `--set NAME=`."""
_MOST_BEFORE = 200
"""Characters before a name that can still make it the first of its line."""


def shapes(line: str, start: int = 0) -> Iterator[Span]:
    """What a line, which begins at `start`, has in a secret's shape."""
    for match in _SHAPES.finditer(line):
        yield _span(match, match.lastgroup or "", start)


def values_on_line(text: str, start: int, end: int, names: Collection[str] = ()) -> Iterator[Span]:
    """The values on a line that stand where secrets do, references among them."""
    line = text[start:end].rstrip("\r")
    yield from shapes(line, start)
    for match in _named(line):
        if match["name"] in names or is_secret_name(match["name"]):
            yield _span(match, "value", start)
    for match in ASSIGNMENT.finditer(line):
        name = match["name"].rpartition(".")[2]
        if (name in names or is_secret_name(name)) and not _names_key(text, start + match.start()):
            value = _value(line, match)
            asked = value in _ASKED and line.endswith("--set ", 0, match.start())
            if match["sep"] == ":" and " " in value and line.lstrip().startswith("#"):
                first = _TELLING.match(value)  # the rest is a sentence
                value = first[0] if first else ""
            if not asked and not (match["sep"] == ":" and line[: match.start()].endswith("/")):
                yield Span(start + match.end(), start + match.end() + len(value))


def _span(match: re.Match[str], group: str, start: int) -> Span:
    return Span(start + match.start(group), start + match.end(group))


def _named(line: str) -> Iterator[re.Match[str]]:
    """What a line names otherwise than by an assignment, each with its value."""
    for form in (_DEFAULT, _OPTION, _NAMED_VALUE, _VALUE_NAMED, _SAID):
        yield from form.finditer(line)
    yield from filter(None, (form.match(line) for form in (OLD_ENV, _FORGOTTEN)))


def _names_key(text: str, at: int) -> bool:
    """Whether what stands at `at` is the `key:` of a reference to a Secret, as Kubernetes has it."""
    return text.startswith("key", at) and "KeyRef:" in text[max(0, at - _MOST_BEFORE) : at].rpartition("value:")[2]


def _value(line: str, match: re.Match[str]) -> str:
    """The value of an assignment, as far as it stands on the line."""
    at = match.end()
    if whole := QUOTED.match(line, at) or _REQUIRED.match(line, at):
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
    elif YAML_START.fullmatch(before):
        ends = r"\s#"
    else:
        ends = r"""(?<!\\)[\s"',;)\]}]"""
    stop = re.compile(ends).search(line, at)
    return line[at : stop.start() if stop else len(line)].rstrip()
