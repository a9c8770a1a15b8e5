"""Item 4: retries and cooldowns by error type, with counts that fit the traffic.

`allowed_fails` and the fields of `allowed_fails_policy` are failures a minute and deployment, so what is harmless
follows from the traffic: a count that suits one request a second trips within seconds at a hundred.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from litellm_harden.deployment.model import Change, Setting
from litellm_harden.litellm.gates import EXPLICIT_DEFAULT_COUNTS, INTERNAL_FAILS_READ, INTERNAL_RETRIES_READ
from litellm_harden.rules.checks.context import Check, Context, fix, whole
from litellm_harden.rules.expect import integer
from litellm_harden.rules.model import Inapplicable, Outcome, Unclear, Violation
from litellm_harden.rules.words import shown

FAILS = "config:router_settings.allowed_fails"
FAILS_DEFAULT = "config:litellm_settings.allowed_fails"
COOLDOWN = "config:router_settings.cooldown_time"
RETRIES = "config:router_settings.retry_policy"
POLICY = "config:router_settings.allowed_fails_policy"

LITELLM_ALLOWED_FAILS = 3


def allowed_fails(context: Context) -> Iterator[Outcome]:
    """LH041: as many failures are allowed as the traffic brings on a good day, or LiteLLM's percentage rule counts."""
    count, policy, general = context.setting(FAILS), context.setting(POLICY), context.setting(FAILS_DEFAULT)
    if count.unknown:
        yield Unclear(FAILS, count.reason)
        return
    wanted = max(context.amount("count"), _tolerated(context))
    value = count.value if count.known else None
    if integer(value) and _number(value) >= wanted:
        return
    default = _number(general.value) if general.known and integer(general.value) else LITELLM_ALLOWED_FAILS
    stated = value is not None and (value != default or context.version >= EXPLICIT_DEFAULT_COUNTS)
    if not stated:
        unknown = next((setting for setting in (policy, general) if setting.unknown), None)
        if unknown is not None:
            yield Unclear(unknown.address, unknown.reason)
            return
        if not _stated(policy) and not _several(context):
            return
        if _stated(policy) and default >= wanted:
            return
    yield Violation(
        FAILS,
        _too_few(value, default, context, counts=stated, policy=_stated(policy)),
        value,
        f"at least {wanted}",
        fix([Change(FAILS, wanted)], description=f"set allowed_fails to {wanted}{_traffic(context)}"),
    )


def _too_few(value: object, default: int, context: Context, counts: bool, policy: bool) -> str:
    """What is wrong with `value`; one that does not count is LiteLLM's default, which old versions take for unset."""
    if counts and integer(value):
        return f"allowed_fails is {value} a minute: {_share(_number(value), context)} takes a model out of rotation"
    if counts:
        return f"allowed_fails is {shown(value)}, which is not written as a whole number"
    said = "not set" if value is None else f"{shown(value)}, the default, which this version takes for not set"
    if policy:
        return f"allowed_fails is {said}: errors the policy does not name take a model out after {default} a minute"
    return f"allowed_fails is {said}: of several deployments of a model, a single 429 takes one out of rotation"


def _share(count: int, context: Context) -> str:
    """What `count` failures a minute are at the expected traffic."""
    rate = context.deployment.owner.expected_rps
    return f"at {rate:g} requests/s, {100 * count / (rate * 60):.1g} % of errors"


def cooldown_time(context: Context) -> Iterator[Outcome]:
    """LH042: a model that failed too often comes back within a minute."""
    setting, most = context.setting(COOLDOWN), context.amount("seconds")
    if setting.unknown:
        yield Unclear(COOLDOWN, setting.reason)
        return
    value = setting.value if setting.known else None
    seconds = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if value is None or (seconds is not None and 0 < seconds <= most):
        return
    if seconds is None:
        message = f"cooldown_time is {shown(value)}, which is no number of seconds"
    elif seconds > 0:
        message = (
            f"cooldown_time is {shown(value)} s: once a model has failed too often, it gets no calls for that long"
        )
    else:
        message = f"cooldown_time is {shown(value)}, and not off: LiteLLM takes 0 for not set, which is 5 s"
    yield Violation(COOLDOWN, message, value, f"at most {most} and not 0", fix([Change(COOLDOWN, most)]))


