"""How the config is written: what stands there twice, and references where nothing resolves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from litellm_harden.deployment.addresses import config_address
from litellm_harden.deployment.config import REFERENCE, Config, ConfigFile
from litellm_harden.deployment.model import Origin
from litellm_harden.rules.checks.context import Check, Context, manual
from litellm_harden.rules.model import Outcome, Severity, Violation

if TYPE_CHECKING:
    from litellm_harden.documents.base import Path
    from litellm_harden.text.source import Source, Span

_LISTING = ("model_list", "litellm_settings", "general_settings", "router_settings")
_MOST_LINES = 3
_LOADED = ("callbacks", "success_callback", "failure_callback")
_RESOLVED = "alert_to_webhook_url"
"""Lists of webhooks, which LiteLLM resolves itself (integrations/SlackAlerting/slack_alerting.py)."""


def list_reference(context: Context) -> Iterator[Outcome]:
    """LH209: no item of a list is a reference to a variable."""
    config = context.deployment.parts.config
    if config is None or not any(REFERENCE in file.document.source.text for file in config.files):
        return
    for section in _LISTING:
        for path, value in config.walk(section):
            literal = isinstance(path[-1], int) and isinstance(value, str) and value.startswith(REFERENCE)
            if literal and _RESOLVED not in path:
                yield _literal_item(path, str(value))


def _literal_item(path: Path, value: str) -> Violation:
    name = next(str(key) for key in reversed(path) if isinstance(key, str))
    stops = path[0] == "litellm_settings" and path[1] in _LOADED
    what = "the proxy does not start" if stops else "LiteLLM takes it as it is written"
    message = f"{name} has {value} as an item of a list, where nothing resolves it: {what}"
    repair = manual("write the value itself into the list")
    return Violation(config_address(path), message, value, "a value", repair, Severity.CRITICAL if stops else None)


def duplicate_key(context: Context) -> Iterator[Outcome]:
    """LH210: no key of a mapping is stated twice."""
    config = context.deployment.parts.config
    for file in config.files if config is not None else ():
        duplicates: dict[Path, list[Span]] = {}
        for path, span in file.document.duplicates():
            duplicates.setdefault(path, []).append(span)
        for path, spans in duplicates.items():
            if config is not None:
                yield from _stated_twice(config, file, path, spans)


def _stated_twice(config: Config, file: ConfigFile, path: Path, spans: list[Span]) -> Iterator[Outcome]:
    """One finding for a key, at the first of its losers; silent where an include makes all of them lose."""
    seen = _seen(config, file, path)
    kept = config.key(seen)
    if kept is None or kept.file != file.file or config.locate(seen)[1] != path:
        return
    source = file.document.source
    same = all(_rest(source, span) == _rest(source, kept.span) for span in spans) and len(_rest(source, kept.span)) > 1
    lines = _lines([source.position(span.start).line for span in (*spans, kept.span)])
    message = f"{path[-1]} is stated on lines {lines}: only the last counts"
    if not same:
        message += ", the rest is dropped without a word"
    repair = manual(
        f"take out all but one {path[-1]}" if same else "make one of them: what only the others say is lost"
    )
    origin = Origin(file.file, spans[0], path)
    yield Violation(config_address(seen), message, None, "stated once", repair, Severity.LOW if same else None, origin)


def _seen(config: Config, file: ConfigFile, path: Path) -> Path:
    """The path as LiteLLM counts it, which strings together the lists of all files."""
    if len(path) < 2 or not isinstance(path[1], int):
        return path
    before = 0
    for other in config.files:
        if other is file:
            break
        items = other.document.data.get(path[0]) if isinstance(other.document.data, dict) else None
        before += len(items) if isinstance(items, list) else 0
    return (path[0], path[1] + before, *path[2:])


def _rest(source: Source, key: Span) -> str:
    """What stands behind a key on its line: its value, where that is short; a lone colon where it is below."""
    end = source.text.find("\n", key.end)
    return source.text[key.end : end if end >= 0 else None].partition(" #")[0].strip()


def _lines(numbers: list[int]) -> str:
    first = ", ".join(map(str, numbers[:-1][:_MOST_LINES]))
    return f"{first}{', …' if len(numbers) > _MOST_LINES + 1 else ''} and {numbers[-1]}"


CHECKS: dict[str, Check] = {"list-reference": list_reference, "duplicate-key": duplicate_key}
