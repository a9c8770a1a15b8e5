"""Add releases of LiteLLM to the catalogue: `python -m litellm_harden.litellm.catalogue.generate WHEEL_OR_VERSION...`.

An argument is a wheel, a folder that litellm is installed or unpacked into, or a version, whose wheel is looked for in
the folder of wheels and downloaded with pip if it is not there. The wheel of litellm-enterprise that the release asks
for is looked for in the same way, as the proxy's image has it too. Nothing of LiteLLM is imported.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from litellm_harden.litellm.catalogue.encoding import Entry, decode, encode
from litellm_harden.litellm.catalogue.scan.command import options
from litellm_harden.litellm.catalogue.scan.facts import Facts
from litellm_harden.litellm.catalogue.scan.sections import sections
from litellm_harden.litellm.catalogue.scan.source import Release
from litellm_harden.litellm.catalogue.scan.visit import scan
from litellm_harden.litellm.catalogue.scan.whole import Whole
from litellm_harden.litellm.versions import Version, parse

DATA = Path(__file__).with_name("releases.txt")
_LONGEST = 120
_COMMAND = "proxy/proxy_cli.py"

Seen = dict[tuple[str, str], Facts]
"""What the files of the release before said: most are the same in the next."""


def known_in(release: Release, seen: Seen) -> tuple[dict[str, dict[str, Entry]], Seen]:
    """The sections of one release, and what its files say. `seen`: the same of another release, or empty."""
    now: Seen = {}
    files: dict[str, Facts] = {}
    command = ""
    for path, text in release.modules():
        files[path] = now[path, text] = seen.get((path, text)) or scan(path, text)
        command = text if path == _COMMAND else command
    found = {
        name: {key: Entry(_short(told.type), _short(told.default), told.where) for key, told in entries.items()}
        for name, entries in sections(Whole(files)).items()
    }
    found["options"] = {
        option.names[0]: Entry(
            f"{'value' if option.takes_value else 'flag'}{' hidden' if option.hidden else ''}",
            _short(option.default),
            " ".join((option.env or "-", *option.names[1:])),
        )
        for option in options(command)
    }
    return found, now


def find(argument: str, wheels: Path) -> Release:
    """The release that an argument of the command names; ValueError if it names none."""
    place = Path(argument)
    if not place.exists():
        if parse(argument) is None:
            raise ValueError(f"{argument} is neither a wheel, nor a folder, nor a version")
        place = _wheel("litellm", argument, wheels)
    release = Release(place)
    if place.is_dir() or release.enterprise is None:
        return release
    try:
        beside = _wheel("litellm-enterprise", release.enterprise, wheels)
    except subprocess.CalledProcessError:  # a post-release that was taken back; its release has the same settings
        beside = _wheel("litellm-enterprise", release.enterprise.partition(".post")[0], wheels)
    return Release(place, beside)


def _wheel(package: str, version: str, wheels: Path) -> Path:
    pattern = f"{package.replace('-', '_')}-{version}-*.whl"
    if not any(wheels.glob(pattern)):  # pip takes the wheel of its own Python, and any of them holds the same source
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(wheels)]
        subprocess.run([*command, f"{package}=={version}"], check=True)
    return min(wheels.glob(pattern))


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def main() -> None:
    """Read the named releases and write the catalogue with them."""
    parser = argparse.ArgumentParser(prog="litellm_harden.litellm.catalogue.generate", description=__doc__)
    parser.add_argument("releases", nargs="+", metavar="WHEEL_OR_VERSION")
    parser.add_argument("--wheels", type=Path, default=Path("wheels"), help="folder of wheels; default: ./wheels")
    parser.add_argument("--output", type=Path, default=DATA)
    given = parser.parse_args()
    output: Path = given.output
    catalogue: dict[Version, dict[str, dict[str, Entry]]] = decode(output.read_text("utf-8")) if output.exists() else {}
    seen: Seen = {}
    for argument in given.releases:
        release = find(argument, given.wheels)
        catalogue[release.version], seen = known_in(release, seen)
        print(release.version, {name: len(entries) for name, entries in catalogue[release.version].items()})
    output.write_bytes(encode(catalogue).encode())


if __name__ == "__main__":
    main()
