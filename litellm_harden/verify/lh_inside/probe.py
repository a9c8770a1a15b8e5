"""The probe: take the request, become what it says, load, and write down what came of it."""

from __future__ import annotations

import asyncio
import importlib
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from . import guard, tell
from .blame import load_all, why_left_out
from .neutral import neutralise
from .paths import original


class Warnings(logging.Handler):
    """Keeps what LiteLLM warns of, and why the router leaves out models, in the order of the models."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self.left_out: list[dict[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message of a record."""
        line = record.getMessage()
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and line.startswith("Error creating deployment"):
            self.left_out.append({"words": f"{type(error).__name__}: {error}", "why": why_left_out(error)})
        if line not in self.lines and len(self.lines) < 50:
            self.lines.append(line[:1000])


def probe(request: dict[str, Any]) -> dict[str, Any]:
    """The observations that the request asks for."""
    loop = asyncio.new_event_loop()  # on Windows it takes a socket, which the guard would not allow
    asyncio.set_event_loop(loop)
    attempted: list[str] = []
    own_code: list[str] = []
    warnings = Warnings()
    guard.guard(request["folder"], attempted)
    neutralise(request["beside"], own_code)
    importlib.import_module("litellm.proxy.proxy_server")
    for name in ("LiteLLM", "LiteLLM Proxy", "LiteLLM Router"):
        logging.getLogger(name).addHandler(warnings)
    declared = tell.declared(request["module_keys"])
    load, refused = load_all(request["config"], loop)
    return {
        **tell.tell(load, lambda path: list(original(path, load.removed))),
        "declared": declared,
        "refused": refused,
        "attempted": attempted,
        "own_code": own_code,
        "warnings": warnings.lines,
        "left_out": warnings.left_out,
    }


def main() -> None:
    """Probe, and end the process."""
    request = json.load(sys.stdin)
    guard.leave_the_network()
    guard.limit(request["memory"], request["seconds"])
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    try:
        observed = probe(request)
    except (Exception, SystemExit) as error:
        kind = "module" if isinstance(error, ImportError) else "error"
        observed = {"failed": kind, "words": f"{type(error).__name__}: {error}"}
    Path(request["folder"], "observed.json").write_text(json.dumps(observed, default=str), "utf-8")
    os._exit(0)  # LiteLLM's threads need not end
