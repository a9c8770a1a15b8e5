"""Compose's own check, by a `docker` that only looks like one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Owner
from litellm_harden.verify.compose import check, find_compose
from litellm_harden.verify.model import Composed
from tests.deploy import deploy
from tests.verify.programs import docker, program

COMPOSE = "services:\n  litellm:\n    image: ghcr.io/berriai/litellm:v1.81.0-stable\n"


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "programs"))
    return tmp_path / "programs"


@pytest.fixture
def deployment(tmp_path: Path) -> Deployment:
    return deploy(tmp_path / "gateway", {"compose.yaml": COMPOSE, ".env": "TAG=1\n"})


def checked(deployment: Deployment, timeout: float = 20, owner: Owner | None = None) -> Composed:
    project = deployment.parts.project
    assert project is not None
    env_files = owner.env_files if owner else ()
    return check(find_compose(timeout), project, deployment.seed.compose, env_files, timeout)


def kept(programs: Path, what: str) -> Any:
    return json.loads((programs / what).read_text())


def test_accepted_files(programs: Path, deployment: Deployment) -> None:
    docker(programs)
    assert checked(deployment).accepted
    file = str(deployment.seed.compose[0])
    assert kept(programs, "arguments") == ["compose", "-f", file, "config", "--quiet"]


def test_an_env_file_of_the_owner_comes_on_top_of_the_projects(programs: Path, deployment: Deployment) -> None:
    docker(programs)
    more = deployment.root / "more.env"
    more.write_text("A=b\n")
    checked(deployment, owner=Owner(env_files=(more,)))
    assert kept(programs, "arguments")[1:5] == ["--env-file", str(deployment.root / ".env"), "--env-file", str(more)]


def test_refused_files_in_composes_words_alone(programs: Path, deployment: Deployment) -> None:
    docker(programs, 15, 'level=warning msg="version is obsolete"\nservices.litellm Additional property x\n')
    found = checked(deployment)
    assert (found.accepted, found.words) == (False, "services.litellm Additional property x")


@pytest.mark.parametrize(
    "says",
    [
        "env file /gateway/missing.env not found: stat /gateway/missing.env: no such file or directory",
        "error while interpolating services.litellm.environment.KEY: required variable KEY is missing a value: set it",
    ],
)
def test_what_is_missing_here_alone_is_no_refusal(says: str, programs: Path, deployment: Deployment) -> None:
    docker(programs, 1, says)
    assert checked(deployment).accepted is None


def test_it_sees_no_variable_of_the_owner_and_no_daemon(
    programs: Path, deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-this-machine")
    monkeypatch.setenv("DOCKER_HOST", "tcp://daemon:2375")
    docker(programs)
    checked(deployment)
    environment = kept(programs, "environment")
    assert "OPENAI_API_KEY" not in environment
    assert environment["DOCKER_HOST"] == "unix:///nonexistent/lh-verify.sock"


def test_one_that_does_not_end_is_ended(programs: Path, deployment: Deployment) -> None:
    docker(programs, does="import time; time.sleep(60)")
    found = checked(deployment, timeout=3)
    assert found.accepted is None
    assert "within 3 s" in found.words


def test_a_docker_without_the_plugin_gives_way_to_the_program_of_its_own(programs: Path) -> None:
    program(programs / "docker", "raise SystemExit(1)")
    assert find_compose(20) == ()
    program(programs / "docker-compose", "")
    assert find_compose(20) == (str(programs / "docker-compose"),)
