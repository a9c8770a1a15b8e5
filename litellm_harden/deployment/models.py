"""Which names of models the proxy's router finds something by, as far as its config tells.

As in Router._common_checks_available_deployment (litellm 1.81.0 router.py:7650, 1.109.1 router_python_core.py:15380):
the names of the list, ids, the providers' names of listed models, and wildcards, which match from the start of a name.
A bare name is also tried with its provider before it, which only LiteLLM can tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.model import Setting

ALIASES = "config:router_settings.model_group_alias"


class ModelNames:
    """The names of the list (`groups`), what else is found (`others`), and what each alias of the router stands for.

    `elsewhere` says where else there are models, `unsure` why it cannot be told whether there are any in the database.
    """

    def __init__(
        self,
        groups: Iterable[str],
        others: Iterable[str],
        aliases: dict[str, str],
        elsewhere: str = "",
        unsure: str = "",
    ) -> None:
        self.groups = frozenset(groups)
        self.aliases = aliases
        self.elsewhere = elsewhere
        self.unsure = unsure
        self._found = self.groups.union(others)
        self._wildcards = [group for group in self.groups if "*" in group]
        self._comparisons = 0

    def serves(self, name: str) -> bool | None:
        """Whether the router finds a model by that name itself; None where only LiteLLM can tell."""
        if name in self._found or any(_matches(name, each) for each in self._wildcards):
            return True
        return None if "/" not in name and any("/" in each for each in self._wildcards) else False

    def answers(self, name: str) -> bool | None:
        """Whether it finds one by that name or by what the name is an alias of."""
        return self.serves(self.aliases.get(name, name))

    def asked_for(self, name: str) -> bool:
        """Whether a request can come under that name, so that what is keyed by it applies: LiteLLM looks fallbacks for
        `provider/name` up under the bare name too, and later releases the other way round
        (router_utils/fallback_event_handlers.py)."""
        bare = name.partition("/")[2] or name
        return (
            name in self.aliases or name in self._bare or any(self.serves(each) is not False for each in (name, bare))
        )

    def nearest(self, name: str) -> str | None:
        """The name of the list that `name` may be a misspelling of."""
        wanted = _letters(name)
        alike = self._by_letters.get(wanted) or self._by_letters.get(_letters(name.rpartition("/")[2]))
        self._comparisons += 1
        if alike is not None or self._comparisons > _MOST or len(self._by_letters) > _MOST:
            return alike
        from difflib import get_close_matches

        close = get_close_matches(wanted, self._by_letters, n=1, cutoff=_ALIKE)
        # Other digits are another model, not a slip of the pen.
        same = close and _DIGITS.findall(close[0]) == _DIGITS.findall(wanted)
        return self._by_letters[close[0]] if same else None

    @cached_property
    def _bare(self) -> frozenset[str]:
        """Every name without what stands before its first slash, its second, and so on."""
        parts = (name.split("/", maxsplit=_MOST_SLASHES) for name in self._found if "/" in name)
        return frozenset("/".join(each[at:]) for each in parts for at in range(1, len(each)))

    @cached_property
    def _by_letters(self) -> dict[str, str]:
        return {_letters(group): group for group in sorted(self.groups) if "*" not in group}


_MOST_SLASHES = 5
_MOST = 200
"""So many names are compared with so many; where there are more, nobody mistyped them by hand."""
_DIGITS = pattern(r"\d+")
_ALIKE = 0.85
"""How much of two names is the same where one may be a misspelling of the other."""


def model_names(deployment: Deployment) -> ModelNames | None:
    """The names of the config's models; None where it lists none, and so makes no router."""
    config = deployment.parts.config
    if config is None:
        return None
    groups, others, elsewhere = [], set(), config.incomplete
    for at, entry in _entries(deployment):
        name = _text(deployment, f"config:model_list.{at}.model_name", entry.get("model_name"))
        params, info = entry.get("litellm_params"), entry.get("model_info")
        if name is None:
            elsewhere = elsewhere or "the name of a model is not known"
        else:
            groups.append(name)
        if isinstance(params, dict):
            others.add(_text(deployment, f"config:model_list.{at}.litellm_params.model", params.get("model")))
        if isinstance(info, dict):
            others |= {str(info[key]) for key in ("id", "team_public_model_name") if key in info}
    others |= set(_named_otherwise(deployment))
    if not groups and not elsewhere:
        return None
    stored = [deployment.setting(address) for address in _STORED]
    return ModelNames(
        groups=groups,
        others=(other for other in others if other),
        aliases=_aliases(deployment),
        elsewhere=elsewhere or (_IN_DATABASE if any(map(_says_yes, stored)) else ""),
        unsure=next((setting.reason for setting in stored if setting.unknown), ""),
    )


def _entries(deployment: Deployment) -> Iterator[tuple[int, dict[object, object]]]:
    config = deployment.parts.config
    for path, value in config.walk("model_list") if config is not None else ():
        if len(path) == 2 and isinstance(path[1], int) and isinstance(value, dict):
            yield path[1], value


def _text(deployment: Deployment, address: str, written: object) -> str | None:
    """A name as the proxy sees it; None where it stands in a variable that is not known."""
    if not isinstance(written, str) or not written.startswith(REFERENCE):
        return None if written is None else str(written)
    setting = deployment.setting(address)
    return str(setting.value) if setting.known else None


def _named_otherwise(deployment: Deployment) -> Iterator[str]:
    """What else goes by a model's name in a request: search tools, guardrails, groups of routing, the CLI's model."""
    for address, key in _OTHER_NAMES:
        listed = deployment.setting(address).value
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, dict) and isinstance(item.get(key), str):
                yield item[key]
    aliases = deployment.setting("config:litellm_settings.model_alias_map").value
    yield from map(str, aliases if isinstance(aliases, dict) else ())
    model = deployment.setting("arg:--model")
    if model.known:
        yield str(model.value)


_OTHER_NAMES = (
    ("config:search_tools", "search_tool_name"),
    ("config:guardrails", "guardrail_name"),
    ("config:router_settings.routing_groups", "group_name"),
)


def _aliases(deployment: Deployment) -> dict[str, str]:
    """Each alias of the router and what it stands for, where that is a name."""
    stated = deployment.setting(ALIASES).value
    found = {}
    for alias, target in stated.items() if isinstance(stated, dict) else ():
        name = target.get("model") if isinstance(target, dict) else target
        if isinstance(name, str):
            found[str(alias)] = name
    return found


_STORED = ("config:general_settings.store_model_in_db", "env:STORE_MODEL_IN_DB")
_IN_DATABASE = "models may stand in the database (store_model_in_db)"


def _says_yes(setting: Setting) -> bool:
    return setting.known and str(setting.value).strip().lower() == "true"


def _matches(name: str, wildcard: str) -> bool:
    """Whether the name begins with what the wildcard stands for (re.match, and not fullmatch, in LiteLLM)."""
    first, *others = wildcard.split("*")
    at = len(first) if name.startswith(first) else -1
    for part in others:
        found = name.find(part, at) if at >= 0 else -1
        at = found + len(part) if found >= 0 else -1
    return at >= 0


def _letters(name: str) -> str:
    return name.lower().translate(_SEPARATORS)


_SEPARATORS = str.maketrans("", "", "-_.:/ ")
