"""Item 5: the separate health app."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.documents.base import Refusal
from litellm_harden.rules.judge import not_applicable
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.healthy import APP, ITEM, fixed, image
from tests.rules.worlds import PACK, deployment, findings, not_judged, only, proxy

ON = (Change("env:SEPARATE_HEALTH_APP", "1"), Change("env:SEPARATE_HEALTH_PORT", "4001"))
OFF = (Change("env:SEPARATE_HEALTH_APP", ABSENT), Change("env:SEPARATE_HEALTH_PORT", ABSENT))
PUBLISH = Change("proxy:ports.4001", "4001")


@pytest.mark.parametrize(
    ("version", "environment", "changes"),
    [
        ("1.80.15", {}, None),
        ("1.81.0", {}, ON),
        ("1.83.9", {}, ON),
        ("1.83.10", {}, None),
        ("1.81.0", {"SEPARATE_HEALTH_APP": "true"}, ON),
        ("1.81.0", {"SEPARATE_HEALTH_APP": "1"}, ON[1:]),
        ("1.81.0", {"SEPARATE_HEALTH_APP": "1", "SEPARATE_HEALTH_PORT": "4005"}, None),
        ("1.81.0", {"SEPARATE_HEALTH_APP": "1", "SEPARATE_HEALTH_PORT": "4000"}, ON[1:]),
        ("1.81.0", {"SEPARATE_HEALTH_APP": "1", "SEPARATE_HEALTH_PORT": "many"}, ON[1:]),
        ("1.81.0", APP, None),
        ("1.83.10", APP, OFF),
        ("1.84.9", APP, OFF),
        ("1.85.0", APP, OFF),
        ("1.109.0", {"SEPARATE_HEALTH_PORT": "4001"}, OFF[1:]),
    ],
)
def test_the_health_app_is_on_while_it_works(
    tmp_path: Path, version: str, environment: dict[str, str], changes: tuple[Change, ...] | None
) -> None:
    found = findings(proxy(tmp_path, image=image(version), environment=environment), "LH051")
    assert [finding.fix.changes for finding in found if finding.fix] == ([changes] if changes else [])


@pytest.mark.parametrize(
    ("compose", "reason"),
    [
        ({"image": "ghcr.io/berriai/litellm:main-stable", "environment": APP}, "the LiteLLM version is not known"),
        ({"service": "entrypoint: litellm"}, "only the entrypoint of LiteLLM's own images"),
        ({"image": image("1.80.15")}, "does not apply to LiteLLM 1.80.15"),
    ],
)
def test_where_the_health_app_is_not_asked_for(tmp_path: Path, compose: dict[str, str], reason: str) -> None:
    rule = next(rule for rule in PACK.rules if rule.id == "LH051")
    assert not_applicable(proxy(tmp_path, **compose), rule).startswith(reason)


@pytest.mark.parametrize(
    ("service", "more", "published"),
    [
        ('ports: ["4000:4000"]', "", True),
        ('ports: ["8080:4000"]', "", True),
        ('ports: ["4000-4001:4000-4001"]', "", False),
        ('ports: ["4000:4000", "4001:4001"]', "", False),
        ('ports: ["4001:4000"]', "", False),
        ('ports: ["9:9"]', "", False),
        ("expose: [4000]", "", False),
        ('ports: ["4000:4000"]\ndeploy: {replicas: 2}', "", False),
        ('ports: ["4000:4000"]', '  web:\n    image: nginx\n    ports: ["4001:80"]\n', False),
        ('ports: ["4000:4000"]', '  web:\n    image: nginx\n    ports: ["4001:80/udp"]\n', True),
    ],
)
def test_its_port_is_published_where_the_proxys_is_and_the_host_has_it_free(
    tmp_path: Path, service: str, more: str, published: bool
) -> None:
    _, fix = only(findings(proxy(tmp_path, service=service, more=more), "LH051"))
    assert (PUBLISH in fix.changes) is published


def test_a_port_that_is_not_published_is_a_lesser_matter(tmp_path: Path) -> None:
    finding, fix = only(findings(proxy(tmp_path, environment=APP, service='ports: ["4000:4000"]'), "LH051"))
    assert (finding.severity, fix.changes) == (Severity.MEDIUM, (PUBLISH,))


def test_only_a_port_that_stood_beside_the_variables_is_unpublished(tmp_path: Path) -> None:
    ports = 'ports: ["4000:4000", "4001:4001"]'
    _, fix = only(findings(proxy(tmp_path, image=image("1.86.0"), environment=APP, service=ports), "LH051"))
    assert Change("proxy:ports.4001", ABSENT) in fix.changes
    assert not findings(proxy(tmp_path, image=image("1.86.0"), service=ports), "LH051")


def test_a_range_of_ports_stays_as_it_is(tmp_path: Path) -> None:
    ports = 'ports: ["4000-4001:4000-4001"]'
    _, fix = only(findings(proxy(tmp_path, image=image("1.86.0"), environment=APP, service=ports), "LH051"))
    assert fix.changes == OFF


def test_supervisord_is_told_where_the_variables_had_put_the_proxy(tmp_path: Path) -> None:
    _, fix = only(findings(proxy(tmp_path, environment={"PORT": "8000", "HOST": "127.0.0.1"}), "LH051"))
    assert {Change("arg:--port", "8000"), Change("arg:--host", "127.0.0.1")} <= set(fix.changes)


def test_without_supervisord_the_variables_do_not_move_the_proxy(tmp_path: Path) -> None:
    kept = Change("arg:--port", "4000")
    _, fix = only(findings(proxy(tmp_path, image=image("1.84.0"), environment=APP | {"PORT": "8000"}), "LH051"))
    assert kept in fix.changes
    _, fix = only(findings(proxy(tmp_path, image=image("1.85.0"), environment=APP | {"PORT": "8000"}), "LH051"))
    assert kept not in fix.changes


@pytest.mark.parametrize(
    ("service", "applicability"),
    [
        ("read_only: true", Applicability.UNSAFE),
        ("read_only: true\ntmpfs: [/tmp]", Applicability.SAFE),
        ("read_only: true\ntmpfs: /tmp:size=1g", Applicability.SAFE),
    ],
)
def test_supervisord_needs_a_folder_to_write_to(tmp_path: Path, service: str, applicability: Applicability) -> None:
    _, fix = only(findings(proxy(tmp_path, service=service), "LH051"))
    assert fix.applicability is applicability


def test_an_unknown_variable_is_not_judged(tmp_path: Path) -> None:
    found = proxy(tmp_path, environment={"SEPARATE_HEALTH_APP": "${APP}"})
    assert not findings(found, "LH051", "LH052")
    assert {one.rule.id for one in not_judged(found, "LH051", "LH052")} == {"LH051", "LH052"}


def test_switching_the_app_on_moves_the_check_and_the_shutdown(tmp_path: Path) -> None:
    asks = "import urllib.request; urllib.request.urlopen('http://localhost:4000/health/liveliness')"
    check = f'healthcheck:\n  test: ["CMD", "python3", "-c", "{asks}"]  # ours\n  interval: 9s\n  retries: 9'
    text = fixed(proxy(tmp_path, service=f'ports:\n  - "127.0.0.1:4000:4000"\n{check}', environment={"A": "b"}))
    assert f'      test: ["CMD", "python3", "-c", "{asks.replace("4000", "4001")}"]  # ours\n' in text
    assert '      - "127.0.0.1:4000:4000"\n      - "127.0.0.1:4001:4001"\n' in text
    assert "    stop_grace_period: 3610s\n" in text
    assert "      SUPERVISORD_STOPWAITSECS: '3600'" in text or 'SUPERVISORD_STOPWAITSECS: "3600"' in text


def test_a_check_that_was_missing_asks_the_app_in_the_end(tmp_path: Path) -> None:
    found = proxy(tmp_path)
    text = fixed(found)
    assert "http://localhost:4001/health/liveliness" in text
    assert "localhost:4000" not in text
    again = deployment(tmp_path, {"compose.yaml": text})
    assert not findings(again, *ITEM)
    assert fixed(again) == text


def test_taking_the_app_away_moves_the_check_back(tmp_path: Path) -> None:
    asks = "import urllib.request; urllib.request.urlopen('http://localhost:4001/health/liveliness')"
    service = (
        f'stop_grace_period: 3610s\nports: ["4000:4000", "4001:4001"]\nhealthcheck:\n  test: "python3 -c \\"{asks}\\""'
    )
    text = fixed(proxy(tmp_path, image=image("1.86.0"), service=service, environment=APP))
    assert "SEPARATE" not in text
    assert asks.replace("4001", "4000") in text
    assert 'ports: ["4000:4000"]' in text
    assert "stop_grace_period: 3610s" in text


def test_shared_ports_are_left_alone(tmp_path: Path) -> None:
    text = """\
