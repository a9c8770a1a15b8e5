"""Keeps a Python process from the network, from other programs and from files outside one folder.

It holds back programs that mean no harm: audit hooks see what goes through Python, and native code only where Linux
grants the process a network of its own, in which nothing can be reached.
"""

from __future__ import annotations

import os
import socket
import sys
from typing import Any

OFFLINE = "lh verify lets nothing out"
"""Stands in whatever the guard raises, for those who catch an error and only keep its text."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CONNECTS = ("socket.connect", "socket.sendto", "socket.sendmsg")
_NAMES = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo")
_PROGRAMS = (
    "socket.bind",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
)
_FILES = ("os.mkdir", "os.remove", "os.rmdir", "os.rename", "os.link", "os.symlink", "os.chmod", "os.chown")
_OTHER_FILES = ("os.truncate", "os.utime", "sqlite3.connect")
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000


class Offline(ConnectionRefusedError):
    """A connection that was not made."""


class NoSuchName(socket.gaierror):
    """A host name that was not looked up."""


class Forbidden(PermissionError):
    """A program that was not started, or a file that was not written."""


GUARDED = (Offline, NoSuchName, Forbidden)


def guard(folder: str, attempted: list[str]) -> None:
    """From now on, nothing leaves this process but files below `folder`. It cannot be taken back.

    `attempted` gets the places that something tried to connect to, each once.
    """
    inside = os.path.realpath(folder) + os.sep

    def connect(event: str, arguments: tuple[Any, ...]) -> None:
        note(arguments[1] if len(arguments) > 1 else "")
        raise Offline(f"{OFFLINE} ({event})")

    def look_up(event: str, arguments: tuple[Any, ...]) -> None:
        note(arguments[:2])
        raise NoSuchName(socket.EAI_NONAME, f"{OFFLINE} ({event})")

    def note(place: Any) -> None:
        parts = place if isinstance(place, tuple) else (place,)
        shown = ":".join(
            part.decode("ascii", "replace") if isinstance(part, bytes) else str(part) for part in parts[:2]
        )
        if shown not in attempted and len(attempted) < 50:
            attempted.append(shown)

    def start(event: str, _: tuple[Any, ...]) -> None:
        raise Forbidden(f"{OFFLINE} ({event})")

    def write(event: str, arguments: tuple[Any, ...]) -> None:
        for path in arguments[: 2 if event in ("os.rename", "os.link", "os.symlink") else 1]:
            if not allowed(path):
                raise Forbidden(f"{OFFLINE} ({event})")

    def open_file(event: str, arguments: tuple[Any, ...]) -> None:
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITES:
            write(event, (path,))

    def allowed(path: Any) -> bool:
        if isinstance(path, int) or path is None or path == ":memory:":
            return True
        real = os.path.realpath(os.fsdecode(path))
        return real == os.devnull or (real + os.sep).startswith(inside)

    handlers: dict[str, Any] = {
        **dict.fromkeys(_CONNECTS, connect),
        **dict.fromkeys(_NAMES, look_up),
        **dict.fromkeys(_PROGRAMS, start),
        **dict.fromkeys((*_FILES, *_OTHER_FILES), write),
        "open": open_file,
    }

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is not None:
            handler(event, arguments)

    sys.addaudithook(hook)


def leave_the_network() -> None:
    """Move this process, which must have one thread alone, into a network of its own, where Linux allows that."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).unshare(_NEW_USER | _NEW_NETWORK)  # an error leaves all as it was


def limit(memory: int, seconds: int) -> None:
    """At most so many bytes of memory and seconds of CPU, where the platform has such limits."""
    try:
        import resource
    except ImportError:
        return
    limits = {resource.RLIMIT_AS: memory, resource.RLIMIT_CPU: seconds, resource.RLIMIT_CORE: 0}
    for kind, most in limits.items():
        try:
            resource.setrlimit(kind, (most, most))
        except (OSError, ValueError):  # macOS knows RLIMIT_AS but does not take it
            continue
