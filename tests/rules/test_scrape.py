"""Item 11: the Prometheus beside the proxy and the job that asks for its metrics, in its corners."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from litellm_harden.cli.main import main
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.discovery import discover
from litellm_harden.deployment.model import Change, Including, Owner
from litellm_harden.rules.model import Applicability
from tests.rules.worlds import compose, deployment, findings, not_judged, only, planned

SERVED = 'litellm_settings: {callbacks: ["prometheus"]}\n'
OPEN = "litellm_settings: {callbacks: [prometheus], require_auth_for_metrics_endpoint: false}\n"
PROMTOOL = shutil.which("promtool")
BEFORE, SINCE = "1.83.14", "1.84.0"
MOUNT = '    volumes: ["./prometheus.yml:/etc/prometheus/prometheus.yml"]\n'


def stack(
    folder: Path, scrape: str, config: str = OPEN, version: str = SINCE, prometheus: str = "", **own: str
) -> Deployment:
    """A proxy with a Prometheus beside it; `prometheus` adds lines to the latter."""
    lines = "".join(f"    {line}\n" for line in prometheus.splitlines())
    more = f"  metrics:\n    image: prom/prometheus\n{MOUNT}{lines}"
    text = compose(image=f"ghcr.io/berriai/litellm:v{version}", more=more, **own)  # type: ignore[arg-type]
    return deployment(folder, {"config.yaml": config, "compose.yaml": text, "prometheus.yml": scrape})


def job(text: str = "", target: str = "litellm:4000") -> str:
    """A scrape config with one job, named own."""
    return f'scrape_configs:\n- job_name: own\n  static_configs: [{{targets: ["{target}"]}}]\n{text}'


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Lists and mappings of what a job is made of, in any order."""
    keys = ["job_name", "static_configs", "targets", "dns_sd_configs", "names", "type", "metrics_path"]
    keys += ["relabel_configs", "target_label", "authorization", "follow_redirects", "file_sd_configs"]
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(keys), inner, max_size=6)


@pytest.mark.parametrize(
    ("target", "reaches"),
    [
        ("litellm:4000", True),
        ("gateway:4000", True),
        ("models:4000", True),
        ("host.docker.internal:8080", True),
        ("host.docker.internal:4000", False),
        ("litellm:4001", False),
        ("litellm", False),
    ],
)
def test_a_target_reaches_the_proxy(tmp_path: Path, target: str, reaches: bool) -> None:
    service = "container_name: gateway\nports: ['8080:4000']\nnetworks: {default: {aliases: [models]}}"
    found = stack(tmp_path, job(target=target), service=service)
    assert bool(findings(found, "LH114")) is not reaches


def test_a_job_may_ask_the_name_server(tmp_path: Path) -> None:
    found = stack(
        tmp_path,
        "scrape_configs: [{job_name: all, dns_sd_configs: [{names: [litellm], type: A, port: 4000}]}]\n",
        service="scale: 3",
    )
    assert not findings(found, "LH114")


def test_several_instances_are_asked_one_by_one(tmp_path: Path) -> None:
    _, fix = only(findings(stack(tmp_path, "scrape_configs: []\n", service="scale: 3"), "LH114"))
    [change] = fix.changes
    assert isinstance(change.value, Including)
    assert isinstance(change.value.item, dict)
    assert change.value.item["dns_sd_configs"] == [{"names": ["litellm"], "type": "A", "port": 4000}]


@pytest.mark.parametrize(
    ("more", "holds"),
    [
        ("", True),
        ("  metrics_path: /metrics\n", True),
        ("  metrics_path: /metrics/\n", True),
        ("  follow_redirects: false\n", False),
        ("  metrics_path: /metrics\n  follow_redirects: false\n", False),
        ("  metrics_path: /metrics/\n  follow_redirects: false\n", True),
        ("  metrics_path: /actuator\n", False),
    ],
)
def test_a_job_asks_for_the_right_path(tmp_path: Path, more: str, holds: bool) -> None:
    flagged = findings(stack(tmp_path, job(more)), "LH114")
    assert bool(flagged) is not holds
    for finding in flagged:
        assert finding.fix is not None
        assert finding.fix.changes == (Change("prometheus:scrape_configs.0.metrics_path", "/metrics/"),)
        assert finding.fix.applicability is Applicability.SAFE


