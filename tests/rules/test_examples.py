"""Every rule keeps what its examples say: what they flag, what they pass, and what the fix makes of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from litellm_harden.fix.examples import run
from litellm_harden.rules.model import Rule
from litellm_harden.rules.pack import load

PACK = load()
EXAMPLES = {
    f"{rule.id}-{number}": (rule, example)
    for rule in PACK.rules
    for number, example in enumerate(PACK.prose(rule).examples)
}


@pytest.mark.parametrize(("rule", "example"), EXAMPLES.values(), ids=EXAMPLES)
def test_example_holds(rule: Rule, example: Mapping[str, Any], tmp_path: Path) -> None:
    assert run(rule, example, tmp_path, PACK).problems == ()
