"""LH305: the key that may do everything is set, and nobody can guess it."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import ABSENT, Change, Setting
from litellm_harden.litellm.examples import is_example
from litellm_harden.litellm.gates import KEYLESS_IS_NO_ADMIN, REFUSES_WEAK_MASTER_KEY
from litellm_harden.rules.checks.context import Check, Context, asks, fix, manual, refers, secret
from litellm_harden.rules.checks.keys.references import untold
from litellm_harden.rules.checks.security import salt
from litellm_harden.rules.checks.start.delivery import undelivered
from litellm_harden.rules.inputs import MASTER, NEW, master_fault
from litellm_harden.rules.model import Fix, Inapplicable, Outcome, Severity, Unclear, Violation

_PERMIT = "dangerously_permit_weak_or_unset_master_key"
_REFUSED = "sk-1234"


def master_key(context: Context) -> Iterator[Outcome]:
    """LH305: the master key is set, and no example, no word and not short."""
    stated, setting = context.setting(salt.MASTER_ADDRESS), salt.master_key(context)
    if setting.unknown:
        yield Unclear(setting.address, setting.reason)
        return
    if stated.absent and refers(stated):
        yield Inapplicable("the master key is a reference that nothing resolves (LH206, LH213)")
        return
    if refers(setting):
        setting = context.setting(f"env:{_variable(context)}")
    value = setting.value if setting.known else None
    if value is None:
        yield from _unset(context, setting)
    elif isinstance(value, str) and (salt.is_reference(value) or "${" in value):
        yield Inapplicable("the master key is a reference that nothing resolves (LH082, LH213)")
    elif isinstance(value, str) and (fault := master_fault(value)):
        yield from _weak(context, setting, value, fault)


def _unset(context: Context, setting: Setting) -> Iterator[Outcome]:
    if reason := untold(context.deployment):
        yield Unclear(setting.address, reason)
        return
    if MASTER in undelivered(context.deployment):
        yield Inapplicable(f"{MASTER} stands in the .env and is not passed on (LH207)")
        return
    other = _other_login(context)
    if other and not _refuses(context):
        yield Inapplicable(f"{other} decides who is let in")
        return
    answers = _answers(context)
    follows = answers if _permitted(context) else "the proxy refuses to start"
    if not _permitted(context) and not _refuses(context):
        follows = answers
    elif context.deployment.version is None and not _permitted(context):
        follows = f"LiteLLM {REFUSES_WEAK_MASTER_KEY} refuses to start, and older ones answer everybody"
    yield Violation(
        setting.address, f"no master key is set: {follows}", None, "a key of your own", _fix(context, setting)
    )


def _weak(context: Context, setting: Setting, value: str, fault: str) -> Iterator[Outcome]:
    default = bool(_variable(context)) and context.by_default(_variable(context))
    refused, follows = value.strip() in ("", _REFUSED), "whoever tries it is the proxy's admin"
    if refused and _refuses(context) and not _permitted(context):
        known = context.deployment.version is not None
        follows = "the proxy refuses to start" if known else f"LiteLLM {REFUSES_WEAK_MASTER_KEY} refuses to start"
    elif not value.strip():
        follows = "it lets nobody in as the admin"
    severity = Severity.HIGH if default else None
    if not is_example(value) and not (refused and _refuses(context)):
        severity = Severity.MEDIUM
    unless = ", unless the shell or .env sets it" if default else ""
    message = f"the master key {fault}{unless}: {follows}"
    yield Violation(setting.address, message, None, "a key of your own", _fix(context, setting, default), severity)


def _answers(context: Context) -> str:
    """Whom a proxy without a master key answers."""
    if context.setting("config:general_settings.enable_oauth2_auth").value is True:
        return "enable_oauth2_auth does not guard every route"
    if context.setting("config:general_settings.enable_jwt_auth").value is True:
        return "enable_jwt_auth lets in whoever sends no token"
    admin = "" if context.version >= KEYLESS_IS_NO_ADMIN else ", and everybody is its admin"
    return f"the proxy answers everybody{admin}"


def _other_login(context: Context) -> str:
    """The key of general_settings by which something else than LiteLLM's keys decides about every call; "" for none.

    enable_jwt_auth and enable_oauth2_auth are none: without a master key, the one lets in who sends no token, and the
    other guards only the routes of models and the like (1.81.0 proxy/auth/user_api_key_auth.py).
    """
    custom = context.setting("config:general_settings.custom_auth")
    if custom.unknown or custom.value:
        return "custom_auth"
    by_proxy = context.setting("config:general_settings.enable_oauth2_proxy_auth")
    return "enable_oauth2_proxy_auth" if by_proxy.unknown or by_proxy.value is True else ""


def _refuses(context: Context) -> bool:
    return context.version >= REFUSES_WEAK_MASTER_KEY


def _permitted(context: Context) -> bool:
    """Whether the owner lets the proxy start with such a key."""
    variable = context.setting(f"env:LITELLM_{_PERMIT.upper()}")
    stated = context.setting(f"config:general_settings.{_PERMIT}")
    return stated.value is True or str(variable.value).strip().lower() == "true"


def _variable(context: Context) -> str:
    return salt.master_variable(context)


def _fix(context: Context, setting: Setting, default: bool = False) -> Fix:
    name = _variable(context) or MASTER
    old = setting.value if setting.known else None
    if default:
        return manual(f"set {name} in a .env that git ignores, and write ${{{name}:?}} so that nothing starts without")
    unsalted = context.setting(salt.SALT_ADDRESS).absent and context.deployment.database is not False
    if isinstance(old, str) and old.strip() and unsalted:
        return manual(salt.new_master_key(context, name))
    given = context.given(MASTER)
    if given is None or master_fault(given):
        return asks(f"give {name} a new key; `{NEW}` makes one, and all who use the old one need it", MASTER)
    changes = [secret(name, given)]
    written = setting.origin.value if setting.origin is not None else None
    if setting.address == salt.MASTER_ADDRESS and not refers(setting):
        changes.insert(0, Change(setting.address, f"{REFERENCE}{name}" if written is not None else ABSENT))
    return fix(changes, description=f"set {name}; all who use the old one need it")


CHECKS: dict[str, Check] = {"master-key": master_key}
