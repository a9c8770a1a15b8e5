"""What the plan says to do after the edits."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.report.pages import FILES, page


def test_the_steps_fit_the_deployment(tmp_path: Path) -> None:
    _, restart, probe, load, watch = page(tmp_path).plans[0].steps
    assert restart.commands[0] == "docker compose -f compose.yaml up -d --force-recreate litellm"
    assert probe.commands[0] == "curl -fsS http://localhost:8080/health/readiness"
    assert "small-embedding" in probe.text
    assert '-H "Authorization: Bearer $PROXY_KEY"' in load.commands[0]
    assert "litellm_overhead_latency_metric_bucket" in watch.watched[1].query


def test_the_probe_is_a_shell_script_that_asks_every_model(tmp_path: Path) -> None:
    """Run with an echo in the place of curl, since no proxy listens here."""
    probe = page(tmp_path).plans[0].steps[2]
    script = "curl() { for word; do :; done; printf '%s ' \"$@\"; echo; }\n" + probe.commands[1]
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True, env={"PROXY_KEY": "k"})
    bodies = [line.split("-d ")[1].split(" http://")[0] for line in done.stdout.splitlines()]
    assert [json.loads(body)["model"] for body in bodies] == ["gpt-4o", "it's <b>"]


def test_other_kinds_of_deployment_have_steps_too(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    alone = page(tmp_path / "a", {"config.yaml": "model_list: []\n"}).plans[0].steps
    assert "litellm --config config.yaml --validate_config" in alone[0].commands
    (tmp_path / "b").mkdir()
    dockerfile = 'FROM ghcr.io/berriai/litellm:v1.109.1\nCOPY config.yaml /app/\nCMD ["--config", "/app/config.yaml"]\n'
    image = page(tmp_path / "b", {"config.yaml": "model_list: []\n", "Dockerfile": dockerfile}).plans[0].steps
    assert image[1].commands == ("docker build -t litellm-proxy -f Dockerfile .",)
    assert image[0].commands[-1].endswith("--config /app/config.yaml --validate_config")


def test_a_release_without_a_check_of_its_own_is_not_asked_for_one(tmp_path: Path) -> None:
    validate = page(tmp_path).plans[0].steps[0]
    assert validate.commands == ("docker compose -f compose.yaml config -q",)
    assert "1.81.0 has no check of its own" in validate.text


@pytest.mark.parametrize(
    ("changed", "to", "url"),
    [
        ('ports: ["127.0.0.1:8080:4000"]', "network_mode: host", "http://localhost:4000/"),
        ('ports: ["127.0.0.1:8080:4000"]', 'ports: ["10.0.0.5:80:4000"]', "http://10.0.0.5:80/"),
        ('ports: ["127.0.0.1:8080:4000"]', "expose: [4000]", "http://litellm:4000/"),
        ('"/app/config.yaml"]\n', '"/app/config.yaml", --port, "5000"]\n', "http://litellm:5000/"),
        ("8080:4000", '8080:5000"]\n    labels: ["x=y', "http://litellm:4000/"),
    ],
)
def test_the_proxy_is_asked_where_it_answers(tmp_path: Path, changed: str, to: str, url: str) -> None:
    probe = page(tmp_path, {**FILES, "compose.yaml": FILES["compose.yaml"].replace(changed, to)}).plans[0].steps[2]
    assert f" {url}health/readiness" in probe.commands[0]
    assert ("publishes no port" in probe.text) == ("litellm" in url)


@pytest.mark.parametrize(("version", "noted"), [("v1.81.0-stable", True), ("v1.81.13", True), ("v1.81.14", False)])
def test_what_is_watched_is_counted_once(tmp_path: Path, version: str, noted: bool) -> None:
    """On 1.81.0 litellm_proxy_total_requests_metric_total counts 10 for 5 requests, the latency 5."""
    compose = FILES["compose.yaml"].replace("v1.81.0-stable", version)
    watch = page(tmp_path, {**FILES, "compose.yaml": compose}).plans[0].steps[4]
    [throughput] = [one.query for one in watch.watched if one.what.startswith("throughput")]
    assert throughput == "sum(rate(litellm_request_total_latency_metric_count[5m]))"
    assert ("counts a failed request twice" in watch.text) == noted


def test_a_config_without_models_is_not_said_to_be_probed(tmp_path: Path) -> None:
    config = FILES["config.yaml"]
    start = config.index("litellm_settings")
    embedding = config.splitlines(keepends=True)[3]
    for name, models, says in (
        ("none", "", "No config here names a model: /v1/models lists"),
        ("others", f"model_list:\n{embedding}", "No config here names a chat model: /v1/models lists"),
    ):
        (tmp_path / name).mkdir()
        of = page(tmp_path / name, {**FILES, "config.yaml": models + config[start:]}).plans[0]
        probe, load = of.steps[2:4]
        assert probe.text.startswith(says)
        assert probe.commands[-1].endswith("/v1/models")
        assert load.text.endswith("in the place of MODEL.")
