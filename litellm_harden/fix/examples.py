"""The examples of a rule, carried out: what the rule says of their files, and what its fix makes of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from litellm_harden.deployment.discovery import Discovered, discover
from litellm_harden.deployment.model import Owner
from litellm_harden.fix.prove import proven_plan
from litellm_harden.record import Record
from litellm_harden.rules.judge import Judge, judge
from litellm_harden.rules.model import Applicability, Finding, Rule, Verdict
from litellm_harden.text.diff import unified

if TYPE_CHECKING:
    from litellm_harden.rules.pack import Pack

_ABOUT_OTHERS = "LH9"
"""How the ids of rules start that say something of what other rules find."""


class Outcome(Record):
    """What an example comes to.

    `flagged` are the texts at which the rule's findings stand, in order; `not_judged` are the reasons why it could not
    be judged; `fixed` are the files that its fix changes, where the example says what they become. `problems` say how
    this is not what the example states: a line each, and below it a diff from what is stated to what was found, if that
    helps. Where there is none, the example holds.
    """

    flagged: tuple[str, ...] = ()
    not_judged: tuple[str, ...] = ()
    fixed: Mapping[str, str] = {}
    problems: tuple[str, ...] = ()


def run(rule: Rule, example: Mapping[str, Any], folder: Path, pack: Pack) -> Outcome:
    """Write the example's files into an empty folder, and judge and fix them in memory.

    A rule is judged by itself, except that those about the findings of others need the whole `pack`.
    """
    found = _discovered(rule, example, folder)
    if found.problems:
        problem = found.problems[0]
        line = f":{problem.line}" if problem.line else ""
        return Outcome(problems=(f"{problem.file.relative_to(folder)}{line}: {problem.message}",))
    if len(found.deployments) != 1:
        return Outcome(problems=(f"its files hold {len(found.deployments)} deployments, not one",))
    judges = Judge(pack.rules if rule.id.startswith(_ABOUT_OTHERS) else (rule,))
    verdict = judge(found.deployments, judges.rules)
    own = [finding for finding in verdict.findings if finding.rule is rule]
    flagged = tuple(_flagged(finding, verdict) for finding in own)
    not_judged = tuple(one.reason for one in verdict.not_judged if one.rule is rule)
    problems = [*_misjudged(example, flagged, not_judged)]
    fixed: Mapping[str, str] = {}
    if "fixed" in example:
        unsafe = bool(example.get("unsafe"))
        fixed = _fixed(rule, verdict, judges, unsafe, folder)
        by_default = _fixed(rule, verdict, judges, False, folder) if unsafe else fixed
        problems += [*_misfixed(example["fixed"], fixed), *_misrated(own, unsafe, bool(by_default))]
    return Outcome(flagged, not_judged, fixed, tuple(problems))


def _discovered(rule: Rule, example: Mapping[str, Any], folder: Path) -> Discovered:
    for name, text in example["files"].items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    owner = Owner(
        litellm_version=example.get("version"),
        values=example.get("set", {}),
        options={rule.id: example.get("options", {})},
        **example.get("owner", {}),
    )
    return discover([folder], owner)


def _flagged(finding: Finding, verdict: Verdict) -> str:
    """The text at which a finding stands; nothing where it stands nowhere."""
    if finding.origin is None:
        return ""
    source = verdict.deployments[finding.deployment].workspace.source(finding.origin.file)
    return source.text[slice(*finding.origin.span)]


def _misjudged(example: Mapping[str, Any], flagged: tuple[str, ...], not_judged: tuple[str, ...]) -> Iterator[str]:
    stated = tuple(example.get("flags", ()))
    if flagged != stated:
        yield f"states that {_listed(stated)} is flagged, but {_listed(flagged)} is"
    if not_judged and not flagged:
        yield f"is not judged: {not_judged[0]}"


def _listed(texts: tuple[str, ...]) -> str:
    return ", ".join(repr(text) for text in texts) or "nothing"


def _fixed(rule: Rule, verdict: Verdict, judges: Judge, unsafe: bool, folder: Path) -> dict[str, str]:
    plan = proven_plan(verdict, judges, frozenset({rule.id}), unsafe)
    return {file.relative_to(folder).as_posix(): plan.workspace.source(file).text for file in plan.edits}


def _misfixed(stated: Mapping[str, str], fixed: Mapping[str, str]) -> Iterator[str]:
    for name in sorted({*stated, *fixed}):
        if name not in fixed:
            yield f"states what the fix makes of {name}, but the fix leaves it alone"
        elif name not in stated:
            yield f"states nothing of {name}, which the fix changes"
        elif stated[name] != fixed[name]:
            diff = unified(stated[name], fixed[name], name)
            yield f"states something else of {name} than the fix makes of it:\n{diff}"


def _misrated(findings: list[Finding], unsafe: bool, fixes_by_default: bool) -> Iterator[str]:
    """What is not as safe as the example says: `unsafe` says that --unsafe is needed."""
    safe = [one for one in findings if one.fix is not None and one.fix.applicability is Applicability.SAFE]
    if not unsafe and len(safe) < len(findings):
        yield "holds a finding whose fix is not safe, but does not state `unsafe: true`"
    elif fixes_by_default and not safe:
        yield "is fixed without --unsafe, though no fix of it is safe"
