"""What every form of the report needs."""

from __future__ import annotations

from litellm_harden.probe.compare import differences
from litellm_harden.probe.health import milliseconds
from litellm_harden.probe.histogram import Histogram
from litellm_harden.probe.model import Measured, Probed
from litellm_harden.probe.verdict import Targets, Verdict, notes, verdicts
from litellm_harden.record import Record

PERCENTILES = (50, 90, 95, 99)
MORE_MODELS = 20
"""Models whose latencies are shown one by one."""


class Report(Record):
    """A probe, what it is judged by, and an earlier one to compare it with. `planned` says which run is left out."""

    probed: Probed
    targets: Targets
    before: Probed | None = None
    planned: str = ""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """Those on the load run, where there is one."""
        return verdicts(self.probed.measured, self.targets) if self.probed.measured else ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What to know of the figures."""
        return tuple(notes(self.probed.measured)) if self.probed.measured else ()

    @property
    def differences(self) -> tuple[str, ...]:
        """Why the two cannot be compared as they stand."""
        return differences(self.before, self.probed) if self.before else ()

    @property
    def failed(self) -> bool:
        """Whether a check failed or a target was missed."""
        return bool(self.probed.failed) or any(one.met is False for one in self.verdicts)

    @property
    def total(self) -> str:
        """All of it in a line."""
        probed = self.probed
        failed, missed = len(probed.failed), sum(one.met is False for one in self.verdicts)
        met = sum(one.met is True for one in self.verdicts)
        open_ = len(self.verdicts) - met - missed
        parts = [f"{failed} of {len(probed.checks)} checks failed" if failed else "all checks passed"]
        if not probed.checks:
            parts = []
        if self.verdicts:
            told = f"{met} of {len(self.verdicts)} targets met"
            parts.append(f"{told}, {open_} not judged" if open_ else told)
        if probed.interrupted:
            parts.append("interrupted")
        if probed.unreached:
            parts.append("not probed" if not probed.checks else "models not probed")
        elif probed.unmeasured:
            parts.append("no load run")
        return "; ".join(parts) or "nothing was probed"


def compared(before: Measured, after: Measured) -> list[tuple[str, str, str, str]]:
    """What is compared: its name, the earlier figure, the present one, and the change."""
    rows = [
        (
            "throughput",
            f"{before.throughput:.1f}/s",
            f"{after.throughput:.1f}/s",
            change(before.throughput, after.throughput),
        ),
        ("errors", f"{before.error_rate:.2%}", f"{after.error_rate:.2%}", _points(before, after)),
    ]
    for percent in PERCENTILES:
        first, second = before.latency.percentile(percent), after.latency.percentile(percent)
        rows.append((f"p{percent}", _time(first), _time(second), change(first, second)))
    return rows


def change(before: float | None, after: float | None) -> str:
    """By how much a figure has changed."""
    if not before or after is None:
        return ""
    share = after / before - 1
    return f"{share:+.0%}" if abs(share) >= 0.005 else "same"


def _points(before: Measured, after: Measured) -> str:
    points = 100 * (after.error_rate - before.error_rate)
    return f"{points:+.2f} points" if points else "same"


def _time(seconds: float | None) -> str:
    return "none" if seconds is None else milliseconds(seconds)


def percentiles(histogram: Histogram) -> str:
    """The percentiles in a line."""
    if not histogram.total:
        return "none"
    parts = [f"p{percent} {_time(histogram.percentile(percent))}" for percent in PERCENTILES]
    return ", ".join([*parts, f"max {milliseconds(histogram.maximum)}"])


def error_kinds(measured: Measured) -> str:
    """How many calls went wrong, and how."""
    wrong = sum(measured.errors.values())
    kinds = ", ".join(f"{count} {kind}" for kind, count in measured.errors.items())
    return f"{wrong} of {measured.ended} ({measured.error_rate:.2%})" + (f": {kinds}" if kinds else "")


def manner(measured: Measured) -> str:
    """How the run was made."""
    load = measured.load
    at = f"due at {load.rate:g}/s, {load.concurrency} at once at most" if load.rate else f"{load.concurrency} at once"
    models = f"{len(load.models)} models" if len(load.models) != 1 else load.models[0].name
    return f"{measured.ended} calls of {models}, {at}, in {measured.seconds:.1f} s"
