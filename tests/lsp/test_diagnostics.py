"""What is shown in open files, as they are typed."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from litellm_harden.cli.main import main
from tests.deploy import write
from tests.lsp.editor import Editor
from tests.lsp.stack import COMPOSE, CONFIG, SECRET, stack

LH042 = "LH042"


def test_a_finding_is_shown_where_it_is_and_goes_when_it_is_put_right(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            [found] = [one for one in await editor.shown("config.yaml") if one.code == LH042]
            assert editor.marked("config.yaml", found) == "120"
            assert (found.severity, found.source) == (types.DiagnosticSeverity.Error, "lh")
            assert found.message.startswith("cooldown_time is 120 s")
            editor.replace("config.yaml", "120", "60")
            assert LH042 not in await editor.codes("config.yaml")
            editor.replace("config.yaml", "60", "300")
            assert LH042 in await editor.codes("config.yaml")

    asyncio.run(session())


def test_severities_are_those_of_the_rules(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path, CONFIG + "litellm_settings:\n  service_callbacks: []\n")) as editor:
            editor.open("config.yaml")
            severities = {one.code: one.severity for one in await editor.shown("config.yaml")}
            assert severities[LH042] == types.DiagnosticSeverity.Error
            assert severities["LH405"] == types.DiagnosticSeverity.Warning
            assert severities["LH203"] == types.DiagnosticSeverity.Information

    asyncio.run(session())


def test_what_is_typed_in_one_file_counts_in_the_others(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            editor.open(".env", language="dotenv")
            editor.open("docker-compose.yml", language="dockercompose")
            [found] = [one for one in await editor.shown("docker-compose.yml") if one.code == "LH032"]
            assert editor.marked("docker-compose.yml", found) == "DEBUG"
            [hidden] = found.related_information or []
            assert hidden.location.uri == editor.uri(".env")
            assert hidden.location.range.start.line == 0
            editor.replace("docker-compose.yml", "      LITELLM_LOG: DEBUG\n", "      OTHER: text\n")
            await editor.shown("docker-compose.yml")
            await editor.until(lambda: "LH032" in [one.code for one in editor.known(".env")])

    asyncio.run(session())


def test_a_file_that_cannot_be_parsed_has_one_diagnostic_at_its_line(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            await editor.shown("config.yaml")
            editor.replace("config.yaml", "  cooldown_time: 120", "  cooldown_time: [120")
            [problem] = await editor.shown("config.yaml")
            assert problem.severity == types.DiagnosticSeverity.Error
            assert problem.code is None
            assert problem.range.start.line in (4, 5)

    asyncio.run(session())


def test_a_file_of_no_deployment_has_nothing(tmp_path: Path) -> None:
    async def session() -> None:
        stack(tmp_path)
        write(tmp_path, {"values.yaml": "a: [1", "notes.py": "model_list = [\n", "ci.yml": "on: push\n"})
        async with Editor(tmp_path) as editor:
            for name, language in (("values.yaml", "yaml"), ("notes.py", "python"), ("ci.yml", "yaml")):
                editor.open(name, language=language)
                assert await editor.shown(name) == []
            editor.open("untitled:Untitled-1", CONFIG)
            editor.open("file:///c%3A/deploy/config.yaml", CONFIG)
            editor.open("config.yaml")
            assert LH042 in await editor.codes("config.yaml")

    asyncio.run(session())


def test_closing_a_file_clears_it(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            assert await editor.shown("config.yaml")
            editor.close("config.yaml")
            await editor.until(lambda: editor.known("config.yaml") == [])

    asyncio.run(session())


def test_a_wrong_lh_toml_is_told_in_it_and_once_in_words(tmp_path: Path) -> None:
    async def session() -> None:
        stack(tmp_path)
        write(tmp_path, {"lh.toml": 'litellm_version = "1.81.0"\nfail_onn = "high"\n'})
        async with Editor(tmp_path) as editor:
            editor.open("config.yaml")
            await editor.until(lambda: bool(editor.known("lh.toml")))
            [wrong] = editor.known("lh.toml")
            assert wrong.range.start.line == 1
            assert "fail_onn" in wrong.message
            editor.replace("config.yaml", "120", "121")
            assert await editor.hover("config.yaml", "121") == ""
            assert len(editor.messages) == 1
            write(tmp_path, {"lh.toml": 'ignore = ["LH043"]\n'})
            editor.on_disk("lh.toml")
            await editor.until(lambda: editor.known("lh.toml") == [] and bool(editor.known("config.yaml")))
            codes = [one.code for one in editor.known("config.yaml")]
            assert LH042 in codes
            assert "LH043" not in codes

    asyncio.run(session())


def test_files_that_change_on_disk_are_judged_again(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            await editor.until(lambda: types.WORKSPACE_DID_CHANGE_WATCHED_FILES in editor.watched)
            editor.open("docker-compose.yml")
            assert "LH032" in await editor.codes("docker-compose.yml")
            editor.replace("docker-compose.yml", "      LITELLM_LOG: DEBUG\n", "      OTHER: text\n")
            assert "LH032" not in await editor.codes("docker-compose.yml")
            editor.open(".env")
            assert "LH032" in await editor.codes(".env")
            editor.close(".env")
            write(tmp_path, {"litellm.yaml": CONFIG})
            editor.open("config.yaml")
            await editor.shown("config.yaml")
            write(tmp_path, {"docker-compose.yml": COMPOSE.replace("config.yaml", "litellm.yaml")})
            editor.close("docker-compose.yml")
            editor.on_disk("docker-compose.yml")
            await editor.until(lambda: LH042 in [one.code for one in editor.known("config.yaml")])

    asyncio.run(session())


def test_what_a_comment_suppresses_is_not_shown(tmp_path: Path) -> None:
    async def session() -> None:
        config = CONFIG.replace("  cooldown_time", "  # lh: ignore[LH042] the provider is slow\n  cooldown_time")
        async with Editor(stack(tmp_path, config)) as editor:
            editor.open("config.yaml")
            assert LH042 not in await editor.codes("config.yaml")
            editor.replace("config.yaml", "120", "60")
            [unused] = [one for one in await editor.shown("config.yaml") if one.code == "LH901"]
            assert unused.severity == types.DiagnosticSeverity.Hint
            assert unused.tags == (types.DiagnosticTag.Unnecessary,)

    asyncio.run(session())


def test_a_new_file_counts_before_it_is_saved(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(tmp_path) as editor:
            editor.open("a folder/größe 😀.yaml", CONFIG)
            assert LH042 in await editor.codes("a folder/größe 😀.yaml")

    asyncio.run(session())


def test_a_deleted_file_counts_as_the_editor_has_it(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            await editor.shown("config.yaml")
            (tmp_path / "config.yaml").unlink()
            editor.replace("config.yaml", "120", "121")
            assert LH042 in await editor.codes("config.yaml")

    asyncio.run(session())


def test_each_folder_is_judged_by_itself(tmp_path: Path) -> None:
    async def session() -> None:
        one, other = stack(tmp_path / "one"), stack(tmp_path / "other")
        write(other, {"lh.toml": 'select = ["LH043"]\n'})
        write(tmp_path, {"alone/config.yaml": CONFIG})
        async with Editor(one, other) as editor:
            for name in ("config.yaml", "../other/config.yaml", "../alone/config.yaml"):
                editor.open(name)
            assert LH042 in await editor.codes("config.yaml")
            assert await editor.codes("../other/config.yaml") == ["LH043"]
            assert LH042 in await editor.codes("../alone/config.yaml")

    asyncio.run(session())


def test_a_huge_file_is_left_alone_and_that_is_said(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml", CONFIG + "# padding\n" * 600_000)
            assert await editor.shown("config.yaml") == []
            await editor.until(lambda: len(editor.messages) == 1)
            assert "config.yaml" in editor.messages[0]
            editor.rewrite("config.yaml", CONFIG)
            assert LH042 in await editor.codes("config.yaml")

    asyncio.run(session())


def test_no_secret_is_told(tmp_path: Path) -> None:
    async def session() -> str:
        config = CONFIG.replace("os.environ/LITELLM_MASTER_KEY", SECRET)
        editor = Editor(stack(tmp_path, config))
        async with editor:
            editor.open("config.yaml")
            editor.open(".env")
            told = [str(await editor.shown(name)) for name in ("config.yaml", ".env")]
            told += [await editor.hover("config.yaml", SECRET), await editor.hover(".env", SECRET)]
            assert "`***`" in told[-1]
            assert not any("very-secret" in one for one in told)
        return await editor.said()

    assert asyncio.run(session()) == ""


def test_what_the_baseline_covers_is_not_shown_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    async def session() -> None:
        write(stack(tmp_path), {"lh.toml": 'baseline = "lh-baseline.json"\n'})
        main(["baseline", "--select", LH042, "--output", str(tmp_path / "lh-baseline.json"), str(tmp_path)])
        async with Editor(tmp_path) as editor:
            editor.open("config.yaml")
            codes = await editor.codes("config.yaml")
            assert LH042 not in codes
            assert "LH043" in codes
            write(tmp_path, {"lh-baseline.json": "{\n[}\n"})
            editor.on_disk("lh-baseline.json")
            await editor.until(lambda: bool(editor.known("lh-baseline.json")))
            [wrong] = editor.known("lh-baseline.json")
            assert wrong.range.start.line == 1
            assert wrong.message.startswith("is not valid JSON")

    asyncio.run(session())


def test_a_home_folder_is_not_walked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(stack(tmp_path)))
    stack(tmp_path / "proxy")
    (tmp_path / ".git").mkdir()

    async def session() -> None:
        async with Editor(tmp_path) as editor:
            editor.open("config.yaml")
            editor.open("proxy/config.yaml")
            assert await editor.shown("config.yaml") == []
            assert LH042 in await editor.codes("proxy/config.yaml")

    asyncio.run(session())
