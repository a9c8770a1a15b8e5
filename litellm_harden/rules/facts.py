"""The named conditions that a rule file's `when` may ask of a deployment."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Fact(NamedTuple):
    """A condition: how to ask it (None: the files cannot tell), and what to say where it is false or open."""

    holds: Callable[[Deployment], bool | None]
    otherwise: str
    open: str = ""


FACTS: dict[str, Fact] = {
    "database": Fact(lambda d: d.database, "no database is used", "the files do not tell whether a database is used"),
    "redis": Fact(lambda d: d.redis, "no Redis is configured"),
    "mounts_dotenv": Fact(lambda d: d.mounts_dotenv, "no .env file lies in /app"),
}
