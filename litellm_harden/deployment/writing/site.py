"""What writing comes to."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from litellm_harden.documents.base import Path as DocumentPath
from litellm_harden.documents.base import Proposal

Site = tuple[Path, DocumentPath, Proposal]
"""A file, the document path whose data changes, and the edits there."""

NO_DATA: Final[DocumentPath] = ("# lh:",)
"""The path of what changes where a comment does: no data stands there."""
