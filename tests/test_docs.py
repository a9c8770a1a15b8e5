"""The documentation says what `lh` says, and its links lead somewhere.

After a change of the rules: `python -m tests.docs`; after one of what `lh` says: `python -m tests.transcripts`. Then
read the difference.
"""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from litellm_harden.cli.main import COMMANDS
from litellm_harden.rules.configuration import Configurations
from litellm_harden.rules.pack import load
from tests.docs.markdown import Block, anchors, blocks, links
from tests.docs.pages import CONFIGURATION, DEPARTURES, RULES, generated
from tests.transcripts import LEFT_OUT, ROOT, matches, pages, rewritten, run, stated

WRITTEN = {page.relative_to(ROOT).as_posix(): page for page in pages()}


needs_bash = pytest.mark.skipif(shutil.which("bash") is None, reason="transcripts are run by bash")


def test_the_generated_pages_are_those_of_the_rules() -> None:
    expected = generated()
    there = {path: path.read_text("utf-8") for path in [*RULES.glob("*.md"), DEPARTURES, CONFIGURATION]}
    stale = {path.name for path in expected.keys() | there.keys() if expected.get(path) != there.get(path)}
    assert not stale, "run python -m tests.docs"


def test_each_departing_rule_has_a_row() -> None:
    text = DEPARTURES.read_text("utf-8")
    for rule in load().rules:
        assert (load().prose(rule).departs is not None) == (f"| {rule.id}: " in text), rule.id


@needs_bash
@pytest.mark.parametrize("name", WRITTEN)
def test_commands_say_what_the_page_states(name: str) -> None:
    wrong = [
        f"{name}:{start}: $ {command.typed} says\n" + "\n".join(said)
        for start, ran in run(WRITTEN[name].read_text("utf-8")).items()
        for command, said in ran
        if not matches(stated(command), said)
    ]
    assert not wrong, "\n\n".join([*wrong, f"python -m tests.transcripts {name} rewrites it; {_HOW}"])


_HOW = "tests/transcripts.py says what comments a block may have above it, such as <!-- not run: why -->"


@pytest.mark.parametrize("name", WRITTEN)
def test_files_that_a_page_shows_are_valid(name: str, tmp_path: Path) -> None:
    for number, block in enumerate(blocks(WRITTEN[name].read_text("utf-8"))):
        if block.language in ("yaml", "yml"):
            list(yaml.safe_load_all(block.text.replace(LEFT_OUT, "...")))
        elif block.language == "toml":
            _load_configuration(block, tmp_path / str(number))


def _load_configuration(block: Block, folder: Path) -> None:
    """Below [tool.lh] it is pyproject.toml's, else lh.toml's, unless it says which; folders with rules are made."""
    toml = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")
    data = toml.loads(block.text)
    name = Path(block.said.get("file", "pyproject.toml" if "tool" in data else "lh.toml")).name
    if name not in ("lh.toml", "pyproject.toml"):
        return
    own = data if name == "lh.toml" else data["tool"]["lh"]
    rules = own.get("rules", {})
    for custom in rules if isinstance(rules, list) else rules.get("dirs", []):
        (folder / custom).mkdir(parents=True)
    (folder / ".git").mkdir(parents=True)
    (folder / name).write_text(block.text, "utf-8")
    assert Configurations().at(folder).stated, f"line {block.start} says nothing to lh"


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_that_are_shown_have_those_options(name: str) -> None:
    for line in _shown(WRITTEN[name].read_text("utf-8")):
        called = re.search(r"(?<![\w-])lh (\w[\w-]*)(.*?)(?:  +#.*)?$", line)
        if called and called[1] in COMMANDS:
            assert set(re.findall(r"(?<=\s)--[a-z][a-z-]*", called[2])) <= _options(called[1]), line


def _shown(text: str) -> Iterator[str]:
    """The lines of a page's code that may call `lh`: all but the outputs of transcripts."""
    for block in blocks(text):
        lines = block.text.split("\n")
        yield from (line for line in lines if block.language != "console" or line.startswith("$ "))
    yield from re.findall(r"`(lh [^`\n]*)`", text)


def _options(name: str) -> set[str]:
    """The options of a command and of the commands below it."""
    command = getattr(importlib.import_module(f"litellm_harden.cli.{name}"), name)
    family = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    return {option for one in family for parameter in one.params for option in parameter.opts} | {"--help"}


def test_each_command_is_listed() -> None:
    listed = re.findall(r"^\| `lh (\w+)", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE)
    assert set(listed) == set(COMMANDS)


def test_links_lead_somewhere() -> None:
    everything = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "rules" / "README.md"]
    texts = {page: page.read_text("utf-8") for page in everything}
    broken = [
        f"{page.relative_to(ROOT)}: {target}"
        for page, text in texts.items()
        for target in links(text)
        if not re.match(r"[a-z]+:", target) and not _leads(page, target, texts)
    ]
    assert not broken


def _leads(page: Path, target: str, texts: dict[Path, str]) -> bool:
    file, _, anchor = target.partition("#")
    there = (page.parent / file).resolve() if file else page
    if not there.exists() or ROOT not in there.parents:
        return False
    return not anchor or (there in texts and anchor in anchors(texts[there]))


def test_every_page_can_be_reached() -> None:
    """From the index of the documentation, in one step, or two by way of the index of the rules."""
    for index in (ROOT / "docs" / "README.md", RULES / "README.md"):
        reached = {(index.parent / target.partition("#")[0]).resolve() for target in links(index.read_text("utf-8"))}
        assert set(index.parent.glob("*.md")) - {index} <= reached


@needs_bash
def test_a_transcript_that_says_otherwise_is_noticed_and_rewritten() -> None:
    page = "```console\n$ seq 5\n1\n…\n5\n\n$ seq 7\n0\n…\n9\n$ echo $?\n1\n```\n"
    [ran] = run(page).values()
    assert [matches(stated(command), said) for command, said in ran] == [True, False, False]
    assert rewritten(page) == "```console\n$ seq 5\n1\n…\n5\n\n$ seq 7\n1\n…\n7\n$ echo $?\n0\n```\n"


def test_a_block_that_is_not_run_says_why() -> None:
    assert [*run("<!-- not run: needs a network -->\n```console\n$ false\n```\n")] == []
    assert [*run("<!-- not run: -->\n```console\n$ false\n```\n")] == [2]