@pytest.mark.parametrize(
    ("version", "settings", "needs_key"),
    [
        (BEFORE, "callbacks: [prometheus]", False),
        (SINCE, "callbacks: [prometheus]", True),
        (BEFORE, "callbacks: []", True),  # the fix of LH111 closes it
        (BEFORE, "callbacks: [], require_auth_for_metrics_endpoint: false", False),
        (BEFORE, "callbacks: [prometheus], require_auth_for_metrics_endpoint: true", True),
        (BEFORE, "callbacks: [prometheus], require_auth_for_metrics_endpoint: 'false'", False),
        (SINCE, "callbacks: [prometheus], require_auth_for_metrics_endpoint: 'false'", True),
        (SINCE, "callbacks: [prometheus], require_auth_for_metrics_endpoint: false", False),
    ],
)
def test_a_key_is_asked_for_where_the_proxy_asks_for_one(
    tmp_path: Path, version: str, settings: str, needs_key: bool
) -> None:
    config = f"litellm_settings: {{{settings}}}\n"
    for number, scrape in enumerate(("scrape_configs: []\n", job())):
        flagged = findings(stack(tmp_path, scrape, config, version), "LH114")
        manual = [f.fix.applicability is Applicability.MANUAL for f in flagged if f.fix]
        assert manual == ([needs_key] if not number or needs_key else [])


@pytest.mark.parametrize(
    ("carries", "holds"),
    [
        ("authorization: {credentials_file: /run/key}", True),
        ("bearer_token_file: /run/key", True),
        ("bearer_token: sk-abc-def-ghi", True),
        ("basic_auth: {username: a, password_file: /run/key}", False),
        ("http_headers: {x-litellm-api-key: {files: [/run/key]}}", None),
    ],
)
def test_a_job_carries_a_key(tmp_path: Path, carries: str, holds: bool | None) -> None:
    found = stack(tmp_path, job(f"  {carries}\n"), SERVED)
    assert bool(findings(found, "LH114")) is (holds is False)
    assert bool(not_judged(found, "LH114")) is (holds is None)


@pytest.mark.parametrize(
    "scrape",
    [
        "scrape_config_files: [more/*.yml]\n",
        "scrape_configs: [{job_name: a, file_sd_configs: [{files: [x.json]}]}]\n",
        "scrape_configs: [{job_name: a, docker_sd_configs: [{host: x}]}]\n",
        job(target="${PROXY}"),
        job(target="litellm.example.com:443"),
        "scrape_configs: {}\n",
        "[]\n",
    ],
)
def test_jobs_that_may_ask_the_proxy_are_not_judged(tmp_path: Path, scrape: str) -> None:
    found = stack(tmp_path, scrape)
    assert not findings(found, "LH114")
    assert not_judged(found, "LH114")


def test_anchors_that_multiply_targets_take_no_time(tmp_path: Path) -> None:
    many = "  static_configs: &all\n" + "".join(f"  - {{targets: ['n{number}:1']}}\n" for number in range(2000))
    again = "".join(f"- {{job_name: j{number}, static_configs: *all}}\n" for number in range(2000))
    found = stack(tmp_path, f"scrape_configs:\n- job_name: all\n{many}{again}")
    assert "100000 targets" in not_judged(found, "LH114")[0].reason


