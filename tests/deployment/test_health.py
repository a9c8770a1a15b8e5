"""Where the proxy answers, what its health check asks, what its image can run, and which ports it publishes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.binaries import has_program
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.health import Unknown, answering_port, health_check, proxy_port
from litellm_harden.deployment.model import ABSENT, Owner, State
from litellm_harden.deployment.probe import Request, read_probe
from tests.deploy import after, deploy


def container(
    folder: Path, *lines: str, image: str = "ghcr.io/berriai/litellm:v1.81.0-stable", more: str = ""
) -> Deployment:
    body = "".join(f"    {line}\n" for text in (f"image: {image}", *lines) for line in text.splitlines())
    return deploy(folder, {"compose.yaml": f"services:\n  litellm:\n{body}{more}"})


APP = 'environment: {SEPARATE_HEALTH_APP: "1"}'


@pytest.mark.parametrize(
    ("lines", "port"),
    [
        ((), 4000),
        (('command: ["--port", "8000"]',), 8000),
        (('command: ["--config", "c.yaml"]', "environment: {PORT: 8000}"), 8000),
        (("environment: {PORT: 8000}",), 4000),  # the image's own CMD passes --port 4000
        (('command: ["--port", "9000"]', "environment: {PORT: 8000}"), 9000),
        (('command: ["--config", "c.yaml"]', 'environment: {PORT: 8000, SEPARATE_HEALTH_APP: "1"}'), 4000),
        (('command: ["--config", "c.yaml"]', "environment: {PORT: ''}"), 4000),
        (('command: ["--port", "tcp://10.0.0.1:80"]',), None),
        (('command: ["--port", "${LITELLM_PORT}"]',), None),
        (('command: ["--config", "c.yaml"]', "env_file: [absent.env]"), None),
    ],
)
def test_the_port_of_the_main_process(tmp_path: Path, lines: tuple[str, ...], port: int | None) -> None:
    found = proxy_port(container(tmp_path, *lines))
    assert found == port if port else isinstance(found, Unknown)


@pytest.mark.parametrize(
    ("version", "lines", "port"),
    [
        ("1.81.0", (APP,), 4001),
        ("1.81.0", ('environment: {SEPARATE_HEALTH_APP: "1", SEPARATE_HEALTH_PORT: "4005"}',), 4005),
        ("1.83.9", (APP,), 4001),
        ("1.83.10", (APP,), 4000),
        ("1.85.0", (APP,), 4000),
        ("1.81.0", ('environment: {SEPARATE_HEALTH_APP: "true"}',), 4000),
        ("1.81.0", (APP, "entrypoint: litellm"), 4000),
    ],
)
def test_a_check_asks_the_health_app_where_it_runs(
    tmp_path: Path, version: str, lines: tuple[str, ...], port: int
) -> None:
    assert answering_port(container(tmp_path, *lines, image=f"ghcr.io/berriai/litellm:v{version}")) == port


def test_whether_a_release_that_nothing_pins_has_a_health_app_is_not_known(tmp_path: Path) -> None:
    floating = "ghcr.io/berriai/litellm:main-stable"
    assert isinstance(answering_port(container(tmp_path, APP, image=floating)), Unknown)
    assert answering_port(container(tmp_path, image=floating)) == 4000


@pytest.mark.parametrize(
    ("lines", "test"),
    [
        ("healthcheck:\n  test: curl x || exit 1", ("CMD-SHELL", "curl x || exit 1")),
        ("healthcheck:\n  test: [CMD, curl, x]", ("CMD", "curl", "x")),
        ("healthcheck:\n  test: [NONE]", ("NONE",)),
        ("healthcheck: {disable: true, test: x}", ("NONE",)),
        ("healthcheck:\n  test: echo $$HOME", ("CMD-SHELL", "echo $HOME")),
        ("healthcheck: {interval: 5s}", ()),
        ("", ()),
    ],
)
def test_the_forms_of_a_check(tmp_path: Path, lines: str, test: tuple[str, ...]) -> None:
    assert health_check(container(tmp_path, lines)).test == test


def test_a_check_that_cannot_be_resolved_is_not_known(tmp_path: Path) -> None:
    assert "WHERE" in health_check(container(tmp_path, "healthcheck: {test: 'curl ${WHERE}'}")).unknown


def test_compose_completes_the_check_of_the_dockerfile(tmp_path: Path) -> None:
    files = {
        "Dockerfile": "FROM python:3.12\nHEALTHCHECK --interval=5s --start-period=9s CMD curl x || exit 1\n",
        "compose.yaml": "services:\n  litellm:\n    build: .\n    command: litellm\n    healthcheck: {interval: 7s}\n",
    }
    found = health_check(deploy(tmp_path, files))
    assert found.test == ("CMD-SHELL", "curl x || exit 1")
    assert found.timings == {"interval": "7s", "start_period": "9s"}
    assert found.in_image


def test_a_dockerfile_can_switch_the_check_off(tmp_path: Path) -> None:
    found = deploy(tmp_path, {"Dockerfile": "FROM python:3.12\nHEALTHCHECK NONE\nCMD litellm --port 1\n"})
    assert health_check(found).test == ("NONE",)
    assert found.setting("proxy:healthcheck.test").value == ["NONE"]


LIVE = "http://localhost:4000/health/liveliness"
URLLIB = f"import urllib.request; urllib.request.urlopen('{LIVE}', timeout=5)"


@pytest.mark.parametrize(
    ("test", "request_"),
    [
        (("CMD", "curl", "-f", LIVE), Request("curl", "localhost", 4000, "/health/liveliness", text=LIVE)),
        (("CMD", "/usr/bin/curl", "-sSfm5", "-o/dev/null", LIVE), {"fails": True}),
        (("CMD", "curl", "-s", "-H", "Authorization: Bearer f", LIVE), {"fails": False, "path": "/health/liveliness"}),
        (("CMD-SHELL", f"curl -s {LIVE} | grep -q alive"), {"fails": True}),
        (("CMD-SHELL", f"curl --fail -X HEAD '{LIVE}' || exit 1"), {"head": True, "fails": True}),
        (("CMD-SHELL", f"curl -If {LIVE}"), {"head": True}),
        (("CMD", "curl", "--fail", "localhost:4000/health"), {"path": "/health", "port": 4000}),
        (("CMD", "wget", "--no-verbose", "--tries=1", "--spider", LIVE), {"program": "wget", "head": True}),
        (("CMD-SHELL", f"wget -qO - {LIVE} || exit 1"), {"program": "wget", "head": False, "port": 4000}),
        (("CMD", "python3", "-c", URLLIB), {"program": "python3", "path": "/health/liveliness", "fails": True}),
        (("CMD", "python", "-c", f"import requests; requests.get('{LIVE}')"), {"fails": False}),
        (("CMD", "python", "-c", f"import httpx; httpx.get('{LIVE}').raise_for_status()"), {"fails": True}),
        (("CMD", "python", "-c", f"import requests; requests.head('{LIVE}').raise_for_status()"), {"head": True}),
        (
            ("CMD", "python", "-c", "import http.client as h; c = h.HTTPConnection('127.0.0.1', 8000); "
             "c.request('GET', '/health'); exit(c.getresponse().status != 200)"),
            {"host": "127.0.0.1", "port": 8000, "path": "/health", "fails": True},
        ),
        (("CMD-SHELL", f'bash -c "curl -f {LIVE}"'), {"program": "curl", "fails": True}),
        (("CMD-SHELL", "curl -f http://localhost:${PORT:-4000}/health"), {"port": 4000}),
        (("CMD-SHELL", 'curl -f "http://localhost:$MY_PORT/health"'), {"port": 8123}),
        (("CMD", "curl", "-f", "http://localhost/health"), {"port": 80}),
        (("CMD-SHELL", f"curl -f {LIVE} > /dev/null 2>&1 || exit 1"), {"fails": True, "port": 4000}),
        (("CMD-SHELL", f"curl -sf {LIVE} &>/dev/null"), {"fails": True, "port": 4000}),
        (("CMD-SHELL", f"timeout 5 curl -f {LIVE}"), {"program": "curl"}),
        (("CMD", "curl", "-f", "http://[::1]:4000/health"), {"host": "[::1]", "port": 4000}),
    ],
)  # fmt: skip
def test_what_a_test_asks(test: tuple[str, ...], request_: Request | dict[str, object]) -> None:
    probe = read_probe(test, {"MY_PORT": "8123"}.get if "MY_PORT" in test[-1] else lambda _: "")
    assert not probe.unclear
    [found] = probe.requests
    assert found == (request_ if isinstance(request_, Request) else found._replace(**request_))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "test",
    [
        ("CMD", "/app/healthcheck.sh"),
        ("CMD", "python", "/app/health.py"),
        ("CMD-SHELL", "bash /app/check.sh"),
        ("CMD-SHELL", "[ $(curl -s -o /dev/null -w '%{http_code}' x) = 200 ]"),
        ("CMD", "python", "-c", "import urllib.request as u; u.urlopen(f'http://localhost:{port}/health')"),
        ("CMD", "python", "-c", "import urllib.request as u; u.urlopen('http://localhost:' + p + '/health')"),
        ("CMD", "curl", "-f"),
    ],
)
def test_a_test_that_is_not_understood_says_so(test: tuple[str, ...]) -> None:
    assert read_probe(test, lambda _: "").unclear


@pytest.mark.parametrize(
    "test",
    [
        ("CMD", "nc", "-z", "localhost", "4000"),
        ("CMD-SHELL", "netstat -ltn | grep -q ':4000 ' || exit 1"),
        ("CMD-SHELL", "bash -c 'cat < /dev/null > /dev/tcp/127.0.0.1/4000'"),
        ("CMD", "python3", "-c", "import socket; socket.create_connection(('localhost', 4000))"),
    ],
)
def test_a_connection_asks_nothing(test: tuple[str, ...]) -> None:
    assert read_probe(test, lambda _: "").looks_only


WORDS = st.sampled_from(
    [
        "curl",
        "-f",
        "wget",
        "sh",
        "-c",
        "python3",
        "||",
        "exit",
        "|",
        ";",
        "$X",
        "'",
        '"',
        LIVE,
        "http://a:9999999",
        "$(",
    ]
)


@given(st.lists(WORDS | st.text(max_size=9), min_size=1, max_size=9), st.booleans())
def test_any_test_can_be_read(words: list[str], shell: bool) -> None:
    probe = read_probe(("CMD-SHELL", " ".join(words)) if shell else ("CMD", *words), lambda _: None)
    assert all(request.port is None or request.port < 100_000 for request in probe.requests)


def test_a_script_may_forgive_every_failure() -> None:
    assert read_probe(("CMD-SHELL", f"curl -f {LIVE} || true"), lambda _: "").ignored
    assert read_probe(("CMD-SHELL", f"curl -f {LIVE} || exit 0"), lambda _: "").ignored
    assert not read_probe(("CMD-SHELL", f"curl -f {LIVE} || exit 1"), lambda _: "").ignored


@pytest.mark.parametrize(
    ("dockerfile", "programs"),
    [
        ("FROM ghcr.io/berriai/litellm:v1.81.0", {"curl": False, "wget": False, "python3": True}),
        ("FROM ghcr.io/berriai/litellm:v1.63.11", {"curl": False, "wget": None}),
        ("FROM ghcr.io/berriai/litellm:v1.81.0\nUSER root\nRUN apk add --no-cache curl", {"curl": True, "wget": False}),
        ("FROM python:3.12", {"curl": True, "wget": True, "python": True}),
        ("FROM python:3.12-slim", {"curl": False, "wget": False, "python3": True}),
        ("FROM python:3.12-alpine", {"curl": False, "wget": True}),
        ("FROM python:3.12-slim\nRUN apt-get update && \\\n  apt-get install -y --no-upgrade \\\n  git curl=7.88",
         {"curl": True, "wget": False}),
        ("FROM python:3.12-slim\nRUN pip install curl", {"curl": False}),
        ("FROM python:3.12-slim AS base\nRUN apt-get install wget\nFROM base", {"wget": True}),
        ("FROM python:3.12-slim AS tools\nRUN apt-get install wget\nFROM python:3.12-slim", {"wget": False}),
        ("FROM python:3.12-slim\nCOPY --from=tools /usr/bin/curl /usr/bin/curl", {"curl": True}),
        ("FROM ghcr.io/astral-sh/uv:python3.12-bookworm-slim", {"curl": False, "python3": True}),
        ("FROM example.com/ours:1", {"curl": None, "wget": None, "python3": None}),
    ],
)  # fmt: skip
def test_what_an_image_can_run(tmp_path: Path, dockerfile: str, programs: dict[str, bool | None]) -> None:
    found = deploy(tmp_path, {"Dockerfile": f"{dockerfile}\nCMD litellm --port 4000\n"})
    assert {name: has_program(found, name) for name in programs} == programs


def test_what_an_image_can_run_is_not_known_without_its_dockerfile(tmp_path: Path) -> None:
    found = container(tmp_path, "build: ./elsewhere")
    assert [has_program(found, name) for name in ("curl", "python3")] == [None, None]


@pytest.mark.parametrize(
    ("ports", "value"),
    [
        ('["4001:4001"]', "4001"),
        ('["127.0.0.1:9001:4001"]', "9001"),
        ('["[::1]:9001:4001/tcp"]', "9001"),
        ("[4001]", ""),
        ('["9000-9001:4000-4001"]', "9001"),
        ("[{target: 4001, published: 9001}]", "9001"),
        ('["${P:-9001}:4001"]', "9001"),
        ('["4001:4000"]', ABSENT),
        ('["4001:4001/udp"]', ABSENT),
        ("[{target: 4001, published: 9001, protocol: udp}]", ABSENT),
        ('["4000:${P}"]', None),
    ],
)
def test_a_published_port(tmp_path: Path, ports: str, value: object) -> None:
    found = container(tmp_path, f"ports: {ports}", "expose: [4001]").setting("proxy:ports.4001")
    state = State.ABSENT if value is ABSENT else State.UNKNOWN if value is None else State.KNOWN
    assert (found.state, found.value) == (state, value if state is State.KNOWN else None)


LONG = "\n  - target: {0}\n    published: {0}\n    host_ip: 127.0.0.1"


@pytest.mark.parametrize(
    ("ports", "added"),
    [
        ('ports: ["4000:4000"', ', "4001:4001"]'),
        ('ports: ["127.0.0.1:8080:4000"', ', "127.0.0.1:4001:4001"]'),
        ('ports: ["[::1]:4000:4000"', ', "[::1]:4001:4001"]'),
        ('ports: ["${BIND:-127.0.0.1}:4000:4000/tcp"', ', "${BIND:-127.0.0.1}:4001:4001"]'),
        ("ports: [4000", ', "4001:4001"]'),
        ('ports: [{target: 4000, published: "4000"}', ', {target: 4001, published: "4001"}]'),
        ("ports:\n  - 4000:4000", "\n  - 4001:4001\n"),
        ('ports:\n  - "127.0.0.1:8080:4000"  # ours\n  - "9:9"', '\n  - "127.0.0.1:4001:4001"\n'),
        (f"ports:{LONG.format(4000)}\n    name: main", f"{LONG.format(4001)}\n"),
    ],
)
def test_a_port_is_published_as_the_proxys_own_is(tmp_path: Path, ports: str, added: str) -> None:
    closed = "" if added.endswith("\n") else "]"
    changed = after(container(tmp_path, f"{ports}{closed}"), ("proxy:ports.4001", "4001"))
    assert isinstance(changed, dict)
    assert changed["compose.yaml"].endswith(f"{ports}{added}\n".replace("\n\n", "\n").replace("\n", "\n    ")[:-4])


def test_a_first_port_is_published_in_a_list_of_its_own(tmp_path: Path) -> None:
    changed = after(container(tmp_path, "restart: always"), ("proxy:ports.4001", "4001"))
    assert isinstance(changed, dict)
    assert changed["compose.yaml"].endswith("    restart: always\n    ports:\n      - 4001:4001\n")


@pytest.mark.parametrize(
    ("ports", "result"),
    [
        ('ports: ["4000:4000", "4001:4001"]', 'ports: ["4000:4000"]'),
        ('ports:\n  - "4001:4001"\n  - "4000:4000"', 'ports:\n  - "4000:4000"'),
        ('restart: always\nports:\n  - "4001:4001"', "restart: always"),
        ("restart: always\nports: [{target: 4001}]", "restart: always"),
        ('ports: ["4000-4001:4000-4001"]', "port 4000-4001 is one of a range"),
    ],
)
def test_taking_a_port_back(tmp_path: Path, ports: str, result: str) -> None:
    changed = after(container(tmp_path, ports), ("proxy:ports.4001", ABSENT))
    if isinstance(changed, str):
        assert changed == result
    else:
        body = "".join(f"    {line}\n" for line in result.splitlines())
        assert changed["compose.yaml"].endswith(f"stable\n{body}")


ASKS = ["CMD", "python3", "-c", "x('http://localhost:4000/health/liveliness')"]


def test_a_check_is_written_beside_what_the_service_has(tmp_path: Path) -> None:
    found = container(tmp_path, "healthcheck:\n  interval: 7s  # ours")
    changed = after(found, ("proxy:healthcheck", {"test": ASKS, "timeout": "5s"}))
    assert isinstance(changed, dict)
    assert '      interval: 7s  # ours\n      test: ["CMD", "python3", "-c"' in changed["compose.yaml"]


@pytest.mark.parametrize(
    ("old", "new", "result"),
    [
        ("test: curl http://a:4000/health || exit 1  # c", "curl http://a:4001/health/liveliness || exit 1",
         "test: curl http://a:4001/health/liveliness || exit 1  # c"),
        ("test: 'curl $$X http://a:4000/health'", "curl $X http://a:4001/health", "test: 'curl $$X http://a:4001/health'"),
        ("test: 'curl ${U:-q} http://a/health'", "curl q http://a/health/ok", "test: 'curl ${U:-q} http://a/health/ok'"),
        ("test: >-\n  curl\n  http://a/health\n  -f", "curl http://a/health/ok -f",
         "test: >-\n  curl\n  http://a/health/ok\n  -f"),
    ],
)  # fmt: skip
def test_a_test_is_mended_inside_its_text(tmp_path: Path, old: str, new: str, result: str) -> None:
    body = "".join(f"  {line}\n" for line in old.splitlines())
    found = container(tmp_path, f"healthcheck:\n{body}")
    changed = after(found, ("proxy:healthcheck.test", ["CMD-SHELL", new]))
    assert isinstance(changed, dict)
    assert "".join(f"      {line}\n" for line in result.splitlines()) in changed["compose.yaml"]


def test_a_check_behind_a_merge_gets_a_copy_of_its_own(tmp_path: Path) -> None:
    text = """\
        x-common: &common
          healthcheck: {test: [CMD, "true"], interval: 7s}
        services:
          litellm:
            <<: *common
            image: ghcr.io/berriai/litellm:v1.86.0
          other:
            <<: *common
            image: redis
        """
    changed = after(deploy(tmp_path, {"compose.yaml": text}), ("proxy:healthcheck.test", ["CMD", "x"]))
    assert isinstance(changed, dict)
    assert (
        "  litellm:\n    <<: *common\n    image: ghcr.io/berriai/litellm:v1.86.0\n    healthcheck:\n"
        in changed["compose.yaml"]
    )
    assert "interval: 7s" in changed["compose.yaml"].partition("healthcheck:\n")[2]
    assert 'x-common: &common\n  healthcheck: {test: [CMD, "true"], interval: 7s}\n' in changed["compose.yaml"]


def test_a_check_of_an_extended_service_is_completed_where_it_is_used(tmp_path: Path) -> None:
    files = {
        "compose.yaml": """\
            services:
              litellm:
                extends: {file: base.yaml, service: base}
                image: ghcr.io/berriai/litellm:v1.86.0
            """,
        "base.yaml": "services:\n  base:\n    healthcheck: {test: [CMD, curl, x], interval: 7s}\n",
    }
    found = deploy(tmp_path, files, Owner())
    changed = after(found, ("proxy:healthcheck.test", ["CMD", "x"]))
    assert isinstance(changed, dict)
    assert changed.keys() == {"compose.yaml"}
    assert changed["compose.yaml"].endswith('    healthcheck:\n      test: ["CMD", "x"]\n')


def test_what_a_service_takes_from_another_stays_there(tmp_path: Path) -> None:
    text = """\
        services:
          base:
            image: redis
            environment: {SEPARATE_HEALTH_APP: "1"}
            ports: ["4001:4001"]
          litellm:
            extends: base
            image: ghcr.io/berriai/litellm:v1.86.0
        """
    found = deploy(tmp_path, {"compose.yaml": text})
    assert after(found, ("env:SEPARATE_HEALTH_APP", ABSENT)) == "litellm takes SEPARATE_HEALTH_APP from another service"
    assert after(found, ("proxy:ports.4001", ABSENT)) == "litellm takes its ports from another service"
