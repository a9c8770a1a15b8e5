"""Durations, sizes and counts."""

from __future__ import annotations

import pytest

from litellm_harden.deployment.compose import units


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("10s", 10),
        ("1m30s", 90),
        ("1h", 3600),
        ("1h5m30s20ms", 3930.02),
        ("1.5m", 90),
        ("10", 10),
        ("0", 0),
        ("3610s", 3610),
        ("", None),
        ("soon", None),
        ("10 s", None),
        ("s", None),
    ],
)
def test_seconds(text: str, result: float | None) -> None:
    assert units.seconds(text) == (None if result is None else pytest.approx(result))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("512M", 512 * 1024**2),
        ("512mb", 512 * 1024**2),
        ("8g", 8 * 1024**3),
        ("8GiB", 8 * 1024**3),
        ("1.5G", 1536 * 1024**2),
        ("2048k", 2 * 1024**2),
        ("1073741824", 1024**3),
        ("64b", 64),
        ("4 GB", 4 * 1024**3),
        ("", None),
        ("lots", None),
        ("-1", None),
        ("9" * 400, None),
    ],
)
def test_memory(text: str, result: int | None) -> None:
    assert units.memory(text) == result


@pytest.mark.parametrize(("text", "result"), [("4", 4.0), ("0.50", 0.5), (".5", 0.5), ("", None), ("two", None)])
def test_cpus(text: str, result: float | None) -> None:
    assert units.cpus(text) == result


@pytest.mark.parametrize(("text", "result"), [("3", 3), ("0", 0), ("-1", None), ("1.5", None), ("9" * 5000, None)])
def test_count(text: str, result: int | None) -> None:
    assert units.count(text) == result
