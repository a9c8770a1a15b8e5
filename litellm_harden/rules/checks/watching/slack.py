"""Item 7: alerts reach Slack, and reach it the way that LiteLLM sends them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from litellm_harden.deployment.config import REFERENCE
from litellm_harden.deployment.model import Change, Excluding, Including, Setting
from litellm_harden.litellm.alerts import ASKED_FOR_TYPES, DEFAULT_TYPES
from litellm_harden.litellm.gates import ALERTING_WEBHOOK_URL, ALERTS_TEAMS
from litellm_harden.record import Record
from litellm_harden.rules.checks.context import (
    STARTER,
    Check,
    Context,
    asks,
    fix,
    manual,
    refers,
    secret,
    states_environment,
)
from litellm_harden.rules.expect import number
from litellm_harden.rules.inputs import UNRESOLVED, WEBHOOK, webhook_fault
from litellm_harden.rules.model import Fix, Inapplicable, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

ALERTING = "config:general_settings.alerting"
ROUTES = "config:general_settings.alert_to_webhook_url"
TYPES = "config:general_settings.alert_types"
THRESHOLD = "config:general_settings.alerting_threshold"
CALLBACKS = ("failure_callback", "success_callback", "callbacks")
_MISSING = "is not set"
_BUDGETS_ONLY = ("email", "webhook")


class Webhook(Record):
    """Where alerts would go: the setting that says so, and what is wrong with it or why it cannot be told."""

    address: str
    fault: str = ""
    unknown: str = ""

    @property
    def usable(self) -> bool:
        """Whether alerts arrive there, as far as the files tell."""
        return not self.fault and not self.unknown


def slack_webhook(context: Context) -> Iterator[Outcome]:
    """LH071: where alerting names slack, there is a webhook to send to."""
    alerting, routes = context.setting(ALERTING), context.setting(ROUTES)
    if alerting.unknown:
        yield Unclear(f"env:{WEBHOOK}", alerting.reason)
        return
    if not _sends(alerting, "slack"):
        yield Inapplicable("alerting does not name slack")
        return
    if routes.known and routes.value is not None and not isinstance(routes.value, dict):
        yield Violation(
            ROUTES,
            "alert_to_webhook_url is no mapping of alert types to webhooks: the proxy does not start",
            routes.value,
            "a mapping of alert types to webhooks",
            manual(f"remove alert_to_webhook_url and set {WEBHOOK}, or name an alert type for each webhook"),
            Severity.CRITICAL,
        )
        return
    routed = _routed_webhook(context)
    if routed is None or not routed.usable:
        yield from _arrives(
            context, routed or _default_webhook(context), "alerting names slack, but", "no alert arrives"
        )
        return
    types = context.setting(TYPES)
    if types.unknown:
        yield Unclear(TYPES, types.reason)
    elif missing := _left_out(types, routes):
        begins = f"alert_to_webhook_url leaves out {missing}, and"
        outcomes = _arrives(context, _default_webhook(context), begins, "those alerts do not arrive")
        yield from (one._replace(severity=Severity.MEDIUM) if isinstance(one, Violation) else one for one in outcomes)


def _left_out(types: Setting, routes: Setting) -> str:
    """The types of alerts that are sent and have no webhook of their own; "" where there are none."""
    if types.known and types.value is not None and not isinstance(types.value, list):
        return ""
    stated = types.value if types.known and isinstance(types.value, list) else DEFAULT_TYPES
    named = routes.value if isinstance(routes.value, dict) else {}
    names = [kind for kind in (*DEFAULT_TYPES, *ASKED_FOR_TYPES) if kind in stated and kind not in named]
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more


def _arrives(context: Context, webhook: Webhook, begins: str, ends: str) -> Iterator[Outcome]:
    """What is wrong with a webhook, in a sentence that begins and ends as given."""
    if webhook.unknown:
        yield Unclear(webhook.address, webhook.unknown)
    elif webhook.fault == _MISSING and not states_environment(context.deployment):
        yield Unclear(webhook.address, STARTER)
    elif webhook.fault == UNRESOLVED:
        yield Inapplicable("the webhook is a reference that nothing resolves (LH082)")
    elif webhook.fault:
        name = webhook.address.rpartition(":")[2].removeprefix("general_settings.")
        setting = context.setting(webhook.address)
        yield Violation(
            webhook.address,
            f"{begins} {name} {webhook.fault}: {ends}",
            setting.value if setting.known else None,
            "the URL of a Slack webhook",
            _webhook_fix(context, webhook),
        )


def _webhook_fix(context: Context, webhook: Webhook) -> Fix:
    if webhook.address.startswith(ROUTES):
        return manual("put the webhook into a variable and refer to it there: os.environ/NAME")
    given = context.given(WEBHOOK)
    return fix([secret(WEBHOOK, given)]) if given is not None and not webhook_fault(given) else _ask(given)


def _ask(given: str | None) -> Fix:
    why = f" (the one given {webhook_fault(given)})" if given is not None else ""
    return asks(f"give the webhook that Slack made for your channel{why}", WEBHOOK)


def slack_alerting(context: Context) -> Iterator[Outcome]:
    """LH072: alerting is a list that names slack."""
    alerting = context.setting(ALERTING)
    if alerting.unknown:
        yield Unclear(ALERTING, alerting.reason)
        return
    value = alerting.value if alerting.known else None
    if isinstance(value, list) and "slack" in value:
        return
    message, severity = _without_slack(context, value)
    yield Violation(ALERTING, message, value, "a list with slack", _alerting_fix(context, alerting), severity)


def _without_slack(context: Context, value: object) -> tuple[str, Severity | None]:
    """What `value` as alerting comes to, and how bad that is where it is not what the rule says."""
    if value is None or value in ([], "", {}):
        return "alerting is not set: nobody hears of failing, slow or hanging requests", None
    if isinstance(value, bool | int | float):
        return f"alerting is {shown(value)}, which is no list: the proxy does not start", Severity.CRITICAL
    if isinstance(value, str | dict) and "slack" in value:
        return f"alerting is {shown(value)} and no list: alerts are sent, but parts of LiteLLM see none", Severity.LOW
    names = list(value) if isinstance(value, list | dict) else [value]
    told = [name for name in names if name == "pagerduty" or (name == "ms_teams" and context.version >= ALERTS_TEAMS)]
    if told:
        return f"alerts go to {told[0]}, and none to Slack", Severity.LOW
    if any(name in _BUDGETS_ONLY for name in names):
        return f"alerting is {shown(value)}, which only hears of budgets: nobody hears of failing requests", None
    return f"alerting is {shown(value)}: no alert reaches Slack", None


def _alerting_fix(context: Context, alerting: Setting) -> Fix:
    value, wanted = alerting.value, Change(ALERTING, Including("slack"))
    if context.deployment.parts.config is None:
        return manual(f"start the proxy with a config whose general_settings say alerting: [slack], and set {WEBHOOK}")
    in_other_words = isinstance(value, str) and "slack" in value and value != "slack"
    if refers(alerting) or isinstance(value, dict) or in_other_words:
        return manual("write alerting as a list, such as [slack]")
    if value == "slack" or _webhook(context).usable:
        return fix([wanted])
    given = context.given(WEBHOOK)
    return fix([wanted, secret(WEBHOOK, given)]) if given is not None and not webhook_fault(given) else _ask(given)


def alerting_threshold(context: Context) -> Iterator[Outcome]:
    """LH073: a request that hangs or is slow alerts within minutes."""
    alerting, setting, most = context.setting(ALERTING), context.setting(THRESHOLD), context.amount("longest")
    for one in (alerting, setting):
        if one.unknown:
            yield Unclear(THRESHOLD, one.reason)
            return
    if not _sends(alerting, "slack") and not _sends(alerting, "ms_teams"):
        yield Inapplicable("no alerts are sent")
        return
    value = setting.value if setting.known else None
    if value is None or (_is_number(value) and 1 <= float(str(value)) <= most):
        return
    wanted = context.amount("seconds")
    if not _is_number(value):
        own = number(value)
        wanted = int(own) if own is not None and 1 <= own <= most else wanted
        message = f"alerting_threshold is {_spoken(value)}: LiteLLM cannot compare it, so slow requests do not alert"
    elif float(str(value)) > most:
        message = (
            f"alerting_threshold is {shown(value)} s, and no number of errors: a slow or hanging request alerts "
            "only after that time"
        )
    else:
        message = f"alerting_threshold is {shown(value)} s: every request counts as slow"
    yield Violation(THRESHOLD, message, value, f"a number from 1 to {most}", fix([Change(THRESHOLD, wanted)]))


def slack_callback(context: Context) -> Iterator[Outcome]:
    """LH074: no callback is called slack."""
    aim = context.setting(ALERTING)
    hint = "" if aim.unknown or _sends(aim, "slack") else "; general_settings.alerting is what reaches Slack"
    for key in CALLBACKS:
        setting = context.setting(f"config:litellm_settings.{key}")
        if setting.unknown:
            yield Unclear(setting.address, setting.reason)
            continue
        value = setting.value if setting.known else None
        if value != "slack" and not (isinstance(value, list) and "slack" in value):
            continue
        severity = None
        if key == "callbacks":
            message = "callbacks names slack, which is no module that LiteLLM could load: the proxy does not start"
        elif isinstance(value, str):
            message = f"{key} is the text slack, which LiteLLM takes letter by letter: it does nothing"
            severity = Severity.MEDIUM
        else:
            message = (
                f"{key} names slack: LiteLLM runs pip install inside the proxy, fails the first request and sends "
                "nothing to Slack"
            )
        change = Change(setting.address, Excluding("slack"))
        yield Violation(setting.address, message + hint, value, "without slack", fix([change]), severity)


def _webhook(context: Context) -> Webhook:
    """The first webhook that does not work, where alert types have their own; else the one for all alerts."""
    return _routed_webhook(context) or _default_webhook(context)


def _routed_webhook(context: Context) -> Webhook | None:
    """The first webhook of an alert type that does not work, else the first; None where no type has its own.

    As in integrations/SlackAlerting/slack_alerting.py, SlackAlerting.send_alert, of 1.81.0 and 1.109.0.
    """
    routes = context.setting(ROUTES)
    if routes.unknown:
        return Webhook(ROUTES, unknown=routes.reason)
    if routes.known and isinstance(routes.value, dict):
        found = [_judged(setting) for setting in _routed(context, routes.value)]
        if found:
            return next((webhook for webhook in found if not webhook.usable), found[0])
    return None


def _default_webhook(context: Context) -> Webhook:
    """The webhook of all alerts that have none of their own."""
    names = [WEBHOOK, *(["ALERTING_WEBHOOK_URL"] if context.version >= ALERTING_WEBHOOK_URL else [])]
    for name in names:
        setting = context.setting(f"env:{name}")
        if setting.known and not _judged(setting).usable and context.by_default(name):
            return Webhook(setting.address, unknown=f"what {name} refers to is set nowhere here")
        if setting.unknown or (setting.known and setting.value):
            return _judged(setting)
    return Webhook(f"env:{WEBHOOK}", "is empty" if context.setting(f"env:{WEBHOOK}").known else _MISSING)


def _routed(context: Context, routes: Mapping[object, object]) -> Iterator[Setting]:
    """The webhooks of the alert types, each a text or a list of texts, without references to nothing."""
    for kind, stated in routes.items():
        setting = context.setting(f"{ROUTES}.{kind}")
        if not isinstance(stated, list):
            found = [setting]
        else:
            found = [_item(context, setting, item) for item in stated]
        yield from (one for one in found if not one.absent)


def _item(context: Context, setting: Setting, item: object) -> Setting:
    if not isinstance(item, str) or not item.startswith(REFERENCE):
        return setting._replace(value=item)
    variable = context.setting(f"env:{item.removeprefix(REFERENCE)}")
    return setting._replace(state=variable.state, value=variable.value, reason=variable.reason)


def _judged(setting: Setting) -> Webhook:
    if setting.unknown:
        return Webhook(setting.address, unknown=setting.reason)
    return Webhook(setting.address, webhook_fault(setting.value if isinstance(setting.value, str) else ""))


def _sends(alerting: Setting, channel: str) -> bool:
    """Whether `alerting` names the channel, in the way that LiteLLM asks: `"slack" in alerting`."""
    return alerting.known and isinstance(alerting.value, list | str | dict) and channel in alerting.value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _spoken(value: object) -> str:
    return f"the text {shown(value)}" if isinstance(value, str) else shown(value)


CHECKS: dict[str, Check] = {
    "slack-webhook": slack_webhook,
    "slack-alerting": slack_alerting,
    "alerting-threshold": alerting_threshold,
    "slack-callback": slack_callback,
}
