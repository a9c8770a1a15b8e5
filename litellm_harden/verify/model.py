"""What verifying gives: what LiteLLM made of each key, Compose of its files, and where `lh` says otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Any

from litellm_harden.deployment.model import Origin
from litellm_harden.record import Record


class Answer(Enum):
    """What LiteLLM made of a key of the config."""

    ACCEPTED = "accepted"
    """It asked for the key, or the value arrived where the key belongs."""
    IGNORED = "ignored"
    """It does nothing with it: it has no such argument or field, or none of its files has the word."""
    REFUSED = "refused"
    """It does not load the config; without this part, it does, or gets further."""
    NOT_SEEN = "not seen"
    """Loading does not ask for it; LiteLLM may later, in the command line or at a request."""


class Observed(Record):
    """What the probe saw, as its JSON has it; paths are lists of keys and places.

    `reads` are the paths asked for, `router` the arguments that the router was made with, `declared` and `attributes`
    the litellm_settings that are attributes of `litellm` before and after, `fields` the fields of models by address,
    `cache` whether it is on and which params arrived, `dropped` the models left out, `variables` those that were set.
    Each of `refused` has its path (or None), LiteLLM's words, and why: `refused`, `offline`, `module` or `file`; so
    have those of `left_out`, which are the errors about models, in their order, the last load's last.
    """

    version: str
    package: str
    loaded: bool
    reads: list[list[str | int]]
    router: list[str]
    attributes: list[str]
    fields: dict[str, list[str]]
    cache: dict[str, Any]
    dropped: list[int]
    variables: list[str]
    declared: list[str]
    refused: list[dict[str, Any]]
    attempted: list[str]
    own_code: list[str]
    warnings: list[str]
    left_out: list[dict[str, str]]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Observed:
        """From the JSON object of the probe. Raises KeyError where it is none."""
        return cls(**{name: data[name] for name in cls._fields})


class KeyAnswer(Record):
    """What LiteLLM made of the key at an address, in a clause; `origin` is where the key stands.

    `meant` says that it is as its owner wants it (params of a cache that is off): nothing that `lh` would report.
    """

    address: str
    answer: Answer
    words: str
    origin: Origin | None
    meant: bool = False


class Disagreement(Record):
    """Where `lh` and LiteLLM differ about an address: what the one says, and what the other did."""

    address: str
    ours: str
    theirs: str
    origin: Origin | None


class Loaded(Record):
    """A config as LiteLLM loaded it. `deployment` is its index in the run.

    `version` is the release that loaded it, "" where none did; `open` says why something could not be told, "" where
    all could: where both are empty, there is no config. `stand_ins` are variables whose values are not here,
    `attempted` the places it tried to reach, `own_code` what the config names of the owner's own, which was not run.
    `expected` is the deployment's version.
    """

    deployment: int
    version: str = ""
    expected: str = ""
    answers: tuple[KeyAnswer, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    open: str = ""
    stand_ins: tuple[str, ...] = ()
    attempted: tuple[str, ...] = ()
    own_code: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    def of(self, answer: Answer) -> tuple[KeyAnswer, ...]:
        """The keys with that answer."""
        return tuple(one for one in self.answers if one.answer is answer)


class Composed(Record):
    """Compose files as Compose itself reads them. `accepted` is None where that could not be told."""

    files: tuple[Path, ...]
    accepted: bool | None
    words: str = ""


class Verified(Record):
    """A whole run. `interpreter` and `compose` name the programs that were used, "" where there is none."""

    interpreter: str
    compose: str
    loads: tuple[Loaded, ...]
    composed: tuple[Composed, ...]

    @property
    def refused(self) -> bool:
        """Whether a program refused something, or disagrees with `lh`."""
        return any(one.of(Answer.REFUSED) or one.disagreements for one in self.loads) or any(
            one.accepted is False for one in self.composed
        )

    @property
    def told(self) -> bool:
        """Whether every program that is here could tell, and at least one did."""
        answers = [not one.open for one in self.loads if self.interpreter and (one.version or one.open)]
        answers += [one.accepted is not None for one in self.composed if self.compose]
        return bool(answers) and all(answers)
