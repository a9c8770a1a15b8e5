"""Which Python has LiteLLM."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path

from litellm_harden.text.patterns import pattern

_SHEBANG = pattern(
    r"#!\s*(?:/usr/bin/env\s+)?(?P<direct>[^\s]*python[^\s]*)|'''exec' \"?(?P<long>[^\"\n]*?python[\w.]*)"
)


def find_interpreter() -> str:
    """The interpreter that runs `lh` if LiteLLM is installed there, else that of the command `litellm`; or nothing."""
    here = importlib.util.find_spec("litellm")
    if here is not None and here.origin is not None:
        return sys.executable
    command = shutil.which("litellm")
    return _interpreter_of(Path(command)) if command else ""


def _interpreter_of(script: Path) -> str:
    """The interpreter that a script of pip names in its first lines, if it is there."""
    try:
        with script.open(encoding="utf-8", errors="replace") as file:
            head = file.read(2000)
    except OSError:
        return ""
    match = _SHEBANG.search(head) if head.startswith("#!") else None
    if match is None:
        beside = script.with_name("python.exe")
        return str(beside) if beside.exists() else ""
    found = match["direct"] or match["long"]
    return found if Path(found).is_absolute() else shutil.which(found) or ""
