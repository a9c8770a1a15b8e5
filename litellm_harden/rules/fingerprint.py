"""What makes a finding the same in a later run: neither its line nor its value."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from litellm_harden.rules.model import Finding

if TYPE_CHECKING:
    from litellm_harden.deployment.deployment import Deployment


def fingerprint(deployment: Deployment, finding: Finding) -> str:
    """32 hex digits, made of the rule, the deployment, the address and the name of the file."""
    from hashlib import sha256

    root = os.path.relpath(deployment.root, deployment.workspace.root).replace(os.sep, "/")
    name = finding.origin.file.name if finding.origin else ""
    parts = (finding.rule.id, root, deployment.service or "", finding.address, name)
    return sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
