"""What writing comes to."""

from __future__ import annotations

from pathlib import Path

from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Proposal

Site = tuple[Path, DocumentPath, Proposal]
"""A file, the document path whose data changes, and the edits there."""