def retry_policy(context: Context) -> Iterator[Outcome]:
    """LH043: every kind of error has its own number of retries, and hopeless ones have none."""
    policy = context.setting(RETRIES)
    if policy.unknown:
        yield Unclear(RETRIES, policy.reason)
        return
    wanted = {
        "AuthenticationErrorRetries": 0,
        "TimeoutErrorRetries": context.amount("timeout"),
        "RateLimitErrorRetries": context.amount("rate_limit"),
        "ContentPolicyViolationErrorRetries": 0,
        "InternalServerErrorRetries": context.amount("internal_server"),
    }
    missing, hopeless = [], []
    for name, number in wanted.items():
        setting = context.setting(f"{RETRIES}.{name}")
        if setting.unknown:
            yield Unclear(setting.address, setting.reason)
        elif not _stated(setting):
            missing.append(name)
        elif number == 0 and whole(setting.value) != 0:
            hopeless.append(name)
    wrong = [name for name in wanted if name in missing or name in hopeless]
    if not wrong:
        return
    says = []
    if hopeless:
        says.append(f"retry_policy repeats calls that cannot succeed ({', '.join(map(_kind, hopeless))})")
    if len(missing) == len(wanted):
        says.append("retry_policy is not set: every kind of error is retried alike")
    elif missing:
        says.append(f"retry_policy leaves out {', '.join(map(_kind, missing))}")
    if context.version < INTERNAL_RETRIES_READ and "InternalServerErrorRetries" in missing:
        says.append(f"InternalServerErrorRetries has no effect before LiteLLM {INTERNAL_RETRIES_READ}")
    message = "; ".join(says)
    yield _policy_violation(RETRIES, policy, message, {name: wanted[name] for name in wrong}, wanted, "")


def allowed_fails_policy(context: Context) -> Iterator[Outcome]:
    """LH044: the counts by error type are stated and no smaller than what the traffic brings on a good day."""
    policy = context.setting(POLICY)
    if policy.unknown:
        yield Unclear(POLICY, policy.reason)
        return
    if not _stated(policy) and not _several(context):
        yield Inapplicable("each model group has one deployment")
        return
    tolerated = _tolerated(context)
    wanted = {
        "BadRequestErrorAllowedFails": context.amount("bad_request"),
        "AuthenticationErrorAllowedFails": context.amount("authentication"),
        "TimeoutErrorAllowedFails": max(context.amount("timeout"), tolerated),
        "RateLimitErrorAllowedFails": context.amount("rate_limit"),
        "InternalServerErrorAllowedFails": max(context.amount("internal_server"), tolerated),
    }
    missing, small = [], {}
    for name, least in wanted.items():
        setting = context.setting(f"{POLICY}.{name}")
        if setting.unknown:
            yield Unclear(setting.address, setting.reason)
        elif not _stated(setting):
            missing.append(name)
        elif name != "AuthenticationErrorAllowedFails" and (whole(setting.value) or 0) < least:
            small[name] = setting.value
    wrong = {name: least for name, least in wanted.items() if name in missing or name in small}
    if not wrong:
        return
    says = []
    if small:
        counts = ", ".join(f"{_kind(name)} {shown(value)}" for name, value in small.items())
        rate = f"{context.deployment.owner.expected_rps:g}"
        says.append(f"allowed_fails_policy trips on few errors at {rate} requests/s ({counts} a minute)")
    if len(missing) == len(wanted):
        says.append("allowed_fails_policy is not set: a single 429 takes one of several deployments out of rotation")
    elif missing:
        says.append(f"allowed_fails_policy leaves out {', '.join(map(_kind, missing))}")
    if context.version < INTERNAL_FAILS_READ and "InternalServerErrorAllowedFails" in wrong:
        says.append(f"InternalServerErrorAllowedFails has no effect before LiteLLM {INTERNAL_FAILS_READ}")
    message = "; ".join(says)
    yield _policy_violation(POLICY, policy, message, wrong, wanted, "at least ")


def _policy_violation(
    address: str,
    policy: Setting,
    message: str,
    wrong: Mapping[str, int],
    wanted: Mapping[str, int],
    least: str,
) -> Violation:
    name = address.rpartition(".")[2]
    whole_policy = wrong.keys() == wanted.keys()
    fields = ", ".join(f"{_kind(field)} {number}" for field, number in wrong.items())
    return Violation(
        address,
        message,
        policy.value if policy.known else None,
        ", ".join(f"{field} {least}{number}" for field, number in wanted.items()),
        fix(
            [Change(f"{address}.{field}", number) for field, number in wrong.items()],
            description=f"add {name}: {fields}" if whole_policy else f"set in {name}: {fields}",
        ),
    )


def _kind(field: str) -> str:
    """The error a field is about: its name without what all fields of the policy end in."""
    return field.removesuffix("Retries").removesuffix("AllowedFails")


def _tolerated(context: Context) -> int:
    """Failures a minute and deployment that the owner's traffic brings on a good day."""
    owner = context.deployment.owner
    return round(owner.expected_rps * 60 * owner.tolerated_error_rate)


def _several(context: Context) -> bool:
    return any(count > 1 for count in context.deployment.model_groups.values())


def _traffic(context: Context) -> str:
    """What a count assumes, where it follows from the traffic."""
    return f" (for {context.deployment.owner.expected_rps:g} requests/s; set expected_rps)"


def _stated(setting: Setting) -> bool:
    return setting.known and setting.value not in (None, {})


def _number(value: object) -> int:
    assert isinstance(value, int)
    return value


CHECKS: dict[str, Check] = {
    "allowed-fails": allowed_fails,
    "cooldown-time": cooldown_time,
    "retry-policy": retry_policy,
    "allowed-fails-policy": allowed_fails_policy,
}
