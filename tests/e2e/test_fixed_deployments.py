"""The fixtures as `lh fix` leaves them, loaded and started by the real LiteLLM."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from dotenv import dotenv_values

from tests.e2e.installed import Installed, arguments_of
from tests.fixture_runs import FIXTURES, NAMES

pytestmark = pytest.mark.e2e

RETRIES = {
    "AuthenticationErrorRetries",
    "TimeoutErrorRetries",
    "RateLimitErrorRetries",
    "ContentPolicyViolationErrorRetries",
    "InternalServerErrorRetries",
}
CLOSED_PORT = "1"
PLAIN = [name for name in NAMES if name not in ("beyond-the-checklist", "kubernetes", "helm-values")]
"""The fixtures with a config of its own that LiteLLM loads. What stops the start in the first of the others is left to
its owner; `lh verify` is tried on all of them (test_verify.py)."""


def offline(config: Path, target: Path) -> Path:
    """A copy of the config without its database, whose Redis is a closed port of this machine; BOM and CRLF stay."""
    text = config.read_bytes().decode("utf-8")
    text = re.sub(r"\n *database_url:[^\n]*", "", text)
    text = re.sub(r"\b((?:redis_)?host): [^\s,}]+", r"\1: 127.0.0.1", text)
    text = re.sub(r"\b((?:redis_)?port): [^\s,}]+", rf"\1: {CLOSED_PORT}", text)
    target.write_bytes(text.encode("utf-8"))
    return target


def config_of(name: str) -> Path:
    files = [*(FIXTURES / name / "week-3").rglob("*.y*ml")]
    return next(file for file in files if "model_list:" in file.read_text(encoding="utf-8"))


def environment_of(name: str, folder: Path) -> dict[str, str]:
    """The fixed env file, without the database, and something for each reference that it does not hold.

    `folder` stands in for the tmpfs that the compose file mounts for metrics.
    """
    references = re.findall(r"os\.environ/(\w+)", config_of(name).read_text(encoding="utf-8"))
    stated = dotenv_values(FIXTURES / name / "week-3" / ".env")
    values = {**dict.fromkeys(references, "fake"), **{key: value for key, value in stated.items() if value is not None}}
    if "PROMETHEUS_MULTIPROC_DIR" in values:
        values["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    return {**values, "LITELLM_MASTER_KEY": "sk-fake-master-key-of-the-tests", "DATABASE_URL": ""}


def test_each_fixed_config_means_to_litellm_what_the_rules_say(litellm: Installed, tmp_path: Path) -> None:
    configs = [offline(config_of(name), tmp_path / f"{name}.yaml") for name in PLAIN]
    environment = {key: value for name in PLAIN for key, value in environment_of(name, tmp_path).items()}
    for seen in litellm.observe(*configs, environment={**environment, "LITELLM_LOG": "ERROR"}):
        assert "error" not in seen, seen
        assert 0 < seen["cooldown_time"] <= 60, seen
        assert seen["retry_policy"].keys() >= RETRIES, seen
        assert seen["retry_policy"]["AuthenticationErrorRetries"] == 0, seen
        assert not seen["prints_verbosely"], seen
        assert seen["log_level"] == "ERROR", seen


def test_the_fixed_checklist_deployment_has_the_checklists_numbers(litellm: Installed, tmp_path: Path) -> None:
    config = offline(config_of("checklist-1.81"), tmp_path / "config.yaml")
    (seen,) = litellm.observe(config, environment=environment_of("checklist-1.81", tmp_path))
    assert (seen["log_level"], seen["json_logs"], seen["prints_verbosely"]) == ("ERROR", True, False)
    assert (seen["allowed_fails"], seen["cooldown_time"], seen["redis_connections"]) == (300, 60, 50)
    assert seen["retry_policy"] == {
        "AuthenticationErrorRetries": 0,
        "TimeoutErrorRetries": 3,
        "RateLimitErrorRetries": 5,
        "ContentPolicyViolationErrorRetries": 0,
        "InternalServerErrorRetries": 3,
    }
    assert seen["allowed_fails_policy"] == {
        "BadRequestErrorAllowedFails": 1000,
        "AuthenticationErrorAllowedFails": 5,
        "TimeoutErrorAllowedFails": 300,
        "RateLimitErrorAllowedFails": 10000,
        "InternalServerErrorAllowedFails": 300,
    }


def test_the_fixed_checklist_deployment_answers_with_four_workers(litellm: Installed, tmp_path: Path) -> None:
    name = "checklist-1.81"
    config = offline(config_of(name), tmp_path / "config.yaml")
    arguments = list(arguments_of(FIXTURES / name / "week-3" / "Dockerfile"))
    arguments[arguments.index("--config") + 1] = str(config)
    environment = {key: value for key, value in environment_of(name, tmp_path).items() if key != "DATABASE_URL"}
    with litellm.serve(*arguments, output=tmp_path / "output", environment=environment) as proxy:
        assert len(proxy.workers()) == 4
