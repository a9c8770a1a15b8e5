"""What LH212 says LiteLLM refuses, asked of the command that reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.e2e.installed import Installed
from tests.rules.worlds import deployment, findings

pytestmark = pytest.mark.e2e

READ = """
import json, sys
from litellm.proxy.proxy_cli import run_server
def refused(words):
    try:
        read = run_server.make_context("litellm", list(words), resilient_parsing=False)
    except Exception as error:
        return type(error).__name__
    return " ".join(read.params.get("cli_args") or ())  # refused as an unknown command, after reading
print("REFUSED", json.dumps([refused(words) for words in json.loads(sys.argv[1])]))
"""
TAKEN = [
    ["--num_workers", "4", "--port=4000", "--debug"],
    ["-c", "/app/config.yaml", "--telemetry", "False", "--run_gunicorn"],
    ["-cconfig.yaml", "--max_budget", "2.5", "--temperature", "1"],
    ["--host", "-", "--num_workers", " 4 "],
]
REFUSED = [
    ["litellm", "--port", "4000"],
    ["--num-workers", "4"],
    ["--Debug"],
    ["--port", "abc"],
    ["--num_workers", "2.5"],
    ["--num_workers", "$(nproc)"],
    ["--num_workers", "--port", "4000"],
    ["--port"],
    ["--debug", "true"],
    ["--debug=true"],
    ["--telemetry", "never"],
    ["--port 4000"],
    ["--port", "4000", "5000"],
    ["-p", "4000"],
    ["--no_such_thing"],
    ["--use_prisma_migrate"],
    ["/bin/sh", "-c", "litellm --port 4000"],
]


def test_what_is_refused_and_what_is_taken(litellm: Installed, tmp_path: Path) -> None:
    done = litellm.run("python", "-c", READ, json.dumps([*TAKEN, *REFUSED]))
    line = next(line for line in done.stdout.splitlines() if line.startswith("REFUSED "))
    refused = json.loads(line.removeprefix("REFUSED "))
    assert not any(refused[: len(TAKEN)])
    assert all(refused[len(TAKEN) :])
    for words in [*TAKEN, *REFUSED]:
        dockerfile = f'FROM python:3.12\nRUN pip install "litellm[proxy]=={litellm.version}"\nENTRYPOINT ["litellm"]\n'
        found = deployment(tmp_path, {"Dockerfile": f"{dockerfile}CMD {json.dumps(words)}\n"})
        assert bool(findings(found, "LH212")) is (words in REFUSED), words


@pytest.mark.parametrize("words", [["litellm", "--port", "4000"], ["--config", "--debug"], ["--run_hypercorn"]])
def test_the_proxy_does_not_start(litellm: Installed, words: list[str]) -> None:
    assert litellm.run("litellm", *words).returncode not in (0, None)


def test_an_option_of_a_later_release_is_refused(litellm: Installed) -> None:
    done = litellm.run("litellm", "--max_requests_before_restart_jitter", "10", "--version")
    assert (done.returncode == 2) is (litellm.version == "1.81.0") is ("No such option" in done.stdout)
