"""Which proxy, and by which key."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit, urlunsplit

from litellm_harden.record import Record


class Target(Record):
    """A proxy at `url`, which ends without a slash. `key` is empty for none; it is never shown or saved."""

    url: str
    key: str = ""
    timeout: float = 30.0
    """Seconds a call may take as a whole."""
    ca: str = ""
    """A file of certificates to trust instead of those that everyone does."""
    insecure: bool = False
    """Trust any certificate."""

    @property
    def host(self) -> str:
        """The name or number of the host."""
        return urlsplit(self.url).hostname or ""

    @property
    def local(self) -> bool:
        """Whether it is this machine, by its name or its number alone."""
        if self.host == "localhost" or self.host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def sends_key_in_the_clear(self) -> bool:
        """Whether others on the way could read the key."""
        return bool(self.key) and self.url.startswith("http:") and not self.local


def parsed_url(text: str) -> str:
    """The URL of a proxy as `Target` has it, from what a person typed. Raises ValueError, without repeating secrets."""
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("this is no URL") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"a proxy is called by http or https, not by {parts.scheme}")
    if parts.username is not None or parts.password is not None:
        raise ValueError("a URL with a user or a password ends up in logs: leave them out")
    if not host or not text.isprintable() or " " in text:
        raise ValueError("this is no URL of a host")
    if parts.query or parts.fragment:
        raise ValueError("the URL of the proxy ends before ? and #")
    path = parts.path.rstrip("/").removesuffix("/v1")
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def checked_key(text: str) -> str:
    """A key without the space around it. Raises ValueError, without repeating it, where no header can carry it."""
    key = text.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("this is no key: one word is expected")
    return key
