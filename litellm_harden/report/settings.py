"""What the proxies see: their effective settings, where each is decided, and what that hides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from litellm_harden.deployment.deployment import Deployment
from litellm_harden.deployment.model import Origin, Setting
from litellm_harden.report.json_ import deployment as deployment_data
from litellm_harden.report.model import Report, source_of
from litellm_harden.report.style import BOLD, DIM, NO_BREAK, YELLOW, Style

_LONGEST = 60


def render(report: Report, addresses: Sequence[str], style: Style) -> str:
    """A block for each deployment. Without addresses: everything that its files state. Raises ValueError for an
    address of no known kind."""
    blocks = []
    for index, deployment in enumerate(report.verdict.deployments):
        lines = [_title(report, index, style), *_facts(report, deployment, style), ""]
        lines += _table(report, deployment, _settings(deployment, addresses), style)
        blocks.append("".join(f"{line}\n" for line in lines))
    return "\n".join(blocks)


def as_json(report: Report, addresses: Sequence[str]) -> str:
    """The same as a JSON object. Raises ValueError for an address of no known kind."""
    data = [
        {
            **deployment_data(report, deployment),
            "topology": topology(deployment),
            "settings": [_data(report, deployment, setting) for setting in _settings(deployment, addresses)],
        }
        for deployment in report.verdict.deployments
    ]
    return json.dumps({"schema": "lh-show-1", "deployments": data}, indent=2) + "\n"


def _settings(deployment: Deployment, addresses: Sequence[str]) -> list[Setting]:
    if addresses:
        return [deployment.setting(address) for address in addresses]
    return list(deployment.settings())


def _title(report: Report, index: int, style: Style) -> str:
    deployment = report.deployment(index)
    label = style.paint(style.plain(report.label(index)), BOLD)
    return f"{label}: {style.plain(version(deployment))}"


def version(deployment: Deployment) -> str:
    """Which LiteLLM it is, and what says so."""
    if deployment.version is None:
        return "LiteLLM of an unknown version"
    source = f" (by {deployment.version_source})" if deployment.version_source else ""
    return f"LiteLLM {deployment.version}{source}"


def _facts(report: Report, deployment: Deployment, style: Style) -> Iterator[str]:
    files = ", ".join(report.path(file) for file in deployment.files.all())
    facts = [("files", files), *load(deployment)]
    for name, text in facts:
        yield style.wrap([(f"  {name:<11}", DIM)], [(style.plain(text), "")])


def load(deployment: Deployment) -> Iterator[tuple[str, str]]:
    """How many processes there are, and what they ask of the database: each fact with its name."""
    found = deployment.topology
    unknown = "an unknown number of "
    yield (
        "processes",
        f"{_number(found.instances, 'instance') or unknown + 'instances'} with "
        f"{_number(found.workers, 'worker') or unknown + 'workers'}" + (" each" if found.instances != 1 else ""),
    )
    if found.demand is not None:
        budget = "an unknown number" if found.budget is None else str(found.budget)
        if found.budget_raisable_to is not None and found.budget_raisable_to > (found.budget or 0):
            budget += f", which can be raised to {found.budget_raisable_to}"
        yield (
            "database",
            f"a pool of {found.pool} in each worker: up to {found.demand} connections of {budget}; "
            f"they carry {found.demand} requests at once",
        )


def _number(count: int | None, noun: str) -> str:
    return "" if count is None else f"{count} {noun}{'s' if count != 1 else ''}"


def _table(report: Report, deployment: Deployment, settings: Sequence[Setting], style: Style) -> Iterator[str]:
    for setting in settings:
        value, color = _value(report, setting)
        body = [(style.plain(value), color)]
        if setting.origin is not None and not setting.absent:
            body.append((f"{NO_BREAK}{style.plain(place(report, deployment, setting.origin))}", DIM))
        if setting.shadows:
            places = (f"{shown(report, setting, o.value)} in {place(report, deployment, o)}" for o in setting.shadows)
            body.append((style.plain(f"hides {', '.join(places)}"), YELLOW))
        address = style.plain(report.masker.say(setting.address))
        yield style.wrap([("  ", "")], [(address, ""), ("=", DIM), *body], hanging=4)


def _value(report: Report, setting: Setting) -> tuple[str, str]:
    if setting.absent:
        return "not set", DIM
    if setting.unknown:
        return f"unknown: {report.masker.say(setting.reason, setting.address)}", YELLOW
    return shown(report, setting, setting.value), BOLD


def shown(report: Report, setting: Setting, value: object) -> str:
    """A value of a setting, as one line without secrets, cut short."""
    masked = report.masker.value(setting.address, value)
    text = masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False)
    return text if 0 < len(text) <= _LONGEST else f"{text[:_LONGEST]}…" if text else '""'


def place(report: Report, deployment: Deployment, origin: Origin) -> str:
    """File and line of an origin."""
    source = source_of(deployment, origin.file)
    line = f":{source.position(origin.span.start).line}" if source else ""
    return f"{report.path(origin.file)}{line}"


def topology(deployment: Deployment) -> dict[str, int | None]:
    """The deployment in numbers, as JSON reports have them."""
    found = deployment.topology
    return {
        "instances": found.instances,
        "workers": found.workers,
        "planned_workers": found.planned_workers,
        "pool": found.pool,
        "demand": found.demand,
        "budget": found.budget,
        "concurrent_requests": found.demand,
    }


def _data(report: Report, deployment: Deployment, setting: Setting) -> dict[str, object]:
    return {
        "address": report.masker.say(setting.address),
        "state": setting.state.value,
        "value": report.masker.value(setting.address, setting.value) if setting.known else None,
        "reason": report.masker.say(setting.reason, setting.address) or None,
        "origin": _origin(report, deployment, setting, setting.origin),
        "shadows": [_origin(report, deployment, setting, shadow) for shadow in setting.shadows],
    }


def _origin(
    report: Report, deployment: Deployment, setting: Setting, origin: Origin | None
) -> dict[str, object] | None:
    if origin is None:
        return None
    source = source_of(deployment, origin.file)
    line, column = source.position(origin.span.start) if source else (None, None)
    value = report.masker.value(setting.address, origin.value)
    return {"file": report.path(origin.file), "line": line, "column": column, "value": value}
