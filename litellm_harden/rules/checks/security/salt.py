"""Item 8: the key that encrypts stored credentials, and references that no environment resolves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.environment import Layer
from litellm_harden.deployment.model import ABSENT, Change, Setting
from litellm_harden.litellm.examples import is_example
from litellm_harden.litellm.gates import MIGRATES_FROM_MASTER_KEY
from litellm_harden.rules.checks.context import STARTER, Check, Context, asks, fix, manual, secret, states_environment
from litellm_harden.rules.inputs import NEW, SALT, salt_fault
from litellm_harden.rules.model import Applicability, Fix, Inapplicable, Outcome, Unclear, Violation
from litellm_harden.rules.words import shown

MASTER = "LITELLM_MASTER_KEY"
SALT_ADDRESS, MASTER_ADDRESS = f"env:{SALT}", "config:general_settings.master_key"
_STRONG = 16
"""Characters of a key that cannot be guessed; fewer are not copied into a salt."""

_REENTER = (
    "keep it until every stored credential can be entered again: nothing re-encrypts what a salt has encrypted. "
    "Then set a new one and enter them"
)


def salt_key(context: Context) -> Iterator[Outcome]:
    """LH081: stored credentials are encrypted with a key of their own that nobody else knows."""
    setting = context.setting(SALT_ADDRESS)
    if setting.unknown:
        yield Unclear(SALT_ADDRESS, setting.reason)
    elif setting.absent and not states_environment(context.deployment):
        yield Unclear(SALT_ADDRESS, STARTER)
    elif setting.absent:
        yield Violation(
            SALT_ADDRESS,
            f"{SALT} is not set: the master key encrypts the stored credentials, and changing it makes them unreadable",
            None,
            "set",
            _first_salt(context),
        )
    elif is_reference(str(setting.value)):
        yield Inapplicable(f"{SALT} is a reference that nothing resolves (LH082)")
    elif fault := salt_fault(str(setting.value)):
        default = context.by_default(SALT)
        unless = ", unless the shell or .env sets it" if default else ""
        yield Violation(
            SALT_ADDRESS,
            f"{SALT} {fault}{unless}: anybody can decrypt the credentials in the database",
            setting.value,
            "a key that nobody else knows",
            manual(f"if it is set, write ${{{SALT}:?}}; if not, {_REENTER}" if default else _REENTER),
        )


_IF_EMPTY = f"if nothing is stored yet: --set {SALT}={NEW}"
_FRESH = " to a key of its own: what the database holds already becomes unreadable"


def _first_salt(context: Context) -> Fix:
    """How a deployment without a salt gets one and still reads what it has stored."""
    given, master = context.given(SALT), master_key(context)
    if given is not None and not salt_fault(given):
        kept = given == master.value
        return fix([secret(SALT, given)], description=f"set {SALT}{'' if kept else _FRESH}")
    fault = f" (the one given {salt_fault(given)})" if given is not None else ""
    if fault or master.unknown or context.by_default(master_variable(context)):
        return asks(f"give {SALT} the present master key; `{NEW}` makes one for an empty database{fault}", SALT)
    key = str(master.value or "")
    if not isinstance(master.value, str) or _weak(key):
        return manual(_stronger_master_key(context))
    return fix(
        [secret(SALT, key)],
        Applicability.UNSAFE,
        f"set {SALT} to the value that the master key has now, so that what is stored stays readable ({_IF_EMPTY})",
    )


def _stronger_master_key(context: Context) -> str:
    if context.version >= MIGRATES_FROM_MASTER_KEY:
        how = "change it first, with LITELLM_MIGRATE_FROM_MASTER_KEY set to the old one"
    else:
        how = f"change it first (LiteLLM {MIGRATES_FROM_MASTER_KEY} re-encrypts: LITELLM_MIGRATE_FROM_MASTER_KEY)"
    return f"the master key is unset or easily guessed: {how}, and set a salt only after that ({_IF_EMPTY})"


def literal_references(context: Context) -> Iterator[Outcome]:
    """LH082: no environment variable has the text `os.environ/NAME`."""
    environment = context.deployment.parts.environment
    for name in environment.names():
        setting, decides = context.setting(f"env:{name}"), environment.deciding(name)
        if not setting.known or decides is None or decides.layer is Layer.CONFIG:
            continue
        if not is_reference(str(setting.value)):
            continue
        text = str(setting.value).strip("\"' ")
        yield Violation(
            setting.address,
            f"{name} is the text {shown(text)}, which only config.yaml resolves{_follows(context, name)}",
            setting.value,
            "no os.environ/ reference",
            _resolved_fix(context, setting, text.removeprefix(REFERENCE), decides.layer),
        )


def _follows(context: Context, name: str) -> str:
    if name == SALT:
        return ": everybody knows the key that encrypts what is stored" if _salts(context) else ""
    return ": everybody knows the master key" if name == master_variable(context) else ": that text is used as it is"


def _resolved_fix(context: Context, setting: Setting, referred: str, layer: Layer) -> Fix:
    from litellm_harden.deployment.writing.secrets import required

    name = setting.address.removeprefix("env:")
    if name == SALT and _salts(context):
        return manual(_REENTER)
    if name == master_variable(context):
        return manual(new_master_key(context, name))
    if layer is Layer.IMAGE:
        return manual(f"take {name} out of the image and pass it when the container starts")
    if context.deployment.parts.manifests is not None:
        return manual(f"give {name} its value by a Secret (valueFrom.secretKeyRef): nothing resolves a reference there")
    project = context.deployment.parts.project
    given = project.variables.get(referred) if project is not None else None
    if layer is Layer.ENV_FILE or "$" in context.written(name) or (given and is_reference(given.text)):
        return manual(f"write the value of {name} itself where it is set: nothing resolves a reference there")
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", referred):
        return manual(f"write a reference that Compose resolves: {required('NAME')}")
    if name == referred and given is None and _stated_below(context, name):
        return fix([Change(setting.address, ABSENT)], description=f"remove {name}, which an env file sets")
    return fix([Change(setting.address, required(referred))])


def new_master_key(context: Context, name: str) -> str:
    """How the master key in the variable `name` is changed without losing what is stored."""
    if not context.setting(SALT_ADDRESS).absent:
        return f"give {name} a new secret value; {SALT} encrypts what is stored, so that stays readable"
    if context.deployment.database is False:
        return f"give {name} a new secret value; clients that use the old one need it too"
    if context.version >= MIGRATES_FROM_MASTER_KEY:
        return f"give {name} a new secret value and set LITELLM_MIGRATE_FROM_MASTER_KEY to the old text for one start"
    return (
        f"give {name} a new secret value; the old text encrypts what is stored, which LiteLLM "
        f"{MIGRATES_FROM_MASTER_KEY} re-encrypts with LITELLM_MIGRATE_FROM_MASTER_KEY"
    )


def _stated_below(context: Context, name: str) -> bool:
    """Whether an env file of the service has a value for a variable that its `environment:` overrides."""
    *weaker, _ = context.deployment.parts.environment.statements[name]
    return any(one.layer is Layer.ENV_FILE and one.value and not is_reference(one.value) for one in weaker)


def _salts(context: Context) -> bool:
    """Whether a salt matters, as far as the files tell: without a database nothing is encrypted."""
    return context.deployment.database is not False


def master_variable(context: Context) -> str:
    """The variable that holds the master key; "" where the config holds it itself."""
    config = context.deployment.parts.config
    origin = next(config.statements(("general_settings", "master_key")), None) if config is not None else None
    if origin is None or origin.value is None:
        return MASTER
    return origin.value.removeprefix(REFERENCE) if isinstance(origin.value, str) and is_reference(origin.value) else ""


def master_key(context: Context) -> Setting:
    """The key that encrypts without a salt. A reference of the config to nothing leaves none."""
    variable = master_variable(context)
    stated = context.setting(MASTER_ADDRESS)
    return context.setting(f"env:{MASTER}") if variable == MASTER and stated.absent else stated


def _weak(key: str) -> bool:
    return len(key) < _STRONG or is_example(key) or is_reference(key)


def is_reference(value: str) -> bool:
    """Whether a value is the text of an `os.environ/NAME`."""
    return value.strip("\"' ").startswith(REFERENCE)


CHECKS: dict[str, Check] = {
    "salt-key": salt_key,
    "literal-references": literal_references,
}
