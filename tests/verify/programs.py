"""Small programs that stand in for others on the PATH."""

from __future__ import annotations

import sys
from pathlib import Path


def program(path: Path, python: str) -> Path:
    """A program that runs the Python text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!{sys.executable}\n{python}", "utf-8")
    path.chmod(0o755)
    return path


def docker(folder: Path, status: int = 0, says: str = "", does: str = "") -> Path:
    """A `docker` whose `compose config` prints a secret on stdout, and `says` on stderr; what it was started with is
    in `arguments` and `environment` beside it."""
    return program(
        folder / "docker",
        f"""
import json, os, sys
if sys.argv[2:] == ["version"]:
    sys.exit(0)
beside = os.path.dirname(os.path.abspath(__file__))
json.dump(sys.argv[1:], open(os.path.join(beside, "arguments"), "w"))
json.dump(dict(os.environ), open(os.path.join(beside, "environment"), "w"))
{does}
print("MASTER_KEY: sk-printed-on-stdout")
sys.stderr.write({says!r})
sys.exit({status})
""",
    )
