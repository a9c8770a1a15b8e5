"""What the rules of week 1 say the `litellm` command does, asked of it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from litellm_harden.litellm.options import options
from litellm_harden.litellm.versions import parse
from tests.e2e.installed import Installed
from tests.e2e.test_config_claims import MODELS

pytestmark = pytest.mark.e2e

NAMES = (
    "import json; from litellm.proxy.proxy_cli import run_server\n"
    "options = {o: (not p.is_flag, p.envvar) for p in run_server.params for o in p.opts if o.startswith('-')}\n"
    "print('OPTIONS', json.dumps(options))"
)


@pytest.fixture
def config(tmp_path: Path) -> str:
    (tmp_path / "config.yaml").write_text(MODELS, encoding="utf-8")
    return str(tmp_path / "config.yaml")


def test_the_options_are_those_we_know(litellm: Installed) -> None:
    done = litellm.run("python", "-c", NAMES)
    line = next(line for line in done.stdout.splitlines() if line.startswith("OPTIONS "))
    real = {name: tuple(found) for name, found in json.loads(line.removeprefix("OPTIONS ")).items()}
    version = parse(litellm.version)
    assert version is not None
    ours = {name: (option.takes_value, option.env) for name, option in options().items() if option.accepted_by(version)}
    hidden = "--enforce_prisma_migration_check"  # without effect, and without its variable, since 1.106
    assert ours.pop(hidden, None) == real.pop(hidden, None) or version.minor >= 106
    assert ours == real


def test_dashes_in_the_name_of_an_option_are_refused(litellm: Installed) -> None:
    done = litellm.run("litellm", "--num-workers", "4")
    assert done.returncode == 2
    assert "No such option" in done.stdout


def test_one_uvicorn_worker_that_reaches_its_limit_ends_the_proxy_with_status_0(
    litellm: Installed, config: str, tmp_path: Path
) -> None:
    arguments = ["--config", config, "--max_requests_before_restart", "5"]
    with litellm.serve(*arguments, output=tmp_path / "output") as proxy:
        for _ in range(10):
            proxy.alive()
        assert proxy.process.wait(20) == 0


def test_gunicorn_recycles_a_worker_that_reaches_its_limit(litellm: Installed, config: str, tmp_path: Path) -> None:
    arguments = ["--config", config, "--run_gunicorn", "--num_workers", "2", "--max_requests_before_restart", "5"]
    with litellm.serve(*arguments, output=tmp_path / "output") as proxy:
        first, end = proxy.workers(), time.monotonic() + 30
        while not proxy.workers() - first and time.monotonic() < end:
            proxy.alive()
        assert proxy.workers() - first
        assert proxy.process.poll() is None
