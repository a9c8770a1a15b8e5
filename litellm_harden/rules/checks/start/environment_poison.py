"""Variables that stop the proxy, or are not what they look like: words for numbers, quotes that belong to the value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.environment import Layer, Statement
from litellm_harden.deployment.model import Change
from litellm_harden.litellm.images import DEFAULT_ARGUMENTS
from litellm_harden.rules.checks.context import Check, Context, fix, manual
from litellm_harden.rules.checks.keys.references import references
from litellm_harden.rules.model import Applicability, Fix, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

if TYPE_CHECKING:
    from litellm_harden.litellm.options import Option
    from litellm_harden.litellm.versions import Version

YES = frozenset({"1", "true", "t", "yes", "y", "on"})
_NO = frozenset({"0", "false", "f", "no", "n", "off"})
"""What click reads as a boolean, in any case and with blanks around it (click types.py, BoolParamType)."""
_SALT = "LITELLM_SALT_KEY"
_LOG_LEVEL = "LITELLM_LOG"
"""LH032 judges it."""
_OF_TEXTS = ("_API_KEY", "_MASTER_KEY", "_SALT_KEY", "_URL", "_PASSWORD", "_USERNAME", "_MODE", "_BASE", "_TOKEN")
"""Ends of names that are no number's, which spares looking them up."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def option_reading(variable: str, version: Version) -> Option | None:
    """The option that takes its value from the variable in that release, where the command line does not state it."""
    from litellm_harden.litellm.options import options

    for option in options().values():
        if option.env == variable and option.accepted_by(version) is not False:
            return option
    return None


def poisoned_environment(context: Context) -> Iterator[Outcome]:
    """LH214: what the command reads from the environment can be read, and quotes are not part of a value."""
    environment = context.deployment.parts.environment
    for name in environment.names():
        decides = environment.deciding(name)
        if decides is None or decides.layer is Layer.CONFIG or name == _LOG_LEVEL:
            continue
        option = option_reading(name, context.version)
        if option is not None:
            yield from _option(context, name, option, decides)
        elif _is_number(context, name):
            yield from _number(context, name, decides)
        elif (bare := _unquoted(context, decides)) is not None and _matters(context, name):
            yield Violation(
                f"env:{name}",
                f"the quotes are part of {name} itself, since nothing takes them off in the list form of environment",
                None,
                "no quotes",
                _without_quotes(name, bare),
                Severity.HIGH,
            )


def _is_number(context: Context, name: str) -> bool:
    """Whether LiteLLM makes a number of the variable, without a net, when it is imported.

    So it does in constants.py of 1.81.0, with int(os.getenv(...)) and float(os.getenv(...)), and still does in 1.106.2;
    what came later is read more patiently (get_env_int).
    """
    from litellm_harden.litellm.catalogue import ever, knows

    if name.endswith(_OF_TEXTS) or not knows("environment", name, context.version):
        return False
    found = ever("environment", name)
    return (
        found is not None
        and found.since is None
        and found.where.startswith("constants.py")
        and _spells_number(found.default or "")
    )


def _number(context: Context, name: str, decides: Statement) -> Iterator[Outcome]:
    variable = context.setting(f"env:{name}")
    value = str(variable.value)
    if not variable.known or _spells_number(value):
        return
    if not value and context.by_default(name):
        yield Unclear(f"env:{name}", f"{name} is empty unless the shell or .env sets it")
        return
    bare = _unquoted(context, decides)
    if bare is not None and _spells_number(bare):
        repair = fix([Change(f"env:{name}", bare)], description=f"take the quotes off {name}")
    else:
        repair = manual(f"give {name} a number, or take it out")
    yield Violation(
        f"env:{name}",
        f"{name} is {shown(value) if value else 'empty'}, and LiteLLM makes a number of it at import: it crashes",
        value,
        "a number",
        repair,
    )


