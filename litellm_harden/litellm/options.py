"""The options of the `litellm` command that starts the proxy: names, values, environment variables, versions.

Which release has which option is in the catalogue. Click wants the full spelling: neither `--num-workers` nor
`--num_work` is taken for `--num_workers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from litellm_harden.litellm.catalogue import around, rows, versions
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record

_INTEGERS = frozenset(
    ["--granian_threads", "--keepalive_timeout", "--limit_concurrency", "--max_requests_before_restart",
     "--max_requests_before_restart_jitter", "--max_tokens", "--num_requests", "--num_workers", "--port",
     "--prometheus_metrics_port", "--request_timeout", "--timeout_worker_healthcheck"]
)  # fmt: skip
_NUMBERS = frozenset(["--max_budget", "--temperature"])
_BOOLEANS = frozenset(["--telemetry"])
_TRUTHS = frozenset(["1", "0", "true", "false", "t", "f", "yes", "no", "y", "n", "on", "off"])


class Option(Record):
    """One option. `env` is the variable that click reads where the argument is missing; that of a flag as a boolean.

    With `takes_value` false it is a flag. `places` are the releases of the catalogue that have it, each run by its
    first and last.
    """

    name: str
    takes_value: bool
    env: str | None
    aliases: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def accepted_by(self, version: Version) -> bool | None:
        """Whether that release takes the option; None where it came or went between two releases of the catalogue
        with this one in between, and for a release older than the catalogue."""
        if version < versions()[0]:
            return None
        before, after = (self._at(place) for place in around(version))
        return before if before == after else None

    @property
    def since(self) -> Version | None:
        """The first release of the catalogue that takes it; None if already the oldest does."""
        first = self.places[0][0]
        return versions()[first] if first else None

    @property
    def until(self) -> Version | None:
        """The first release of the catalogue that no longer takes it; None if the newest does."""
        last = self.places[-1][1]
        return versions()[last + 1] if last + 1 < len(versions()) else None

    def _at(self, place: int) -> bool:
        return any(first <= place <= last for first, last in self.places)

    def wants(self, value: str) -> str:
        """What click asks for in the place of a value that it rejects: "a whole number", …; "" where it takes it.

        litellm 1.81.0 and 1.109.1, the types in proxy/proxy_cli.py.
        """
        if self.name in _INTEGERS:
            return "" if _reads(int, value) else "a whole number"
        if self.name in _NUMBERS:
            return "" if _reads(float, value) else "a number"
        return "true or false" if self.name in _BOOLEANS and value.strip().lower() not in _TRUTHS else ""


def _reads(kind: type[int] | type[float], value: str) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1)
def options() -> Mapping[str, Option]:
    """Every option that a release of the catalogue has, by its name and by each alias."""
    found: dict[str, Option] = {}
    for row in rows("options"):
        takes_value = row.entry.type.startswith("value")
        env, *aliases = row.entry.where.split()
        for name in row.name.split("/"):  # an option declared with its opposite: --this/--no-this
            known = found.get(name)
            before = known.places if known is not None else ()
            variable = None if env == "-" else env
            variable = variable or (known.env if known is not None else None)
            places = tuple(sorted((*before, (row.first, row.last))))
            found[name] = Option(name, takes_value, variable, tuple(aliases), places)
    return MappingProxyType({name: option for option in found.values() for name in (option.name, *option.aliases)})


def option(name: str) -> Option | None:
    """The option with that name or alias (`--num_workers`, `-c`), or None if no release of the catalogue has it."""
    return options().get(name)


def letters(name: str) -> str:
    """The name of an option without what is misspelt most often: dashes for underscores, capitals."""
    return name.replace("_", "").replace("-", "").lower()
