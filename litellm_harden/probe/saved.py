"""A probe as a file that a later one is compared with: JSON, schema `lh-probe-1`. The key is not in it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from litellm_harden.probe.calls import Asking, Model
from litellm_harden.probe.histogram import Histogram
from litellm_harden.probe.model import Check, Load, Measured, Probed, Standing

SCHEMA = "lh-probe-1"
PERCENTILES = (50, 90, 95, 99)


def as_data(probed: Probed) -> dict[str, Any]:
    """All of it, for `json.dumps`."""
    return {
        "schema": SCHEMA,
        "url": probed.url,
        "started": probed.started,
        "lh": probed.lh,
        "litellm": probed.litellm or None,
        "interrupted": probed.interrupted,
        "unreached": probed.unreached or None,
        "unmeasured": probed.unmeasured or None,
        "checks": [
            {
                "name": check.name,
                "standing": check.standing.value,
                "words": check.words,
                "model": None if check.model is None else check.model._asdict(),
            }
            for check in probed.checks
        ],
        "load": None if probed.measured is None else _measured(probed.measured),
    }


def _measured(measured: Measured) -> dict[str, Any]:
    load = measured.load
    return {
        "models": [model._asdict() for model in load.models],
        "requests": load.requests,
        "concurrency": load.concurrency,
        "rate": load.rate,
        "duration": load.duration,
        "asking": load.asking._asdict(),
        "seconds": round(measured.seconds, 6),
        "answered": measured.answered,
        "throughput": round(measured.throughput, 3),
        "error_rate": round(measured.error_rate, 6),
        "errors": measured.errors,
        "cached": measured.cached,
        "abandoned": measured.abandoned,
        "interrupted": measured.interrupted,
        "busy": round(measured.busy, 3),
        "latency": _histogram(measured.latency),
        "unqueued": _histogram(measured.unqueued),
        "overhead": _histogram(measured.overhead),
        "by_model": {name: _histogram(one) for name, one in measured.by_model.items()},
    }


def _histogram(histogram: Histogram) -> dict[str, Any]:
    return {
        **{f"p{percent}": histogram.percentile(percent) for percent in PERCENTILES},
        "max": histogram.maximum,
        "buckets": [[seconds, count] for seconds, count in histogram.buckets()],
    }


def save(probed: Probed, file: Path) -> None:
    """Write it. Raises OSError."""
    file.write_text(json.dumps(as_data(probed), indent=1) + "\n", "utf-8")


def read(file: Path) -> Probed:
    """A saved probe. Raises ValueError with what is wrong with the file, and OSError."""
    return parsed(file.read_bytes())


def parsed(content: bytes) -> Probed:
    """What a file with this content keeps. Raises ValueError."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON, so lh probe has not saved it") from None
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        other = f"its schema is {schema!r}" if isinstance(schema, str) else "it states no schema"
        raise ValueError(f"this was not saved by lh probe: {other[:80]}, not {SCHEMA}")
    try:
        return _probed(data)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise ValueError("this was saved by lh probe, but is damaged") from None


def _probed(data: dict[str, Any]) -> Probed:
    checks = tuple(
        Check(str(one["name"]), Standing(one["standing"]), str(one["words"]), _read_model(one["model"]))
        for one in data["checks"]
    )
    return Probed(
        str(data["url"]),
        str(data["started"]),
        str(data["lh"]),
        str(data["litellm"] or ""),
        checks,
        None if data["load"] is None else _read_measured(data["load"]),
        str(data["unmeasured"] or ""),
        str(data["unreached"] or ""),
        bool(data["interrupted"]),
    )


def _read_measured(data: dict[str, Any]) -> Measured:
    asking = data["asking"]
    load = Load(
        tuple(model for one in data["models"] if (model := _read_model(one))),
        None if data["requests"] is None else int(data["requests"]),
        int(data["concurrency"]),
        None if data["rate"] is None else float(data["rate"]),
        None if data["duration"] is None else float(data["duration"]),
        Asking(str(asking["prompt"]), int(asking["max_tokens"]), bool(asking["cached"])),
    )
    return Measured(
        load,
        float(data["seconds"]),
        int(data["answered"]),
        {str(kind): int(count) for kind, count in data["errors"].items()},
        _read_histogram(data["latency"]),
        _read_histogram(data["unqueued"]),
        _read_histogram(data["overhead"]),
        {str(name): _read_histogram(one) for name, one in data["by_model"].items()},
        int(data["cached"]),
        int(data["abandoned"]),
        bool(data["interrupted"]),
        float(data["busy"]),
    )


def _read_model(data: dict[str, Any] | None) -> Model | None:
    return None if data is None else Model(str(data["name"]), str(data["mode"]))


def _read_histogram(data: dict[str, Any]) -> Histogram:
    maximum = float(data["max"])
    if not math.isfinite(maximum):
        raise ValueError("no duration")
    return Histogram.of(((float(seconds), int(count)) for seconds, count in data["buckets"]), maximum)
