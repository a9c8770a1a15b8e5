"""An owner's own rules: a folder of rule files, in the format of the pack. Nothing in them is ever executed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from litellm_harden.rules.grammar import WrongRule
from litellm_harden.rules.model import Rule

if TYPE_CHECKING:
    from litellm_harden.rules.pack import Pack, Prose

__all__ = ["WrongRule", "load_rules"]


def load_rules(folder: Path, known: Pack) -> dict[str, tuple[Rule, Prose]]:
    """The rules of a folder's `*.yaml` files, by id, none of which `known` has already. Raises WrongRule."""
    raise WrongRule(f"{folder}: rules of one's own cannot be read yet")
