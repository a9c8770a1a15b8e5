"""Where the source of an installed LiteLLM says a word."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

_BESIDE = ("litellm_enterprise", "litellm_proxy_extras")


def find_mentions(package: Path, words: Collection[str]) -> Mapping[str, str]:
    """For each word that some file has: the first place, `proxy/proxy_cli.py:714`, that has it in quotes, as code that
    asks for a key does; "" where it only stands in comments, in other texts, or as a name."""
    open_, found = set(words), {}
    for file in _files(package) if open_ else ():
        try:
            source = file.read_bytes()
        except OSError:
            continue
        for word in [word for word in open_ if word.encode() in source]:
            escaped = re.escape(word.encode())
            if quoted := re.search(rb"[\"']" + escaped + rb"[\"']", source):
                line = source.count(b"\n", 0, quoted.start()) + 1
                found[word] = f"{file.relative_to(package.parent).as_posix().removeprefix('litellm/')}:{line}"
                open_.discard(word)
            elif word not in found and re.search(rb"(?<!\w)" + escaped + rb"(?!\w)", source):
                found[word] = ""
    return found


def _files(package: Path) -> Iterator[Path]:
    """The modules, those of the proxy first."""
    for folder in (package / "proxy", package, *(package.with_name(name) for name in _BESIDE)):
        for parent, folders, names in os.walk(folder):
            folders[:] = sorted(
                name for name in folders if folder != package or name != "proxy" or parent != str(folder)
            )
            yield from (Path(parent, name) for name in sorted(names) if name.endswith(".py"))
