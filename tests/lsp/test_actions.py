"""What can be done about a finding: made in the editor's own text, and judged again."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types

from litellm_harden.cli.main import main
from tests.lsp.editor import Editor
from tests.lsp.stack import COMPOSE, CONFIG, stack

FIX_ALL = "source.fixAll.lh"


def named(actions: list[types.CodeAction], start: str) -> types.CodeAction:
    [found] = [action for action in actions if action.title.startswith(start)]
    return found


def test_a_quick_fix_edits_the_text_that_is_held(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml", CONFIG.replace("120", "120  # two minutes"))
            actions = await editor.actions("config.yaml", "cooldown_time")
            fix = named(actions, "LH042: set")
            assert fix.title == "LH042: set cooldown_time to 60"
            assert fix.kind == types.CodeActionKind.QuickFix
            assert fix.is_preferred is True
            assert [one.code for one in fix.diagnostics or []] == ["LH042"]
            await editor.choose(fix)
            assert editor.texts["config.yaml"] == CONFIG.replace("120", "60  # two minutes")
            assert "LH042" not in await editor.codes("config.yaml")

    asyncio.run(session())


def test_an_unsafe_fix_says_so_and_is_not_preferred(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("docker-compose.yml")
            editor.open(".env", language="dotenv")
            fix = named(await editor.actions("docker-compose.yml", 'command: ["--config'), "LH021: pass")
            assert fix.title.startswith("LH021: pass --num_workers 4")
            assert fix.title.endswith("(unsafe)")
            assert not fix.is_preferred
            await editor.choose(fix)
            assert '"--num_workers", "4"' in editor.texts["docker-compose.yml"]
            assert "LH021" not in await editor.codes("docker-compose.yml")

    asyncio.run(session())


def test_what_is_to_be_done_by_hand_is_not_offered(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("docker-compose.yml")
            actions = await editor.actions("docker-compose.yml", "image:")
            assert "LH302" in await editor.codes("docker-compose.yml")
            assert [one.title for one in actions if "LH302" in one.title] == ["LH302: suppress it here"]

    asyncio.run(session())


def test_what_needs_a_value_of_its_owner_is_disabled_and_says_why(tmp_path: Path) -> None:
    async def session(able: bool) -> list[types.CodeAction]:
        async with Editor(stack(tmp_path), able=able) as editor:
            editor.open("config.yaml")
            return await editor.actions("config.yaml", "general_settings")

    fix = named(asyncio.run(session(able=True)), "LH072: give")
    assert fix.edit is None
    assert fix.disabled is not None
    assert "--set SLACK_WEBHOOK_URL" in fix.disabled.reason
    assert not any(one.title.startswith("LH072: give") for one in asyncio.run(session(able=False)))


def test_fix_all_makes_what_lh_fix_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    async def session() -> tuple[dict[str, str], list[object]]:
        async with Editor(stack(tmp_path / "typed")) as editor:
            for name in ("config.yaml", "docker-compose.yml", ".env"):
                editor.open(name)
            [action] = await editor.actions("config.yaml", "model_list", only=["source.fixAll"])
            assert (action.kind, action.edit) == (FIX_ALL, None)
            await editor.choose(action)
            left = await editor.actions("config.yaml", "model_list", only=["source.fixAll"])
            return editor.texts, [action.title for action in left]

    texts, left = asyncio.run(session())
    fixed = stack(tmp_path / "fixed")
    main(["fix", "-q", str(fixed)])
    assert texts == {name: (fixed / name).read_text() for name in texts}
    assert texts["docker-compose.yml"] != COMPOSE
    assert left == []


def test_an_editor_that_asks_once_has_all_edits_at_once(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path), able=False) as editor:
            editor.open("config.yaml")
            [action] = await editor.actions("config.yaml", "model_list", only=["source"])
            assert action.edit is not None
            assert action.edit.document_changes is None
            assert set(action.edit.changes or {}) == {
                editor.uri(name) for name in ("config.yaml", "docker-compose.yml", ".env")
            }

    asyncio.run(session())


def test_only_what_is_asked_for_is_offered(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            quick = await editor.actions("config.yaml", "cooldown_time", only=["quickfix"])
            assert {one.kind for one in quick} == {types.CodeActionKind.QuickFix}
            assert await editor.actions("config.yaml", "cooldown_time", only=["refactor"]) == []
            assert await editor.actions("config.yaml", "  - model_name", only=["quickfix"]) == []

    asyncio.run(session())


def test_a_suppression_is_written_above_the_line(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            actions = await editor.actions("config.yaml", "cooldown_time")
            await editor.choose(named(actions, "LH042: suppress"))
            assert "\n  # lh: ignore[LH042]\n  cooldown_time: 120\n" in editor.texts["config.yaml"]
            codes = await editor.codes("config.yaml")
            assert "LH042" not in codes
            assert "LH902" in codes

    asyncio.run(session())


def test_nothing_is_offered_where_a_file_cannot_be_read(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("docker-compose.yml")
            editor.open("config.yaml", CONFIG + "x: [1\n")
            actions = await editor.actions("docker-compose.yml", "LITELLM_LOG", only=["quickfix"])
            assert actions
            assert all(one.disabled is not None for one in actions)

    asyncio.run(session())


def test_no_edit_moves_a_secret(tmp_path: Path) -> None:
    async def session() -> None:
        config = CONFIG.replace("os.environ/OPENAI_API_KEY", "sk-proj-Zx83hHqpLm29vTnQw7")
        async with Editor(stack(tmp_path, config)) as editor:
            for name in ("config.yaml", "docker-compose.yml", ".env"):
                editor.open(name)
            actions = await editor.actions("config.yaml", "litellm_params")
            disabled = [one for one in actions if one.disabled is not None]
            assert ["secret" in one.disabled.reason for one in disabled if one.disabled] == [True]
            assert "Zx83hHqpLm29" not in str(actions)
            await editor.choose(named(actions, "lh: fix all"))
            assert all("Zx83hHqpLm29" not in editor.texts[name] for name in ("docker-compose.yml", ".env"))
            assert "cooldown_time: 60" in editor.texts["config.yaml"]

    asyncio.run(session())
