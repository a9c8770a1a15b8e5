"""The fuzzer: `python -m tests.hostile.fuzz --minutes 30 --seed 1 [--keep FOLDER] [FOLDER of deployments]...`

Mutates the fixtures (and the deployments in the folders named) and tries documents and whole commands on them. Each
failure is kept in FOLDER with what is needed to see it again, told in one line, and the fuzzer goes on; it ends with
the number of executions, and with 1 where anything failed.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from random import Random

from litellm_harden.deployment.folders import DOCKERFILE, is_env_file
from tests.fixture_runs import FIXTURES
from tests.hostile.fuzz_commands import Files, mutate_deployment, read_deployment, try_deployment
from tests.hostile.fuzz_documents import KINDS, try_document
from tests.hostile.mutate import mutated

LONGEST = 20
"""Seconds of CPU that one try may take."""


class TooLong(Exception):
    """A try that does not end."""


def kind_of(name: str) -> str:
    """How a file of this name is read."""
    file = Path(name)
    if DOCKERFILE.fullmatch(file.name):
        return "dockerfile"
    if is_env_file(file):
        return "dotenv"
    return "compose" if "compose" in file.name else "config"


class Fuzzer:
    """Tries one input after the other; the same seed gives the same inputs."""

    def __init__(self, seed: str, deployments: list[Files], keep: Path | None) -> None:
        self.seed, self.deployments, self.keep = seed, deployments, keep
        self.texts: dict[str, list[str]] = {kind: [] for kind in KINDS}
        for files in deployments:
            for name, content in files.items():
                self.texts[kind_of(name)].append(content.decode("utf-8", "surrogateescape"))
        self.tried = {"documents": 0, "read": 0, "commands": 0}
        self.failures: dict[str, int] = {}

    def document(self, number: int) -> None:
        """Try one mutated file as one kind of document."""
        random = Random(f"{self.seed} document {number}")
        kind = random.choice([kind for kind in KINDS if self.texts[kind]])
        text = mutated(random.choice(self.texts[kind]), random, self.texts[kind])
        self.tried["documents"] += 1
        try:
            with _limited():
                self.tried["read"] += try_document(kind, text, random)
        except Exception as error:
            self._failed(error, f"document {number}", {kind: text.encode("utf-8", "surrogateescape")})

    def command(self, number: int) -> None:
        """Try the commands on one mutated deployment."""
        random = Random(f"{self.seed} command {number}")
        everything = [text for texts in self.texts.values() for text in texts]
        files = mutate_deployment(random.choice(self.deployments), random, everything)
        self.tried["commands"] += 1
        with tempfile.TemporaryDirectory(prefix="lh-fuzz-") as scratch:
            folder = Path(scratch, "gateway")
            folder.mkdir()
            try:
                with _limited():
                    try_deployment(files, folder)
            except Exception as error:
                self._failed(error, f"command {number}", files)

    def _failed(self, error: Exception, number: str, files: Files) -> None:
        steps = traceback.extract_tb(error.__traceback__)
        place = f"{Path(steps[-1].filename).name}:{steps[-1].lineno}"
        what = f"{type(error).__name__} at {place}: {error}"
        self.failures[what] = self.failures.get(what, 0) + 1
        if self.failures[what] > 1:
            return
        print(f"{self.seed} {number}: {what}", flush=True)
        if self.keep is not None:
            folder = self.keep / f"{self.seed} {number}".replace(" ", "-")
            shutil.rmtree(folder, ignore_errors=True)
            for name, content in files.items():
                file = folder / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            (folder / "TRACEBACK").write_text("".join(traceback.format_exception(error)), errors="backslashreplace")


class _limited:  # noqa: N801
    """Ends what takes too long."""

    def __enter__(self) -> None:
        signal.signal(signal.SIGPROF, self._end)
        signal.setitimer(signal.ITIMER_PROF, LONGEST)

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    @staticmethod
    def _end(*_: object) -> None:
        raise TooLong


def deployments_in(folders: list[Path]) -> list[Files]:
    """The fixtures, and each folder in the folders."""
    roots = [folder / "before" for folder in FIXTURES.iterdir() if folder.is_dir()]
    roots += [folder for above in folders for folder in above.iterdir() if folder.is_dir()]
    found = [read_deployment(folder) for folder in sorted(roots)]
    return [files for files in found if 0 < len(files) < 60]


def main() -> int:
    """Run the fuzzer as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", default="1")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("folders", nargs="*", type=Path)
    options = parser.parse_args()
    fuzzer = Fuzzer(options.seed, deployments_in(options.folders), options.keep)
    end, number = time.monotonic() + options.minutes * 60, 0
    while time.monotonic() < end:
        number += 1
        fuzzer.command(number)
        for one in range(20):
            fuzzer.document(20 * number + one)
    print(f"{fuzzer.tried}, {sum(fuzzer.failures.values())} failures of {len(fuzzer.failures)} kinds")
    return 1 if fuzzer.failures else 0


if __name__ == "__main__":
    sys.exit(main())
