"""The rules as SARIF describes them, with what `lh explain` tells."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.report.markup import code, safe
from litellm_harden.report.rules import facts, paragraphs
from litellm_harden.rules.model import Rule, Severity
from litellm_harden.rules.pack import Prose

Json = dict[str, object]

LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}

_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_WEIGHTS = {"error": "error", "warning": "warning", "note": "recommendation"}
_SECURITY = "LH3"
"""How the ids of the rules about security start. Only they have a score: GitHub takes a rule with one for security."""
_LONGEST = 1000
"""GitHub takes 1024 characters of a description."""


def described(rule: Rule, prose: Prose) -> Json:
    """A rule as a `reportingDescriptor`."""
    first, *_ = [*_whole(prose), rule.title]
    return {
        "id": rule.id,
        "name": rule.name,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": first if len(first) <= _LONGEST else f"{first[:_LONGEST]}…"},
        "help": {"text": _text(rule, prose), "markdown": _markdown(rule, prose)},
        "defaultConfiguration": {"level": LEVELS[rule.severity]},
        "properties": _properties(rule),
    }


def _properties(rule: Rule) -> Json:
    security = rule.id.startswith(_SECURITY)
    week = [f"week-{rule.week}"] if rule.week else []
    item = [f"item-{rule.item}"] if rule.item else []
    shown: Json = {
        "tags": ["litellm", "security" if security else "reliability", *week, *item],
        "precision": "high",
        "problem.severity": _WEIGHTS[LEVELS[rule.severity]],
    }
    if security:
        shown["security-severity"] = _SCORES[rule.severity]
    return shown


def _whole(prose: Prose) -> Iterator[str]:
    """The paragraphs of the reason, in one line each."""
    for paragraph in paragraphs(prose.why):
        if text := " ".join(f"{mark}{words}" for mark, words in paragraph).strip():
            yield text


def _text(rule: Rule, prose: Prose) -> str:
    known = "\n".join(f"{name}: {text}" for name, text in facts(rule))
    sources = "\n".join(["Sources:", *prose.sources]) if prose.sources else ""
    return "\n\n".join(block for block in (rule.title, *_whole(prose), known, sources) if block)


def _markdown(rule: Rule, prose: Prose) -> str:
    blocks = [f"# {rule.id} {safe(rule.name)}", safe(rule.title)]
    for paragraph in paragraphs(prose.why):
        blocks.append("\n".join(f"{mark}{safe(words)}" for mark, words in paragraph))
    blocks.append("\n".join(f"- **{name}**: {safe(text)}" for name, text in facts(rule)))
    if prose.sources:
        sources = (f"<{one}>" if one.startswith("http") and " " not in one else code(one) for one in prose.sources)
        blocks.append("\n".join(["## Sources", "", *(f"- {source}" for source in sources)]))
    return "\n\n".join(block for block in blocks if block)
