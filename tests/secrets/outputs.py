"""All that `lh` tells: its commands, in each form."""

from __future__ import annotations

_FORMATS = ("json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown", "html")
_ADDRESSES = (
    "config:general_settings",
    "config:model_list",
    "config:router_settings",
    "env:OPENAI_API_KEY",
    "env:DATABASE_URL",
    "proxy:environment",
    "proxy:labels",
    "proxy:command",
    "proxy:healthcheck.test",
    "postgres:environment",
    "redis:command",
    "redis:healthcheck",
    "prometheus:scrape_configs",
)
_ASKED = tuple(word for address in _ADDRESSES for word in ("--address", address))

Arguments = tuple[str, ...]

TELLING: tuple[Arguments, ...] = (
    ("lint", "-v"),
    ("lint",),
    ("lint", "-q"),
    *(("lint", "--format", name) for name in _FORMATS),
    ("lint", "-v", "--format", "markdown"),
    ("lint", "--output", "report.txt"),
    ("show",),
    ("show", "--format", "json"),
    ("show", *_ASKED),
    ("show", "--format", "json", *_ASKED),
    ("fix", "--diff"),
    ("fix", "--diff", "--unsafe", "-v"),
    *(("fix", "--diff", "--unsafe", "--format", name) for name in ("json", "sarif", "markdown")),
    ("checklist",),
    ("checklist", "-v"),
    *(("checklist", "--format", name) for name in ("json", "markdown", "html")),
    ("config", "-v"),
    ("config", "--format", "json"),
    ("rules",),
    ("rules", "test"),
    ("explain", "ACME001"),
    ("suppress", "LH042", "--reason", "x", "--diff"),
    ("suppress", "LH304", "--reason", "x", "--diff"),
    ("suppress", "LH304", "--reason", "x", "--diff", "--file-wide"),
    ("baseline", "--output", "report.txt"),
)
"""What changes no file of the deployment."""

WRITING: tuple[tuple[Arguments, ...], ...] = (
    (("suppress", "LH042", "--reason", "x"), ("lint", "-v"), ("undo",)),
    (("fix", "--unsafe", "-v"), ("undo",)),
    (("fix", "--unsafe", "--format", "json"),),
    (("fix", "--unsafe", "--format", "markdown"),),
    (("fix", "--unsafe", "--format", "html", "--output", "report.txt"),),
)
"""Commands one after another, of which the first writes."""

STDIN = (("-v",), ("--format", "json"), ("--format", "sarif"))
"""How a file is judged as an editor holds it."""
