"""Calls of a proxy: bounded in time and size, to that host alone, and never an exception."""

from __future__ import annotations

import asyncio
import json
import time
from types import TracebackType
from typing import Any

import httpx

from litellm_harden import __version__
from litellm_harden.probe import words
from litellm_harden.probe.target import Target
from litellm_harden.record import Record

LARGEST = 8_000_000
"""Bytes of an answer that are read."""


class Answer(Record):
    """What became of a call after `seconds`: a `status`, or none and the `error` that kept it from one.

    `error` is also the kind of an error that the status tells; it is empty where the call succeeded.
    """

    seconds: float
    error: str = ""
    status: int | None = None
    body: bytes = b""
    headers: httpx.Headers = httpx.Headers()
    words: str = ""
    """What the server said, or the machine, about the error; without secrets."""

    @property
    def data(self) -> Any:
        """The body as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


class Client:
    """At most `connections` calls at once. No settings come from the environment: no proxies, no .netrc."""

    def __init__(self, target: Target, connections: int = 5) -> None:
        self.target = target
        self._http = httpx.AsyncClient(
            verify=_trusted(target),
            trust_env=False,
            follow_redirects=False,
            timeout=target.timeout,
            limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
            headers={"user-agent": f"lh-probe/{__version__}", "accept-encoding": "identity"},
        )

    async def __aenter__(self) -> Client:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def get(self, path: str, with_key: bool = True) -> Answer:
        """Read a path of the proxy."""
        return await self._call("GET", path, None, with_key)

    async def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Send JSON to a path of the proxy."""
        return await self._call("POST", path, json.dumps(body).encode(), True)

    async def _call(self, method: str, path: str, content: bytes | None, with_key: bool) -> Answer:
        headers = {"content-type": "application/json"} if content is not None else {}
        if with_key and self.target.key:
            headers["authorization"] = f"Bearer {self.target.key}"
        start = time.perf_counter()
        try:
            request = self._http.build_request(method, self.target.url + path, content=content, headers=headers)
            status, found, body = await asyncio.wait_for(self._send(request), self.target.timeout)
        except (httpx.HTTPError, httpx.InvalidURL, OSError, asyncio.TimeoutError) as error:
            kind = words.TIMED_OUT if isinstance(error, asyncio.TimeoutError) else words.of_error(error)
            told = words.cleaned(str(error), self.target.key)
            return Answer(time.perf_counter() - start, kind, words=told)
        kind = "" if 200 <= status < 300 else words.of_status(status)
        told = words.said(body, self.target.key) if kind else ""
        return Answer(time.perf_counter() - start, kind, status, body, found, told)

    async def _send(self, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
        answer = await self._http.send(request, stream=True)
        try:
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > LARGEST:
                    raise httpx.DecodingError(f"the answer is longer than {LARGEST} bytes")
            return answer.status_code, answer.headers, bytes(body)
        finally:
            await answer.aclose()


def _trusted(target: Target) -> Any:
    """What httpx calls `verify`. Raises OSError where the file of certificates cannot be read."""
    if target.insecure:
        return False
    if not target.ca:
        return True
    import ssl

    return ssl.create_default_context(cafile=target.ca)
