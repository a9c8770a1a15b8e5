"""Durations, sizes and counts as Compose writes them."""

from __future__ import annotations

import re

from litellm_harden.text.patterns import pattern

_DURATION = pattern(r"(?P<number>\d{1,12}(?:\.\d*)?|\.\d+)(?P<unit>ns|us|µs|ms|s|m|h)", re.ASCII)
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_SIZE = pattern(r"(?P<number>\d{1,18}(?:\.\d*)?|\.\d+) ?(?P<unit>[kmgtp]?)(?:i?b)?", re.IGNORECASE | re.ASCII)
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}
_DECIMAL = pattern(r"\d{1,18}(\.\d*)?|\.\d+", re.ASCII)
_WHOLE = pattern(r"\d{1,18}", re.ASCII)


def seconds(text: str) -> float | None:
    """A duration (`1m30s`, `40s`, `1.5h`) in seconds; None where Compose would reject it.

    A number without a unit counts as seconds: Compose rejects it today, older versions took it so.
    """
    text = text.strip()
    if (number := cpus(text)) is not None:
        return number
    total, at = 0.0, 0
    while match := _DURATION.match(text, at):
        total += float(match["number"]) * _SECONDS[match["unit"]]
        at = match.end()
    return total if text and at == len(text) else None


def memory(text: str) -> int | None:
    """A size (`512M`, `8g`, `1.5gb`, bytes) in bytes, with units of 1024; None where it is none."""
    match = _SIZE.fullmatch(text.strip())
    return int(float(match["number"]) * 1024 ** _POWERS[match["unit"].lower()]) if match else None


def cpus(text: str) -> float | None:
    """A number of CPUs, such as `0.5`; None where it is none."""
    return float(text) if _DECIMAL.fullmatch(text.strip()) else None


def count(text: str) -> int | None:
    """A whole number; None where it is none."""
    return int(text) if _WHOLE.fullmatch(text.strip()) else None
