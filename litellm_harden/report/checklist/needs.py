"""What it takes to close a finding that `lh fix` leaves as it is."""

from __future__ import annotations

from enum import Enum

from litellm_harden.documents.base import Refusal
from litellm_harden.report.model import Report
from litellm_harden.rules.model import Applicability, Finding


class Needs(Enum):
    """What the owner has to give, in the words of reports; the most comes last."""

    UNSAFE = "--unsafe"
    SET = "--set"
    HAND = "by hand"


def needs(report: Report, finding: Finding) -> Needs:
    """UNSAFE where `lh fix --unsafe` makes the finding go away, SET where a value is missing, else HAND."""
    fix = finding.fix
    if fix is None:
        return Needs.HAND
    if fix.applicability is Applicability.INPUT:
        return Needs.SET
    settles = fix.applicability is Applicability.UNSAFE and bool(fix.changes) and not fix.partial
    return Needs.UNSAFE if settles and not isinstance(report.planned(finding), Refusal) else Needs.HAND
