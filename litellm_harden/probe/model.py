"""What a probe finds."""

from __future__ import annotations

from enum import Enum

from litellm_harden.probe.calls import Asking, Model
from litellm_harden.probe.histogram import Histogram
from litellm_harden.record import Record


class Standing(Enum):
    """How a check went."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"
    """Not asked, or not told."""


class Check(Record):
    """Something that was asked of the proxy once, and its answer in `words`."""

    name: str
    standing: Standing
    words: str
    model: Model | None = None
    """The model, where one was called."""


class Load(Record):
    """How the load run was made. `requests` or `duration`, in seconds, or both bound it."""

    models: tuple[Model, ...]
    requests: int | None = 100
    concurrency: int = 20
    rate: float | None = None
    """Calls a second at which calls are due, whether or not earlier ones have ended."""
    duration: float | None = None
    asking: Asking = Asking()


class Measured(Record):
    """What the load run gave. Times are in seconds.

    `latency` has the calls that were answered, from when they were due (`Load.rate`) or sent, and those that timed
    out, with the time that they waited; `unqueued` the same, all from when they were sent.
    """

    load: Load
    seconds: float
    answered: int
    errors: dict[str, int]
    """How many calls went wrong, by kind."""
    latency: Histogram
    unqueued: Histogram
    overhead: Histogram
    """The time that LiteLLM says it took itself."""
    by_model: dict[str, Histogram]
    cached: int = 0
    """The answers that came out of LiteLLM's cache."""
    abandoned: int = 0
    """The calls that were on their way when the run was interrupted."""
    interrupted: bool = False
    busy: float = 0.0
    """The share of the time in which this process itself was computing."""

    @property
    def ended(self) -> int:
        """The calls that were answered or went wrong."""
        return self.answered + sum(self.errors.values())

    @property
    def throughput(self) -> float:
        """Answered calls a second."""
        return self.answered / self.seconds if self.seconds else 0.0

    @property
    def error_rate(self) -> float:
        """The share of calls that went wrong, from 0 to 1."""
        return sum(self.errors.values()) / self.ended if self.ended else 0.0


class Probed(Record):
    """All that a probe found at `url`, at the time `started` (ISO 8601, UTC)."""

    url: str
    started: str
    lh: str
    litellm: str = ""
    checks: tuple[Check, ...] = ()
    measured: Measured | None = None
    unmeasured: str = ""
    """Why there was no load run, where one was wanted."""
    unreached: str = ""
    """Why the proxy could not be probed: not reached, or not with this key."""
    interrupted: bool = False

    @property
    def failed(self) -> tuple[Check, ...]:
        """The checks that failed."""
        return tuple(check for check in self.checks if check.standing is Standing.FAILED)
