"""What a named check is given, and what checks share."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Secret, Setting
from litellm_harden.litellm.versions import Version
from litellm_harden.record import Record
from litellm_harden.rules.expect import number
from litellm_harden.rules.model import Applicability, Clause, Fix, Outcome, Rule, Unclear
from litellm_harden.rules.words import describe

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


class Context(Record):
    """One clause of one rule, asked of one deployment. `version` is the one to judge by, never None."""

    deployment: Deployment
    rule: Rule
    clause: Clause
    options: Mapping[str, object]
    version: Version

    def setting(self, address: str) -> Setting:
        """The effective setting at an address."""
        return self.deployment.setting(address)

    def option(self, argument: object) -> object:
        """The value of the option that `$name` refers to, or the argument itself; lists and mappings item by item."""
        if isinstance(argument, list):
            return [self.option(item) for item in argument]
        if isinstance(argument, dict):
            return {key: self.option(item) for key, item in argument.items()}
        if isinstance(argument, str) and argument.startswith("$"):
            return self.options.get(argument[1:], argument)
        return argument

    def amount(self, option: str) -> int:
        """An integer option."""
        value = self.options[option]
        assert isinstance(value, int)
        return value

    def number(self, option: str) -> float:
        """An option that need not be whole."""
        value = self.options[option]
        assert isinstance(value, int | float)
        return value

    def given(self, name: str) -> str | None:
        """The value that the owner gave for this run (`--set NAME=VALUE`), if any."""
        return self.deployment.owner.values.get(name)

    def decides(self, argument: str, variable: str) -> Setting:
        """Which of the two sets a value now: the argument if stated, else the variable if that is; where neither is,
        the one that has a place to be written, the argument first."""
        flag, env = self.setting(argument), self.setting(variable)
        if not flag.absent or (env.absent and (flag.origin is not None or env.origin is None)):
            return flag
        return env

    def written(self, name: str) -> str:
        """The text that decides the variable `name`, as it stands in its file; "" where nothing does."""
        origin = self.setting(f"env:{name}").origin
        return self.deployment.workspace.source(origin.file).text[slice(*origin.span)] if origin is not None else ""

    def by_default(self, name: str) -> bool:
        """Whether the variable `name` has what a compose file states for the case that nothing sets another one.

        In a checkout without the `.env` that is all one sees of it.
        """
        project = self.deployment.parts.project
        others = re.findall(r"\$\{(\w+):?-", self.written(name))
        return any(project is None or other not in project.variables for other in others)

    def unclear(self, reason: str, *addresses: str) -> Unclear:
        """Not judged: because of the first unknown setting of those at the addresses, else for the reason given."""
        unknown = next((s for s in map(self.setting, addresses) if s.unknown), None)
        return Unclear(self.clause.address, unknown.reason if unknown else reason)


Check = Callable[[Context], Iterator[Outcome]]


def fix(
    changes: Iterable[Change],
    applicability: Applicability = Applicability.SAFE,
    description: str = "",
    partial: bool = False,
) -> Fix:
    """A fix that makes the changes, described by them unless told otherwise."""
    changes = tuple(changes)
    return Fix(changes, applicability, description or describe(changes), partial)


def asks(description: str, *names: str) -> Fix:
    """Something that needs values which only the owner has, to be given by `--set`."""
    return Fix((), Applicability.INPUT, description, inputs=names)


def secret(name: str, value: str) -> Change:
    """The variable `name` set to a secret: only an env file that git does not track takes its value."""
    return Change(f"env:{name}", Secret(value))


def states_environment(deployment: Deployment) -> bool:
    """Whether the files say all of the proxy's environment: those of a compose service do, or an env file by itself.

    Whoever starts a container of an image alone may add to it.
    """
    return deployment.parts.service is not None or (deployment.parts.image is None and bool(deployment.files.env))


STARTER = "what starts the proxy may set it"
"""Why a variable that the files do not state is not judged where `states_environment` does not hold."""


def manual(description: str) -> Fix:
    """Something the owner has to do."""
    return Fix((), Applicability.MANUAL, description)


def refers(setting: Setting) -> bool:
    """Whether what is written for it is a reference to a variable, be that set or not."""
    written = setting.origin.value if setting.origin is not None else None
    return isinstance(written, str) and written.startswith(REFERENCE)


def whole(value: object) -> int | None:
    """The whole number that `value` is or spells, else None."""
    found = number(value)
    return int(found) if found is not None and math.isfinite(found) else None
