"""The Prometheus beside a proxy: which config it scrapes by, and edits of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Including, State
from tests.deploy import after, deploy, find

PROXY = """
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.84.0
"""
JOBS = """
scrape_configs:
- job_name: node
  static_configs: [{targets: ['node:9100']}]
"""
MOUNTED = "volumes: ['./prometheus.yml:/etc/prometheus/prometheus.yml:ro']"


def compose(*lines: str, image: str = "prom/prometheus:v3.5.0", rest: str = "") -> str:
    """A compose file with a proxy and a Prometheus that has the lines."""
    own = "".join(f"    {line}\n" for line in (f"image: {image}", *lines) if line != "image: ")
    return f"{PROXY}  metrics:\n{own}{rest}"


@pytest.mark.parametrize(
    ("service", "name"),
    [
        (compose(MOUNTED), "prometheus.yml"),
        (compose("volumes: ['./monitoring:/etc/prometheus']"), "monitoring/prometheus.yml"),
        (
            compose("command: [--config.file=/conf/scrape.yml]", "volumes: ['./monitoring:/conf:ro']"),
            "monitoring/scrape.yml",
        ),
        (compose("command: --config.file /conf/p.yml", "volumes: ['./prometheus.yml:/conf/p.yml']"), "prometheus.yml"),
        (
            compose("command: [--config.file=p.yml]", "volumes: ['./prometheus.yml:/prometheus/p.yml']"),
            "prometheus.yml",
        ),
        (
            compose(
                "configs: [{source: scrape, target: /etc/prometheus/prometheus.yml}]",
                rest="configs: {scrape: {file: ./prometheus.yml}}\n",
            ),
            "prometheus.yml",
        ),
        (
            compose(
                "volumes: ['./prometheus.yml:/opt/bitnami/prometheus/conf/prometheus.yml']",
                image="docker.io/bitnami/prometheus:3",
            ),
            "prometheus.yml",
        ),
        (compose(MOUNTED, image="quay.io/prometheus/prometheus@sha256:0"), "prometheus.yml"),
        (compose("build: ./monitoring", image=""), "monitoring/prometheus.yml"),
    ],
)
def test_the_scrape_config_is_found(tmp_path: Path, service: str, name: str) -> None:
    names = ("prometheus.yml", "monitoring/prometheus.yml", "monitoring/scrape.yml")
    dockerfile = "FROM prom/prometheus:v3.5.0\nCOPY prometheus.yml /etc/prometheus/\n"
    files = {**dict.fromkeys(names, JOBS), "monitoring/Dockerfile": dockerfile, "compose.yaml": service}
    found = deploy(tmp_path, files)
    setting = found.setting("prometheus:scrape_configs")
    assert setting.known
    assert setting.origin is not None
    assert setting.origin.file == tmp_path / name
    assert found.files.scrape == (tmp_path / name,)
    assert tmp_path / name in found.files.all()


def test_a_scrape_config_may_stand_in_the_compose_file(tmp_path: Path) -> None:
    rest = "configs:\n  scrape:\n    content: |\n      scrape_configs:\n      - job_name: own\n"
    line = "configs: [{source: scrape, target: /etc/prometheus/prometheus.yml}]"
    found = deploy(tmp_path, {"compose.yaml": compose(line, rest=rest)})
    assert found.setting("prometheus:scrape_configs.0.job_name").value == "own"
    assert found.files.scrape == ()
    assert "in no file of its own" in str(after(found, ("prometheus:scrape_configs", Including({"job_name": "x"}))))


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["volumes: ['./none.yml:/etc/prometheus/prometheus.yml']"], "none.yml, its scrape config, is not here"),
        (["volumes: ['./none:/etc/prometheus']"], "/etc/prometheus/prometheus.yml of metrics is not here"),
        (["volumes: ['conf:/etc/prometheus']"], "/etc/prometheus/prometheus.yml of metrics is not here"),
        (["volumes: ['${CONF}:/etc/prometheus']"], "CONF"),
        (["command: ['--config.file=${CONF}']"], "CONF"),
        (["entrypoint: [sh, -c, 'envsubst < /a > /b && prometheus']"], "shell script"),
        (["entrypoint: /start"], "started by /start"),
        (["volumes: ['./broken.yml:/etc/prometheus/prometheus.yml']"], "broken.yml, its scrape config, cannot be read"),
        (["volumes: ['./latin.yml:/etc/prometheus/prometheus.yml']"], "latin.yml, its scrape config, cannot be read"),
        (["volumes: ['/etc/hostname:/etc/prometheus/prometheus.yml']"], "outside the folder"),
        ([MOUNTED, "  second: {image: prom/prometheus}"], "several Prometheus services"),
    ],
)
def test_what_cannot_be_told_of_it_is_unknown(tmp_path: Path, lines: list[str], reason: str) -> None:
    text = compose(*lines).replace("      second:", "  second:")
    (tmp_path / "latin.yml").write_bytes(b"\xff\xfe\xff")
    found = deploy(tmp_path, {"compose.yaml": text, "prometheus.yml": JOBS, "broken.yml": "scrape_configs: [a\n"})
    setting = found.setting("prometheus:scrape_configs")
    assert setting.state is State.UNKNOWN
    assert reason in setting.reason
    assert not found.problems
    assert isinstance(after(found, ("prometheus:scrape_configs", Including({"job_name": "x"}))), str)


def test_without_a_config_of_its_own_it_has_no_jobs(tmp_path: Path) -> None:
    setting = deploy(tmp_path, {"compose.yaml": compose()}).setting("prometheus:scrape_configs")
    assert setting.absent
    assert setting.origin is not None


@pytest.mark.parametrize("image", ["prom/node-exporter", "victoriametrics/victoria-metrics", "my/prometheus-proxy"])
def test_other_images_are_no_prometheus(tmp_path: Path, image: str) -> None:
    found = deploy(tmp_path, {"compose.yaml": compose(MOUNTED, image=image), "prometheus.yml": JOBS})
    assert found.setting("prometheus:scrape_configs").origin is None
    assert found.files.scrape == ()


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (
            "scrape_configs:\n  - job_name: a   # first\n    static_configs:\n      - targets: [a:1]\n\n# end\n",
            "scrape_configs:\n  - job_name: a   # first\n    static_configs:\n      - targets: [a:1]\n"
            '  - job_name: b\n    static_configs:\n      - targets: ["b:1"]\n\n# end\n',
        ),
        ("scrape_configs: []\n", 'scrape_configs:\n  - job_name: b\n    static_configs:\n      - targets: ["b:1"]\n'),
        (
            "global: {scrape_interval: 5s}\n",
            "global: {scrape_interval: 5s}\n"
            'scrape_configs:\n  - job_name: b\n    static_configs:\n      - targets: ["b:1"]\n',
        ),
        (
            "scrape_configs:\r\n- job_name: a\r\n",
            'scrape_configs:\r\n- job_name: a\r\n- job_name: b\r\n  static_configs:\r\n  - targets: ["b:1"]\r\n',
        ),
    ],
)
def test_a_job_is_added_in_the_style_of_the_file(tmp_path: Path, before: str, expected: str) -> None:
    (tmp_path / "prometheus.yml").write_bytes(before.encode())
    found = deploy(tmp_path, {"compose.yaml": compose(MOUNTED)})
    job = {"job_name": "b", "static_configs": [{"targets": ["b:1"]}]}
    assert after(found, ("prometheus:scrape_configs", Including(job))) == {"prometheus.yml": expected}


def test_a_key_of_a_job_is_edited(tmp_path: Path) -> None:
    found = deploy(tmp_path, {"compose.yaml": compose(MOUNTED), "prometheus.yml": JOBS})
    changed = after(found, ("prometheus:scrape_configs.0.metrics_path", "/metrics/"))
    assert "metrics_path: /metrics/" in str(changed)


def test_a_scrape_config_of_two_proxies_is_left_alone(tmp_path: Path) -> None:
    two = compose(MOUNTED) + "  litellm-b:\n    image: ghcr.io/berriai/litellm:v1.84.0\n"
    found = find(tmp_path, {"compose.yaml": two, "prometheus.yml": JOBS})
    assert len(found.deployments) == 2
    for one in found.deployments:
        said = after(one, ("prometheus:scrape_configs", Including({"job_name": "x"})))
        assert "prometheus.yml is also used by litellm" in str(said)
