"""What the suppressions in the files of a run cover, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.deployment.comments import Ignore, Name, around, ignores, speaking_of
from litellm_harden.deployment.model import ABSENT, Change, Origin
from litellm_harden.record import Record
from litellm_harden.rules.model import COMMENT, Applicability, Finding, Fix, NotJudged, Rule, Suppression
from litellm_harden.rules.suppress import ABOUT_SUPPRESSIONS, marked_files
from litellm_harden.rules.words import nearest, shown
from litellm_harden.text.patterns import pattern

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment

UNUSED, WITHOUT_REASON = "LH901", "LH902"
"""The rules about suppressions."""

_LIKE_A_RULE = pattern(r"(?i:lh\w{0,6}|[a-z]{1,21}\d{0,4}|[a-z]+(?:-[a-z]+)*)")
"""What may be meant to be an id or a name. Anything else may be a secret that slipped in, and is not repeated."""
_WHOLE_FILE = -1
"""Stands for the line that a suppression of a whole file is about."""


def covered(deployment: Deployment, findings: Iterable[Finding]) -> list[Finding]:
    """The findings of a deployment, those that a comment covers with the first one that does."""
    result = []
    for finding in findings:
        ignore = next((ignore for ignore, _ in _covering(deployment, finding)), None)
        suppression = Suppression(COMMENT, ignore.reason, ignore.origin) if ignore is not None else None
        result.append(finding._replace(suppression=suppression) if suppression is not None else finding)
    return result


def wrong(
    rules: Sequence[Rule],
    deployments: Sequence[Deployment],
    findings: Sequence[Sequence[Finding]],
    not_judged: Sequence[Sequence[NotJudged]],
) -> Iterator[Finding]:
    """The findings of the rules about suppressions, file by file, as far as `rules` has those rules."""
    by_id = {rule.id: rule for rule in rules}
    users: dict[Path, list[int]] = {}
    for index, deployment in enumerate(deployments):
        for file in dict.fromkeys(marked_files(deployment, deployment.files.all())):
            users.setdefault(file, []).append(index)
    for file, indexes in users.items():
        run = _Run(
            tuple(deployments[index] for index in indexes),
            frozenset(name.address for index in indexes for name in _used(deployments[index], findings[index], file)),
            frozenset(one.rule.id for index in indexes for one in not_judged[index]),
            tuple(rules),
        )
        for ignore in ignores(run.deployments[0], file):
            idle = list(run.idle(ignore))
            if UNUSED in by_id:
                yield from (_unused(by_id[UNUSED], indexes[0], run, ignore, name) for name in idle)
            if WITHOUT_REASON in by_id and not ignore.reason:
                needed = (name for name in ignore.names if name not in idle)
                yield from (_without_reason(by_id[WITHOUT_REASON], indexes[0], ignore, name) for name in needed)


class _Run(Record):
    """The deployments that use a file: the addresses in it that cover something, and the ids of the rules that could
    not be judged for one of them."""

    deployments: tuple[Deployment, ...]
    used: frozenset[str]
    unclear: frozenset[str]
    rules: tuple[Rule, ...]

    def idle(self, ignore: Ignore) -> Iterator[Name]:
        """The names in a suppression that are known to cover nothing."""
        for name in ignore.names:
            meant = self.meant(name)
            if name.address not in self.used and (not meant or ignore.malformed or self._evaluated(ignore.file, meant)):
                yield name

    def meant(self, name: Name) -> list[Rule]:
        """The rules that a name means, of those that a comment can suppress."""
        return [rule for rule in self.rules if _means(name.text, rule)]

    def _evaluated(self, file: Path, rules: Sequence[Rule]) -> bool:
        """Whether each of the rules was judged wherever the file is used."""
        ids = {rule.id for rule in rules}
        return ids.isdisjoint(self.unclear) and not any(
            file in one.seed.elsewhere or one.problems or not ids.isdisjoint(one.owner.ignored)
            for one in self.deployments
        )


def _covering(deployment: Deployment, finding: Finding) -> Iterator[tuple[Ignore, Name]]:
    """The names that cover a finding, with the comments that they stand in."""
    if finding.origin is None or not marked_files(deployment, [finding.origin.file]):
        return
    file, rule, workspace = finding.origin.file, finding.rule, deployment.workspace
    by_line = workspace.remember(("ignores by line", file), lambda: _by_line(ignores(deployment, file)))
    if not by_line:
        return
    lines = speaking_of(deployment, finding.origin)
    if finding.value is None and deployment.setting(finding.address).absent:
        lines += around(deployment, finding.address, finding.origin)
    for line in dict.fromkeys(lines):
        yield from _naming(by_line.get(line, ()), rule)
    everywhere = by_line.get(_WHOLE_FILE, ())
    yield from workspace.remember(("whole file", file, rule.id), lambda: list(_naming(everywhere, rule)))


def _by_line(present: Iterable[Ignore]) -> dict[int, list[Ignore]]:
    """The suppressions by the line that they are about."""
    found: dict[int, list[Ignore]] = {}
    for ignore in present:
        if not ignore.malformed:
            found.setdefault(_WHOLE_FILE if ignore.file_wide else ignore.comment.about, []).append(ignore)
    return found


def _naming(present: Iterable[Ignore], rule: Rule) -> Iterator[tuple[Ignore, Name]]:
    return ((ignore, name) for ignore in present for name in ignore.names if _means(name.text, rule))


def _used(deployment: Deployment, findings: Iterable[Finding], file: Path) -> Iterator[Name]:
    for finding in findings:
        if finding.suppressed and finding.origin is not None and finding.origin.file == file:
            yield from (name for _, name in _covering(deployment, finding))


def _means(text: str, rule: Rule) -> bool:
    """Whether a rule that a comment can suppress is what an id, a prefix of ids, or a name means."""
    return _can_be_suppressed(rule) and _is_named(text, rule)


def _can_be_suppressed(rule: Rule) -> bool:
    return not rule.id.startswith(ABOUT_SUPPRESSIONS)


def _is_named(text: str, rule: Rule) -> bool:
    return rule.name == text or (len(text) > 1 and rule.id.startswith(text.upper()))


def _unused(rule: Rule, index: int, run: _Run, ignore: Ignore, name: Name) -> Finding:
    message, fix = _trouble(run, ignore, name)
    return _finding(rule, index, name.address, message, Origin(ignore.file, name.span), fix)


def _trouble(run: _Run, ignore: Ignore, name: Name) -> tuple[str, Fix]:
    """What is wrong with a name that covers nothing, and what to do."""
    said = shown(name.text)
    remove = Fix((Change(name.address, ABSENT),), Applicability.SAFE, f"remove the suppression of {said}")
    if ignore.malformed:
        return "this looks like a suppression and is none", _by_hand("write it as # lh: ignore[RULE] reason")
    if run.meant(name):
        place = "in this file" if ignore.file_wide else "here"
        return f"there is no finding of {said} {place} to suppress", remove
    if any(_is_named(name.text, rule) for rule in run.rules):
        return f"{said} cannot be suppressed by a comment, only left out with --ignore or lh.toml", remove
    if not _LIKE_A_RULE.fullmatch(name.text):
        return f"there is no rule called so ({len(name.text)} characters)", _by_hand("name a rule that lh rules lists")
    known = [word for one in run.rules if _can_be_suppressed(one) for word in (one.id, one.name)]
    close = nearest(name.text, known).removeprefix(", ")
    return f"there is no rule {said}" + (f" ({close})" if close else ""), _by_hand("name a rule that lh rules lists")


def _without_reason(rule: Rule, index: int, ignore: Ignore, name: Name) -> Finding:
    message = f"{shown(name.text)} is suppressed without a reason"
    fix = _by_hand("write the reason behind the bracket")
    return _finding(rule, index, name.address, message, ignore.origin, fix)


def _by_hand(description: str) -> Fix:
    return Fix((), Applicability.MANUAL, description)


def _finding(rule: Rule, index: int, address: str, message: str, origin: Origin, fix: Fix) -> Finding:
    return Finding(rule, index, address, rule.severity, message, None, "", origin, fix)
