"""Texts that are awkward to count in, and texts that are no good at all."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import ENCODINGS, Editor
from tests.lsp.stack import COMPOSE, CONFIG, stack

AWKWARD = (
    "# 😀 größer, 𝄞\u2028# and \x85# more\n"
    "model_list:\n"
    "  - {model_name: '😀😀\u2028', litellm_params: {model: openai/gpt-4o}}\n"
    "router_settings: {retry_after: 5, 'x-😀ü': '\t', cooldown_time: 120, num_retries: 3}  # 😀\n"
)


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_places_are_counted_as_the_editor_counts(tmp_path: Path, encoding: str, newline: str, mark: str) -> None:
    text = mark + AWKWARD.replace("\n", newline)

    async def session() -> None:
        async with Editor(stack(tmp_path), encoding=encoding) as editor:
            editor.open("config.yaml", text)
            [found] = [one for one in await editor.shown("config.yaml") if one.code == "LH042"]
            assert editor.marked("config.yaml", found) == "120"
            editor.replace("config.yaml", "'x-😀ü'", "'y-😀😀ü'")
            editor.replace("config.yaml", "größer", "klein 😀")
            assert "= `120`" in await editor.hover("config.yaml", "120")
            actions = await editor.actions("config.yaml", "120", only=["quickfix"])
            [fix] = [one for one in actions if one.title.startswith("LH042: set")]
            expected = editor.texts["config.yaml"].replace("120", "60")
            await editor.choose(fix)
            assert editor.texts["config.yaml"] == expected
            assert "LH042" not in await editor.codes("config.yaml")

    asyncio.run(session())


def test_every_prefix_of_a_config_is_survived(tmp_path: Path) -> None:
    async def session() -> str:
        editor = Editor(stack(tmp_path))
        async with editor:
            editor.open("config.yaml", "")
            for end in range(len(CONFIG)):
                editor.splice("config.yaml", end, end, CONFIG[end])
                if end % 20 == 0:
                    await editor.hover("config.yaml", editor.texts["config.yaml"][-1])
            assert editor.texts["config.yaml"] == CONFIG
            assert "LH042" in await editor.codes("config.yaml")
        return await editor.said()

    assert asyncio.run(session()) == ""


def test_random_edits_leave_the_server_with_the_very_text(tmp_path: Path) -> None:
    chance = random.Random(5)
    pieces = [
        "\n",
        "  ",
        "- ",
        ": ",
        "[",
        "]",
        "{",
        "}",
        "&a ",
        "*a",
        "'",
        '"',
        "😀",
        "\r\n",
        "\t",
        "#",
        "|\n",
        "${X}",
        "\x00",
    ]

    async def session() -> str:
        editor = Editor(stack(tmp_path))
        async with editor:
            names = ("config.yaml", "docker-compose.yml", ".env")
            for name in names:
                editor.open(name)
            for number in range(300):
                name = chance.choice(names)
                start = chance.randrange(len(editor.texts[name]) + 1)
                end = min(start + chance.randrange(4), len(editor.texts[name]))
                if "\r\n" not in (editor.texts[name][start - 1 : start + 1], editor.texts[name][end - 1 : end + 1]):
                    editor.splice(name, start, end, chance.choice(pieces))
                if number % 30 == 0:
                    await editor.shown(name)
                    await editor.actions(name, editor.texts[name][start : start + 1])
            for name, text in (("config.yaml", CONFIG), ("docker-compose.yml", COMPOSE)):
                kept = editor.texts[name]
                editor.splice(name, 0, 0, "\n")
                editor.replace(name, kept, text) if kept else editor.splice(name, 0, 0, text)
            assert "LH042" in await editor.codes("config.yaml")
            editor.rewrite("docker-compose.yml", editor.texts["docker-compose.yml"])
            assert "LH032" in await editor.codes("docker-compose.yml")
        return await editor.said()

    assert asyncio.run(session()) == ""


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*a, *a]\n" for n in range(50)) + "model_list: []\n",
        "model_list: " + "[" * 20_000,
        "model_list:\n" + "".join(f"{' ' * n}- \n" for n in range(1, 800)),
        "model_list: []\nx: \x00\n",
        "general_settings: \ud800\n",
        "model_list: []\n" + "general_settings: {}\n" * 3 + "\x85\u2028\r\r\r\n",
    ],
    ids=["aliases", "nesting", "indents", "nul", "surrogate", "line ends"],
)
def test_hostile_texts_are_survived(tmp_path: Path, text: str) -> None:
    async def session() -> str:
        editor = Editor(stack(tmp_path))
        async with editor:
            document = types.VersionedTextDocumentIdentifier(2, editor.uri("config.yaml"))
            editor.open("config.yaml")
            change = types.TextDocumentContentChangeWholeDocument(text)
            editor.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
            editor.versions["config.yaml"] = 2
            await editor.shown("config.yaml")
            editor.rewrite("config.yaml", CONFIG)
            assert "LH042" in await editor.codes("config.yaml")
        return await editor.said()

    assert asyncio.run(session()) == ""


def test_messages_that_make_no_sense_are_survived(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            protocol = editor.client.protocol
            protocol.notify("textDocument/didChange", {"textDocument": "sk-very-secret"})
            protocol.notify("textDocument/didOpen", None)
            protocol.notify("lh/unknown", {})
            editor._change("config.yaml", types.TextDocumentContentChangeWholeDocument("a"))
            editor.open("file://wsl$/etc/config.yaml", CONFIG)
            editor.open("file:///%00/config.yaml", CONFIG)
            editor.open("config.yaml")
            assert "LH042" in await editor.codes("config.yaml")

    asyncio.run(session())
