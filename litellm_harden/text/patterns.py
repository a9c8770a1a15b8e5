"""Regular expressions that are compiled when they are first used.

A start of `lh` imports far more of them than one run uses, and compiling them all costs more than judging a deployment.
"""

from __future__ import annotations

import re
from typing import cast


class _Pattern:
    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self._text, self._flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives for `text`, made on first use."""
    return cast("re.Pattern[str]", _Pattern(text, flags))
