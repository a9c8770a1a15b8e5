"""The schema of lh.toml accepts and refuses what lh itself does, and is that of the rules.

After a change of a key or an option: `python -m litellm_harden.rules.configuration.schema`.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import fastjsonschema
import pytest

from litellm_harden.rules.configuration.schema import SCHEMA, text
from litellm_harden.rules.pack import load
from tests.rules.configurations import BAD, BEYOND, GOOD

_VALID = fastjsonschema.compile(json.loads(SCHEMA.read_text("utf-8")), use_default=False)


def _data(toml: str) -> Any:
    return import_module("tomllib" if sys.version_info >= (3, 11) else "tomli").loads(toml)


def test_it_is_that_of_the_keys_and_rules() -> None:
    assert SCHEMA.read_text("utf-8") == text(load())


@pytest.mark.parametrize("toml", [*GOOD.values(), *BEYOND])
def test_it_accepts_what_it_cannot_tell_to_be_wrong(toml: str) -> None:
    _VALID(_data(toml))


@pytest.mark.parametrize("toml", BAD)
def test_it_refuses_what_lh_refuses(toml: str) -> None:
    with pytest.raises(fastjsonschema.JsonSchemaValueException):
        _VALID(_data(toml))


def test_every_option_says_what_it_is() -> None:
    options = [(rule.id, name, one) for rule in load().rules for name, one in rule.options.items()]
    assert options
    assert not [(rule, name) for rule, name, one in options if not one.description]


def test_the_default_of_every_option_fits_it() -> None:
    for rule in load().rules:
        _VALID({"rules": {rule.id: {name: option.default for name, option in rule.options.items()}}})
