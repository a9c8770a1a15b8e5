"""A proxy that behaves, or misbehaves, as a test wants, on a free port of this machine."""

from __future__ import annotations

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from litellm_harden.probe.target import Target

KEY = "sk-canary-4711-probe"
Body = dict[str, Any]


def completion(_: Body) -> tuple[int, Any]:
    return 200, {"choices": [{"message": {"content": "ok"}}]}


@dataclass
class Stub:
    """What the proxy answers. A model's function takes the body of a call and gives a status and JSON, or text."""

    models: dict[str, Callable[[Body], tuple[int, Any]]] = field(default_factory=lambda: {"chat": completion})
    modes: dict[str, str] = field(default_factory=dict)
    open_to_all: bool = False
    live: tuple[int, Any] = (200, "I'm alive!")
    ready: tuple[int, Any] = (200, {"status": "healthy", "db": "connected", "litellm_version": "1.81.0"})
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    stall: tuple[int, float] | None = None
    """From this call of a model on, for so many seconds, nothing is answered."""
    hang_up: bool = False
    listed: Any = None
    seen: list[tuple[str, Body, dict[str, str]]] = field(default_factory=list)
    port: int = 0
    _stalled_until: float | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def target(self) -> Target:
        return Target(self.url, KEY, timeout=5)

    @property
    def calls(self) -> Counter[str]:
        """How often each model was called."""
        return Counter(body["model"] for _, body, _ in self.seen if "model" in body)

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while start := await reader.readexactly(1):
                if start == b"\x16":  # TLS, of which it knows nothing
                    break
                head = start + await reader.readuntil(b"\r\n\r\n")
                first, *lines = head.decode().strip().split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines)
                content = await reader.readexactly(int(headers.get("content-length", 0)))
                path = first.split(" ")[1]
                body = json.loads(content) if content else {}
                self.seen.append((path, body, headers))
                status, data = await self.answer(path, body, headers)
                if self.hang_up and body:
                    break
                writer.write(self.written(status, data))
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass
        finally:
            writer.close()

    def written(self, status: int, data: Any) -> bytes:
        text = data.encode() if isinstance(data, str) and not data.startswith("I'm") else json.dumps(data).encode()
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"HTTP/1.1 {status} X\r\ncontent-length: {len(text)}\r\n{more}\r\n".encode() + text

    async def answer(self, path: str, body: Body, headers: dict[str, str]) -> tuple[int, Any]:
        if path == "/health/liveliness":
            return self.live
        if path == "/health/readiness":
            return self.ready
        if not self.open_to_all and headers.get("authorization") != f"Bearer {KEY}".lower():
            return 401, {"error": {"message": f"Authentication Error, received {headers.get('authorization')}"}}
        if path == "/v1/models":
            names = [{"id": name} for name in self.models]
            return (200, {"data": names}) if self.listed is None else (200, self.listed)
        if path == "/v1/model/info":
            infos = [{"model_name": name, "model_info": {"mode": mode}} for name, mode in self.modes.items()]
            return 200, {"data": infos}
        await self.wait()
        return self.models[body["model"]](body)

    async def wait(self) -> None:
        now = asyncio.get_running_loop().time()
        if self.stall and self._stalled_until is None and sum(self.calls.values()) >= self.stall[0]:
            self._stalled_until = now + self.stall[1]
        await asyncio.sleep(max(self.delay, (self._stalled_until or now) - now))


@contextmanager
def serving(stub: Stub) -> Iterator[Stub]:
    """Serve it from a thread of its own."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(stub.connected, "127.0.0.1", 0))
    stub.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield stub
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
