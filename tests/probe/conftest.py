from __future__ import annotations

from tests.cli.conftest import lh

__all__ = ["lh"]
