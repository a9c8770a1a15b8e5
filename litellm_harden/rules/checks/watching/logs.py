"""Item 3: what a proxy in production logs, and in which form."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Change, Setting
from litellm_harden.litellm.gates import JSON_READ_STRICTLY
from litellm_harden.litellm.versions import Version
from litellm_harden.rules.checks.context import Check, Context, fix
from litellm_harden.rules.model import Applicability, Outcome, Severity, Unclear, Violation
from litellm_harden.rules.words import shown

MODE = "env:LITELLM_MODE"
LEVEL = "env:LITELLM_LOG"
JSON_KEY = "config:litellm_settings.json_logs"
JSON_VARIABLE = "env:JSON_LOGS"


def production_mode(context: Context) -> Iterator[Outcome]:
    """LH031: LiteLLM does not go looking for a .env file."""
    mode = context.setting(MODE)
    if mode.unknown:
        yield Unclear(MODE, mode.reason)
        return
    value = mode.value if mode.known else None
    if value == "PRODUCTION":
        return
    relies = context.deployment.mounts_dotenv
    repair = fix([Change(MODE, "PRODUCTION")])
    if value not in (None, "DEV"):
        message = f"LITELLM_MODE is {shown(value)}: it works like PRODUCTION, but reads like something else"
        yield Violation(MODE, message, value, "PRODUCTION", repair, Severity.LOW)
        return
    if relies:
        note = "set LITELLM_MODE=PRODUCTION, once nothing depends on the .env file in /app any more"
        repair = fix(repair.changes, Applicability.UNSAFE, note)
    message = f"LITELLM_MODE is {shown(value)}: LiteLLM loads any .env file it finds near its own code"
    yield Violation(MODE, message, value, "PRODUCTION", repair)


def error_log_level(context: Context) -> Iterator[Outcome]:
    """LH032: errors are logged and nothing below them, in a spelling that LiteLLM can read."""
    level = context.setting(LEVEL)
    if level.unknown:
        yield Unclear(LEVEL, level.reason)
        return
    value = level.value if level.known else None
    judged = _level(value)
    if judged is not None:
        severity, message = judged
        expected = "ERROR, CRITICAL or FATAL"
        yield Violation(LEVEL, message, value, expected, fix([Change(LEVEL, "ERROR")]), severity)


def _level(value: object) -> tuple[Severity, str] | None:
    word = "WARNING" if value is None else str(value).upper()
    said = f"LITELLM_LOG is {shown(value)}"
    if word in ("ERROR", "CRITICAL", "FATAL"):
        return None
    if word in ("WARN", "WARNING", "NOTSET"):
        return Severity.MEDIUM, f"{said}: warnings fill the log beside the errors"
    if word == "INFO":
        return Severity.HIGH, f"{said}: every request writes several lines"
    if word == "DEBUG":
        return Severity.CRITICAL, f"{said}: requests are logged with their content, at up to four times the CPU"
    return Severity.CRITICAL, f"{said}, which is no log level: LiteLLM crashes when it starts"


def json_logs(context: Context) -> Iterator[Outcome]:
    """LH034: logs are JSON, by the config key or the variable."""
    key, variable = context.setting(JSON_KEY), context.setting(JSON_VARIABLE)
    if (key.known and key.value is True) or _switched_on(variable, context.version):
        return
    # What the config says wrongly is wrong whatever the environment says; a silent config may lean on it.
    unknown = next((setting for setting in (key, variable) if setting.unknown), None)
    if unknown is not None and not key.known:
        yield Unclear(unknown.address, unknown.reason)
        return
    # A proxy without a config file can still be told by the variable.
    change = Change(JSON_KEY, True) if context.deployment.files.config else Change(JSON_VARIABLE, "true")
    message = "the log is plain text: a collector cannot tell level, time and message apart"
    if key.known and str(key.value).lower() == "true":
        message = "json_logs is the text true and not the boolean: LiteLLM ignores it and logs plain text"
    yield Violation(change.address, message, key.value if key.known else None, "true", fix([change]))


def _switched_on(variable: Setting, version: Version) -> bool:
    if not variable.known:
        return False
    text = str(variable.value)
    return text.lower() == "true" if version >= JSON_READ_STRICTLY else bool(text)


CHECKS: dict[str, Check] = {
    "production-mode": production_mode,
    "error-log-level": error_log_level,
    "json-logs": json_logs,
}