def _spells_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _option(context: Context, name: str, option: Option, decides: Statement) -> Iterator[Outcome]:
    variable = context.setting(f"env:{name}")
    value = str(variable.value) if variable.known else ""
    wants = _wants(option, value) if value else ""
    inside = name == "HOST" and value.strip().lower() in _LOOPBACK and _is_reached_from_outside(context)
    if not wants and not inside:
        return
    read = _is_read(context, option)
    if read is None:
        yield Unclear(f"env:{name}", context.setting(f"arg:{option.name}").reason)
    elif read and wants:
        yield Violation(
            f"env:{name}",
            f"{name} is {shown(value)}, and {option.name} takes {wants}: the proxy does not start",
            value,
            wants,
            _repair(context, name, option, wants, decides),
        )
    elif read:
        yield Violation(
            f"env:{name}",
            f"HOST is {shown(value)}: the proxy listens inside its container only, and nothing outside reaches it",
            value,
            "0.0.0.0",
            manual(f"rename HOST, or pass --host 0.0.0.0 to {context.deployment.service}"),
            Severity.HIGH,
        )


def _wants(option: Option, value: str) -> str:
    if option.takes_value:
        if option.env == "HOST":
            return "an address to listen on" if "://" in value or value[0] in "\"'" else ""
        return option.wants(value)
    return "" if value.strip().lower() in YES | _NO else "true or false"


def _is_read(context: Context, option: Option) -> bool | None:
    """Whether click looks at the variable: not where the command line has the option; None where that is not told."""
    argument = context.setting(f"arg:{option.name}")
    if argument.unknown:
        return None
    command = context.deployment.parts.command
    if not command.official:
        return argument.absent
    by_image = not any(line.words.words for line in command.lines) and option.name in DEFAULT_ARGUMENTS
    supervised = context.setting("env:SEPARATE_HEALTH_APP").value == "1" and option.name in ("--host", "--port")
    return argument.absent and not by_image and not supervised


def _is_reached_from_outside(context: Context) -> bool:
    service = context.deployment.parts.service
    return service is not None and bool(service.ports) and service.node.get("network_mode") is None


def _repair(context: Context, name: str, option: Option, wants: str, decides: Statement) -> Fix:
    bare = _unquoted(context, decides)
    if bare is not None and not _wants(option, bare):
        return fix([Change(f"env:{name}", bare)], description=f"take the quotes off {name}")
    if not option.takes_value and decides.layer is Layer.SERVICE and "$" not in context.written(name):
        return fix([Change(f"env:{name}", "false")])
    return manual(f"set {name} to {wants}, or rename it where another program is meant")


def _without_quotes(name: str, bare: str) -> Fix:
    if name == _SALT:
        return manual("keep them where a database is in use: the quotes are part of what encrypts it")
    safe = name.endswith("_API_KEY")
    return fix(
        [Change(f"env:{name}", bare)],
        Applicability.SAFE if safe else Applicability.UNSAFE,
        f"take the quotes off {name}",
    )


def _unquoted(context: Context, decides: Statement) -> str | None:
    """What stands between the quotes of `- NAME="…"`, as written; None where it is written otherwise."""
    origin = decides.origin
    in_compose = context.deployment.parts.project is not None and decides.layer is Layer.SERVICE
    if not in_compose or not isinstance(origin.path[-1], int):
        return None
    found = context.deployment.located(origin)
    text = str(found.value).partition("=")[2] if found is not None else ""
    quote, inner = text[:1], text[1:-1]
    whole = len(text) > 1 and quote in ("'", '"') and text[-1] == quote and quote not in inner
    return inner if whole else None


def _matters(context: Context, name: str) -> bool:
    """Whether LiteLLM has a use for the variable."""
    from litellm_harden.litellm.catalogue import knows

    config = context.deployment.parts.config
    referred = config is not None and any(name == other for _, other in references(config))
    return referred or knows("environment", name, context.version)


CHECKS: dict[str, Check] = {"poisoned-environment": poisoned_environment}
