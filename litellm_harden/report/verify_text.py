"""What LiteLLM and Compose made of the files, for people: what `lh` and they disagree about first."""

from __future__ import annotations

from collections.abc import Iterator

from litellm_harden.deployment.model import Origin
from litellm_harden.report.model import Report
from litellm_harden.report.settings import place
from litellm_harden.report.style import BOLD, DIM, GREEN, NO_BREAK, RED, YELLOW, Style
from litellm_harden.verify.model import Answer, Composed, Loaded, Verified

MOST_WORDS = 300
"""Characters of an error that are shown: those of a validation can be long."""


def render(report: Report, verified: Verified, style: Style, verbose: bool, quiet: bool) -> str:
    """A block for each config that was loaded and each compose project, then a total."""
    blocks = [] if quiet else [_load(report, verified, one, style, verbose) for one in verified.loads]
    if not quiet and verified.composed:
        blocks.append([_compose(report, verified, one, style) for one in verified.composed])
    blocks.append([style.paint(style.plain(total(verified)), BOLD)])
    return "\n".join("".join(f"{line}\n" for line in block) for block in blocks)


def total(verified: Verified) -> str:
    """The run in one line."""
    counts = {answer: sum(len(one.of(answer)) for one in verified.loads) for answer in Answer}
    keys = ", ".join(f"{count} {answer.value}" for answer, count in counts.items() if count)
    differ = sum(len(one.disagreements) for one in verified.loads)
    open_ = [f"{_count(sum(bool(one.open) for one in verified.loads), 'config')} could not be verified"]
    refused = sum(one.accepted is False for one in verified.composed)
    parts = [f"keys: {keys}"] if keys else []
    parts += [_count(differ, "disagreement")] if differ else []
    parts += open_ if any(one.open for one in verified.loads) else []
    parts += [f"Compose refuses {_count(refused, 'project')}"] if refused else []
    return "; ".join(parts) or "nothing to verify"


def words(report: Report, text: str, address: str = "") -> str:
    """LiteLLM's or Compose's words on one line, without secrets, cut short."""
    line = " ".join(report.masker.say(text, address).split())
    return line if len(line) <= MOST_WORDS else f"{line[:MOST_WORDS]}…"


def _load(report: Report, verified: Verified, one: Loaded, style: Style, verbose: bool) -> list[str]:
    title = style.paint(style.plain(report.label(one.deployment)), BOLD)
    lines = [f"{title}: {style.plain(_release(verified, one))}"]
    if one.open:
        lines.append(style.wrap([("  not verified: ", YELLOW)], [(style.plain(words(report, one.open)), "")]))
    if one.version and one.version != one.expected:
        lines.append(style.wrap([("  note: ", YELLOW)], [(style.plain(_other_version(one)), "")]))
    for two in one.disagreements:
        said = f"lh says {words(report, two.ours)}; LiteLLM: {words(report, two.theirs, two.address)}"
        lines.append(_line(report, one, style, ("disagreement", RED), two.address, two.origin, said))
    shown = [(Answer.REFUSED, RED), (Answer.IGNORED, YELLOW)]
    shown += [(Answer.NOT_SEEN, DIM), (Answer.ACCEPTED, GREEN)] if verbose else []
    told = {two.address for two in one.disagreements}
    for answer, color in shown:
        for three in (key for key in one.of(answer) if key.address not in told):
            said = words(report, three.words, three.address)
            lines.append(_line(report, one, style, (answer.value, color), three.address, three.origin, said))
    return [*lines, *_facts(report, one, style, verbose)]


def _release(verified: Verified, one: Loaded) -> str:
    if not one.version:
        return "not loaded" if one.open else "its files name no config"
    return f"loaded by LiteLLM {one.version} of {verified.interpreter}"


def _other_version(one: Loaded) -> str:
    """The words about a release that is not the deployment's."""
    runs = f"the deployment runs {one.expected}" if one.expected else "which release the deployment runs is not known"
    return f"{runs}; lh is asked about {one.version} here, to compare the two"


def _line(
    report: Report,
    one: Loaded,
    style: Style,
    head: tuple[str, str],
    address: str,
    origin: Origin | None,
    said: str,
) -> str:
    name, color = head
    deployment = report.deployment(one.deployment)
    where = f"{place(report, deployment, origin)}{NO_BREAK}" if origin is not None else ""
    body = [(style.plain(f"{where}{address}"), ""), (style.plain(said), DIM)]
    return style.wrap([(f"  {name:<13}", color)], body, hanging=2)


def _facts(report: Report, one: Loaded, style: Style, verbose: bool) -> Iterator[str]:
    """What the load was like."""
    facts = []
    if one.own_code:
        facts.append(("not run", f"your own code, {', '.join(one.own_code)}"))
    if one.stand_ins:
        facts.append(("stand-ins", f"for what is not known here, {', '.join(one.stand_ins)}"))
    if one.attempted and verbose:
        facts.append(("kept in", f"connections to {', '.join(one.attempted)}"))
    facts += [("warning", line) for line in one.warnings if verbose]
    counts = {answer.value: len(one.of(answer)) for answer in (Answer.ACCEPTED, Answer.NOT_SEEN)}
    hidden = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    facts += [("", hidden)] if hidden and not verbose else []
    for name, text in facts:
        yield style.wrap([(f"  {name:<13}", DIM)], [(style.plain(words(report, text)), DIM)])


def _compose(report: Report, verified: Verified, one: Composed, style: Style) -> str:
    files = ", ".join(report.path(file) for file in one.files)
    if one.accepted:
        return f"{style.paint(style.plain(files), BOLD)}: {style.paint('accepted', GREEN)} by {verified.compose}"
    head, color = ("refused", RED) if one.accepted is False else ("not verified", YELLOW)
    by = f" by {verified.compose}" if one.accepted is False else ""
    start = f"{style.paint(style.plain(files), BOLD)}: {style.paint(head, color)}{by}: "
    return start + style.plain(words(report, one.words))


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}{'s' if count != 1 else ''}"