@given(data=st.recursive(st.sampled_from([None, True, 1, "litellm:4000", "/metrics", "$"]), _nested, max_leaves=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_scrape_config_is_too_strange(tmp_path: Path, data: object) -> None:
    found = stack(tmp_path, f"scrape_configs: {json.dumps([data])}\n")
    assert len(findings(found, "LH114")) + len(not_judged(found, "LH114")) <= 1


def test_a_probe_of_the_proxy_is_no_job_for_its_metrics(tmp_path: Path) -> None:
    probe = "  metrics_path: /probe\n  relabel_configs: [{target_label: __address__, replacement: 'blackbox:9115'}]\n"
    assert findings(stack(tmp_path, job(probe)), "LH114")


@pytest.mark.parametrize(
    ("own", "prometheus", "target"),
    [
        ("networks: [a, b]", "networks: [b]", "litellm:4000"),
        ("networks: [a]", "networks: [b]", None),
        ("ports: ['8080:4000']", "network_mode: host", "localhost:8080"),
        ("network_mode: host", "", None),
    ],
)
def test_a_job_is_added_where_it_would_reach_the_proxy(
    tmp_path: Path, own: str, prometheus: str, target: str | None
) -> None:
    _, fix = only(findings(stack(tmp_path, "scrape_configs: []\n", service=own, prometheus=prometheus), "LH114"))
    assert (f"a job for {target}" in fix.description) is (target is not None)
    assert bool(fix.changes) is (target is not None)


def test_a_job_gets_a_name_of_its_own(tmp_path: Path) -> None:
    found = stack(tmp_path, job(target="metrics:9090").replace("own", "litellm"))
    _, fix = only(findings(found, "LH114"))
    [change] = fix.changes
    assert isinstance(change.value, Including)
    assert isinstance(change.value.item, dict)
    assert change.value.item["job_name"] == "litellm-2"


def test_a_job_that_is_added_is_all_that_was_missing(tmp_path: Path) -> None:
    found = stack(tmp_path, "scrape_configs:\n  - job_name: node\n")
    plan = planned(found, "LH114")
    assert not plan.refused
    assert list(plan.edits) == [tmp_path / "prometheus.yml"]
    assert not findings(found.reloaded(plan.workspace), "LH114")


def test_a_scrape_config_of_two_proxies_keeps_nobody_from_having_metrics(tmp_path: Path) -> None:
    config = "litellm_settings: {require_auth_for_metrics_endpoint: false}\n"
    two = "  second:\n    image: ghcr.io/berriai/litellm:v1.84.0\n"
    more = f"  metrics:\n    image: prom/prometheus\n{MOUNT}{two}"
    files = {"config.yaml": config, "compose.yaml": compose(more=more), "prometheus.yml": "scrape_configs: []\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    found = next(one for one in discover([tmp_path], Owner()).deployments if one.service == "litellm")
    _, fix = only(findings(found, "LH114"))
    assert fix.applicability is Applicability.MANUAL
    assert "prometheus.yml is also used by second" in fix.description
    assert "LH111" in {finding.rule.id for finding in planned(found, "LH111").fixed}


if PROMTOOL:

    @pytest.mark.parametrize("service", ["", "scale: 2"])
    @pytest.mark.parametrize("scrape", ["", "global: {scrape_interval: 15s}\n", job("  metrics_path: /wrong\n")])
    def test_prometheus_takes_what_is_written(tmp_path: Path, scrape: str, service: str) -> None:
        written = tmp_path / "prometheus.yml"
        written.write_text(planned(stack(tmp_path, scrape, service=service), "LH114").workspace.source(written).text)
        subprocess.run([str(PROMTOOL), "check", "config", str(written)], check=True, capture_output=True)


def test_a_scrape_config_shows_no_token(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stack(tmp_path, job("  metrics_path: /wrong\n  bearer_token: very-secret-1234\n"))
    for command in ("lint --format json", "show --format json", "show", "fix --diff"):
        main([*command.split(), str(tmp_path)])
        out = capsys.readouterr().out
        assert "own" in out
        assert "very-secret" not in out
