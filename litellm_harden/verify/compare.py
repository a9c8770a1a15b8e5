"""What `lh` says of a key beside what LiteLLM made of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from litellm_harden.deployment.assembly import assemble
from litellm_harden.deployment.deployment import Deployment
from litellm_harden.rules.judge import Options, judge_one
from litellm_harden.rules.model import Finding, Rule, Severity
from litellm_harden.verify.model import Answer, Disagreement, KeyAnswer

SAYS_IGNORED = ("LH201", "LH202", "LH211")
"""The rules that say LiteLLM does not know a key where it stands. LH203 names keys that are taken and do nothing."""
SAYS_REFUSED = ("LH205",)
"""The rules that, at the severity critical, say that LiteLLM does not load a config."""
_AT_THE_START = ("config:general_settings",)
"""Where a critical finding is about the start of the proxy, not about the load of its config."""


def findings_for(version: str, deployment: Deployment, rules: Iterable[Rule], options: Options) -> Sequence[Finding]:
    """What `lh` says of the deployment's config and environment, were it run by that release."""
    there = assemble(deployment.seed, deployment.workspace, deployment.owner._replace(litellm_version=version))
    found, _ = judge_one(0, there, rules, options)
    return [finding for finding in found if finding.address.startswith(("config:", "env:"))]


def disagreements(answers: Iterable[KeyAnswer], findings: Sequence[Finding]) -> Iterator[Disagreement]:
    """Where the one says what the other contradicts."""
    for one in answers:
        about = [finding for finding in findings if _about(finding.address, one.address)]
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
    return (
        finding.rule.id in SAYS_REFUSED
        and finding.severity is Severity.CRITICAL
        and not finding.address.startswith(_AT_THE_START)
    )


def _about(finding: str, address: str) -> bool:
    """Whether a finding's address is that of a key, or of a part of it, or of what it is a part of."""
    return finding == address or finding.startswith(f"{address}.") or address.startswith(f"{finding}.")
