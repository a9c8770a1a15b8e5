"""A real `lh` in a process of its own, killed by strace as it enters its n-th system call that touches the disk."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

WATCHED = (
    "openat write pwrite64 fsync fdatasync rename renameat renameat2 unlink unlinkat mkdir mkdirat rmdir chmod fchmod "
    "fchmodat chown fchown fchownat ftruncate setxattr fsetxattr fremovexattr link linkat symlink utimensat flock"
)
CALL = re.compile(r"^(\w+)\(")
KILLED = -9
FIX = ("fix", "--fail-on", "never")
SUPPRESS = ("suppress", "LH042", "--reason", "meant so")
LH = "from litellm_harden.cli.main import run; run()"

CONFIG = "router_settings:\n  cooldown_time: 120  # two minutes\n"
FILES = {
    "one/docker-compose.yml": """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./config.yaml:/app/config.yaml"]
    env_file: .env
""",
    "one/config.yaml": CONFIG,
    "one/.env": "LITELLM_MASTER_KEY=sk-canary-4711\nLITELLM_LOG=DEBUG\n",
    "two/docker-compose.yml": """\
services:
  litellm:
    image: ghcr.io/berriai/litellm:v1.81.0-stable
    command: ["--config", "/app/config.yaml"]
    volumes: ["./conf/config.yaml:/app/config.yaml"]
""",
    "two/conf/config.yaml": CONFIG,
}

Contents = Mapping[str, bytes]


class Ended(NamedTuple):
    """How a process ended."""

    status: int
    out: str
    err: str


class Point(NamedTuple):
    """The `number`-th call of one kind that a run makes, from 1."""

    call: str
    number: int


class Place:
    """A folder to run `lh` in, with its state folder beside it; both can be put back as they were."""

    def __init__(self, folder: Path) -> None:
        self.root, self.state, self._saved = folder / "root", folder / "state", folder / "saved"
        for name, text in FILES.items():
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text(text)
        self.state.mkdir()
        self._saved.mkdir()
        self.first = self.contents()

    def save(self, name: str) -> None:
        """Keep everything as it is now under a name."""
        shutil.rmtree(self._saved / name, ignore_errors=True)
        for kept in (self.root, self.state):
            shutil.copytree(kept, self._saved / name / kept.name)

    def put_back(self, name: str) -> None:
        """Have everything as it was when it was saved."""
        for kept in (self.root, self.state):
            shutil.rmtree(kept)
            shutil.copytree(self._saved / name / kept.name, kept)

    def contents(self) -> Contents:
        """Every file of the tree."""
        files = (path for path in self.root.rglob("*") if not path.is_dir())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in files}

    def lh(
        self, *arguments: str, under: tuple[str, ...] = (), stdin: str = "", user: int = 0, **variables: str | None
    ) -> Ended:
        """Run `lh`: under another program, as another user, with other variables (None: without them)."""
        environment = {**os.environ, "XDG_STATE_HOME": str(self.state), "PYTHONHASHSEED": "0", **variables}
        done = subprocess.run(
            (*(_as(user) if user else ()), *under, sys.executable, "-c", LH, *arguments),
            cwd=self.root,
            env={name: value for name, value in environment.items() if value is not None},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def points(self, *arguments: str, stdin: str = "") -> list[Point]:
        """Where a run, which is really made, touches the tree or the state folder."""
        log = self._saved / "log"
        calls = ",".join(f"?{call}" for call in WATCHED.split())
        self.lh(*arguments, under=("strace", "-y", "-qq", "-o", str(log), "-e", f"trace={calls}"), stdin=stdin)
        return list(self._touching(log.read_text(errors="replace").splitlines()))

    def killed_at(self, point: Point, *arguments: str) -> bool:
        """Whether a run came to the point and was killed as it entered the call."""
        return self.struck_at(point, "KILL", *arguments).status == KILLED

    def struck_at(self, point: Point, signal: str, *arguments: str) -> Ended:
        """How a run ended that was sent a signal as it entered the call at the point."""
        inject = f"inject={point.call}:signal={signal}:when={point.number}"
        return self.lh(*arguments, under=("strace", "-qq", "-o", "/dev/null", "-e", inject))

    def _touching(self, lines: list[str]) -> Iterator[Point]:
        counts: dict[str, int] = {}
        for line in lines:
            call = CALL.match(line)
            if call is None:
                continue
            name = call[1]
            counts[name] = counts.get(name, 0) + 1
            reads = name == "openat" and not re.search("O_WRONLY|O_RDWR|O_CREAT", line)
            if not reads and (str(self.root) in line or str(self.state) in line):
                yield Point(name, counts[name])


def _as(user: int) -> tuple[str, ...]:
    """Runs a command as another user, who may read all there is, as the interpreter often lies where few may look."""
    reading = (
        "--inh-caps=-all,+dac_read_search",
        "--ambient-caps=-all,+dac_read_search",
        "--bounding-set=-all,+dac_read_search",
    )
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *reading)


@contextmanager
def lent_place(user: int) -> Iterator[Place]:
    """A place that other users can enter, and that belongs to one of them. It goes whatever is done to it."""
    folder = Path(tempfile.mkdtemp(prefix="lh-circumstances-"))
    folder.chmod(0o755)
    place = Place(folder)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)
    yield place
    mounted = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for point in reversed([one for one in mounted if one.startswith(str(folder))]):
        run("umount", point)
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            subprocess.run(["chattr", "-ia", path], capture_output=True, check=False)
    subprocess.run(["chattr", "-R", "-ia", folder], capture_output=True, check=False)
    shutil.rmtree(folder)


def run(*command: object) -> str:
    """Run a program that must succeed; what it prints."""
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, check=True).stdout
