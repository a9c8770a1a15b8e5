"""Unified diffs over the text's own lines, so that CRLF and a missing final newline come out as they are."""

from __future__ import annotations

import difflib

from litellm_harden.text.source import Source


def unified(old: str, new: str, path: str, context: int = 3) -> str:
    """A unified diff that patch(1) applies; empty where the texts are equal. `path` is shown after `a/` and `b/`."""
    lines = difflib.unified_diff(
        Source(old).lines(), Source(new).lines(), f"a/{path}", f"b/{path}", n=context, lineterm="\n"
    )
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in lines)
