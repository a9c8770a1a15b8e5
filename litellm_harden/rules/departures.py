"""Where the rules leave the checklist's letter: the table of docs/departures.md."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.rules.pack import Pack, Prose

_HEAD = ("item", "the checklist's letter", "what LiteLLM does", "what `lh` does", "rule and evidence")


def table(pack: Pack) -> str:
    """A Markdown table, a row for each rule that departs, in the order of the checklist."""
    departing = [(rule, prose) for rule in pack.rules if (prose := pack.prose(rule)).departs]
    departing.sort(key=lambda pair: (pair[0].item or 99, pair[0].id))
    rows = [
        (str(rule.item or ""), *map(_cell, _sentences(prose)), f"{rule.id}: {', '.join(_evidence(prose))}")
        for rule, prose in departing
    ]
    lines = [_HEAD, ("---",) * len(_HEAD), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _sentences(prose: Prose) -> Iterator[str]:
    departs = prose.departs or {}
    yield from (departs[key] for key in ("letter", "litellm", "lh"))


def _evidence(prose: Prose) -> Iterator[str]:
    for source in prose.sources:
        if source.startswith("http"):
            host, *path = source.partition("//")[2].split("/")
            issue = host == "github.com" and path[2:3] in (["issues"], ["pull"])
            yield f"[{f'{path[1]}#{path[3]}' if issue else host.removeprefix('docs.')}]({source})"
        else:
            yield f"`{source}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
