"""What went wrong with a call, in plain words; and what a server said, without secrets."""

from __future__ import annotations

import json
import re
import socket
import ssl

import httpx

LONGEST = 200
"""Characters of a server's words that are shown."""

TIMED_OUT = "timed out"
NOT_BEGUN = "not begun in time"
KEY_REFUSED = "key refused"
_BY_STATUS = {
    400: "refused as wrong",
    401: KEY_REFUSED,
    403: "not allowed",
    404: "not found",
    408: "upstream timed out",
    413: "too large",
    422: "refused as wrong",
    429: "rate limited",
    502: "bad gateway",
    503: "not available",
    504: "gateway timed out",
}

_SECRETS = re.compile(r"sk-\S{4,}|\bBearer\s+\S+|\b[0-9a-fA-F]{32,}\b|(?<=://)[^/\s@]+@", re.IGNORECASE)


def of_status(status: int) -> str:
    """The kind of an error that a server told: "rate limited (429)"."""
    known = _BY_STATUS.get(status)
    if known is None:
        known = "redirected" if 300 <= status < 400 else "refused" if status < 500 else "server error"
    return f"{known} ({status})"


def of_error(error: BaseException) -> str:
    """The kind of an error that kept a call from an answer."""
    causes = list(_causes(error))
    if any(isinstance(one, (httpx.TimeoutException, TimeoutError)) for one in causes):
        return TIMED_OUT
    if any(isinstance(one, ssl.SSLError) for one in causes) or "SSL" in str(error):
        return "TLS failed"
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return "connection refused"
    if any(isinstance(one, socket.gaierror) for one in causes):
        return "host not found"
    if isinstance(error, httpx.ConnectError):
        # anyio tells several refused addresses as one error without a cause
        return "connection refused" if "All connection attempts failed" in str(error) else "no connection"
    if isinstance(error, httpx.TransportError | OSError):
        return "connection broken"
    return "unreadable answer"


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        found += getattr(error, "exceptions", ())
        error = error.__cause__ or error.__context__
    return found


def said(body: bytes, key: str) -> str:
    """The words of an error's body on one line, cut short, without the key and what looks like one."""
    text = body[:100_000].decode("utf-8", "replace")
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = "" if text.lstrip().startswith("<") else text
    return cleaned(_message(data), key)


def cleaned(text: str, key: str) -> str:
    """The text on one line, cut short, without the key and what looks like one."""
    text = " ".join(text.split())
    if key:
        text = text.replace(key, "***")
    text = _SECRETS.sub("***", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _message(data: object) -> str:
    """LiteLLM tells errors as {"error": {"message": …}}, FastAPI as {"detail": …}."""
    for name in ("error", "detail", "message"):
        if isinstance(data, dict) and name in data:
            data = data[name]
    return data if isinstance(data, str) else json.dumps(data)[:1000] if data else ""
