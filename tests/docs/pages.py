"""The generated pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from litellm_harden.report.checklist.page import GROUPS
from litellm_harden.report.rules import facts, paragraphs
from litellm_harden.rules import departures
from litellm_harden.rules.model import Applicability, Option, Rule
from litellm_harden.rules.pack import Pack, Prose, load
from litellm_harden.rules.standing import ITEMS
from tests.docs.configuration import with_tables
from tests.docs.example import NOTHING, Shown, shown
from tests.docs.markdown import code, link, prose, table

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
RULES = DOCS / "rules"
DEPARTURES = DOCS / "departures.md"
CONFIGURATION = DOCS / "configuration.md"
_BEGIN, _END = "<!-- made of the rules: begin -->\n", "<!-- made of the rules: end -->\n"

_SHORT = ("severity", "checklist", "setting", "LiteLLM")
"""The facts of a rule that stand at the top of its page."""

_ASKS = {
    Applicability.SAFE: "The fix is safe: `lh fix` makes it.",
    Applicability.UNSAFE: "Callers, data or other services may notice the fix: it needs `lh fix --unsafe`.",
    Applicability.INPUT: "The fix needs a value that only you have: `lh fix --set NAME=VALUE`, named in the finding.",
    Applicability.MANUAL: "The fix is left to you: the finding says what to do.",
}
"""What each kind of fix asks of the user."""


def generated() -> dict[Path, str]:
    """The text of each page, by its path."""
    pack = load()
    pages = {rule.id: f"{rule.id}-{rule.name}.md" for rule in pack.rules}
    found = {RULES / pages[rule.id]: page(rule, pack.prose(rule), pages) for rule in pack.rules}
    return {
        **found,
        RULES / "README.md": index(pack, pages),
        DEPARTURES: _with_table(DEPARTURES.read_text("utf-8"), pack),
        CONFIGURATION: with_tables(CONFIGURATION.read_text("utf-8"), pack),
    }


def page(rule: Rule, about: Prose, pages: Mapping[str, str]) -> str:
    """The page of one rule; `pages` are those of all rules, by id."""
    known = facts(rule)
    flagged = [shown(rule, one) for one in about.examples if not one.get("passes")]
    passes = [shown(rule, one) for one in about.examples if one.get("passes")]
    sections = [
        f"# {rule.id} {rule.name}",
        f"**{prose(rule.title, pages)}.**",
        "\n".join(f"- {name}: {_fact(name, text, pages)}" for name, text in known if name in _SHORT),
        "## Why",
        *("\n".join(mark + prose(words, pages) for mark, words in lines) for lines in paragraphs(about.why)),
        "## What lh does",
        "\n".join(_does(rule, frozenset().union(*(one.asks for one in flagged)), pages)),
        "## Where it is meant so",
        _accepted(rule),
    ]
    if about.departs:
        sections += ["## Where it departs from the checklist", "\n".join(_departure(about.departs, pages))]
    if rule.options:
        heading = f"In [lh.toml](../configuration.md), under `[rules.{rule.id}]`:"
        sections += ["## Options", heading, _options(rule, pages).strip()]
    sections += ["## What it finds", _together(flagged[:1])]
    if flagged[1:]:
        sections.append(_folded(f"{_count(flagged[1:])} more", _together(flagged[1:])))
    if passes:
        nothing = f"`lh lint --select {rule.id}` says of each of these: {NOTHING}".strip()
        sections += ["## What it leaves alone", _folded(_count(passes), f"{nothing}\n\n{_together(passes)}")]
    if about.sources:
        sections += ["## Sources", "\n".join(f"- {_source(source)}" for source in about.sources)]
    return "\n\n".join([*sections, f"All rules: {link('index', 'README.md')}"]) + "\n"


def index(pack: Pack, pages: Mapping[str, str]) -> str:
    """All rules, by group."""
    parts = [
        "# Rules",
        "One page for each rule: why it is there, what `lh` does about it, its options, and examples with what `lh` "
        "says and changes. `lh explain LH042` tells most of it in the terminal. "
        "The week is the one in which the checklist has an item done.",
    ]
    for title, members in groupby(sorted(pack.rules, key=_place), _group):
        rows = (
            (link(rule.id, pages[rule.id]), rule.name, rule.severity.word, _week(rule), prose(rule.title, {}))
            for rule in members
        )
        parts += [f"## {title}", table(("id", "name", "severity", "week", "what is wrong"), rows).strip()]
    return "\n\n".join(parts) + "\n"


def _group(rule: Rule) -> str:
    return f"{rule.item} {ITEMS[rule.item]}" if rule.item else GROUPS[rule.id[:3]]


def _place(rule: Rule) -> tuple[int, str]:
    return rule.item or 99, rule.id


def _week(rule: Rule) -> str:
    return str(rule.week or "")


def _fact(name: str, text: str, pages: Mapping[str, str]) -> str:
    return code(text) if name == "setting" else prose(text, pages)


def _does(rule: Rule, asks: frozenset[Applicability], pages: Mapping[str, str]) -> Iterator[str]:
    kinds = [kind for kind in Applicability if kind in asks]
    if len(kinds) == 1:
        yield f"- {_ASKS[kinds[0]]}"
    elif kinds:
        yield "- Depending on the case:"
        yield from (f"  - {_ASKS[kind]}" for kind in kinds)
    yield from (f"- The fix: {prose(text, pages)}" for name, text in facts(rule) if name == "fix")
    if rule.companions:
        others = ", ".join(link(id_, pages[id_]) for id_ in rule.companions)
        yield f"- Its fix goes together with those of {others}: all of them are made, or none."


def _accepted(rule: Rule) -> str:
    ways = [
        f"`# lh: ignore[{rule.id}] reason` above the line accepts one finding ([suppressions](../suppressions.md)).",
        f'In [lh.toml](../configuration.md), `ignore = ["{rule.id}"]` leaves the rule out, and `severity` below '
        f"`[rules.{rule.id}]` says how much it weighs.",
    ]
    return " ".join(ways[1:] if rule.id.startswith("LH9") else ways)


def _together(examples: Sequence[Shown]) -> str:
    return "\n---\n\n".join(example.text for example in examples).strip()


def _count(examples: Sequence[Shown]) -> str:
    return "1 example" if len(examples) == 1 else f"{len(examples)} examples"


def _folded(title: str, text: str) -> str:
    """What a page shows only when it is asked to."""
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def _departure(departs: Mapping[str, str], pages: Mapping[str, str]) -> Iterator[str]:
    for name, key in (("The checklist", "letter"), ("LiteLLM", "litellm"), ("lh", "lh")):
        yield f"- {name}: {prose(departs[key], pages)}"


def _source(source: str) -> str:
    return f"<{source}>" if source.startswith("http") else code(source)


def _options(rule: Rule, pages: Mapping[str, str]) -> str:
    rows = (
        (code(name), code(json.dumps(option.default)), _limits(option), prose(option.description, pages))
        for name, option in rule.options.items()
    )
    return table(("option", "default", "may be", "what it is"), rows)


def _limits(option: Option) -> str:
    kind = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "a text"}[
        option.type
    ]
    limits = [
        f"{word} {limit:g}"
        for word, limit in (("at least", option.minimum), ("at most", option.maximum))
        if limit is not None
    ]
    return ", ".join([kind, *limits])


def _with_table(text: str, pack: Pack) -> str:
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}{departures.table(pack)}{_END}{after}"
