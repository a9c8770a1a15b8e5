"""Where the proxy answers, what its health check is, and what its image can run."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.binaries import has_program
from litellm_harden.deployment.health import Unknown, answering_port, health_check, proxy_port
from litellm_harden.deployment.model import Owner
from tests.deploy import after, container, deploy

APP = 'environment: {SEPARATE_HEALTH_APP: "1"}'


@pytest.mark.parametrize(
    ("lines", "port"),
    [
        ((), 4000),
        (('command: ["--port", "8000"]',), 8000),
        (('command: ["--config", "c.yaml"]', "environment: {PORT: 8000}"), 8000),
        (("environment: {PORT: 8000}",), 4000),  # the image's own CMD passes --port 4000
        (('command: ["--port", "9000"]', "environment: {PORT: 8000}"), 9000),
        (('command: ["--config", "c.yaml"]', 'environment: {PORT: 8000, SEPARATE_HEALTH_APP: "1"}'), 4000),
        (('command: ["--config", "c.yaml"]', "environment: {PORT: ''}"), 4000),
        (('command: ["--port", "tcp://10.0.0.1:80"]',), None),
        (('command: ["--port", "${LITELLM_PORT}"]',), None),
        (('command: ["--config", "c.yaml"]', "env_file: [absent.env]"), None),
    ],
)
def test_the_port_of_the_main_process(tmp_path: Path, lines: tuple[str, ...], port: int | None) -> None:
    found = proxy_port(container(tmp_path, *lines))
    assert found == port if port else isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("version", "lines", "port"),
    [
        ("1.81.0", (APP,), 4001),
        ("1.81.0", ('environment: {SEPARATE_HEALTH_APP: "1", SEPARATE_HEALTH_PORT: "4005"}',), 4005),
        ("1.83.9", (APP,), 4001),
        ("1.83.10", (APP,), 4000),
        ("1.85.0", (APP,), 4000),
        ("1.81.0", ('environment: {SEPARATE_HEALTH_APP: "true"}',), 4000),
        ("1.81.0", (APP, "entrypoint: litellm"), 4000),
    ],
)
def test_a_check_asks_the_health_app_where_it_runs(
    tmp_path: Path, version: str, lines: tuple[str, ...], port: int
) -> None:
    assert answering_port(container(tmp_path, *lines, image=f"ghcr.io/berriai/litellm:v{version}")) == port


def test_whether_a_release_that_nothing_pins_has_a_health_app_is_not_known(tmp_path: Path) -> None:
    floating = "ghcr.io/berriai/litellm:main-stable"
    assert isinstance(answering_port(container(tmp_path, APP, image=floating)), Unknown)
    assert answering_port(container(tmp_path, image=floating)) == 4000


@pytest.mark.parametrize(
    ("lines", "test"),
    [
        ("healthcheck:\n  test: curl x || exit 1", ("CMD-SHELL", "curl x || exit 1")),
        ("healthcheck:\n  test: [CMD, curl, x]", ("CMD", "curl", "x")),
        ("healthcheck:\n  test: [NONE]", ("NONE",)),
        ("healthcheck: {disable: true, test: x}", ("NONE",)),
        ("healthcheck:\n  test: echo $$HOME", ("CMD-SHELL", "echo $HOME")),
        ("healthcheck: {interval: 5s}", ()),
        ("", ()),
    ],
)
def test_the_forms_of_a_check(tmp_path: Path, lines: str, test: tuple[str, ...]) -> None:
    assert health_check(container(tmp_path, lines)).test == test


def test_a_check_that_cannot_be_resolved_is_not_known(tmp_path: Path) -> None:
    assert "WHERE" in health_check(container(tmp_path, "healthcheck: {test: 'curl ${WHERE}'}")).unknown


def test_compose_completes_the_check_of_the_dockerfile(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM python:3.12\nHEALTHCHECK --interval=5s --start-period=9s CMD curl x || exit 1\n",
        "compose.yaml": "services:\n  litellm:\n    build: .\n    command: litellm\n    healthcheck: {interval: 7s}\n",
    }
    found = health_check(deploy(tmp_path, files))
    assert found.test == ("CMD-SHELL", "curl x || exit 1")
    assert found.timings == {"interval": "7s", "start_period": "9s"}
    assert found.in_image


def test_a_dockerfile_can_switch_the_check_off(tmp_path: Path) -> None:
    found = deploy(tmp_path, {"Dockerfile": "FROM python:3.12\nHEALTHCHECK NONE\nCMD litellm --port 1\n"})
    assert health_check(found).test == ("NONE",)
    assert found.setting("proxy:healthcheck.test").value == ["NONE"]


@pytest.mark.parametrize(
    ("dockerfile", "programs"),
    [
        ("FROM ghcr.io/berriai/litellm:v1.81.0", {"curl": False, "wget": False, "python3": True}),
        ("FROM ghcr.io/berriai/litellm:v1.63.11", {"curl": False, "wget": None}),
        ("FROM ghcr.io/berriai/litellm:v1.81.0\nUSER root\nRUN apk add --no-cache curl", {"curl": True, "wget": False}),
        ("FROM python:3.12", {"curl": True, "wget": True, "python": True}),
        ("FROM python:3.12-slim", {"curl": False, "wget": False, "python3": True}),
        ("FROM python:3.12-alpine", {"curl": False, "wget": True}),
        ("FROM python:3.12-slim\nRUN apt-get update && \\\n  apt-get install -y --no-upgrade \\\n  git curl=7.88",
         {"curl": True, "wget": False}),
        ("FROM python:3.12-slim\nRUN pip install curl", {"curl": False}),
        ("FROM python:3.12-slim AS base\nRUN apt-get install wget\nFROM base", {"wget": True}),
        ("FROM python:3.12-slim AS tools\nRUN apt-get install wget\nFROM python:3.12-slim", {"wget": False}),
        ("FROM python:3.12-slim\nCOPY --from=tools /usr/bin/curl /usr/bin/curl", {"curl": True}),
        ("FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim", {"curl": False, "python3": True}),
        ("FROM example.com/ours:1", {"curl": None, "wget": None, "python3": None}),
    ],
)  # fmt: skip
def test_what_an_image_can_run(tmp_path: Path, dockerfile: str, programs: dict[str, bool | None]) -> None:
    found = deploy(tmp_path, {"Dockerfile": f"{dockerfile}\nCMD litellm --port 4000\n"})
    assert {name: has_program(found, name) for name in programs} == programs


def test_what_an_image_can_run_is_not_known_without_its_dockerfile(tmp_path: Path) -> None:
    found = container(tmp_path, "build: ./elsewhere")
    assert [has_program(found, name) for name in ("curl", "python3")] == [None, None]


ASKS = ["CMD", "python3", "-c", "x('http://localhost:4000/health/liveliness')"]


def test_a_check_is_written_beside_what_the_service_has(tmp_path: Path) -> None:
    found = container(tmp_path, "healthcheck:\n  interval: 7s  # ours")
    changed = after(found, ("proxy:healthcheck", {"test": ASKS, "timeout": "5s"}))
    assert isinstance(changed, dict)
    assert '      interval: 7s  # ours\n      test: ["CMD", "python3", "-c"' in changed["compose.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        ("test: curl http://a:4000/health || exit 1  # c", "curl http://a:4001/health/liveliness || exit 1",
         "test: curl http://a:4001/health/liveliness || exit 1  # c"),
        ("test: 'curl $$X http://a:4000/health'", "curl $X http://a:4001/health", "test: 'curl $$X http://a:4001/health'"),
        ("test: 'curl ${U:-q} http://a/health'", "curl q http://a/health/ok", "test: 'curl ${U:-q} http://a/health/ok'"),
        ("test: >-\n  curl\n  http://a/health\n  -f", "curl http://a/health/ok -f",
         "test: >-\n  curl\n  http://a/health/ok\n  -f"),
    ],
)  # fmt: skip
def test_a_test_is_mended_inside_its_text(tmp_path: Path, old: str, new: str, result: str) -> None:
    body = "".join(f"  {line}\n" for line in old.splitlines())
    found = container(tmp_path, f"healthcheck:\n{body}")
    changed = after(found, ("proxy:healthcheck.test", ["CMD-SHELL", new]))
    assert isinstance(changed, dict)
    assert "".join(f"      {line}\n" for line in result.splitlines()) in changed["compose.yaml"]


def test_a_check_behind_a_merge_gets_a_copy_of_its_own(tmp_path: Path) -> None:
    text = """\
        x-common: &common
          healthcheck: {test: [CMD, "true"], interval: 7s}
        services:
          litellm:
            <<: *common
            image: ghcr.io/berriai/litellm:v1.86.0
          other:
            <<: *common
            image: redis
        """
    changed = after(deploy(tmp_path, {"compose.yaml": text}), ("proxy:healthcheck.test", ["CMD", "x"]))
    assert isinstance(changed, dict)
    assert (
        "  litellm:\n    <<: *common\n    image: ghcr.io/berriai/litellm:v1.86.0\n    healthcheck:\n"
        in changed["compose.yaml"]
    )
    assert "interval: 7s" in changed["compose.yaml"].partition("healthcheck:\n")[2]
    assert 'x-common: &common\n  healthcheck: {test: [CMD, "true"], interval: 7s}\n' in changed["compose.yaml"]


def test_a_check_of_an_extended_service_is_completed_where_it_is_used(tmp_path: Path) -> None:
    files = {
        "compose.yaml": """\
            services:
              litellm:
                extends: {file: base.yaml, service: base}
                image: ghcr.io/berriai/litellm:v1.86.0
            """,
        "base.yaml": "services:\n  base:\n    healthcheck: {test: [CMD, curl, x], interval: 7s}\n",
    }
    found = deploy(tmp_path, files, Owner())
    changed = after(found, ("proxy:healthcheck.test", ["CMD", "x"]))
    assert isinstance(changed, dict)
    assert changed.keys() == {"compose.yaml"}
    assert changed["compose.yaml"].endswith('    healthcheck:\n      test: ["CMD", "x"]\n')
