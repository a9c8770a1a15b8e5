"""Item 11: prometheus among the callbacks, and the folder that workers share, in their corners."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import Change, Including
from litellm_harden.litellm.gates import MAKES_MULTIPROC_DIR, METRICS_NEED_KEY
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.worlds import PACK, REDIS, compose, deployment, findings, not_judged, only, planned, proxy

CALLBACKS = "config:litellm_settings.callbacks"
AUTH = "config:litellm_settings.require_auth_for_metrics_endpoint"
MULTIPROC = "env:PROMETHEUS_MULTIPROC_DIR"
ITEM = ("LH111", "LH112", "LH113", "LH114")
SERVED = 'litellm_settings: {callbacks: ["prometheus"]}\n'
GUNICORN = "--num_workers 4 --run_gunicorn"


# LH111


@pytest.mark.parametrize(("version", "closes"), [("1.83.14", True), ("1.84.0", False)])
def test_metrics_ask_for_a_key_from_their_first_day(tmp_path: Path, version: str, closes: bool) -> None:
    assert METRICS_NEED_KEY == (1, 84, 0)
    _, fix = only(findings(proxy(tmp_path, image=f"ghcr.io/berriai/litellm:v{version}"), "LH111"))
    assert fix.changes == (Change(CALLBACKS, Including("prometheus")), *([Change(AUTH, True)] if closes else []))
    assert fix.applicability is Applicability.SAFE


def test_metrics_of_an_unknown_version_ask_for_a_key(tmp_path: Path) -> None:
    _, fix = only(findings(proxy(tmp_path, image="ghcr.io/berriai/litellm:main-stable"), "LH111"))
    assert Change(AUTH, True) in fix.changes


@pytest.mark.parametrize("stated", ["true", "false", "os.environ/AUTH"])
def test_what_the_owner_says_of_the_key_stays(tmp_path: Path, stated: str) -> None:
    _, fix = only(
        findings(proxy(tmp_path, f"litellm_settings: {{require_auth_for_metrics_endpoint: {stated}}}\n"), "LH111")
    )
    assert fix.changes == (Change(CALLBACKS, Including("prometheus")),)


def test_metrics_that_are_served_already_stay_as_open_as_they_are(tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, "litellm_settings: {success_callback: [prometheus]}\n"), "LH111"))
    assert finding.severity is Severity.LOW
    assert fix.changes == (Change(CALLBACKS, Including("prometheus")),)


@pytest.mark.parametrize(
    ("text", "severity"),
    [("prometheus", Severity.CRITICAL), ("langfuse", Severity.CRITICAL), ("mine.handler", Severity.MEDIUM)],
)
def test_a_text_that_is_no_path_keeps_the_proxy_down(tmp_path: Path, text: str, severity: Severity) -> None:
    finding, fix = only(findings(proxy(tmp_path, f"litellm_settings: {{callbacks: {text}}}\n"), "LH111"))
    assert finding.severity is severity
    assert fix.changes[0] == Change(CALLBACKS, ["prometheus"] if text == "prometheus" else Including("prometheus"))


def test_enable_metrics_is_named_where_it_stands(tmp_path: Path) -> None:
    finding, _ = only(findings(proxy(tmp_path, "general_settings: {enable_metrics: true}\n"), "LH111"))
    assert "enable_metrics, which is there, is not read" in finding.message


@pytest.mark.parametrize(
    ("stated", "applicability"),
    [
        ("[langfuse]", Applicability.SAFE),
        ("mine.handler", Applicability.SAFE),
        ("langfuse", Applicability.UNSAFE),
        ("{a: 1}", Applicability.MANUAL),
        ("os.environ/HANDLER", Applicability.MANUAL),
        ("os.environ/UNSET", Applicability.MANUAL),
    ],
)
def test_what_stands_in_callbacks_decides_how_safe_it_is(
    tmp_path: Path, stated: str, applicability: Applicability
) -> None:
    found = proxy(tmp_path, f"litellm_settings: {{callbacks: {stated}}}\n", environment={"HANDLER": "mine.handler"})
    _, fix = only(findings(found, "LH111"))
    assert fix.applicability is applicability
    if applicability is Applicability.MANUAL:
        assert fix.description.startswith("write callbacks as a list with prometheus")


def test_a_reference_to_nothing_is_no_item_of_the_service_callbacks(tmp_path: Path) -> None:
    _, fix = only(findings(proxy(tmp_path, "litellm_settings: {service_callback: os.environ/UNSET}\n"), "LH112"))
    assert fix.applicability is Applicability.MANUAL


@pytest.mark.parametrize(
    ("image", "safe"),
    [
        ("docker.litellm.ai/berriai/litellm-database:v1.84.0", True),
        ("registry.example.com/litellm-proxy:1", False),
    ],
)
def test_only_a_known_image_surely_has_the_client(tmp_path: Path, image: str, safe: bool) -> None:
    for finding in findings(proxy(tmp_path, image=image), "LH111", "LH112"):
        assert finding.fix is not None
        assert (finding.fix.applicability is Applicability.SAFE) is safe


@pytest.mark.parametrize(
    ("installs", "safe"),
    [
        ('pip install "litellm[proxy]==1.84.0"', False),
        ('pip install "litellm[proxy]==1.84.0" prometheus_client', True),
        ('pip install "litellm[proxy,proxy-runtime]==1.84.0"', True),
    ],
)
def test_a_dockerfile_tells_whether_it_has_the_client(tmp_path: Path, installs: str, safe: bool) -> None:
    dockerfile = f'FROM python:3.12\nRUN {installs}\nCOPY config.yaml /c.yaml\nCMD ["litellm", "--config", "/c.yaml"]\n'
    found = deployment(tmp_path, {"config.yaml": REDIS, "Dockerfile": dockerfile})
    _, fix = only(findings(found, "LH111"))
    assert (fix.applicability is Applicability.SAFE) is safe


def test_callbacks_that_cannot_be_told_are_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, "litellm_settings: {callbacks: os.environ/NONE}\n", environment={"NONE": "${NONE}"})
    for rule in ("LH111", "LH113"):
        assert not findings(found, rule)
        assert not_judged(found, rule)


# LH113


def test_a_folder_is_asked_for_until_litellm_makes_it(tmp_path: Path) -> None:
    [rule] = [rule for rule in PACK.rules if rule.id == "LH113"]
    assert rule.until == MAKES_MULTIPROC_DIR


@pytest.mark.parametrize(
    ("arguments", "service", "asked"),
    [(GUNICORN, "", True), (GUNICORN, "cpus: 1", True), ("", "", True), ("", "cpus: 1", False)],
)
def test_a_folder_is_asked_for_where_workers_are_planned(
    tmp_path: Path, arguments: str, service: str, asked: bool
) -> None:
    assert bool(findings(proxy(tmp_path, SERVED, arguments=arguments, service=service), "LH113")) is asked


@pytest.mark.parametrize(
    ("config", "arguments", "says"),
    [
        (SERVED, "--num_workers 3", "3 workers count apart: /metrics shows"),
        (SERVED, "", "4 workers, as planned, would count apart: /metrics would show"),
        (REDIS, GUNICORN, "4 workers would count apart: /metrics would show"),
    ],
)
def test_the_message_tells_what_is_from_what_would_be(tmp_path: Path, config: str, arguments: str, says: str) -> None:
    finding, _ = only(findings(proxy(tmp_path, config, arguments=arguments), "LH113"))
    assert finding.message.startswith(says)


@pytest.mark.parametrize(
    ("service", "holds"),
    [
        ("tmpfs: /run/m", True),
        ("tmpfs: ['/run/m:size=64m', /tmp]", True),
        ("tmpfs: /run", False),
        ("volumes: ['metrics:/run/m', './config.yaml:/app/config.yaml']", True),
        ("volumes: ['metrics:/run/m:ro', './config.yaml:/app/config.yaml']", False),
        ("volumes: [{type: tmpfs, target: /run/m}, './config.yaml:/app/config.yaml']", True),
        ("volumes: ['./m:/run/m', './config.yaml:/app/config.yaml']", True),
        ("volumes: ['./here:/run', './config.yaml:/app/config.yaml']", True),
        ("volumes: ['./none:/run', './config.yaml:/app/config.yaml']", None),
        ("volumes: ['named:/run', './config.yaml:/app/config.yaml']", None),
    ],
)
def test_the_folder_must_be_there(tmp_path: Path, service: str, holds: bool | None) -> None:
    (tmp_path / "here" / "m").mkdir(parents=True)
    text = compose(arguments=GUNICORN, environment={"PROMETHEUS_MULTIPROC_DIR": "/run/m"})
    mount = '    volumes: ["./config.yaml:/app/config.yaml"]\n'
    text = text.replace("" if service.startswith("tmpfs") else mount, "") + f"    {service}\n"
    found = deployment(tmp_path, {"config.yaml": SERVED, "compose.yaml": text})
    flagged = findings(found, "LH113")
    assert bool(flagged) is (holds is False)
    assert bool(not_judged(found, "LH113")) is (holds is None)
    if flagged:
        finding, fix = only(flagged)
        assert finding.severity is Severity.CRITICAL
        assert fix.changes == (Change("proxy:tmpfs", Including("/run/m")),)


@pytest.mark.parametrize(("folder", "holds"), [("/var/m", True), ("/tmp", True), ("/var/other", False)])
def test_a_dockerfile_may_make_the_folder(tmp_path: Path, folder: str, holds: bool) -> None:
    dockerfile = (
        "FROM ghcr.io/berriai/litellm:v1.81.0\nRUN mkdir -p /var/m && chmod 777 /var/m\nCOPY config.yaml /c.yaml\n"
        f'ENV PROMETHEUS_MULTIPROC_DIR={folder}\nCMD ["--config", "/c.yaml", "--num_workers", "4"]\n'
    )
    flagged = findings(deployment(tmp_path, {"config.yaml": SERVED, "Dockerfile": dockerfile}), "LH113")
    assert bool(flagged) is not holds
    for finding in flagged:
        assert finding.fix is not None
        assert finding.fix.applicability is Applicability.MANUAL


def test_an_empty_variable_is_worse_than_none(tmp_path: Path) -> None:
    found = proxy(tmp_path, SERVED, arguments=GUNICORN, environment={"PROMETHEUS_MULTIPROC_DIR": ""})
    finding, fix = only(findings(found, "LH113"))
    assert finding.severity is Severity.CRITICAL
    assert fix.changes[0] == Change(MULTIPROC, "/prometheus_multiproc")


def test_the_item_is_fixed_as_one_and_stays_fixed(tmp_path: Path) -> None:
    found = proxy(tmp_path, arguments=GUNICORN)
    assert {finding.rule.id for finding in findings(found, *ITEM)} == {"LH111", "LH112", "LH113"}
    plan = planned(found, "LH111")
    assert not plan.refused
    after = found.reloaded(plan.workspace)
    assert not findings(after, *ITEM)
    assert after.setting(MULTIPROC).value == "/prometheus_multiproc"
    assert after.setting("proxy:tmpfs").value == ["/prometheus_multiproc"]
    assert after.setting(AUTH).value is True


@pytest.mark.parametrize(("variable", "fixed"), [("", True), ("ENV PROMETHEUS_MULTIPROC_DIR=/var/m\n", False)])
def test_metrics_come_without_a_folder_but_not_with_a_wrong_one(tmp_path: Path, variable: str, fixed: bool) -> None:
    dockerfile = (
        f'FROM ghcr.io/berriai/litellm:v1.81.0\n{variable}COPY config.yaml /c.yaml\nCMD ["--config", "/c.yaml"]\n'
    )
    plan = planned(deployment(tmp_path, {"config.yaml": REDIS, "Dockerfile": dockerfile}), "LH111")
    assert bool(plan.fixed) is fixed
    assert fixed or "would not start" in str(plan.refused) or "does not start" in str(plan.refused)
