"""What `lh` says of a key beside what LiteLLM made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from litellm_harden.deployment.assembly import assemble
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.judge import judge_one
from litellm_harden.rules.model import Finding, Rule
from litellm_harden.verify.model import Answer, Disagreement, KeyAnswer

SAYS_IGNORED = ("LH201", "LH202", "LH211")
"""The rules that say LiteLLM does not know a key where it stands. LH203 names keys that are taken and do nothing."""
_STOPS = "does not start"
"""How a finding says that LiteLLM does not load a config."""
_AT_THE_START = ("config:general_settings",)
"""Where that is about the start of the proxy, not about the load of its config."""


def findings_for(version: str, deployment: Deployment, rules: Iterable[Rule]) -> Sequence[Finding]:
    """What `lh` says of the deployment's config and environment, were it run by that release."""
    there = assemble(deployment.seed, deployment.workspace, deployment.owner._replace(litellm_version=version))
    found, _ = judge_one(0, there, rules)
    return [finding for finding in found if finding.address.startswith(("config:", "env:"))]


def disagreements(answers: Iterable[KeyAnswer], findings: Sequence[Finding]) -> Iterator[Disagreement]:
    """Where the one says what the other contradicts."""
    for one in answers:
        about = [finding for finding in findings if _about(finding, one)]
        ours = _contradicted(one, about)
        if ours:
            theirs = f"{one.answer.value}{f': {one.words}' if one.words else ''}"
            yield Disagreement(one.address, ours, theirs, one.origin)


def _contradicted(one: KeyAnswer, about: Sequence[Finding]) -> str:
    """What `lh` says that the answer contradicts, or nothing."""
    here = [finding for finding in about if finding.address == one.address]
    if one.answer is Answer.ACCEPTED:
        wrong = [finding for finding in here if finding.rule.id in SAYS_IGNORED or _says_refused(finding)]
        return f"{wrong[0].rule.id}: {wrong[0].message}" if wrong else ""
    if one.answer in (Answer.IGNORED, Answer.REFUSED) and not one.meant and not about:
        return "nothing"
    return ""


def _says_refused(finding: Finding) -> bool:
    return _STOPS in finding.message and not finding.address.startswith(_AT_THE_START)


def _about(finding: Finding, one: KeyAnswer) -> bool:
    """Whether a finding is about a key, a part of it, or what it is a part of; or about what stands beside a key that
    is refused: an error may come from either."""
    stated, address = finding.address, one.address
    if stated == address or stated.startswith(f"{address}.") or address.startswith(f"{stated}."):
        return True
    beside = stated.rpartition(".")[0] == address.rpartition(".")[0]
    return one.answer is Answer.REFUSED and beside and _says_refused(finding)
