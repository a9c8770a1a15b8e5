"""Which names of models the proxy's router finds something by, as far as its config tells.

As in Router._common_checks_available_deployment (litellm 1.81.0 router.py:7650, 1.109.1 router_python_core.py:15380):
the names of the list, ids, the providers' names of listed models, and wildcards, which match from the start of a name.
A bare name is also tried with its provider before it, which only LiteLLM can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment
    from litellm_harden.deployment.model import Setting

ALIASES = "config:router_settings.model_group_alias"


class ModelNames(NamedTuple):
    """`groups` are the names of the list, `others` what else is found, `wildcards` the patterns among `groups`.

    `aliases` are those of the router with what each stands for. `elsewhere` says where else there are models, `unsure`
    why it cannot be told whether there are any in the database.
    """

    groups: tuple[str, ...]
    others: frozenset[str]
    wildcards: tuple[str, ...]
    aliases: dict[str, str]
    elsewhere: str = ""
    unsure: str = ""

    def serves(self, name: str) -> bool | None:
        """Whether the router finds a model by that name itself; None where only LiteLLM can tell."""
        if name in self.groups or name in self.others or any(_matches(name, each) for each in self.wildcards):
            return True
        return None if "/" not in name and any("/" in each for each in self.wildcards) else False

    def answers(self, name: str) -> bool | None:
        """Whether it finds one by that name or by what the name is an alias of."""
        return self.serves(self.aliases.get(name, name))

    def asked_for(self, name: str) -> bool:
        """Whether a request can come under that name, so that what is keyed by it applies: LiteLLM looks fallbacks for
        `provider/name` up under the bare name too, and later releases the other way round
        (router_utils/fallback_event_handlers.py)."""
        bare = name.partition("/")[2] or name
        listed = any(each.endswith(f"/{name}") for each in (*self.groups, *self.others))
        return name in self.aliases or listed or any(self.serves(each) is not False for each in (name, bare))

    def nearest(self, name: str) -> str | None:
        """The name of the list that `name` may be a misspelling of."""
        letters = {_letters(group): group for group in self.groups if group not in self.wildcards}
        wanted = _letters(name)
        alike = letters.get(wanted) or letters.get(_letters(name.rpartition("/")[2]))
        if alike is not None:
            return alike
        from difflib import get_close_matches

        close = get_close_matches(wanted, letters, n=1, cutoff=_ALIKE)
        # Other digits are another model, not a slip of the pen.
        return letters[close[0]] if close and _DIGITS.findall(close[0]) == _DIGITS.findall(wanted) else None


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
        groups=tuple(dict.fromkeys(groups)),
        others=frozenset(other for other in others if other),
        wildcards=tuple(group for group in groups if "*" in group),
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