x-ports: &ports ["4000:4000"]
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    ports: *ports
"""
    found = deployment(tmp_path, {"compose.yaml": text})
    assert isinstance(found.plan([PUBLISH]), Refusal)


@pytest.mark.parametrize(
    ("service", "changed", "applicability"),
    [
        ("restart: on-failure", True, Applicability.SAFE),
        ('restart: "on-failure:5"', True, Applicability.SAFE),
        ("restart: always", False, Applicability.SAFE),
        ('restart: "no"', False, Applicability.SAFE),
        ("", False, Applicability.SAFE),
        ("restart: ${POLICY}", False, Applicability.UNSAFE),
        ("deploy: {restart_policy: {condition: on-failure}}", False, Applicability.UNSAFE),
    ],
)
def test_a_crash_under_supervisord_counts_as_no_failure(
    tmp_path: Path, service: str, changed: bool, applicability: Applicability
) -> None:
    _, fix = only(findings(proxy(tmp_path, service=service), "LH051"))
    assert (Change("proxy:restart", "unless-stopped") in fix.changes) is changed
    assert ("status 0" in fix.description) is (changed or applicability is Applicability.UNSAFE)
    assert fix.applicability is applicability


WEB = '  web:\n    image: nginx\n    ports: ["4001:80"]\n'


@pytest.mark.parametrize(
    ("service", "more", "port", "doubt"),
    [
        ("network_mode: host", "", "4001", "network_mode shares"),
        ("network_mode: host", WEB, "4002", "network_mode shares"),
        ("network_mode: service:web", WEB, "4001", "network_mode shares"),
        ("network_mode: container:vpn", "", "4001", "network_mode shares"),
        ("network_mode: ${MODE}", "", "4001", "network_mode shares"),
        ("network_mode: bridge", WEB, "4001", ""),
        ("", "  web:\n    image: nginx\n    network_mode: service:litellm\n", "4001", "another service shares"),
    ],
)
def test_a_port_in_a_network_that_others_share_may_be_theirs(
    tmp_path: Path, service: str, more: str, port: str, doubt: str
) -> None:
    _, fix = only(findings(proxy(tmp_path, service=service, more=more), "LH051"))
    assert Change("env:SEPARATE_HEALTH_PORT", port) in fix.changes
    assert fix.applicability is (Applicability.UNSAFE if doubt else Applicability.SAFE)
    assert doubt in fix.description


def test_a_stated_port_that_another_service_has_on_the_host_is_named(tmp_path: Path) -> None:
    found = proxy(tmp_path, service="network_mode: host", more=WEB, environment={"SEPARATE_HEALTH_PORT": "4001"})
    _, fix = only(findings(found, "LH051"))
    assert "web publishes port 4001" in fix.description


@pytest.mark.parametrize(
    ("environment", "arguments", "says"),
    [
        ({}, "", "SEPARATE_HEALTH_APP is not set: health checks wait"),
        ({"SEPARATE_HEALTH_APP": "true"}, "", 'SEPARATE_HEALTH_APP is "true", not 1: health checks wait'),
        ({"SEPARATE_HEALTH_APP": "1"}, "--port 4001", "the health app's default port 4001 is the proxy's own"),
        (APP, "--port 4001", "SEPARATE_HEALTH_PORT is 4001, the proxy's own"),
        (APP | {"SEPARATE_HEALTH_PORT": "many"}, "", "SEPARATE_HEALTH_PORT is many, no port number"),
    ],
)
def test_the_message_is_short_and_names_what_is_wrong(
    tmp_path: Path, environment: dict[str, str], arguments: str, says: str
) -> None:
    finding, _ = only(findings(proxy(tmp_path, environment=environment, arguments=arguments), "LH051"))
    assert says in finding.message
    assert len(finding.message) <= 110
    assert ("frozen" in finding.message) is finding.message.startswith("SEPARATE_HEALTH_APP")
