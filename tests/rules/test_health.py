"""Item 5: the health check."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, Change
from litellm_harden.documents.base import Refusal
from litellm_harden.rules.model import Applicability, Severity
from tests.rules.healthy import APP, FULL, LIVE, RIGHT, checked, fixed, image
from tests.rules.worlds import deployment, findings, not_judged, only, proxy

BARE = "http://localhost:4000/health"
APPS = "http://localhost:4001/health/readiness"
WORDS = f'"curl", "-f", "{LIVE}"'
FRESH = "fresh"  # python3, written anew
SLIM = "FROM python:3.12-slim\n"


@pytest.mark.parametrize(
    ("test", "dockerfile", "says", "result"),
    [
        (f'["CMD", "curl", "-f", "{LIVE}"]', "", "the health check runs curl", FRESH),
        (f'["CMD", "wget", "-q", "{LIVE}"]', "", "the health check runs wget", FRESH),
        (f"curl -f {LIVE} || exit 1", SLIM, "the health check runs curl", FRESH),
        (f"curl -f {LIVE} || exit 1", SLIM + "RUN apt-get install -y curl\n", "", ""),
        (f"curl -f {LIVE} || exit 1", FULL, "", ""),
        (f"wget -q --spider {LIVE} || exit 1", FULL, "the health check asks by HEAD", FRESH),
        (f"curl -I -f {LIVE}", FULL, "the health check asks by HEAD", FRESH),
        (f"curl -f {BARE} || exit 1", FULL, "the health check asks /health, which", f"curl -f {LIVE} || exit 1"),
        (f"curl -f {APPS}", FULL, "the health check asks port 4001", f"curl -f {APPS.replace('4001', '4000')}"),
        ("curl -f http://localhost:4001/", FULL, "the health check asks port 4001", f"curl -f {LIVE}"),
        ("curl -f localhost:8000/health", FULL, "the health check asks port 8000", f"curl -f {LIVE[7:]}"),
        (f"curl -s {LIVE}", FULL, "curl succeeds on any answer", f"curl -f -s {LIVE}"),
        (f"curl -s {BARE}", FULL, "the health check asks /health", f"curl -f -s {LIVE}"),
        (f"curl -f {LIVE} || true", FULL, "the health check ends in success", FRESH),
        (f"curl -f {LIVE} || wget -q {LIVE}", SLIM + "RUN apt-get install -y wget\n", "", ""),
        (f'["CMD-SHELL", {WORDS}]', FULL, "CMD-SHELL takes one string", f'["CMD", {WORDS}]'),
        (f'["CMD", "curl -f {LIVE}"]', FULL, "CMD runs no shell", f'["CMD-SHELL", "curl -f {LIVE}"]'),
        (f'["CMD", {WORDS}, "||", "exit", "1"]', FULL, "CMD runs no shell", f'["CMD", {WORDS}]'),
        (f"[{WORDS}]", FULL, "the test of the health check begins with curl", f'["CMD", {WORDS}]'),
        ('["CMD", "curl", "-f", "http://localhost:$$PORT/health/liveliness"]', FULL, "CMD runs no shell", FRESH),
        ('["CMD"]', "", "the test of the health check names no command", FRESH),
        ("exit 0", "", "the health check asks nothing", FRESH),
        ("nc -z localhost 4000", "", "the health check only looks", FRESH),
        (f"curl -f {LIVE} || pgrep -f litellm", FULL + "RUN apt-get install -y procps\n", "the health check only looks",
         FRESH),
        (f"python3 -c \"import requests; requests.get('{LIVE}')\"", "", "python3 succeeds on any answer", FRESH),
        ("curl -f http://127.0.0.1:4000/health/readiness", FULL, "", ""),
        ("curl -f http://litellm:4000/health/liveness", FULL, "", ""),
        ("curl -f http://localhost:4000/proxy/health/liveness", FULL + "ENV SERVER_ROOT_PATH=/proxy\n", "", ""),
        ("curl -f http://localhost:4000/health/liveliness", "FROM example.com/ours\n", "", ""),
    ],
)  # fmt: skip
def test_checks_that_cannot_work(tmp_path: Path, test: str, dockerfile: str, says: str, result: str) -> None:
    found = checked(tmp_path, test, dockerfile)
    assert [finding.message.startswith(says) for finding in findings(found, "LH052")] == ([True] if says else [])
    assert not not_judged(found, "LH052")
    text = fixed(found, "LH052")
    if result == FRESH:
        assert f"urllib.request.urlopen('{LIVE}', timeout=9)" in text
    else:
        assert f"      test: {result or test}\n" in text


@pytest.mark.parametrize(
    "test",
    [
        '["CMD", "/app/healthcheck.sh"]',
        "curl -f http://other:4000/health",
        "curl -f ${WHERE}",
        '["CMD", "litellm", "--health"]',
    ],
)
def test_checks_that_are_not_judged(tmp_path: Path, test: str) -> None:
    found = checked(tmp_path, test, FULL)
    assert not findings(found, "LH052")
    assert not_judged(found, "LH052")


def test_an_image_that_is_not_described_may_have_a_check_and_a_curl_of_its_own(tmp_path: Path) -> None:
    service = 'command: [litellm, "--port", "4000"]'
    found = deployment(tmp_path, {"compose.yaml": f"services:\n  litellm:\n    image: ours/litellm\n    {service}\n"})
    assert not findings(found, "LH052")
    assert not_judged(found, "LH052")


def test_what_is_wrong_whatever_the_port_is_found_where_the_port_is_not_known(tmp_path: Path) -> None:
    service = f'env_file: [absent.env]\nhealthcheck: {{test: ["CMD", "curl", "-f", "{LIVE}"]}}'
    found = proxy(tmp_path, image=image("1.86.0"), service=service)
    finding, fix = only(findings(found, "LH052"))
    assert finding.message.startswith("the health check runs curl")
    assert LIVE in str(fix.changes)


@pytest.mark.parametrize(("version", "says"), [("1.84.0", "which has to go"), ("1.85.0", "every check fails")])
def test_a_health_app_that_has_to_go_may_still_answer(tmp_path: Path, version: str, says: str) -> None:
    asks = f"import urllib.request; urllib.request.urlopen('{APPS}')"
    check = f'healthcheck:\n  test: ["CMD", "python3", "-c", "{asks}"]'
    finding, fix = only(findings(proxy(tmp_path, image=image(version), environment=APP, service=check), "LH052"))
    assert says in finding.message
    assert APPS.replace("4001", "4000") in str(fix.changes)


@pytest.mark.parametrize(
    ("timings", "flagged"),
    [
        ("interval: 10s, retries: 3", True),
        ("interval: 10s, retries: 4", False),
        ("interval: 10s, start_period: 10s", False),
        ("interval: 5s, start_period: 10s", False),
        ("interval: 0s", False),
        ("timeout: 1s", False),
    ],
)
def test_a_check_leaves_the_proxy_time_to_start(tmp_path: Path, timings: str, flagged: bool) -> None:
    found = proxy(tmp_path, image=image("1.86.0"), service=f"healthcheck: {{test: {RIGHT}, {timings}}}")
    changes = [finding.fix.changes for finding in findings(found, "LH052") if finding.fix]
    assert changes == ([(Change("proxy:healthcheck.start_period", "40s"),)] if flagged else [])


@pytest.mark.parametrize("check", ["{disable: true}", "{test: [NONE]}", "{test: NONE, disable: true}"])
def test_a_check_that_its_owner_switched_off_comes_back_only_when_asked_for(tmp_path: Path, check: str) -> None:
    found = proxy(tmp_path, image=image("1.86.0"), service=f"healthcheck: {check}")
    _, fix = only(findings(found, "LH052"))
    assert fix.applicability is Applicability.UNSAFE
    text = fixed(found, "LH052", unsafe=True)
    assert LIVE in text
    assert "disable" not in text


def test_a_check_of_a_dockerfile_that_compose_builds_from_is_overridden_there(tmp_path: Path) -> None:
    dockerfile = f"{FULL}HEALTHCHECK --interval=7s CMD curl -f http://localhost:4001/health/readiness\n"
    compose = 'services:\n  litellm:\n    build: .\n    command: [litellm, "--port", "4000"]\n'
    found = deployment(tmp_path, {"Dockerfile": dockerfile, "compose.yaml": compose})
    text = fixed(found, "LH052")
    assert 'test: ["CMD-SHELL", "curl -f http://localhost:4000/health/readiness"]' in text
    assert "interval" not in text
    assert "start_period: 40s" in text


@pytest.mark.parametrize(
    ("service", "arguments", "judged"),
    [
        ("", "--ssl_certfile_path /c.pem --ssl_keyfile_path /k.pem", False),
        ("", "--ssl_certfile_path ${CERT}", False),
        ('environment: {SSL_CERTFILE_PATH: "${CERT}"}', "", False),
        ("environment:\n  SSL_CERTFILE_PATH:", "", False),
        ('environment: {SSL_CERTFILE_PATH: "${CERT:-}"}', "", True),
    ],
)
def test_a_proxy_that_may_serve_tls_is_not_judged(tmp_path: Path, service: str, arguments: str, judged: bool) -> None:
    found = proxy(tmp_path, image=image("1.86.0"), service=service, arguments=arguments)
    assert bool(findings(found, "LH052")) is judged
    assert ["TLS" in one.reason for one in not_judged(found, "LH052")] == ([] if judged else [True])


def test_no_message_holds_what_a_header_says(tmp_path: Path) -> None:
    header = "'Authorization: Bearer hush-hush'"
    for test in (
        f'"curl -f -H {header} {LIVE} || true"',
        f'["CMD", "curl -H {header} {LIVE}"]',
        f'["curl -H {header}"]',
    ):
        for finding in findings(checked(tmp_path, test, FULL), "LH052"):
            assert "hush" not in f"{finding.message} {finding.value} {finding.fix and finding.fix.description}"


def test_a_check_that_is_written_anew_keeps_the_endpoint_that_its_owner_chose(tmp_path: Path) -> None:
    test = "test: curl -f http://localhost:4001/health/readiness || exit 1"
    _, repair = only(findings(proxy(tmp_path, service=f"healthcheck:\n  {test}"), "LH052"))
    assert repair.description == "check health by python3 http://localhost:4000/health/readiness"


@pytest.mark.parametrize(
    ("timings", "minutes"),
    [("interval: 5m, retries: 100", 500), ("interval: 5m, retries: 3", 0), ("retries: 40, start_period: 0s", 20)],
)
def test_a_check_gives_up_in_the_end(tmp_path: Path, timings: str, minutes: int) -> None:
    found = proxy(tmp_path, image=image("1.86.0"), service=f"healthcheck: {{test: {RIGHT}, {timings}}}")
    says = [(finding.severity, finding.message.partition("another ")[2]) for finding in findings(found, "LH052")]
    assert says == ([(Severity.LOW, f"{minutes} minutes")] if minutes else [])


def test_a_right_check_is_only_switched_on_again(tmp_path: Path) -> None:
    check = f"healthcheck:\n  disable: true\n  test: {RIGHT}\n  start_period: 40s"
    found = proxy(tmp_path, image=image("1.86.0"), service=check)
    _, fix = only(findings(found, "LH052"))
    assert fix.changes == (Change("proxy:healthcheck.disable", ABSENT),)
    assert fixed(found, "LH052", unsafe=True).endswith(
        f"    healthcheck:\n      test: {RIGHT}\n      start_period: 40s\n"
    )


@pytest.mark.parametrize("end", ["; true", "; exit 0", "&", "| cat", "|| (echo bad; exit 0)", "|| exit 0"])
def test_a_check_that_cannot_fail_is_none(tmp_path: Path, end: str) -> None:
    test = f"\n        python3 -c \"import urllib.request; urllib.request.urlopen('{LIVE}')\" {end}"
    finding, _ = only(findings(checked(tmp_path, f">-{test}"), "LH052"))
    assert finding.message.startswith("the health check ends in success whatever it finds")


BUILT = "services:\n  litellm:\n    build: .\n"
BROKEN = 'FROM python:3.12\nHEALTHCHECK CMD curl -f http://localhost:4000/health\nCMD ["litellm", "--port", "4000"]\n'


@pytest.mark.parametrize(
    ("compose", "dockerfile", "overridden"),
    [
        (BUILT, BROKEN, False),
        (BUILT, f"{BROKEN}ENV PORT=4000\n", False),
        (BUILT, BROKEN.replace("4000", "8000"), False),
        (f'{BUILT}    command: [litellm, "--port", "4000"]\n', BROKEN, True),
        (f"{BUILT}    environment: {{PORT: 4000}}\n", BROKEN, True),
        (f"{BUILT}    env_file: [absent.env]\n", BROKEN, True),
        (f"{BUILT}    healthcheck: {{interval: 9s}}\n", BROKEN, True),
        (f"{BUILT}  worker:\n    build: .\n    command: python work.py\n", BROKEN, True),
    ],
)
def test_a_dockerfile_that_decides_the_port_is_mended_there(
    tmp_path: Path, compose: str, dockerfile: str, overridden: bool
) -> None:
    found = deployment(tmp_path, {"Dockerfile": dockerfile, "compose.yaml": compose})
    _, fix = only(findings(found, "LH052"))
    planned = found.plan(fix.changes)
    assert not isinstance(planned, Refusal)
    assert [file.name for file in planned.edits] == ["compose.yaml" if overridden else "Dockerfile"]


def test_the_health_app_that_the_fix_switches_on_is_asked_from_compose(tmp_path: Path) -> None:
    dockerfile = f'FROM {image("1.81.0-stable")}\nHEALTHCHECK CMD curl -f {LIVE}\nCMD ["--port", "4000"]\n'
    found = deployment(tmp_path, {"Dockerfile": dockerfile, "compose.yaml": BUILT})
    assert "localhost:4001" in fixed(found)
    [check] = findings(found, "LH052")
    assert check.fix is not None
    planned = found.plan(check.fix.changes)
    assert not isinstance(planned, Refusal)
    assert [file.name for file in planned.edits] == ["compose.yaml"]
