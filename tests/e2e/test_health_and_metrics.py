"""The health check and the metrics of fixed deployments, asked of the real LiteLLM started as their entrypoint does."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from ruamel.yaml import YAML

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Owner
from tests.e2e.entrypoint import PROXY_PORT, check, container
from tests.e2e.installed import BOOT, Installed
from tests.e2e.test_fixed_deployments import offline
from tests.fixture_runs import FIXTURES

pytestmark = pytest.mark.e2e

OLD = ["checklist-1.81", "checklist-letter"]
CURRENT = ["checklist-floating", "health-app-left-over"]
SERVICE_METRICS = re.compile(r"^litellm_(redis|self|router|auth)_\w*(latency|requests)", re.MULTILINE)
MASTER_KEY = "sk-fake-master-key-of-the-tests"


@contextmanager
def started(litellm: Installed, name: str, folder: Path) -> Iterator[tuple[Deployment, dict[str, str]]]:
    """The fixture as the fixes of all weeks leave it, offline, in what would be its container."""
    (deployment,) = discover([FIXTURES / name / "week-3"], Owner()).deployments
    config = offline(deployment.files.config[0], folder / "config.yaml")
    settings = {variable: deployment.setting(f"env:{variable}") for variable in deployment.parts.environment.names()}
    environment = {variable: str(one.value) for variable, one in settings.items() if one.known}
    environment = {variable: value for variable, value in environment.items() if not variable.startswith("REDIS_")}
    environment |= {"LITELLM_MASTER_KEY": MASTER_KEY, "ANTHROPIC_API_KEY": "fake"}
    environment.pop("DATABASE_URL", None)
    if "PROMETHEUS_MULTIPROC_DIR" in environment:
        (folder / "multiproc").mkdir()  # the tmpfs that the compose file mounts
        environment["PROMETHEUS_MULTIPROC_DIR"] = str(folder / "multiproc")
    with container(litellm, _arguments(deployment, config), environment, folder) as inside:
        yield deployment, inside


def _arguments(deployment: Deployment, config: Path) -> list[str]:
    words = [word.text for line in deployment.parts.command.lines for word in line.words.words]
    words[words.index("--config") + 1] = str(config)
    return words


def health_check(deployment: Deployment) -> tuple[Sequence[str], float]:
    """The command of the compose file's health check, and the seconds it may take."""
    service = YAML(typ="safe").load(deployment.files.compose[0])["services"][deployment.service]
    stated = service["healthcheck"]
    return stated["test"], float(str(stated.get("timeout", "30s")).removesuffix("s"))


def eventually_healthy(test: Sequence[str], inside: dict[str, str], timeout: float) -> bool:
    """Whether the check passes before its start period is over."""
    for _ in range(40):
        if check(test, inside, timeout + 5) == 0:
            return True
        time.sleep(1)
    return False


def metrics(key: str | None) -> tuple[int, str]:
    """What the metrics endpoint answers with that key or without one, once the workers behind the port are up."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    end = time.monotonic() + BOOT
    while True:
        try:
            with urlopen(Request(f"http://127.0.0.1:{PROXY_PORT}/metrics/", headers=headers), timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, ""
        except OSError:
            assert time.monotonic() < end, "no worker answers"


def observe(litellm: Installed, name: str, folder: Path) -> None:
    with started(litellm, name, folder) as (deployment, inside):
        test, timeout = health_check(deployment)
        assert eventually_healthy(test, inside, timeout), (folder / "container.log").read_text(errors="replace")[-3000:]
        assert metrics(None)[0] == 401
        status, text = metrics(MASTER_KEY)
        assert status == 200
        assert SERVICE_METRICS.search(text), text
    assert check(test, inside, timeout + 5) != 0  # nobody answers any more


@pytest.mark.parametrize("name", OLD)
def test_the_old_proxy_passes_its_fixed_health_check_and_shows_metrics(
    old_litellm: Installed, name: str, tmp_path: Path
) -> None:
    observe(old_litellm, name, tmp_path)


@pytest.mark.parametrize("name", CURRENT)
def test_a_current_proxy_passes_its_fixed_health_check_and_shows_metrics(
    current_litellm: Installed, name: str, tmp_path: Path
) -> None:
    observe(current_litellm, name, tmp_path)
