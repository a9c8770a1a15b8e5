"""Item 5: health checks of a container whose variables name a forward proxy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.healthy import FULL, LIVE, RIGHT, checked, fixed, image
from tests.rules.worlds import deployment, findings, not_judged, proxy

PROXY = "HTTP_PROXY: 'http://me:hush@proxy:3128'"
DIRECT = f"import urllib.request as r; r.build_opener(r.ProxyHandler({{}})).open('{LIVE}', timeout=9)"
PYTHON = f"import urllib.request; urllib.request.urlopen('{LIVE}', timeout=9)"


@pytest.mark.parametrize(
    ("variables", "code"),
    [
        (PROXY, DIRECT),
        ("http_proxy: ${ELSEWHERE}", DIRECT),
        ("HTTP_PROXY:", DIRECT),
        ("ALL_PROXY: socks5://proxy", DIRECT),
        (f"{PROXY}\n  NO_PROXY: redis", DIRECT),
        (f"{PROXY}\n  NO_PROXY: 'redis, localhost'", PYTHON),
        (f"{PROXY}\n  no_proxy: '*'", PYTHON),
        ("HTTPS_PROXY: http://proxy:3128", PYTHON),
        ("HTTP_PROXY: ''", PYTHON),
    ],
)
def test_a_new_check_does_not_go_through_a_forward_proxy(tmp_path: Path, variables: str, code: str) -> None:
    found = proxy(tmp_path, image=image("1.86.0"), service=f"environment:\n  {variables}")
    text = fixed(found, "LH052")
    assert f'test: ["CMD", "python3", "-c", "{code}"]' in text
    again = deployment(tmp_path, {"compose.yaml": text})
    assert not findings(again, "LH052")
    assert not not_judged(again, "LH052")


@pytest.mark.parametrize(
    ("test", "variables", "result"),
    [
        (f'["CMD", "python3", "-c", "{PYTHON}"]', PROXY, f'["CMD", "python3", "-c", "{DIRECT}"]'),
        (f"curl -f {LIVE} || exit 1", "http_proxy: http://p", f"curl --noproxy localhost -f {LIVE} || exit 1"),
        (f'["CMD", "curl", "-f", "{LIVE}"]', "ALL_PROXY: http://p",
         f'["CMD", "curl", "--noproxy", "localhost", "-f", "{LIVE}"]'),
        (f"wget -q -O - {LIVE}", "http_proxy: http://p", f'["CMD", "python3", "-c", "{DIRECT}"]'),
        (f"curl -f {LIVE}", PROXY, ""),
        (f"curl -f {LIVE}", "http_proxy: http://p\n      NO_PROXY: localhost", ""),
        (f"http_proxy= curl -f {LIVE}", "http_proxy: http://p", ""),
        (f"wget --no-proxy -q {LIVE}", "http_proxy: http://p", ""),
        (f"wget -e use_proxy=no -qO- {LIVE}", "http_proxy: http://p", ""),
        (f"wget -qO- --execute=use_proxy=off {LIVE}", "http_proxy: http://p", ""),
        (f"wget -e use_proxy=yes -qO- {LIVE}", "http_proxy: http://p", f'["CMD", "python3", "-c", "{DIRECT}"]'),
        (f'["CMD", "python3", "-c", "{PYTHON}"]', f"{PROXY}\n      NO_PROXY: localhost:4000", ""),
        (f'["CMD", "python3", "-c", "{DIRECT.replace("{}", "dict()")}"]', PROXY, ""),
    ],
)  # fmt: skip
def test_a_check_that_a_forward_proxy_would_get_fails(tmp_path: Path, test: str, variables: str, result: str) -> None:
    found = checked(tmp_path, test, FULL, environment=f"    environment:\n      {variables}\n")
    says = [finding.message for finding in findings(found, "LH052")]
    assert ["forward proxy" in message and "hush" not in message for message in says] == ([True] if result else [])
    assert f"      test: {result or test}\n" in fixed(found, "LH052")


def test_whether_an_unknown_variable_names_a_forward_proxy_is_not_known(tmp_path: Path) -> None:
    found = checked(tmp_path, RIGHT, environment="    environment: [HTTP_PROXY]\n")
    assert not findings(found, "LH052")
    assert "HTTP_PROXY" in not_judged(found, "LH052")[0].reason


@pytest.mark.parametrize(
    ("test", "reason"),
    [
        (f"curl -f {LIVE}", "NO_PROXY"),
        (f'["CMD", "python3", "-c", "{DIRECT.replace("{}", "own")}"]', "proxies"),
    ],
)
def test_what_a_client_makes_of_its_exceptions_may_not_be_known(tmp_path: Path, test: str, reason: str) -> None:
    variables = "http_proxy: http://p\n      NO_PROXY: localhost:4000"
    found = checked(tmp_path, test, FULL, environment=f"    environment:\n      {variables}\n")
    assert not findings(found, "LH052")
    assert reason in not_judged(found, "LH052")[0].reason
