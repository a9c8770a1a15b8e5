"""Exit codes: a contract."""

from __future__ import annotations

CLEAN = 0
FOUND = 1
USAGE = 2
COULD_NOT_JUDGE = 3
INTERRUPTED = 130
