"""What a setting comes to, and what is found there: told where the pointer rests."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from litellm_harden.deployment.addresses import config_path
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Origin, Setting
from litellm_harden.litellm import catalogue
from litellm_harden.litellm.versions import NEWEST
from litellm_harden.lsp.diagnostics import placed
from litellm_harden.lsp.judging import Judged
from litellm_harden.record import Record
from litellm_harden.report import settings
from litellm_harden.report.markup import code, safe
from litellm_harden.rules.model import Finding
from litellm_harden.text.source import Span

_IN_FULL = 2
"""So many findings in one place are explained; more are only named."""


class _Stated(Record):
    """A setting where the pointer is: the text of its key and value."""

    span: Span
    deployment: int
    setting: Setting


def hover(judged: Judged, file: Path, position: types.Position) -> types.Hover | None:
    """What is known of the place, in Markdown; None where nothing is."""
    offset = judged.lines(file).offset(position)
    stated = _nearest([one for one in _stated(judged, file) if one.span.start <= offset <= one.span.end])
    addresses = {one.setting.address for one in stated}
    found = [one for one in judged.report.open if _is_at(judged, one, file, offset) or one.address in addresses]
    found = [one for one in found if placed(judged, one)[0] == file]
    if not stated and not found:
        return None
    blocks = [_setting(judged, one) for one in stated]
    unique = {(one.rule.id, one.message): one for one in found}
    blocks += [_finding(judged, one, len(unique) <= _IN_FULL) for one in unique.values()]
    span = stated[0].span if stated else placed(judged, found[0])[1]
    content = types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(dict.fromkeys(blocks)))
    return types.Hover(content, judged.lines(file).range(*span))


def _is_at(judged: Judged, finding: Finding, file: Path, offset: int) -> bool:
    place, span = placed(judged, finding)
    return place == file and span.start <= offset <= span.end


def _nearest(stated: list[_Stated]) -> list[_Stated]:
    """Those whose text is the shortest: a setting in each deployment that shares the file."""
    shortest = min((one.span.end - one.span.start for one in stated), default=0)
    return [one for one in stated if one.span.end - one.span.start == shortest]


def _stated(judged: Judged, file: Path) -> Iterator[_Stated]:
    for index, deployment in judged.deployments(file):
        for setting in deployment.settings():
            for origin in (setting.origin, *setting.shadows):
                if origin is not None and origin.file == file and not setting.absent:
                    yield _Stated(_with_key(deployment, origin), index, setting)


def _with_key(deployment: Deployment, origin: Origin) -> Span:
    """The text of an origin's value, and that of its key before it, if it has one."""
    for document in deployment.workspace.documents(origin.file).values():
        found = document.find(origin.path) if origin.path else None
        if found is not None and found.key is not None and found.span == origin.span:
            return Span(min(found.key.start, origin.span.start), origin.span.end)
    return origin.span


def _setting(judged: Judged, stated: _Stated) -> str:
    """The effective value of a setting, where it is decided, what that hides, and what LiteLLM does without it."""
    report, setting = judged.report, stated.setting
    deployment = report.deployment(stated.deployment)
    value = f"= {code(settings.shown(report, setting, setting.value))}" if setting.known else "is unknown"
    address = code(report.masker.say(setting.address))
    lines = [f"{address} {value}"]
    if setting.unknown:
        lines = [f"{lines[0]}: {safe(report.masker.say(setting.reason, setting.address))}"]
    if setting.origin is not None:
        lines.append(f"decided in {code(settings.place(report, deployment, setting.origin))}")
    for origin in setting.shadows:
        hidden = settings.shown(report, setting, origin.value)
        lines.append(f"hides {code(hidden)} in {code(settings.place(report, deployment, origin))}")
    default = _default(deployment, setting.address)
    if default:
        lines.append(f"LiteLLM's default: {code(default)}")
    if len(report.verdict.deployments) > 1:
        lines.append(f"for {safe(report.label(stated.deployment))}")
    return "  \n".join(lines)


def _default(deployment: Deployment, address: str) -> str | None:
    """What LiteLLM's source declares where nothing is stated, if the catalogue has it."""
    version = deployment.version or NEWEST
    kind, _, name = address.partition(":")
    declared: catalogue.Known | catalogue.Option | None = None
    if kind == "env":
        declared = catalogue.environment(version).get(name)
    elif kind == "arg":
        declared = catalogue.options(version).get(name)
    elif kind == "config":
        section, *rest = config_path(address)[-2:]
        if rest and section in catalogue.CONFIG_SECTIONS:
            declared = catalogue.known(str(section), version).get(str(rest[0]))
    default = declared.default if declared is not None else None
    return default if default is not None and _is_literal(default) and default != "None" else None


def _is_literal(text: str) -> bool:
    """Whether a text of Python's is a value, rather than the name of one."""
    try:
        literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True


def _finding(judged: Judged, finding: Finding, full: bool) -> str:
    """A finding with its rule's title, why, and what its fix does."""
    say, rule = judged.report.masker.say, finding.rule
    lines = [f"**{rule.id}** {safe(rule.title)} ({finding.severity.word})", safe(say(finding.message, finding.address))]
    if full:
        lines += [safe(" ".join(paragraph.split())) for paragraph in judged.pack.prose(rule).why.split("\n\n")]
    if finding.fix is not None:
        described = safe(say(finding.fix.description, finding.address))
        lines.append(f"Fix ({finding.fix.applicability.value}): {described}")
    return "\n\n".join(lines)
