"""The rules themselves: a table of all, or one in full."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from litellm_harden.report.style import BOLD, COLORS, DIM, Style
from litellm_harden.rules.model import Rule
from litellm_harden.rules.pack import Prose


def table(rules: Sequence[Rule], style: Style) -> str:
    """One line for each rule: id, severity, week, name and title."""
    ids = max((len(rule.id) for rule in rules), default=0)
    names = max((len(rule.name) for rule in rules), default=0)
    lines = []
    for rule in rules:
        head = [
            (rule.id.ljust(ids) + "  ", BOLD),
            (rule.severity.word.ljust(8) + "  ", COLORS[rule.severity]),
            ((f"week {rule.week}" if rule.week else "").ljust(6) + "  ", DIM),
            (rule.name.ljust(names) + "  ", ""),
        ]
        lines.append(style.wrap(head, [(style.plain(rule.title), "")]))
    return "".join(f"{line}\n" for line in lines)


def as_json(rules: Iterable[Rule]) -> str:
    """The rules as a JSON object."""
    return json.dumps({"schema": "lh-rules-1", "rules": [_data(rule) for rule in rules]}, indent=2) + "\n"


def explained_json(rule: Rule, prose: Prose) -> str:
    """One rule with its prose, as a JSON object."""
    more = {"why": prose.why, "departs": prose.departs, "sources": prose.sources, "examples": prose.examples}
    return json.dumps({"schema": "lh-rules-1", **_data(rule), **more}, indent=2) + "\n"


def explained(rule: Rule, prose: Prose, style: Style) -> str:
    """One rule in full, for a person."""
    blocks = [_facts(rule, style), _paragraphs(prose.why, style)]
    if prose.departs:
        blocks.append([style.paint("Where it departs from the checklist", BOLD), *_departure(prose.departs, style)])
    if rule.options:
        blocks.append([style.paint(f"Options in lh.toml, under [rules.{rule.id}]", BOLD), *_options(rule, style)])
    blocks += _examples(prose.examples, style)
    if prose.sources:
        sources = [style.wrap([("  ", "")], [(style.plain(source), "")]) for source in prose.sources]
        blocks.append([style.paint("Sources", BOLD), *sources])
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks if block)


def versions(rule: Rule) -> str:
    """The LiteLLM releases that a rule is about."""
    if rule.since and rule.until:
        return f"from {rule.since} until before {rule.until}"
    if rule.since:
        return f"from {rule.since} on"
    return f"before {rule.until}" if rule.until else "all releases"


def facts(rule: Rule) -> list[tuple[str, str]]:
    """What there is to know of a rule in short: names and texts, `fix` once for each thing that a fix may do."""
    return [
        ("severity", rule.severity.word),
        ("checklist", f"item {rule.item}, week {rule.week}" if rule.item else "beyond the checklist"),
        ("setting", rule.address),
        ("LiteLLM", versions(rule)),
        *((("together with", ", ".join(rule.companions)),) if rule.companions else ()),
        *(("fix", text) for text in _fixes(rule)),
    ]


def _facts(rule: Rule, style: Style) -> list[str]:
    head = [(f"{rule.id} {rule.name}: ", BOLD)]
    known = facts(rule)
    wide = max(len(name) for name, _ in known)
    colors = {"severity": COLORS[rule.severity]}
    rows = (
        style.wrap([(f"  {name.ljust(wide)}  ", DIM)], [(style.plain(text), colors.get(name, ""))])
        for name, text in known
    )
    return [style.wrap(head, [(style.plain(rule.title), BOLD)]), *rows]


def _fixes(rule: Rule) -> Iterator[str]:
    """What the fixes of a rule do, each once."""
    seen = set()
    for clause in (clause for part in rule.parts for clause in part):
        fix = clause.fix
        if fix is None:
            continue
        does = str(fix.get("description") or "")
        if not does and ("include" in fix or "exclude" in fix):
            does = f"add {fix['include']}" if "include" in fix else f"take out {fix['exclude']}"
            does = f"{does} {'to' if 'include' in fix else 'of'} {clause.address}"
        if not does:
            value = str(fix.get("set"))
            option = rule.options.get(value.removeprefix("$")) if value.startswith("$") else None
            value = str(option.default) if option is not None else value
            does = f"set {clause.address} to {value}" if "set" in fix else f"take out {clause.address}"
        text = f"{does} ({fix['applicability']})"
        if text not in seen:
            seen.add(text)
            yield text


def _departure(departs: Mapping[str, str], style: Style) -> Iterator[str]:
    rows = (("the checklist", departs["letter"]), ("LiteLLM", departs["litellm"]), ("lh", departs["lh"]))
    wide = max(len(name) for name, _ in rows)
    for name, text in rows:
        yield style.wrap([(f"  {name.ljust(wide)}  ", DIM)], [(style.plain(text), "")])


def _options(rule: Rule, style: Style) -> Iterator[str]:
    stated = {f"{name} = {json.dumps(option.default)}": option for name, option in rule.options.items()}
    wide = max(map(len, stated), default=0)
    for text, option in stated.items():
        yield style.wrap([(f"  {text.ljust(wide)}  ", "")], [(style.plain(option.description), DIM)])


def paragraphs(text: str) -> Iterator[list[tuple[str, str]]]:
    """The paragraphs of a text, each as lines of a mark ("- " for an item of a list, else nothing) and words.

    A line that starts with a dash is an item of a list; the lines below it go on with it.
    """
    for paragraph in text.strip().split("\n\n"):
        items = re.split(r"\n(?=- )", paragraph)
        yield [
            (item[:2], " ".join(item[2:].split())) if item.startswith("- ") else ("", " ".join(item.split()))
            for item in items
        ]


def _paragraphs(text: str, style: Style) -> list[str]:
    lines: list[str] = []
    for paragraph in paragraphs(text):
        if lines:
            lines.append("")
        for mark, words in paragraph:
            lines.append(style.wrap([(mark and f"  {mark}", "")], [(style.plain(words), "")]))
    return lines


def _examples(examples: Sequence[Mapping[str, Any]], style: Style) -> Iterator[list[str]]:
    """The first example that the rule flags, what its fix makes of it, and the first that holds."""
    flagged = next((one for one in examples if not one.get("passes")), None)
    passes = next((one for one in examples if one.get("passes")), None)
    for title, files in (
        ("Flagged", flagged and flagged["files"]),
        ("After the fix", flagged and flagged.get("fixed")),
        ("Holds", passes and passes["files"]),
    ):
        if files:
            yield [style.paint(title, BOLD), *_files(files, style)]


def _files(files: Mapping[str, str], style: Style) -> Iterator[str]:
    for name, text in files.items():
        yield f"  {style.paint(style.plain(name), DIM)}"
        yield from (f"    {style.plain(line)}".rstrip() for line in text.rstrip().split("\n"))


def _data(rule: Rule) -> dict[str, object]:
    return {
        "id": rule.id,
        "name": rule.name,
        "title": rule.title,
        "severity": rule.severity.word,
        "week": rule.week,
        "item": rule.item,
        "address": rule.address,
        "since": str(rule.since) if rule.since else None,
        "until": str(rule.until) if rule.until else None,
        "companions": list(rule.companions),
    }
