"""Nothing that a report quotes is taken for a part of its format: read back, it is what was said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from litellm_harden.report import github, gitlab, jsonl, junit, markdown, sarif
from litellm_harden.report.entries import line_of
from litellm_harden.report.model import Report
from tests.report.reports import cases, saying, small
from tests.report.test_formats import JUNIT, SARIF

NASTY = [
    "::error file=x::no ##[error]nor this ::stop-commands::t",
    "50 % %0A%0D%25 a,b:c\r\nnext",
    "a | b \\| c `d|e` ``` <b>x</b> <!-- --> --> </details> @octo #1 GH-1 [a](http://b) ![c](d) ~~e~~ **f** _g_",
    "]]> &amp; &#0; <![CDATA[ \x00\x0b\x1b[31m\x7f\x85\u2028\u202e\ufffe\uffff \U0001f989",
    "| --- |",
    "|\ufffe",
    "1. - # > ``` ~~~ \t code",
]
MARKS = "".join(sorted(set("".join(NASTY))))
TEXTS = st.one_of(
    st.lists(st.sampled_from([*MARKS, "::", "%0A", "](", "@octo", "#12", "<script>", "##["]), min_size=1).map("".join),
    st.text(min_size=1),
)


def nasty(check: Callable[[str], None]) -> Callable[[], None]:
    """Run a check with texts that look like parts of a format."""
    told: Callable[[str], None] = check
    for text in NASTY:
        told = example(text)(told)
    tried: Callable[[], None] = settings(max_examples=60, deadline=None)(given(TEXTS)(told))
    return tried


def said(text: str) -> str:
    """What a finding says, as every format should show it."""
    return line_of(small(), text)


def commands(output: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """The commands that the runner of GitHub Actions sees in an output: `::name key=value,…::message` at the start of a
    line after blanks, and `##[name …]` anywhere in one."""
    for line in output.split("\n"):
        assert line.strip().startswith("::") or "##[" not in line
        match = re.match(r"\s*::(\w[\w-]*)(?: (.*?))?::(.*)", line)
        if match:
            pairs = (pair.split("=", 1) for pair in (match[2] or "").split(",") if pair)
            yield match[1], {key: unescaped(value) for key, value in pairs}, unescaped(match[3])


def unescaped(text: str) -> str:
    """As the runner does it: `%25` last."""
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


@nasty
def test_github(text: str) -> None:
    told = saying(text)
    found = list(commands(github.render(told)))
    assert {name for name, _, _ in found} <= {"error", "warning", "notice"}
    problem, *findings = found
    assert problem[2] == said(text)
    assert findings and all(message.startswith(f"{said(text)}\n→ ") for _, _, message in findings)
    assert {where["file"] for _, where, _ in findings} == {"config.yaml", "compose.yaml", ".env"}


@nasty
def test_gitlab(text: str) -> None:
    issues = json.loads(gitlab.render(saying(text)))
    assert all(said(text) in issue["description"] for issue in issues)


@nasty
def test_junit(text: str) -> None:
    document = junit.render(saying(text))
    JUNIT.validate(document)
    shown = said(text).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
    failures = [failure for case in cases(document) for failure in case.iter("failure")]
    assert failures and {failure.get("message") for failure in failures} == {shown}


@nasty
def test_sarif(text: str) -> None:
    log = json.loads(sarif.render(saying(text)))
    SARIF(log)
    messages = [result["message"]["text"] for result in log["runs"][0]["results"]]
    assert messages and all(message.startswith(said(text).replace("](", "] (")) for message in messages)
    assert not any(re.search(r"\[[^\]]*\]\(", message) for message in messages)


@nasty
def test_jsonl(text: str) -> None:
    lines = jsonl.render(saying(text)).split("\n")
    assert lines.pop() == ""
    assert all(isinstance(json.loads(line), dict) for line in lines)


class Shown(HTMLParser):
    """What a page shows: the texts of the cells of its tables, its tags, and what GitHub would link outside of code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.tags: set[str] = set()
        self.mentions: list[str] = []
        self._code = self._cell = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self._code += tag == "code"
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell += 1
        if tag == "br":
            self.rows[-1][-1] += "\n"

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag == "code"
        self._cell -= tag in ("td", "th")

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.rows[-1][-1] += data
        if not self._code:
            self.mentions += re.findall(r"@\w+|#\d+|https?://\S+", data)


def page(report: Report) -> Shown:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    return Shown(reader.render(markdown.render(report)))


USED = {
    "h3",
    "p",
    "strong",
    "ul",
    "li",
    "code",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "br",
    "details",
    "summary",
}


@nasty
def test_markdown(text: str) -> None:
    told = saying(text)
    shown = page(told)
    words = " ".join(said(text).split())
    assert shown.tags <= USED
    assert shown.mentions == []
    rows = [row for row in shown.rows if row[1] != "rule"]
    assert len(rows) == len(told.open)
    for row in rows:
        assert len(row) == 4
        assert " ".join(row[3].partition("\n")[0].split()) == words
