"""What is told where the pointer rests."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.deploy import write
from tests.lsp.editor import Editor
from tests.lsp.stack import COMPOSE, CONFIG, SECRET, stack


def test_a_setting_tells_its_value_and_the_finding_why(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("config.yaml")
            for place in ("cooldown_time", "120"):
                told = await editor.hover("config.yaml", place)
                assert told.startswith("`config:router_settings.cooldown_time` = `120`")
                assert "decided in `config.yaml:5`" in told
                assert "**LH042** A failing model stays out of rotation too long (critical)" in told
                assert told.endswith("Fix (safe): set cooldown_time to 60")

    asyncio.run(session())


def test_a_variable_tells_what_it_hides(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("docker-compose.yml")
            editor.open(".env", language="dotenv")
            for name, place in (("docker-compose.yml", "LITELLM_LOG"), (".env", "LITELLM_LOG"), (".env", "INFO")):
                told = await editor.hover(name, place)
                assert "`env:LITELLM_LOG` = `DEBUG`" in told
                assert "decided in `docker-compose.yml:7`" in told
                assert "hides `INFO` in `.env:1`" in told

    asyncio.run(session())


def test_arguments_and_dockerfiles_are_told_of(tmp_path: Path) -> None:
    async def session() -> None:
        dockerfile = """\
            FROM ghcr.io/berriai/litellm:v1.81.0-stable
            COPY config.yaml /app/config.yaml
            ENV LITELLM_LOG=DEBUG
            CMD ["--config", "/app/config.yaml", "--num_workers", "2"]
            """
        write(tmp_path, {"Dockerfile": dockerfile, "config.yaml": CONFIG})
        async with Editor(tmp_path) as editor:
            editor.open("Dockerfile", language="dockerfile")
            assert "`env:LITELLM_LOG` = `DEBUG`" in await editor.hover("Dockerfile", "DEBUG")
            told = await editor.hover("Dockerfile", '2"]')
            assert "`arg:--num_workers` = `2`" in told
            assert "LiteLLM's default" not in told  # its source names a constant, which tells nobody anything

    asyncio.run(session())


def test_litellms_default_is_told_where_it_is_known(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path, CONFIG.replace("cooldown_time: 120", "num_retries: 3"))) as editor:
            editor.open("config.yaml")
            editor.replace("config.yaml", "num_retries: 3", "enable_pre_call_checks: true")
            told = await editor.hover("config.yaml", "enable_pre")
            assert "`config:router_settings.enable_pre_call_checks` = `true`" in told
            assert "LiteLLM's default: `False`" in told

    asyncio.run(session())


def test_a_place_that_says_nothing_has_no_hover(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open("docker-compose.yml")
            assert await editor.hover("docker-compose.yml", "services:") == ""
            editor.open("untitled:one", CONFIG)
            assert await editor.hover("untitled:one", "120") == ""

    asyncio.run(session())


def test_deployments_that_share_a_file_are_told_apart(tmp_path: Path) -> None:
    async def session() -> None:
        service = COMPOSE.partition("  litellm:\n")[2]
        second = COMPOSE + "  other:\n" + service.replace("DEBUG", "ERROR")
        stack(tmp_path)
        write(tmp_path, {"docker-compose.yml": second})
        async with Editor(tmp_path) as editor:
            editor.open(".env")
            told = await editor.hover(".env", "LITELLM_LOG")
            assert "= `DEBUG`" in told
            assert "for litellm" in told
            assert "= `ERROR`" in told
            assert "for other" in told

    asyncio.run(session())


def test_a_secret_is_masked(tmp_path: Path) -> None:
    async def session() -> None:
        async with Editor(stack(tmp_path)) as editor:
            editor.open(".env")
            told = await editor.hover(".env", SECRET)
            assert "`env:LITELLM_MASTER_KEY` = `***`" in told
            assert SECRET not in told

    asyncio.run(session())
