"""Calls end in time, whatever the other side does, and what is told of them holds no secrets."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given
from hypothesis import strategies as st

from litellm_harden.probe.client import Answer, Client
from litellm_harden.probe.everything import Wanted, probe
from litellm_harden.probe.target import Target, checked_key, parsed_url
from litellm_harden.probe.words import cleaned, said
from tests.probe.stub import KEY, Stub, serving


@contextmanager
def sending(*pieces: bytes, pause: float = 0) -> Iterator[Target]:
    """A server that answers any connection with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                connection, _ = server.accept()
                with connection:
                    connection.recv(10_000)
                    for piece in pieces:
                        connection.sendall(piece)
                        time.sleep(pause)
            except OSError:
                pass

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield Target(f"http://127.0.0.1:{server.getsockname()[1]}", KEY, timeout=0.5)
    thread.join(5)


def got(target: Target) -> Answer:
    async def call() -> Answer:
        async with Client(target) as client:
            return await client.get("/v1/models")

    return asyncio.run(call())


def test_an_answer_that_never_ends_is_cut_off() -> None:
    head = b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n"
    with sending(head, *[b"x"] * 15, pause=0.1) as target:
        answer = got(target)
    assert (answer.error, answer.status) == ("timed out", None)
    assert answer.seconds < 1


def test_an_answer_that_is_too_long_is_not_read() -> None:
    with sending(b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 1_000_000] * 20) as target:
        answer = got(target._replace(timeout=10))
    assert answer.error == "unreadable answer"


@pytest.mark.parametrize("text", [b"\x00\xff" * 50, b"SSH-2.0-x\r\n", b"HTTP/1.1 abc\r\n\r\n", b""])
def test_what_is_no_http_is_told_as_such(text: bytes) -> None:
    with sending(text) as target:
        assert got(target).error in ("connection broken", "unreadable answer")


def test_a_host_that_no_name_can_be_is_not_found() -> None:
    answer = got(Target("http://" + "a" * 70 + ".example", timeout=5))
    assert answer.error and answer.status is None


def test_a_probe_that_is_stopped_during_the_checks_gives_them() -> None:
    async def main(target: Target) -> tuple[str, ...]:
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(0.3, stop.set)
        probed = await probe(target, Wanted(), stop=stop)
        assert probed.interrupted and probed.measured is None
        return tuple(check.name for check in probed.checks)

    with serving(Stub(delay=30)) as stub:
        assert asyncio.run(main(stub.target)) == ("liveness", "readiness", "authentication")


@given(st.binary(max_size=300), st.binary(max_size=300))
def test_the_words_of_a_server_never_hold_the_key(before: bytes, after: bytes) -> None:
    assert KEY not in said(before + KEY.encode() + after, KEY)
    assert len(said(before * 9, KEY)) <= 201


@pytest.mark.parametrize(
    "text",
    [
        "Received=sk-other1234",
        "Bearer abc.def",
        "hash 88dc28d0f030c55ed4ab77ed8faf0981",
    ],
)
def test_what_looks_like_a_secret_is_not_told(text: str) -> None:
    assert cleaned(text, KEY).endswith("***")


@given(st.text())
def test_any_text_is_a_url_or_is_refused(text: str) -> None:
    try:
        url = parsed_url(text)
    except ValueError:
        return
    assert url.startswith(("http://", "https://")) and "@" not in url.split("/")[2] and not url.endswith("/")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("localhost:4000", "http://localhost:4000"),
        ("https://gateway.example/", "https://gateway.example"),
        ("http://h/litellm/v1/", "http://h/litellm"),
        ("http://[::1]:4000", "http://[::1]:4000"),
    ],
)
def test_urls_as_people_type_them(text: str, url: str) -> None:
    assert parsed_url(text) == url


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost", True),
        ("http://127.0.0.2:4", True),
        ("http://[::1]", True),
        ("http://10.0.0.1", False),
        ("http://localhost.example", False),
    ],
)
def test_what_is_local(url: str, local: bool) -> None:
    assert Target(url, KEY).local is local
    assert Target(url, KEY).sends_key_in_the_clear is not local


@pytest.mark.parametrize("text", ["", " ", "two words", "a\nb", "schlüssel", "\x1b[0m"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(ValueError, match="no key"):
        checked_key(text)
