"""Names of models in fallbacks, aliases and the like that no model of the config has."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Origin, Renamed
from litellm_harden.litellm.gates import FALLBACKS_MUST_BE_LISTS, HEALTH_CHECK_GROUPS
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

if TYPE_CHECKING:
    from litellm_harden.deployment.models import ModelNames
    from litellm_harden.documents.base import Path

CHAINS = ("fallbacks", "context_window_fallbacks", "content_policy_fallbacks")
_SECTIONS = ("router_settings", "litellm_settings")


class _Names(Record):
    """The deployment's names of models, and where else LiteLLM turns with a name that is none of them."""

    context: Context
    names: ModelNames
    last: str | None

    def wrong(self, path: Path, message: str, severity: Severity, repair: Fix, value: object) -> Violation:
        address = config_address(path)
        return Violation(address, message, value, "the name of a model of model_list", repair, severity)


def unknown_model_reference(context: Context) -> Iterator[Outcome]:
    """LH407: what fallbacks, aliases and policies name is there."""
    found = list(_references(context))
    if not found:
        return
    from litellm_harden.deployment.models import model_names

    names = model_names(context.deployment)
    if names is None:
        return
    known = _Names(context, names, _last_resort(context, names))
    violations = [violation for path, value, judged in found for violation in judged(known, path, value)]
    yield from _sure(violations, names)


def _sure(violations: list[Violation], names: ModelNames) -> Iterator[Outcome]:
    """What holds even if there are models that the files do not show; what does not, is told once.

    Where nothing says that there are any, a name that is all but one of the list is still a slip of the pen.
    """
    doubt = names.elsewhere or names.unsure
    open_ = []
    for violation in violations:
        near = violation.fix is not None and bool(violation.fix.changes)
        if not doubt or violation.expected == _A_LIST:
            yield violation
        elif near and not names.elsewhere:
            yield violation._replace(severity=Severity.MEDIUM)
        else:
            open_.append(violation)
    if open_:
        yield Unclear(open_[0].address, doubt)


_A_LIST = "a list of names of models"
_Judged = Callable[[_Names, "Path", object], Iterator[Violation]]


def _references(context: Context) -> Iterator[tuple[Path, object, _Judged]]:
    """What there is to judge, and how; where there is nothing, the models need not be read."""
    for key in CHAINS:
        path, stated = _stated(context, key)
        if stated:
            yield path, stated, _chains
    path, stated = _stated(context, "default_fallbacks")
    if stated:
        yield path, stated, _default_fallbacks
    for path, judged in _ELSEWHERE:
        value = context.setting(config_address(path)).value
        if value:
            yield path, value, judged


def _stated(context: Context, key: str) -> tuple[Path, object]:
    """What counts of a setting that both sections may hold: the router's own unless it is empty (Router.__init__)."""
    for section in _SECTIONS:
        value = context.setting(f"config:{section}.{key}").value
        if value:
            return (section, key), value
    return (), None


def _last_resort(context: Context, names: ModelNames) -> str | None:
    """The model that LiteLLM takes for a name that it does not find: the first of the default fallbacks."""
    _, default = _stated(context, "default_fallbacks")
    if not isinstance(default, list):
        _, chains = _stated(context, "fallbacks")
        items = chains if isinstance(chains, list) else ()
        default = next((item["*"] for item in items if isinstance(item, dict) and "*" in item), None)
    first = default[0] if isinstance(default, list) and default else None
    return first if isinstance(first, str) and names.serves(first) is not False else None


def _chains(known: _Names, path: Path, chains: object) -> Iterator[Violation]:
    kind = str(path[-1])
    if not isinstance(chains, list):
        return
    keys = {str(next(iter(chain))) for chain in chains if isinstance(chain, dict) and len(chain) == 1}
    for at, chain in enumerate(chains):
        if not isinstance(chain, dict) or len(chain) != 1:
            continue
        ((model, targets),) = chain.items()
        place: Path = (*path, at, model)
        if isinstance(targets, str) and not targets.startswith(REFERENCE) and len(targets) > 1:
            yield _not_a_list(known, place, f"{kind} of {shown(model)}", targets)
        elif model != "*" and not known.names.asked_for(str(model)):
            yield _never_asked_for(known, place, kind, keys)
        if isinstance(targets, list):
            yield from _targets(known, place, f"{kind} of {shown(model)}", targets)


def _never_asked_for(known: _Names, place: Path, kind: str, keys: set[str]) -> Violation:
    name = str(place[-1])
    nearest = known.names.nearest(name)
    repair = manual(f"name the model that the {kind} are for by its model_name, or take them out")
    if nearest is not None and nearest not in keys:
        change = Change(config_address(place), Renamed(nearest))
        repair = fix([change], Applicability.UNSAFE, f"call it {nearest}, so that these {kind} apply")
    elif nearest is not None:
        repair = manual(f"take it out, or join it with the {kind} of {nearest}")
    violation = known.wrong(
        place, f"{kind} of {shown(name)} are never used: no model is called that", Severity.MEDIUM, repair, name
    )
    return violation._replace(origin=_key(known, place))


def _key(known: _Names, place: Path) -> Origin | None:
    config = known.context.deployment.parts.config
    return config.key(place) if config is not None else None


