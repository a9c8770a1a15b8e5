"""The words of a deployment: settings with their origins, changes, and what went wrong on the way."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.record import Record
from litellm_harden.text.edits import Edit
from litellm_harden.text.source import Span


class State(Enum):
    """What can be said of a setting from the files at hand."""

    KNOWN = "known"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class Origin(Record):
    """Where a value is written: the file, the text, and the path inside the document."""

    file: Path
    span: Span
    path: DocumentPath = ()
    value: object = None


class Setting(Record):
    """A setting as the running proxy would see it.

    `value` counts only where the state is KNOWN. `origin` is where it is decided; for an absent setting, where it
    would be written; None where the deployment has no such place. `shadows` are places that say it too and lose.
    `reason` says why an unknown setting is unknown.
    """

    address: str
    state: State
    value: object = None
    origin: Origin | None = None
    shadows: tuple[Origin, ...] = ()
    reason: str = ""

    @property
    def known(self) -> bool:
        """Whether `value` is what the proxy sees."""
        return self.state is State.KNOWN

    @property
    def absent(self) -> bool:
        """Whether nothing sets it, so that LiteLLM's default holds."""
        return self.state is State.ABSENT

    @property
    def unknown(self) -> bool:
        """Whether the files at hand cannot tell."""
        return self.state is State.UNKNOWN


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()
"""As the value of a change: the setting is to be taken out."""


class Secret(Record):
    """As the value of a change: a text that is only written to an env file that git does not track."""

    text: str

    def __repr__(self) -> str:
        return "Secret(***)"


class Including(Record):
    """As the value of a change: the list at the address is to hold `item`; it is made where there is none."""

    item: object


class Excluding(Record):
    """As the value of a change: the list at the address is not to hold `item`; a list of nothing else goes whole."""

    item: object


class Renamed(Record):
    """As the value of a change: the key or option at the address is to be called `key`, with its value as it is."""

    key: str


class Change(Record):
    """A setting to make so: its address and the value it is to have: plain data, ABSENT, or one of the above."""

    address: str
    value: object


class Planned(Record):
    """What a change comes to in the files: edits per file, in coordinates of the current text, and the document
    paths whose data they may change."""

    edits: dict[Path, tuple[Edit, ...]]
    touched: frozenset[tuple[Path, DocumentPath]]


class Problem(Record):
    """Something that could not be read or judged."""

    file: Path
    line: int | None
    message: str


_NO_VALUES: Mapping[str, str] = MappingProxyType({})
_NO_OPTIONS: Mapping[str, Mapping[str, object]] = MappingProxyType({})
_NO_SEVERITIES: Mapping[str, int] = MappingProxyType({})


class Owner(Record):
    """What the owner states beyond the files (lh.toml and the command line). None: not stated.

    `exclude` is what is left out of the search for deployments (see `exclusion`). `values` are those given for this run
    by `--set`, by name. `options` are those of rules, by id; `severities` are those that count instead of a rule's own,
    1 (low) to 4, by id. `selected` are the ids of the rules that the run is about here (None: those that it is about at
    all), `ignored` those that are left out by name, `elsewhere` those that hold in other folders alone.
    """

    litellm_version: str | None = None
    instances: int | None = None
    max_db_connections: int | None = None
    expected_rps: float = 100
    tolerated_error_rate: float = 0.05
    env_files: tuple[Path, ...] = ()
    config: Path | None = None
    exclude: tuple[tuple[Path, tuple[str, ...]], ...] = ()
    values: Mapping[str, str] = _NO_VALUES
    options: Mapping[str, Mapping[str, object]] = _NO_OPTIONS
    severities: Mapping[str, int] = _NO_SEVERITIES
    selected: frozenset[str] | None = None
    ignored: frozenset[str] = frozenset()
    elsewhere: frozenset[str] = frozenset()
