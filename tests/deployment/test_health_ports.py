"""Which ports of the proxy's container the host publishes."""

from __future__ import annotations

from pathlib import Path

import pytest

from litellm_harden.deployment.model import ABSENT, State
from tests.deploy import after, container, deploy


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