def _not_a_list(known: _Names, place: Path, spoken: str, targets: str) -> Violation:
    stops = known.context.version >= FALLBACKS_MUST_BE_LISTS and "context_window_fallbacks" not in place
    harm = "LiteLLM does not start" if stops else "LiteLLM takes each of its letters for a model"
    change = Change(config_address(place), [targets])
    return Violation(
        config_address(place),
        f"{spoken} is a text and no list: {harm}",
        targets,
        _A_LIST,
        fix([change], Applicability.UNSAFE, f"make it a list, so that {shown(targets)} is fallen back to"),
        Severity.CRITICAL if stops else Severity.HIGH,
    )


def _targets(known: _Names, place: Path, spoken: str, targets: list[object]) -> Iterator[Violation]:
    """The names of one chain: it is worth nothing where none of them is known."""
    named = [(at, name) for at, target in enumerate(targets) if (name := _name(target)) is not None]
    wrong = [(at, name) for at, name in named if known.names.answers(name) is False]
    for at, name in wrong:
        path = (*place, at) if isinstance(targets[at], str) else (*place, at, "model")
        severity = Severity.MEDIUM
        if known.last is not None:
            harm = f"{shown(known.last)}, the default fallback, answers in its place"
        elif len(wrong) < len(targets):
            harm = "it is tried in vain, after an error each time"
        else:
            severity, harm = Severity.HIGH, "calls that need a fallback fail"
        repair = _instead(known, path, name, "falls back to what it did not reach before")
        yield known.wrong(path, f"{spoken} name {shown(name)}, which is no model here: {harm}", severity, repair, name)


def _name(target: object) -> str | None:
    """The model that an item of a chain names; None where lh cannot tell (LiteLLM looks up no reference there)."""
    name = target.get("model") if isinstance(target, dict) else target
    return name if isinstance(name, str) and not name.startswith(REFERENCE) else None


def _instead(known: _Names, path: Path, name: str, then: str) -> Fix:
    nearest = known.names.nearest(name)
    if nearest is not None:
        return fix([Change(config_address(path), nearest)], Applicability.UNSAFE, f"name {nearest}; LiteLLM {then}")
    return manual(f"add a model called {shown(name)} to model_list, or name one that is there")


def _default_fallbacks(known: _Names, path: Path, names: object) -> Iterator[Violation]:
    if isinstance(names, str) and not names.startswith(REFERENCE) and len(names) > 1:
        yield _not_a_list(known, path, "default_fallbacks", names)
    elif isinstance(names, list):
        yield from _targets(known._replace(last=None), path, "default_fallbacks", names)


def _aliases(known: _Names, path: Path, aliases: object) -> Iterator[Violation]:
    for alias, stated in aliases.items() if isinstance(aliases, dict) else ():
        target = _name(stated)
        if target is None or known.names.serves(target) is not False:
            continue
        place = (*path, str(alias), "model") if isinstance(stated, dict) else (*path, str(alias))
        severity, harm = Severity.HIGH, "every call of it is answered 400"
        if known.last is not None:
            severity, harm = Severity.MEDIUM, f"{shown(known.last)}, the default fallback, answers in its place"
        what, repair = "no model here", _instead(known, place, target, "answers what it refused before")
        if target in known.names.aliases:
            what = "itself an alias, and LiteLLM follows only one"
            end = known.names.aliases[target]
            if known.names.serves(end):
                repair = fix([Change(config_address(place), end)], Applicability.UNSAFE, f"let it stand for {end}")
        message = f"the alias {shown(str(alias))} stands for {shown(target)}, {what}: {harm}"
        yield known.wrong(place, message, severity, repair, target)


def _policies(known: _Names, path: Path, policies: object) -> Iterator[Violation]:
    if not isinstance(policies, dict):
        return
    for name in map(str, policies):
        if known.names.asked_for(name):
            continue
        place = (*path, name)
        nearest = known.names.nearest(name)
        repair = manual("name the model that the policy is for by its model_name, or take it out")
        if nearest is not None and nearest not in policies:
            change = Change(config_address(place), Renamed(nearest))
            repair = fix([change], Applicability.UNSAFE, f"call it {nearest}, so that the policy applies")
        message = f"model_group_retry_policy of {shown(name)} is never used: no model is called that"
        violation = known.wrong(place, message, Severity.MEDIUM, repair, name)
        yield violation._replace(origin=_key(known, place))


def _checked_groups(known: _Names, path: Path, groups: object) -> Iterator[Violation]:
    if known.context.version < HEALTH_CHECK_GROUPS or not isinstance(groups, list):
        return
    for at, name in enumerate(groups):
        if isinstance(name, str) and name not in known.names.groups:
            message = f"background health checks are to look after {shown(name)}, which is no model here"
            repair = _instead(known, (*path, at), name, "checks it from then on")
            yield known.wrong((*path, at), message, Severity.MEDIUM, repair, name)


def _completion_model(known: _Names, path: Path, name: object) -> Iterator[Violation]:
    if isinstance(name, str) and known.names.answers(name) is False and known.last is None:
        message = f"completion_model is {shown(name)}, which is no model here: every chat request is answered 400"
        yield known.wrong(path, message, Severity.HIGH, _instead(known, path, name, "answers them"), name)


_ELSEWHERE: tuple[tuple[Path, _Judged], ...] = (
    (("router_settings", "model_group_alias"), _aliases),
    (("router_settings", "model_group_retry_policy"), _policies),
    (("general_settings", "background_health_check_model_groups"), _checked_groups),
    (("general_settings", "completion_model"), _completion_model),
)

CHECKS: dict[str, Check] = {"unknown-model-reference": unknown_model_reference}
