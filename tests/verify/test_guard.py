"""Nothing leaves a guarded process."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

import litellm_harden.verify

HERE = Path(litellm_harden.verify.__file__).parent
GUARDED = """
import sys, socket, subprocess, os, asyncio, json
sys.path.insert(0, sys.argv[1])
from lh_inside import guard
inside, outside, port = sys.argv[2], sys.argv[3], int(sys.argv[4])
attempted = []
guard.guard(inside, attempted)
try:
    {does}
    print("done")
except Exception as error:
    print(type(error).__name__, guard.OFFLINE in str(error), json.dumps(attempted))
"""


def guarded(does: str, inside: Path, outside: Path = Path("/nowhere"), port: int = 9) -> str:
    """What comes of a statement in a guarded process."""
    command = [sys.executable, "-B", "-c", GUARDED.format(does=does), str(HERE), str(inside), str(outside), str(port)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout.strip()


@pytest.mark.parametrize(
    "connects",
    [
        "socket.create_connection(('127.0.0.1', port))",
        "socket.socket().connect(('127.0.0.1', port))",
        "asyncio.run(asyncio.open_connection('127.0.0.1', port))",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', port))",
    ],
)
def test_a_listening_socket_sees_no_connection(connects: str, tmp_path: Path) -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        listening.settimeout(0.2)
        port = listening.getsockname()[1]
        outcome = guarded(connects, tmp_path, port=port)
        assert outcome.startswith(("Offline True", "NoSuchName True")), outcome
        assert f"127.0.0.1:{port}" in outcome
        with pytest.raises(TimeoutError):
            listening.accept()


def test_names_are_not_looked_up(tmp_path: Path) -> None:
    assert guarded("socket.getaddrinfo('example.com', 443)", tmp_path).startswith("NoSuchName True")


@pytest.mark.parametrize(
    "starts", ["subprocess.run([sys.executable, '-c', ''])", "os.system('true')", "os.fork() or os._exit(0)"]
)
def test_no_program_is_started(starts: str, tmp_path: Path) -> None:
    assert guarded(starts, tmp_path).startswith("Forbidden True")


@pytest.mark.parametrize(
    "writes", ["open(outside + '/new', 'w')", "os.mkdir(outside + '/new')", "os.remove(outside + '/here')"]
)
def test_nothing_is_written_outside_the_folder(writes: str, tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "here").write_text("kept")
    assert guarded(writes, inside, outside).startswith("Forbidden True")
    assert [file.name for file in outside.iterdir()] == ["here"]


def test_inside_the_folder_files_are_written(tmp_path: Path) -> None:
    assert guarded("open(inside + '/new', 'w').write('text')", tmp_path) == "done"
    assert (tmp_path / "new").read_text() == "text"


def test_files_outside_are_read(tmp_path: Path) -> None:
    assert guarded("open(os.__file__).read()", tmp_path) == "done"


LIMITED = """
import sys
sys.path.insert(0, sys.argv[1])
from lh_inside import guard
guard.limit(1 << 30, 10)
try:
    bytearray(2 << 30)
except MemoryError:
    print("no more")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has no such limit")
def test_memory_has_an_end() -> None:
    done = subprocess.run([sys.executable, "-c", LIMITED, str(HERE)], capture_output=True, text=True, check=True)
    assert done.stdout == "no more\n"


NATIVE = """
import ctypes, os, socket, sys
sys.path.insert(0, sys.argv[1])
from lh_inside import guard
before = os.readlink("/proc/self/ns/net")
guard.leave_the_network()
address = (2).to_bytes(2, sys.byteorder) + int(sys.argv[2]).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
connects = ctypes.CDLL(None).connect(socket.socket().fileno(), address, len(address)) == 0
print("left" if os.readlink("/proc/self/ns/net") != before else "stayed", "connects" if connects else "cut off")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no network namespaces")
def test_native_code_is_cut_off_too_where_linux_allows_it() -> None:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        command = [sys.executable, "-c", NATIVE, str(HERE), str(listening.getsockname()[1])]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if told == "stayed connects":
        pytest.skip("this kernel grants no namespace")
    assert told == "left cut off"
