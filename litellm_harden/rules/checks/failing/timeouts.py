"""How long a call may take before the proxy gives it up."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Change, Setting
from litellm_harden.litellm.defaults import REQUEST_TIMEOUT
from litellm_harden.litellm.gates import REQUEST_TIMEOUT_WINS
from litellm_harden.rules.checks.context import Check, Context, fix
from litellm_harden.rules.expect import number
from litellm_harden.rules.model import Applicability, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

ARGUMENT = "arg:--request_timeout"
GENERAL = "config:litellm_settings.request_timeout"
ROUTER = "config:router_settings.timeout"
VARIABLE = "env:REQUEST_TIMEOUT"


def request_timeout(context: Context) -> Iterator[Outcome]:
    """LH405: a call that hangs is given up within a time that somebody waits."""
    decides = _decides(context)
    if decides.unknown:
        yield Unclear(GENERAL, decides.reason)
        return
    if decides.absent and _each_model_says(context):
        yield Inapplicable("each model states its own timeout")
        return
    most, value = context.amount("seconds"), decides.value if decides.known else None
    seconds = REQUEST_TIMEOUT if value is None else number(value)
    if seconds is None or seconds <= most:
        return
    key = decides.address.rpartition(".")[2].rpartition(":")[2].lstrip("-")
    said = f"{key} is {shown(value)}" if value is not None else "request_timeout is not set"
    address = decides.address if value is not None else _missing(context)
    change = Change(address, most if address.startswith("config:") else str(most))
    yield Violation(
        address,
        f"{said}: a call that hangs holds its caller, and a connection, for {seconds:g} s",
        value,
        f"at most {most}",
        fix([change], Applicability.UNSAFE, f"{fix([change]).description}; calls that take longer are cut off"),
        # Who states more than is asked for may have models that need it.
        Severity.LOW if value is not None else None,
    )


def _missing(context: Context) -> str:
    """Where it is to be stated: in the config, or without any in the variable."""
    parts = context.deployment.parts
    return GENERAL if parts.config is not None or parts.config_unknown else VARIABLE


def _decides(context: Context) -> Setting:
    """The setting that LiteLLM takes the timeout of a call from, of those for all models.

    Router._get_non_stream_timeout (1.81.0 router.py:1838, 1.109.1 router_python_core.py:5545); the argument comes with
    each request (proxy/common_request_processing.py).
    """
    settings = [context.setting(address) for address in order(context)]
    stated = [setting for setting in settings if setting.known and setting.value not in (None, "", 0)]
    unknown = [setting for setting in settings if setting.unknown]
    # What the config says is judged even where the argument and the variable, which are rare, cannot be told.
    return next(iter((*stated, *unknown)), context.setting(GENERAL))


def order(context: Context) -> tuple[str, ...]:
    """The addresses that may state the timeout, the one that wins first."""
    if context.version >= REQUEST_TIMEOUT_WINS:
        return ARGUMENT, GENERAL, VARIABLE, ROUTER
    return ARGUMENT, ROUTER, GENERAL, VARIABLE


def _each_model_says(context: Context) -> bool:
    config = context.deployment.parts.config
    params = [model.get("litellm_params") for model in (config.models() if config is not None else ())]
    return bool(params) and all(
        isinstance(each, dict) and (each.get("timeout") or each.get("request_timeout")) for each in params
    )


CHECKS: dict[str, Check] = {"request-timeout": request_timeout}
