"""What the command of a health check asks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.deployment.probe import Request, read_probe

LIVE = "http://localhost:4000/health/liveliness"
CURLS = ("http_proxy", "all_proxy", "ALL_PROXY")
URLLIB = f"import urllib.request; urllib.request.urlopen('{LIVE}', timeout=5)"


@pytest.mark.parametrize(
    ("test", "request_"),
    [
        (("CMD", "curl", "-f", LIVE), Request("curl", "localhost", 4000, "/health/liveliness", text=LIVE, obeys=CURLS)),
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


@pytest.mark.parametrize(
    ("script", "ignored"),
    [
        ("ASK", False),
        ("ASK || exit 1", False),
        ("ASK || exit", False),
        ("ASK; exit $?", False),
        ("ASK > /dev/null 2>&1 \\\n  || exit 1", False),
        ("ASK | grep -q alive", False),
        ("ASK | jq -e .ok", False),
        ("ASK && echo fine", False),
        ("ASK && exit 0 || exit 1", False),
        ("ASK || (echo bad; exit 1)", False),
        ("ASK || echo bad && false", False),
        ("ASK  # || true", False),
        ("true\nASK\n", False),
        ("ASK || true", True),
        ("ASK || exit 0", True),
        ("ASK ; true", True),
        ("ASK\nexit 0", True),
        ("ASK &", True),
        ("ASK | cat", True),
        ("ASK || (echo bad; exit 0)", True),
        ("ASK && echo fine || echo bad", True),
        ("(ASK || true) && echo fine", True),
        ("sh -c 'ASK; true'", True),
        ("sh -c 'ASK; true' && false", False),
        ("nc -z localhost 4000; true", True),
        ("echo > /dev/tcp/localhost/4000 || true", True),
    ],
)
def test_a_script_may_forgive_every_failure(script: str, ignored: bool) -> None:
    probe = read_probe(("CMD-SHELL", script.replace("ASK", f"curl -f {LIVE}")), lambda _: "")
    assert not probe.unclear
    assert probe.ignored is ignored


@pytest.mark.parametrize(
    "script", ["ASK |& cat", "((ASK", "ASK ||", "ASK || { exit 0; }", "set -e; ASK; true", "bash -ec 'ASK; true'"]
)
def test_a_script_whose_end_is_not_understood_says_so(script: str) -> None:
    assert read_probe(("CMD-SHELL", script.replace("ASK", f"curl -f {LIVE}")), lambda _: "").unclear


@pytest.mark.parametrize(
    ("handler", "ignored"),
    [
        ("except Exception: pass", True),
        ("except Exception as error:\n  print(error)", True),
        ("except: sys.exit( 0 )", True),
        ("except Exception: sys.exit(1)", False),
        ("except Exception as error:\n  print(error)\n  exit(1)", False),
        ("except OSError: raise SystemExit('down')", False),
        ("except Exception: log()", None),
        ("finally: done()", None),
    ],
)
def test_code_may_forgive_every_failure(handler: str, ignored: bool | None) -> None:
    code = f"import sys\nfrom urllib.request import urlopen\ntry: urlopen('{LIVE}')\n{handler}"
    probe = read_probe(("CMD", "python3", "-c", code), lambda _: "")
    assert bool(probe.unclear) is (ignored is None)
    assert probe.ignored is bool(ignored)


@pytest.mark.parametrize("look", ["pgrep -f litellm", "ss -ltn", "nc -z localhost 4000", "ps aux | grep -q litellm"])
def test_a_look_at_the_process_may_stand_in_for_the_request(look: str) -> None:
    ask = f"curl -f {LIVE}"
    assert read_probe(("CMD-SHELL", f"{ask} || {look}"), lambda _: "").spare == look.partition(" ")[0]
    assert read_probe(("CMD-SHELL", f"{ask} ; {look}"), lambda _: "").spare
    for script in (f"{ask} && {look}", f"{look} ; {ask}", f"{ask} || ({look}; exit 1)"):
        probe = read_probe(("CMD-SHELL", script), lambda _: "")
        assert not (probe.spare or probe.unclear)


@pytest.mark.parametrize(
    "script",
    [
        *("((((", ")", "'", 'ASK "', "exit 99999", "NO_PROXY=localhost; ASK", "{ ASK; }", "! ASK", "env -i ASK"),
        *("if ASK; then exit 0; fi", "exit 1", f"ASK || exit {'9' * 6000}", "ASK || exit \u00b2"),
    ],
)
def test_a_script_that_is_not_understood_is_not_judged(script: str) -> None:
    probe = read_probe(("CMD-SHELL", script.replace("ASK", f"curl -f {LIVE}")), lambda _: "")
    assert probe.unclear == "its script is not understood"


@pytest.mark.parametrize(
    "script",
    ["set -e; ASK", "cd /app && ASK", "sleep 5; ASK", "timeout -s KILL 5 ASK", "timeout -k 1 5 ASK", "# (\nASK"],
)
def test_what_asks_nothing_stands_beside_what_does(script: str) -> None:
    probe = read_probe(("CMD-SHELL", script.replace("ASK", f"curl -f {LIVE}")), lambda _: "")
    assert [request.program for request in probe.requests] == ["curl"]
    assert not (probe.unclear or probe.ignored)


@pytest.mark.parametrize(
    "script", [f"curl -f x {'9' * 6000}>&1", "curl -f x 2\u00b2> \u00b2", ">/dev/tcp/a/1", 'sh -c "$X"']
)
def test_odd_scripts_are_read(script: str) -> None:
    assert read_probe(("CMD-SHELL", script), lambda _: 'sh -c "$X"')
