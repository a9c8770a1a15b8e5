from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from litellm_harden.cli.main import main


class Result(NamedTuple):
    """What a command gave."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


Lh = Callable[..., Result]


@pytest.fixture
def lh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Lh:
    """Run `lh` in a folder of its own, with a state folder beside it."""
    folder = tmp_path / "gateway"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("COLUMNS", "NO_COLOR", "LH_DEBUG", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> Result:
        status = main(arguments)
        out, err = capsysbinary.readouterr()
        return Result(status, out.decode(), err.decode())

    return run


CONFIG = """\
model_list: []

router_settings:
  cooldown_time: 120  # two minutes
"""

COMPOSE = """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./config.yaml:/app/config.yaml"]
    env_file: .env
"""

ENV = """\
LITELLM_MASTER_KEY=sk-canary-4711
LITELLM_LOG=DEBUG
"""


@pytest.fixture
def gateway(lh: Lh) -> Path:
    """A small deployment in the working directory."""
    here = Path.cwd()
    (here / "config.yaml").write_text(CONFIG)
    (here / "docker-compose.yml").write_text(COMPOSE)
    (here / ".env").write_text(ENV)
    return here
