"""The page as one file: well formed, escaped, asking for nothing, and the same for the same input."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from litellm_harden.report import html
from litellm_harden.rules.standing import Standing
from tests.report.pages import FILES, lines, page

_VOID = {"meta", "br", "hr"}


class Read(HTMLParser):
    """What a page consists of; fails on tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] != "style":
            self.texts.append(data)

    def values(self, name: str) -> list[str]:
        return [value for attribute, value in self.attributes if attribute == name]


def test_the_page_asks_for_nothing(tmp_path: Path) -> None:
    text = html.render(page(tmp_path), beyond=True)
    read = Read(text)
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "form"} & set(read.tags)
    assert not {"src", "srcset", "data", "action", "poster"} & {name for name, _ in read.attributes}
    assert all(value.startswith("#") for value in read.values("href"))
    style = text[text.index("<style>") : text.index("</style>")]
    assert not re.search(r"url\(|@import|image-set|expression", style)
    assert "default-src 'none'" in text


def test_what_files_say_is_text(tmp_path: Path) -> None:
    read = Read(
        html.render(page(tmp_path, {**FILES, "compose.yaml": FILES["compose.yaml"].replace("litellm:", "li:")}))
    )
    assert any("set_verbose is <script>alert(1)</script> @octo #1" in text for text in read.texts)
    assert any("it'\"'\"'s <b>" in text for text in read.texts)


def test_headings_go_down_one_by_one(tmp_path: Path) -> None:
    levels = [
        int(tag[1]) for tag in Read(html.render(page(tmp_path), beyond=True)).tags if re.fullmatch(r"h[1-6]", tag)
    ]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in zip(levels, levels[1:], strict=False))


def test_every_reference_inside_the_page_leads_somewhere(tmp_path: Path) -> None:
    read = Read(html.render(page(tmp_path), beyond=True))
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in read.values("href")} | set(read.values("aria-labelledby")) <= set(ids)


def test_every_standing_is_there_in_words(tmp_path: Path) -> None:
    words = Read(html.render(page(tmp_path, suppressed=["LH033"]))).texts
    for standing in ("done", "open", "needs you (--unsafe)", "not judged", "suppressed", "not applicable"):
        assert standing in words


def test_the_findings_beyond_the_checklist_come_with_lint_alone(tmp_path: Path) -> None:
    config = FILES["config.yaml"] + "  database_connection_pool_limit: 500\n"
    compose = FILES["compose.yaml"].replace(
        "    environment:\n", "    environment:\n      DATABASE_URL: postgres://db/x\n"
    )
    compose += "  db:\n    image: postgres:16\n"
    of = page(tmp_path, {**FILES, "config.yaml": config, "compose.yaml": compose}, weeks=(1, 2, 3, None))
    long = html.render(of, beyond=True)
    assert "connection-budget" in long
    count = sum(finding.rule.week is None for finding in of.report.findings)
    assert f'<a href="#d1-beyond">{count} findings beyond the checklist</a>' in long
    short = html.render(of)
    assert "connection-budget" not in short
    assert "beyond the checklist: <code>lh lint --select LH" in short


def test_lints_page_says_so_where_nothing_lies_beyond(tmp_path: Path) -> None:
    sound = Path(__file__).parents[2] / "fixtures" / "nothing-to-say" / "before"
    files = {name: (sound / name).read_text("utf-8") for name in ("config.yaml", "compose.yaml", ".env")}
    of = page(tmp_path / "sound", files, weeks=(1, 2, 3, None))
    assert "<h1>Hardening report</h1>" in html.render(of, beyond=True)
    assert "No findings beyond the checklist." in html.render(of, beyond=True)
    assert "<h1>Hardening plan</h1>" in html.render(of)
    assert "No findings beyond" not in html.render(of)
    assert "No findings beyond" not in html.render(page(tmp_path), beyond=True)


def test_what_is_done_says_by_what(tmp_path: Path) -> None:
    of = page(tmp_path)
    done = [line for line in lines(of).values() if line.standing is Standing.DONE]
    assert "router_settings.allowed_fails is not set" in [line.value for line in done]
    assert all(line.value for line in done)
    assert html.render(of).count('<p class="value">') == len(done)


def test_the_same_page_for_the_same_files(tmp_path: Path) -> None:
    assert html.render(page(tmp_path)) == html.render(page(tmp_path))


def test_options_stay_whole_and_commands_scroll(tmp_path: Path) -> None:
    text = html.render(page(tmp_path))
    assert 'pass <span class="option">--num_workers</span> 4' in text
    assert '<pre tabindex="0"><code>docker compose -f compose.yaml up -d --force-recreate litellm</code></pre>' in text


def test_no_secret_on_the_page(tmp_path: Path) -> None:
    assert "canary" not in html.render(page(tmp_path), beyond=True)


def test_what_cannot_be_read_is_said(tmp_path: Path) -> None:
    text = html.render(page(tmp_path, {**FILES, "config.yaml": "model_list: [\n"}))
    assert "Could not be read" in text
    assert "config.yaml:" in text


def test_a_page_of_nothing_is_a_page(tmp_path: Path) -> None:
    assert "h1" in Read(html.render(page(tmp_path, {"README.md": ""}))).tags
